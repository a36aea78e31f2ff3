use std::hash::Hash;

use super::cx::Cx;
use super::renderer::Pass;
use super::view::{Position, View, ViewKind};
use super::width::{Varies, Width, Word};

/// A view that is skipped while its inputs are those of the delivered render: what it costs then is
/// their hash.
///
/// ```
/// use tealight_core::{html, lazy, View};
///
/// #[derive(Clone)]
/// struct Row { id: u64, version: u32, name: String }
///
/// fn table(rows: &[Row]) -> impl View<()> {
///     html! {
///         <ul>
///             for row in rows, key = row.id {
///                 {lazy((row.id, row.version), move |_| html! { <li>{&row.name}</li> })}
///             }
///         </ul>
///     }
/// }
/// # let _ = table(&[]);
/// ```
///
/// The view must depend on nothing but the inputs (or on what they stand for, as a version does).
pub fn lazy<I: Hash + Clone, V, F: Fn(I) -> V>(inputs: I, view: F) -> Lazy<I, F> {
    Lazy { inputs, view }
}

/// What [`lazy`] makes.
#[derive(Clone, Copy, Debug)]
pub struct Lazy<I, F> {
    inputs: I,
    view: F,
}

impl<E: 'static, I: Hash + Clone, V: View<E>, F: Fn(I) -> V> View<E> for Lazy<I, F> {
    type Width = (Word, V::Width);
    const KIND: ViewKind = match V::KIND {
        // a text is as cheap to compare as its inputs
        ViewKind::Text => panic!("`lazy` takes a view that `html!` makes, not a text"),
        ViewKind::Template => ViewKind::Template,
        ViewKind::Branch => ViewKind::Branch,
    };

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        let pass = cx.pass;
        let fingerprint = pass.r.seed.of(&self.inputs) ^ pass.r.salt;
        let place = pass.r.at;
        if pass.store.tape.get(place) == Some(&fingerprint) {
            let varies = V::Width::WORDS == Varies::WORDS;
            pass.r.at += if varies { 2 + pass.store.tape[place + 1] as usize } else { 1 + V::Width::WORDS };
        } else {
            self.render_anew(pass, at, fingerprint);
        }
    }
}

impl<I: Hash + Clone, F> Lazy<I, F> {
    #[inline(never)]
    fn render_anew<E: 'static, V: View<E>>(&self, mut pass: Pass<'_>, at: Position, fingerprint: u64)
    where
        F: Fn(I) -> V,
    {
        let varies = V::Width::WORDS == Varies::WORDS;
        let place = pass.enter_lazy(fingerprint, varies);
        (self.view)(self.inputs.clone()).render(Cx::new(pass.again()), at);
        if varies {
            let length = (pass.place() - place - 1) as u64;
            pass.amend(place, |_| length);
        }
    }
}

impl Pass<'_> {
    /// The inputs have changed. Answers with the place of the length.
    #[inline(never)]
    fn enter_lazy(&mut self, fingerprint: u64, varies: bool) -> usize {
        if self.r.mode.is_cold() {
            self.push(fingerprint);
            let place = self.place();
            if varies {
                self.push(0);
            }
            return place;
        }
        self.overwrite(fingerprint);
        let place = self.place();
        self.r.at += usize::from(varies);
        place
    }
}
