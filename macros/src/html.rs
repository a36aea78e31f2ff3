//! What HTML, SVG and MathML say about names: plain tables, in lower case and in alphabetical order.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Namespace {
    Html,
    Svg,
    MathMl,
}

/// How a value becomes an attribute. The names are those of core's `AttrKind`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AttributeKind {
    Plain,
    /// A truth value is the word `true` or `false`.
    Word,
    Url,
    /// Set as a property of the element: the attribute is only its first value.
    Property,
}

const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// A text, where tags are listed.
pub(crate) const TEXT: &str = "#text";

/// The elements of HTML that can stand in a view, and the roots of SVG and MathML.
pub(crate) const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
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
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "listing",
    "main",
    "map",
    "mark",
    "marquee",
    "math",
    "menu",
    "meta",
    "meter",
    "nav",
    "nobr",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "picture",
    "pre",
    "progress",
    "q",
    "rb",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "script",
    "search",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

pub(crate) fn is_void(tag: &str) -> bool {
    VOID.contains(&tag)
}

/// Their parser drops a newline that comes first.
pub(crate) fn eats_newline(tag: &str) -> bool {
    matches!(tag, "listing" | "pre" | "textarea")
}

pub(crate) fn is_custom(tag: &str) -> bool {
    tag.contains('-')
        && !matches!(tag, "annotation-xml" | "color-profile" | "font-face" | "missing-glyph")
        && !tag.starts_with("font-face-")
}

/// A name of before SVG 2, as it is called now: without a namespace, which takes code in the page.
pub(crate) fn without_prefix(attribute: &str) -> &str {
    match attribute {
        "xlink:href" => "href",
        "xml:lang" => "lang",
        _ => attribute,
    }
}

pub(crate) fn attribute_kind(tag: &str, attribute: &str) -> AttributeKind {
    const URLS: &[&str] = &[
        "action",
        "background",
        "cite",
        "codebase",
        "formaction",
        "href",
        "longdesc",
        "manifest",
        "ping",
        "poster",
        "src",
    ];
    const WORDS: &[&str] = &[
        "accent",
        "accentunder",
        "contenteditable",
        "displaystyle",
        "draggable",
        "fence",
        "focusable",
        "largeop",
        "movablelimits",
        "preserveAlpha",
        "separator",
        "spellcheck",
        "stretchy",
        "symmetric",
        "writingsuggestions",
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

/// Whether a browser would run this URL as a script. It drops white space and control characters.
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

/// Tags that only SVG has: a template that starts with one stands inside an `<svg>`.
pub(crate) fn is_svg_only(tag: &str) -> bool {
    const TAGS: &[&str] = &[
        "circle", "defs", "desc", "ellipse", "filter", "g", "line", "marker", "mask", "metadata", "path", "pattern",
        "polygon", "polyline", "rect", "stop", "switch", "symbol", "text", "tspan", "use", "view", "animate", "set",
        "mpath",
    ];
    TAGS.contains(&tag) || SVG_TAGS.contains(&tag)
}

/// Elements in an `<svg>` or `<math>` at which the parser gives up and goes back to HTML.
pub(crate) fn breaks_out_of_foreign(tag: &str) -> bool {
    const TAGS: &[&str] = &[
        "b",
        "big",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "hr",
        "i",
        "img",
        "li",
        "listing",
        "menu",
        "meta",
        "nobr",
        "ol",
        "p",
        "pre",
        "ruby",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tt",
        "u",
        "ul",
        "var",
    ];
    TAGS.contains(&tag)
}

/// The name as the parser makes it, whatever its case: the same as a page makes from a template's tree.
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
const SVG_TAGS: &[&str] = &[
    "altGlyph",
    "altGlyphDef",
    "altGlyphItem",
    "animateColor",
    "animateMotion",
    "animateTransform",
    "clipPath",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feImage",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "foreignObject",
    "glyphRef",
    "linearGradient",
    "radialGradient",
    "textPath",
];

/// <https://html.spec.whatwg.org/multipage/parsing.html#adjust-svg-attributes>
const SVG_ATTRIBUTES: &[&str] = &[
    "attributeName",
    "attributeType",
    "baseFrequency",
    "baseProfile",
    "calcMode",
    "clipPathUnits",
    "diffuseConstant",
    "edgeMode",
    "filterUnits",
    "glyphRef",
    "gradientTransform",
    "gradientUnits",
    "kernelMatrix",
    "kernelUnitLength",
    "keyPoints",
    "keySplines",
    "keyTimes",
    "lengthAdjust",
    "limitingConeAngle",
    "markerHeight",
    "markerUnits",
    "markerWidth",
    "maskContentUnits",
    "maskUnits",
    "numOctaves",
    "pathLength",
    "patternContentUnits",
    "patternTransform",
    "patternUnits",
    "pointsAtX",
    "pointsAtY",
    "pointsAtZ",
    "preserveAlpha",
    "preserveAspectRatio",
    "primitiveUnits",
    "refX",
    "refY",
    "repeatCount",
    "repeatDur",
    "requiredExtensions",
    "requiredFeatures",
    "specularConstant",
    "specularExponent",
    "spreadMethod",
    "startOffset",
    "stdDeviation",
    "stitchTiles",
    "surfaceScale",
    "systemLanguage",
    "tableValues",
    "targetX",
    "targetY",
    "textLength",
    "viewBox",
    "viewTarget",
    "xChannelSelector",
    "yChannelSelector",
    "zoomAndPan",
];
