use tealight_core::FieldErrors;

use super::headers::PageHeaders;
use super::layout::{Document, Layout};

/// A page, the answer to a `GET`.
#[derive(Debug)]
pub struct Page {
    html: String,
    headers: PageHeaders,
    /// Sets the cookie that has the flash for the next page, or clears it.
    cookie: Option<String>,
}

/// The result of a form that a browser without JavaScript has posted.
#[derive(Debug)]
#[non_exhaustive]
pub enum Posted {
    /// `update` took the form, and this is the page after it.
    Page(Page),
    /// `update` took the form, and sends the browser elsewhere with `Command::navigate` or `Command::go`.
    Elsewhere {
        /// The URL.
        url: String,
        /// The header `set-cookie` of the answer, if it has one: the text of `Command::flash` for the page at this URL.
        cookie: Option<String>,
    },
    /// The page does not have this form, or no longer has it. `update` was not called.
    Gone,
    /// The form does not decode to the type that its handler takes. `update` was not called.
    Invalid(FieldErrors),
}

impl Page {
    pub(crate) fn new(layout: &Layout, headers: PageHeaders, document: &Document<'_>) -> Self {
        Self { html: layout.render(document), headers, cookie: None }
    }

    pub(crate) fn with_cookie(self, cookie: Option<String>) -> Self {
        Self { cookie, ..self }
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
        let cookie = self.cookie.as_deref().map(|cookie| ("set-cookie", cookie));
        self.headers.iter().map(|(name, value)| (&**name, &**value)).chain(cookie)
    }
}
