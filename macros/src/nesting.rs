//! Which element may stand in which.
//!
//! A browser's HTML parser does not keep a nesting that it holds for wrong: it closes elements, moves them
//! or leaves them out, and then the page is not what the template says. These are the parser's own rules,
//! <https://html.spec.whatwg.org/multipage/parsing.html>, the stricter where browsers of different ages
//! differ (`<select>`). They were compared with what Chromium does, for every pair of elements, directly and
//! with others in between.

use crate::html::{self, Namespace};

/// An element around the place in question.
pub(crate) struct Ancestor {
    pub(crate) tag: String,
    pub(crate) namespace: Namespace,
}

impl Ancestor {
    fn is_html(&self, tag: &str) -> bool {
        self.namespace == Namespace::Html && self.tag == tag
    }
}

/// In which namespace the parser makes an element of this name here.
pub(crate) fn namespace(tag: &str, ancestors: &[Ancestor]) -> Namespace {
    let outer = match ancestors.last() {
        None if html::is_svg_only(tag) => Namespace::Svg,
        None => Namespace::Html,
        Some(parent) if parent.namespace == Namespace::Svg && parent.tag == "foreignObject" => Namespace::Html,
        Some(parent) => parent.namespace,
    };
    let in_annotation = ancestors.last().is_some_and(|parent| parent.tag == "annotation-xml");
    match tag {
        "svg" if outer == Namespace::Html || in_annotation => Namespace::Svg,
        "math" if outer == Namespace::Html => Namespace::MathMl,
        _ => outer,
    }
}

/// Why this element, whose namespace is given, cannot stand here.
pub(crate) fn element_fault(tag: &str, namespace: Namespace, ancestors: &[Ancestor]) -> Option<String> {
    // What is in a <template> is a document of its own.
    let start = ancestors.iter().rposition(|ancestor| ancestor.is_html("template"));
    let ancestors = &ancestors[start.map_or(0, |at| at + 1)..];
    if namespace != Namespace::Html {
        return closed_content(tag, ancestors.last()?).or_else(|| foreign_fault(tag, ancestors.last()?));
    }
    misplaced(tag)
        .or_else(|| closed_content(tag, ancestors.last()?))
        .or_else(|| wrong_parent(tag, ancestors.last()?))
        .or_else(|| inside_its_like(tag, ancestors))
        .or_else(|| closes_item(tag, ancestors))
        .or_else(|| closes_paragraph(tag, ancestors))
        .or_else(|| closes_parent(tag, ancestors.last()?))
}

/// What cannot be among the roots of another view that stands here: the way here, a colon, and the tags
/// ([`html::TEXT`] for text). Empty at the root of an `html!`.
pub(crate) fn forbidden(ancestors: &[Ancestor]) -> String {
    if ancestors.is_empty() {
        return String::new();
    }
    let way: Vec<&str> = ancestors.iter().map(|ancestor| ancestor.tag.as_str()).collect();
    let mut forbidden = format!("{}:", way.join(" > "));
    if ancestors.last().and_then(text_fault).is_some() {
        forbidden.push(' ');
        forbidden.push_str(html::TEXT);
    }
    for tag in html::TAGS {
        let is_refused = || element_fault(tag, namespace(tag, ancestors), ancestors).is_some();
        if misplaced(tag).is_none() && is_refused() {
            forbidden.push(' ');
            forbidden.push_str(tag);
        }
    }
    forbidden
}

/// Why text cannot stand directly in this element.
pub(crate) fn text_fault(parent: &Ancestor) -> Option<String> {
    if parent.namespace != Namespace::Html {
        return None;
    }
    let tag = parent.tag.as_str();
    let help = match tag {
        "table" | "thead" | "tbody" | "tfoot" => "put it in a cell: <tr><td>…</td></tr>, or in a <caption>",
        "tr" => "put it in a cell: <td>…</td>",
        "colgroup" => "a <colgroup> has <col> alone",
        "select" | "optgroup" => "put it in an <option>",
        "iframe" => "a frame shows what its `src` names",
        _ => return None,
    };
    let what = match tag {
        "select" | "optgroup" | "iframe" => "it is not shown there",
        _ => "a browser moves it out, in front of the table",
    };
    Some(format!("text cannot stand directly inside `<{tag}>`: {what}\nhelp: {help}"))
}

/// In an `<svg>` or a `<math>`, outside of places where HTML may stand again.
fn foreign_fault(tag: &str, parent: &Ancestor) -> Option<String> {
    let (root, help) = match parent.namespace {
        Namespace::Html => return None,
        _ if parent.tag == "foreignObject" => return None,
        Namespace::Svg => ("svg", "put it in a <foreignObject>"),
        Namespace::MathMl => ("math", "put text in an <mtext>"),
    };
    let outer = parent.tag.as_str();
    match (outer, tag) {
        ("desc" | "title" | "mi" | "mn" | "mo" | "ms" | "mtext", _) => {
            Some(format!("`<{tag}>` cannot stand inside `<{outer}>`, which holds text alone"))
        }
        ("annotation-xml", "svg") => None,
        ("annotation-xml", _) => Some(format!(
            "`<{tag}>` cannot stand inside `<annotation-xml>`: what it is there depends on its `encoding`\nhelp: <svg> can"
        )),
        (_, "svg") if root == "math" => {
            Some("`<svg>` cannot stand directly inside `<math>`\nhelp: put it in an <annotation-xml>".to_owned())
        }
        (_, "math") if root == "svg" => Some(format!("`<math>` cannot stand directly inside `<svg>`\nhelp: {help}")),
        _ if html::breaks_out_of_foreign(tag) => Some(format!(
            "`<{tag}>` cannot stand inside `<{root}>`: a browser ends the `<{root}>` before it\nhelp: {help}"
        )),
        _ => None,
    }
}

/// Elements that can stand nowhere in a view.
fn misplaced(tag: &str) -> Option<String> {
    let help = match tag {
        "html" | "head" | "body" => "the application sets the page around the view (its layout)",
        "frame" | "frameset" => "use <iframe>",
        "image" => "write <img>",
        "noembed" | "noframes" => "leave it out",
        "plaintext" | "xmp" => "use <pre>",
        _ => return None,
    };
    Some(format!("`<{tag}>` cannot stand in a view\nhelp: {help}"))
}

/// Parents that have a few kinds of children alone.
fn closed_content(tag: &str, parent: &Ancestor) -> Option<String> {
    if parent.namespace != Namespace::Html {
        return None;
    }
    let outer = parent.tag.as_str();
    let allowed: &[&str] = match outer {
        "table" => &["caption", "colgroup", "thead", "tbody", "tfoot", "script", "style", "template"],
        "thead" | "tbody" | "tfoot" => &["tr", "script", "style", "template"],
        "tr" => &["td", "th", "script", "style", "template"],
        "colgroup" => &["col", "template"],
        "select" => &["option", "optgroup", "hr"],
        "optgroup" => &["option"],
        "option" | "title" | "textarea" | "script" | "style" | "iframe" => &[],
        _ => return None,
    };
    if allowed.contains(&tag) {
        return None;
    }
    let (what, help) = match (outer, tag) {
        ("table", "tr") => ("a browser adds a `<tbody>` around it", "write <table><tbody><tr>…".to_owned()),
        ("table", "col") => ("a browser adds a `<colgroup>` around it", "write <table><colgroup><col>…".to_owned()),
        ("table" | "thead" | "tbody" | "tfoot", "td" | "th") => {
            ("a browser adds a row around it", "write <tbody><tr><td>…".to_owned())
        }
        ("table" | "thead" | "tbody" | "tfoot" | "tr", _) => {
            ("a browser moves it out of the table", "put it in a cell: <td>…</td>".to_owned())
        }
        ("colgroup", _) => ("a browser ends the `<colgroup>` before it", "a <colgroup> has <col> alone".to_owned()),
        ("select" | "optgroup", _) => ("not every browser keeps it", format!("`<{outer}>` holds {}", listed(allowed))),
        ("iframe", _) => ("it is not shown there", "a frame shows what its `src` names".to_owned()),
        _ => ("it would be text there", format!("`<{outer}>` holds text alone")),
    };
    Some(format!("`<{tag}>` cannot stand directly inside `<{outer}>`: {what}\nhelp: {help}"))
}

/// Children that have a few kinds of parents alone.
fn wrong_parent(tag: &str, parent: &Ancestor) -> Option<String> {
    let wanted: &[&str] = match tag {
        "caption" | "colgroup" | "thead" | "tbody" | "tfoot" => &["table"],
        "tr" => &["thead", "tbody", "tfoot"],
        "td" | "th" => &["tr"],
        "col" => &["colgroup"],
        _ => return None,
    };
    let outer = parent.tag.as_str();
    (!wanted.contains(&outer)).then(|| {
        format!(
            "`<{tag}>` cannot stand directly inside `<{outer}>`: a browser leaves it out\nhelp: it stands in {}",
            listed(wanted)
        )
    })
}

/// Elements that cannot be in one of their kind, however deep.
fn inside_its_like(tag: &str, ancestors: &[Ancestor]) -> Option<String> {
    let found =
        matches!(tag, "a" | "button" | "form" | "nobr") && ancestors.iter().any(|ancestor| ancestor.is_html(tag));
    found.then(|| {
        format!("`<{tag}>` cannot stand inside another `<{tag}>`, at any depth: a browser ends the outer one\nhelp: put one beside the other")
    })
}

/// List items, which close the one that is open unless a list of its own is in between.
fn closes_item(tag: &str, ancestors: &[Ancestor]) -> Option<String> {
    /// The parser looks no further than these.
    const ENDS: &[&str] = &[
        "article",
        "aside",
        "blockquote",
        "button",
        "caption",
        "center",
        "details",
        "dir",
        "dl",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "listing",
        "main",
        "marquee",
        "menu",
        "nav",
        "noscript",
        "object",
        "ol",
        "pre",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    let (closed, list): (&[&str], &str) = match tag {
        "li" => (&["li"], "a <ul> or <ol>"),
        "dd" | "dt" => (&["dd", "dt"], "a <dl>"),
        _ => return None,
    };
    let ends = |ancestor: &Ancestor| {
        let tag = ancestor.tag.as_str();
        let other_item = matches!(tag, "li" | "dd" | "dt");
        closed.contains(&tag) || other_item || ENDS.contains(&tag) || ancestor.namespace != Namespace::Html
    };
    let nearest = ancestors.iter().rev().find(|ancestor| ends(ancestor))?;
    let outer = nearest.tag.as_str();
    (nearest.namespace == Namespace::Html && closed.contains(&outer)).then(|| {
        format!("`<{tag}>` cannot stand inside `<{outer}>` without a list in between: a browser ends the `<{outer}>` before it\nhelp: put {list} around it, or close the `<{outer}>` first")
    })
}

/// What a paragraph cannot hold, however deep.
fn closes_paragraph(tag: &str, ancestors: &[Ancestor]) -> Option<String> {
    const CLOSES: &[&str] = &[
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "li",
        "listing",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "ul",
    ];
    const SCOPES: &[&str] = &["button", "caption", "marquee", "object", "table", "td", "th"];
    let mut scope = ancestors.iter().rev().take_while(|ancestor| {
        !SCOPES.contains(&ancestor.tag.as_str()) && !matches!(ancestor.tag.as_str(), "foreignObject")
    });
    (CLOSES.contains(&tag) && scope.any(|ancestor| ancestor.is_html("p"))).then(|| {
        format!("`<{tag}>` cannot stand inside `<p>`: a browser ends the `<p>` before it\nhelp: write <div> in place of `<p>`, or close the `<p>` first")
    })
}

/// What closes the very element that it would stand in.
fn closes_parent(tag: &str, parent: &Ancestor) -> Option<String> {
    const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];
    const IMPLIED: &[&str] = &["dd", "dt", "li", "optgroup", "option", "p", "rb", "rp", "rt", "rtc"];
    let outer = parent.tag.as_str();
    let closes = match tag {
        _ if HEADINGS.contains(&tag) => HEADINGS.contains(&outer),
        "rb" | "rtc" => IMPLIED.contains(&outer),
        "rp" | "rt" => outer != "rtc" && IMPLIED.contains(&outer),
        _ => false,
    };
    (closes && parent.namespace == Namespace::Html).then(|| {
        format!("`<{tag}>` cannot stand directly inside `<{outer}>`: a browser ends the `<{outer}>` before it\nhelp: close the `<{outer}>` first")
    })
}

fn listed(tags: &[&str]) -> String {
    let tags: Vec<String> = tags.iter().map(|tag| format!("<{tag}>")).collect();
    match tags.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => tags.concat(),
    }
}
