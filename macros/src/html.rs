//! Tables of names from HTML, SVG and MathML, in lower case and in alphabetical order.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Namespace {
    Html,
    Svg,
    MathMl,
}

/// The way a value becomes an attribute. The variants are those of core's `AttrKind`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AttributeKind {
    Plain,
    /// A `bool` becomes the word `true` or `false`.
    Word,
    Url,
    /// The page sets the element's property; the attribute is only the initial value.
    Property,
}

const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// The word for text in a list of tags.
pub(crate) const TEXT: &str = "#text";

/// The HTML elements that can be part of a view, and the roots of SVG and MathML.
#[rustfmt::skip]
pub(crate) const TAGS: &[&str] = &[
    "a", "abbr", "address", "area", "article", "aside", "audio", "b", "base", "bdi", "bdo", "blockquote", "br",
    "button", "canvas", "caption", "center", "cite", "code", "col", "colgroup", "data", "datalist", "dd", "del",
    "details", "dfn", "dialog", "dir", "div", "dl", "dt", "em", "embed", "fieldset", "figcaption", "figure",
    "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "i", "iframe", "img",
    "input", "ins", "kbd", "label", "legend", "li", "link", "listing", "main", "map", "mark", "marquee", "math",
    "menu", "meta", "meter", "nav", "nobr", "noscript", "object", "ol", "optgroup", "option", "output", "p",
    "param", "picture", "pre", "progress", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "script", "search",
    "section", "select", "slot", "small", "source", "span", "strike", "strong", "style", "sub", "summary", "sup",
    "svg", "table", "tbody", "td", "template", "textarea", "tfoot", "th", "thead", "time", "title", "tr", "track",
    "tt", "u", "ul", "var", "video", "wbr",
];

pub(crate) fn is_void(tag: &str) -> bool {
    VOID.contains(&tag)
}

/// Returns true for an attribute that is on if it is there, whatever its text is.
pub(crate) fn is_boolean(tag: &str, name: &str) -> bool {
    !is_custom(tag)
        && matches!(
            name,
            "allowfullscreen"
                | "async"
                | "autofocus"
                | "autoplay"
                | "checked"
                | "controls"
                | "default"
                | "defer"
                | "disabled"
                | "formnovalidate"
                | "inert"
                | "loop"
                | "multiple"
                | "muted"
                | "nomodule"
                | "novalidate"
                | "open"
                | "playsinline"
                | "readonly"
                | "required"
                | "reversed"
                | "selected"
        )
}

/// Returns true if the parser drops a newline at the start of the element.
pub(crate) fn eats_newline(tag: &str) -> bool {
    matches!(tag, "listing" | "pre" | "textarea")
}

pub(crate) fn is_custom(tag: &str) -> bool {
    tag.contains('-')
        && !matches!(tag, "annotation-xml" | "color-profile" | "font-face" | "missing-glyph")
        && !tag.starts_with("font-face-")
}

/// Returns the SVG 2 name of an older attribute. Names with a namespace would need code in the page.
pub(crate) fn without_prefix(attribute: &str) -> &str {
    match attribute {
        "xlink:href" => "href",
        "xml:lang" => "lang",
        _ => attribute,
    }
}

/// The attributes whose value is one URL, apart from `data` on `<object>`. Core has the same list, for effects that set
/// attributes. A test below compares them.
#[rustfmt::skip]
const URLS: &[&str] = &[
    "action", "background", "cite", "codebase", "formaction", "href", "longdesc", "manifest", "ping", "poster", "src",
];

pub(crate) fn attribute_kind(tag: &str, attribute: &str) -> AttributeKind {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "accent", "accentunder", "contenteditable", "displaystyle", "draggable", "fence", "focusable", "largeop",
        "movablelimits", "preserveAlpha", "separator", "spellcheck", "stretchy", "symmetric", "writingsuggestions",
    ];
    let is_property = match attribute {
        "value" | "checked" | "indeterminate" => tag == "input",
        "selected" => tag == "option",
        "open" => matches!(tag, "details" | "dialog"),
        "muted" => matches!(tag, "audio" | "video"),
        _ => false,
    };
    if is_property {
        AttributeKind::Property
    } else if URLS.contains(&attribute) || (attribute == "data" && tag == "object") {
        AttributeKind::Url
    } else if attribute.starts_with("aria-") || attribute.starts_with("data-") || WORDS.contains(&attribute) {
        AttributeKind::Word
    } else {
        AttributeKind::Plain
    }
}

/// Returns true if a browser would run this URL as a script. Browsers ignore white space and control characters in it.
pub(crate) fn is_active_url(url: &str) -> bool {
    let start: String = url
        .trim_start_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .take("javascript:".len())
        .collect();
    let start = start.to_ascii_lowercase();
    start.starts_with("javascript:") || start.starts_with("vbscript:")
}

/// Returns true for tags that exist only in SVG. A template that starts with one belongs inside an `<svg>`.
pub(crate) fn is_svg_only(tag: &str) -> bool {
    #[rustfmt::skip]
    const TAGS: &[&str] = &[
        "circle", "defs", "desc", "ellipse", "filter", "g", "line", "marker", "mask", "metadata", "path",
        "pattern", "polygon", "polyline", "rect", "stop", "switch", "symbol", "text", "tspan", "use", "view",
        "animate", "set", "mpath",
    ];
    TAGS.contains(&tag) || SVG_TAGS.contains(&tag)
}

/// Returns true for elements at which the parser leaves an `<svg>` or `<math>` and returns to HTML.
pub(crate) fn breaks_out_of_foreign(tag: &str) -> bool {
    #[rustfmt::skip]
    const TAGS: &[&str] = &[
        "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1",
        "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p",
        "pre", "ruby", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tt", "u", "ul", "var",
    ];
    TAGS.contains(&tag)
}

/// Returns the name in the case that the parser gives it. A page uses the same name when it builds a template's tree.
pub(crate) fn canonical_tag(namespace: Namespace, tag: &str) -> String {
    match namespace {
        Namespace::Svg => canonical(SVG_TAGS, tag),
        Namespace::Html | Namespace::MathMl => tag.to_ascii_lowercase(),
    }
}

pub(crate) fn canonical_attribute(namespace: Namespace, attribute: &str) -> String {
    match namespace {
        Namespace::Svg => canonical(SVG_ATTRIBUTES, attribute),
        Namespace::MathMl => canonical(&["definitionURL"], attribute),
        Namespace::Html => attribute.to_ascii_lowercase(),
    }
}

fn canonical(mixed_case: &[&str], name: &str) -> String {
    match mixed_case.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => (*known).to_owned(),
        None => name.to_ascii_lowercase(),
    }
}

/// <https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inforeign>
#[rustfmt::skip]
const SVG_TAGS: &[&str] = &[
    "altGlyph", "altGlyphDef", "altGlyphItem", "animateColor", "animateMotion", "animateTransform", "clipPath",
    "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting",
    "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR",
    "feGaussianBlur", "feImage", "feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight",
    "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence", "foreignObject", "glyphRef", "linearGradient",
    "radialGradient", "textPath",
];

/// <https://html.spec.whatwg.org/multipage/parsing.html#adjust-svg-attributes>
#[rustfmt::skip]
const SVG_ATTRIBUTES: &[&str] = &[
    "attributeName", "attributeType", "baseFrequency", "baseProfile", "calcMode", "clipPathUnits",
    "diffuseConstant", "edgeMode", "filterUnits", "glyphRef", "gradientTransform", "gradientUnits", "kernelMatrix",
    "kernelUnitLength", "keyPoints", "keySplines", "keyTimes", "lengthAdjust", "limitingConeAngle", "markerHeight",
    "markerUnits", "markerWidth", "maskContentUnits", "maskUnits", "numOctaves", "pathLength",
    "patternContentUnits", "patternTransform", "patternUnits", "pointsAtX", "pointsAtY", "pointsAtZ",
    "preserveAlpha", "preserveAspectRatio", "primitiveUnits", "refX", "refY", "repeatCount", "repeatDur",
    "requiredExtensions", "requiredFeatures", "specularConstant", "specularExponent", "spreadMethod",
    "startOffset", "stdDeviation", "stitchTiles", "surfaceScale", "systemLanguage", "tableValues", "targetX",
    "targetY", "textLength", "viewBox", "viewTarget", "xChannelSelector", "yChannelSelector", "zoomAndPan",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_lists_the_same_url_attributes() {
        let source = include_str!("../../core/src/html/value/url.rs");
        let (_, list) = source.split_once("URL_ATTRIBUTES: &[&str] = &[").expect("core's list");
        let (list, _) = list.split_once("];").expect("the list's end");
        let names: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
        for name in &names {
            assert!(attribute_kind("object", without_prefix(name)) == AttributeKind::Url, "{name}");
        }
        for name in URLS {
            assert!(names.contains(name), "{name}");
        }
    }
}
