//! The elements that are allowed in each place, so that every shape is a valid template.

/// The kind of an element's children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentModel {
    Flow,
    Phrasing,
    Items,
    Terms,
    TableBody,
    TableRow,
    Options,
    Svg,
    Math,
}

impl ContentModel {
    /// Returns true if text is allowed.
    pub(crate) fn takes_text(self) -> bool {
        !matches!(self, Self::TableBody | Self::TableRow | Self::Options | Self::Items | Self::Terms)
    }
}

/// Elements around a place that forbid some others inside them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around {
    pub(crate) link: bool,
    pub(crate) button: bool,
    pub(crate) form: bool,
}

/// Static texts.
pub(crate) const TEXTS: &[&str] = &[
    "text",
    " ",
    "  two  spaces ",
    "\n",
    "\n  line",
    "\ttab",
    "a & b",
    "&amp; &lt; &nbsp;",
    "<b>no</b>",
    "</div>",
    "<!-- no -->",
    "\"quoted\" 'text'",
    "\u{a0}",
    "🥡",
    "\u{202e}rtl\u{202c}",
    "שלום",
    "e\u{301}",
    "nul\0",
    "\r\n",
    "\r",
    "{braces}",
    "Like ",
    ", ",
    "\u{2028}",
    "\u{1}",
];

/// The elements of one place: the name, the kind of children, and true if it can be an inner element.
pub(crate) const FLOW: &[(&str, ContentModel)] = &[
    ("div", ContentModel::Flow),
    ("section", ContentModel::Flow),
    ("article", ContentModel::Flow),
    ("blockquote", ContentModel::Flow),
    ("fieldset", ContentModel::Flow),
    ("figure", ContentModel::Flow),
    ("p", ContentModel::Phrasing),
    ("h2", ContentModel::Phrasing),
    ("pre", ContentModel::Phrasing),
    ("ul", ContentModel::Items),
    ("ol", ContentModel::Items),
    ("dl", ContentModel::Terms),
];

pub(crate) const PHRASING: &[&str] =
    &["span", "b", "i", "em", "code", "kbd", "q", "sub", "mark", "small", "output", "strong", "time", "ins"];
