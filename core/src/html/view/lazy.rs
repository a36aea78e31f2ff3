use std::hash::Hash;

use super::{Cx, View, ViewKind};
use crate::html::render::{Pass, Position};
use crate::html::template::{Varies, Width};
use crate::html::value::{HashSeed, TextOut};

/// Renders a view only when its inputs have changed since the last delivered render. Otherwise the cost is hashing the
/// inputs.
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
/// The view must depend on nothing but the inputs. An input can represent other data: in this example, a row's
/// `version` changes whenever the row does.
#[rustfmt::skip]
pub fn lazy<I: Hash + Clone, V, F: Fn(I) -> V>(inputs: I, view: F) -> Lazy<I, F> { // help: a decimal number is a `Decimal`
    Lazy { inputs, view }
}

/// The result of [`lazy`].
#[derive(Clone, Copy, Debug)]
pub struct Lazy<I, F> {
    inputs: I,
    view: F,
}

impl<E: 'static, I: Hash + Clone, V: View<E>, F: Fn(I) -> V> View<E> for Lazy<I, F> {
    type Width = <V::Width as Width>::Lazy;
    const KIND: ViewKind = V::KIND;

    // a text is as cheap to compare as its inputs
    #[inline(always)]
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
        (self.view)(self.inputs.clone()).fingerprint(seed)
    }

    fn write(&self, out: &mut TextOut<'_>) {
        (self.view)(self.inputs.clone()).write(out);
    }

    #[inline(always)]
    fn render(&self, mut cx: Cx<'_, E>, at: Position) {
        if matches!(V::KIND, ViewKind::Text) {
            return cx.text_in_branch(at, self);
        }
        let mut pass = cx.pass;
        let inputs = pass.salted(pass.seed().of(&self.inputs));
        if !pass.skip_lazy::<V::Width>(inputs) {
            self.render_content(pass, at, inputs);
        }
    }
}

impl<I: Hash + Clone, F> Lazy<I, F> {
    #[inline(never)]
    fn render_content<E: 'static, V: View<E>>(&self, mut pass: Pass<'_>, at: Position, inputs: u64)
    where
        F: Fn(I) -> V,
    {
        let varies = V::Width::WORDS == Varies::WORDS;
        let place = pass.enter_lazy(inputs, varies);
        (self.view)(self.inputs.clone()).render(Cx::new(pass.again()), at);
        pass.leave_lazy(place, varies);
    }
}
