//! Which element may be inside which.
//!
//! The HTML parser does not keep a nesting that it considers wrong: it closes elements, moves them or drops them. The
//! page would then differ from the template. These are the parser's own rules,
//! <https://html.spec.whatwg.org/multipage/parsing.html>, and the stricter ones where older and newer browsers differ
//! (`<select>`). They were compared with Chromium for every pair of elements, directly nested and with others in between.

mod ended;

pub(crate) use ended::{Reach, ended_by, reach};

use crate::html::{self, Namespace};

/// An element around the current node.
pub(crate) struct Ancestor {
    pub(crate) tag: String,
    pub(crate) namespace: Namespace,
}

impl Ancestor {
    fn is_html(&self, tag: &str) -> bool {
        self.namespace == Namespace::Html && self.tag == tag
    }
}

/// Returns the namespace in which the parser creates an element of this name here.
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

/// Returns why an element of this name and namespace cannot be here.
pub(crate) fn element_fault(tag: &str, namespace: Namespace, ancestors: &[Ancestor]) -> Option<String> {
    // The content of a <template> is a document of its own.
    let start = ancestors.iter().rposition(|ancestor| ancestor.is_html("template"));
    let ancestors = &ancestors[start.map_or(0, |at| at + 1)..];
    if namespace != Namespace::Html {
        return parent_fault(tag, namespace, ancestors.last()?);
    }
    misplaced(tag).or_else(|| parent_fault(tag, namespace, ancestors.last()?)).or_else(|| ended::fault(tag, ancestors))
}

/// Returns why it cannot be a child of this element.
fn parent_fault(tag: &str, namespace: Namespace, parent: &Ancestor) -> Option<String> {
    if namespace != Namespace::Html {
        return closed_content(tag, parent).or_else(|| foreign_fault(tag, parent));
    }
    closed_content(tag, parent).or_else(|| wrong_parent(tag, parent)).or_else(|| closes_parent(tag, parent))
}

/// The surroundings of a nested view, to be compared with the view's content.
#[derive(Default)]
pub(crate) struct Around {
    /// The path of elements to the view; empty at the root of an `html!`.
    pub(crate) way: String,
    /// Tags that the parent does not accept as children; [`html::TEXT`] for text.
    pub(crate) forbids: String,
    /// Open elements that an element of the view would end, at any depth.
    pub(crate) open: String,
    /// Such elements that an element of the view would not end, since the parser stops before it reaches them.
    pub(crate) stopped: String,
}

pub(crate) fn around(ancestors: &[Ancestor]) -> Around {
    let Some(parent) = ancestors.last() else {
        return Around::default();
    };
    let way: Vec<&str> = ancestors.iter().map(|ancestor| ancestor.tag.as_str()).collect();
    let is_refused = |tag: &str| parent_fault(tag, namespace(tag, ancestors), parent).is_some();
    let tags = html::TAGS.iter().copied().filter(|tag| misplaced(tag).is_none() && is_refused(tag));
    let forbids: Vec<&str> = text_fault(parent).map(|_| html::TEXT).into_iter().chain(tags).collect();
    let (open, stopped) = ended::found_and_stopped(ancestors);
    Around { way: way.join(" > "), forbids: forbids.join(" "), open, stopped }
}

/// Returns why text cannot be directly inside this element.
pub(crate) fn text_fault(parent: &Ancestor) -> Option<String> {
    if parent.namespace != Namespace::Html {
        return None;
    }
    let tag = parent.tag.as_str();
    let help = match tag {
        "table" | "thead" | "tbody" | "tfoot" => "put it in a cell: <tr><td>…</td></tr>, or in a <caption>",
        "tr" => "put it in a cell: <td>…</td>",
        "colgroup" => "a <colgroup> holds only <col>",
        "select" | "optgroup" => "put it in an <option>",
        "iframe" => "a frame shows the document at its `src`",
        _ => return None,
    };
    let what = match tag {
        "select" | "optgroup" | "iframe" => "it is not shown there",
        _ => "a browser moves it out, in front of the table",
    };
    Some(format!("text cannot be directly inside `<{tag}>`: {what}\nhelp: {help}"))
}

/// Returns why an element cannot be inside an `<svg>` or a `<math>`, outside the elements that allow HTML.
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
            Some(format!("`<{tag}>` cannot be inside `<{outer}>`, which holds only text"))
        }
        ("annotation-xml", "svg") => None,
        ("annotation-xml", _) => Some(format!(
            "`<{tag}>` cannot be inside `<annotation-xml>`: what it is there depends on its `encoding`\nhelp: <svg> can"
        )),
        (_, "svg") if root == "math" => {
            Some("`<svg>` cannot be directly inside `<math>`\nhelp: put it in an <annotation-xml>".to_owned())
        }
        (_, "math") if root == "svg" => Some(format!("`<math>` cannot be directly inside `<svg>`\nhelp: {help}")),
        _ if html::breaks_out_of_foreign(tag) => Some(format!(
            "`<{tag}>` cannot be inside `<{root}>`: a browser ends the `<{root}>` before it\nhelp: {help}"
        )),
        _ => None,
    }
}

/// Returns why an element cannot be part of any view.
fn misplaced(tag: &str) -> Option<String> {
    let help = match tag {
        "html" | "head" | "body" => "the application's layout makes the document around the view",
        "frame" | "frameset" => "use <iframe>",
        "image" => "write <img>",
        "noembed" | "noframes" => "leave it out",
        "plaintext" | "xmp" => "use <pre>",
        _ => return None,
    };
    Some(format!("`<{tag}>` cannot be part of a view\nhelp: {help}"))
}

/// Returns why a parent that accepts only certain children refuses this one.
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
        ("colgroup", _) => ("a browser ends the `<colgroup>` before it", "a <colgroup> holds only <col>".to_owned()),
        ("select" | "optgroup", _) => ("some browsers drop it", format!("`<{outer}>` holds {}", listed(allowed))),
        ("iframe", _) => ("it is not shown there", "a frame shows the document at its `src`".to_owned()),
        _ => ("it would be text there", format!("`<{outer}>` holds only text")),
    };
    Some(format!("`<{tag}>` cannot be directly inside `<{outer}>`: {what}\nhelp: {help}"))
}

/// Returns why a child that needs a certain parent cannot be here.
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
            "`<{tag}>` cannot be directly inside `<{outer}>`: a browser leaves it out\nhelp: it belongs in {}",
            listed(wanted)
        )
    })
}

/// Returns why an element that ends its own parent cannot be here.
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
        format!("`<{tag}>` cannot be directly inside `<{outer}>`: a browser ends the `<{outer}>` before it\nhelp: close the `<{outer}>` first")
    })
}

fn listed(tags: &[&str]) -> String {
    let tags: Vec<String> = tags.iter().map(|tag| format!("<{tag}>")).collect();
    match tags.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => tags.concat(),
    }
}
