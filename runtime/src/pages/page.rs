use tealight_core::FieldErrors;

use super::headers::PageHeaders;
use super::layout::{Document, Layout};

/// A page, the answer to a `GET`.
#[derive(Debug)]
pub struct Page {
    html: String,
    headers: PageHeaders,
}

/// The result of a form that a browser without JavaScript has posted.
#[derive(Debug)]
#[non_exhaustive]
pub enum Posted {
    /// `update` took the form, and this is the page after it.
    Page(Page),
    /// `update` took the form, and sends the page to this URL with `Command::navigate`.
    Elsewhere(String),
    /// The page does not have this form, or no longer has it. `update` was not called.
    Gone,
    /// The form does not decode to the type that its handler takes. `update` was not called.
    Invalid(FieldErrors),
}

impl Page {
    pub(crate) fn new(layout: &Layout, headers: PageHeaders, document: &Document<'_>) -> Self {
        Self { html: layout.render(document), headers }
    }

    /// The whole document.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// Returns the whole document as an owned string.
    pub fn into_html(self) -> String {
        self.html
    }

    /// The headers that must be sent with the document. Names are in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (&**name, &**value))
    }
}
