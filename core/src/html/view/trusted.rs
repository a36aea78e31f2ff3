use super::{Cx, View, ViewKind};
use crate::html::render::Position;
use crate::html::template::Word;

/// Puts markup into the page without escaping it.
///
/// The application vouches for the markup: a browser runs every script and loads every URL in it.
///
/// ```
/// use tealight_core::{html, trusted, View};
///
/// fn article(rendered_markdown: &str) -> impl View<()> {
///     html! { <article>{trusted(rendered_markdown)}</article> }
/// }
/// # let _ = article("");
/// ```
///
/// The markup is compared and replaced as a whole. If the page's Content-Security-Policy has
/// `require-trusted-types-for 'script'`, it must allow the policy name `tealight`.
pub fn trusted<T: AsRef<str>>(html: T) -> Trusted<T> {
    Trusted(html)
}

/// The result of [`trusted`].
#[derive(Clone, Copy, Debug)]
pub struct Trusted<T>(T);

impl<E: 'static, T: AsRef<str>> View<E> for Trusted<T> {
    // not `Word`: an `Option` of it is a branch
    type Width = (Word, ());
    const KIND: ViewKind = ViewKind::Branch;

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        let mut pass = cx.pass;
        let html = self.0.as_ref();
        let fingerprint = pass.seed().str(html);
        if !pass.is_same(fingerprint) {
            pass.markup(at, fingerprint, html);
        }
    }
}
