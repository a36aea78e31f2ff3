use super::cx::Cx;
use super::escape;
use super::renderer::{Mode, Pass};
use super::view::{Position, View, ViewKind};
use super::width::Word;
use crate::wire;

/// Markup that goes into the page as it is. The application vouches for it: whatever stands in it, a
/// browser will do.
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
/// It is compared and replaced as a whole. In a page whose Content-Security-Policy has
/// `require-trusted-types-for 'script'`, the policy name `tealight` must be allowed.
pub fn trusted<T: AsRef<str>>(html: T) -> Trusted<T> {
    Trusted(html)
}

/// What [`trusted`] makes.
#[derive(Clone, Copy, Debug)]
pub struct Trusted<T>(T);

impl<E: 'static, T: AsRef<str>> View<E> for Trusted<T> {
    // an `Option` of it is a branch
    type Width = (Word, ());
    const KIND: ViewKind = ViewKind::Branch;

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        let mut pass = cx.pass;
        let html = self.0.as_ref();
        let fingerprint = pass.r.seed.str(html);
        if !pass.is_same(fingerprint) {
            pass.markup(at, fingerprint, html);
        }
    }
}

impl Pass<'_> {
    #[inline(never)]
    fn markup(&mut self, at: Position, fingerprint: u64, html: &str) {
        match self.r.mode {
            Mode::Lookup => self.r.at += 1,
            Mode::Html => {
                self.push(fingerprint);
                self.part_before(at);
                let out = &mut self.r.patch.out;
                out.extend_from_slice(b"<!*>");
                out.extend_from_slice(html.as_bytes());
                out.extend_from_slice(b"<!/*>");
            }
            Mode::Values => {
                self.push(fingerprint);
                self.markup_value(html);
            }
            Mode::Diff => {
                self.overwrite(fingerprint);
                self.r.patch.at(at.slot);
                self.r.patch.out.extend_from_slice(wire::REPLACE);
                self.markup_value(html);
                self.r.patch.close(b'}');
            }
        }
    }

    fn markup_value(&mut self, html: &str) {
        let out = &mut self.r.patch.out;
        out.extend_from_slice(wire::MARKUP);
        escape::json(out, html);
        out.extend_from_slice(b"\"},");
    }
}
