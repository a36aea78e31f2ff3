use std::borrow::Cow;

use tealight_core::FieldErrors;

use crate::layout::{Document, Layout};

/// A page as it is answered to a `GET`.
#[derive(Debug)]
pub struct Page {
    html: String,
    policy: Option<Cow<'static, str>>,
}

/// What has become of a form that a browser without scripts has posted.
#[derive(Debug)]
#[non_exhaustive]
pub enum Posted {
    /// The page, as the form has left it.
    Page(Page),
    /// `update` has sent the page to this URL, with `Command::navigate`.
    Elsewhere(String),
    /// The page has no such form (any more); nothing has been done.
    Gone,
    /// The form does not decode to the type that its handler takes; nothing has been done.
    Invalid(FieldErrors),
}

impl Page {
    pub(crate) fn new(layout: &Layout, document: &Document<'_>) -> Self {
        Self { html: layout.render(document), policy: layout.security_policy() }
    }

    /// The document.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The document, to be sent.
    pub fn into_html(self) -> String {
        self.html
    }

    /// The headers that the document must be sent with: names in lower case, values as they are.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let fixed = [
            ("content-type", "text/html; charset=utf-8"),
            // it holds the session's id, and would be of the past when it came back from a cache
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ];
        let policy = self.policy.as_deref().map(|policy| ("content-security-policy", policy));
        fixed.into_iter().chain(policy)
    }
}
