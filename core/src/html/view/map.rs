//! Components whose events differ from the page's.

use std::hash::Hash;
use std::marker::PhantomData;

use super::{Cx, View, ViewKind};
use crate::html::handler;
use crate::html::render::{Pass, Position};
use crate::html::value::{HashSeed, TextOut};

/// The result of [`View::map`].
pub struct Map<V, C, E> {
    view: V,
    event: fn(C) -> E,
}

/// The result of [`View::map_with`].
pub struct MapWith<V, D, C, E> {
    view: V,
    data: D,
    event: fn(D, C) -> E,
}

impl<V, C, E> Map<V, C, E> {
    pub(super) fn new(view: V, event: fn(C) -> E) -> Self {
        Self { view, event }
    }
}

impl<V, D, C, E> MapWith<V, D, C, E> {
    pub(super) fn new(view: V, data: D, event: fn(D, C) -> E) -> Self {
        Self { view, data, event }
    }
}

/// A view of a page with other events, whose constructor is a closure.
struct Wrapped<V, I, M, C, F> {
    view: V,
    identity: I,
    mark: M,
    wrap: F,
    of: PhantomData<fn(C)>,
}

/// Makes a view of a page with other events. `constructor` is the address of the function that `wrap` calls. It and `data` tell
/// this view's handlers from others, and `mark` does so in forms that are posted without JavaScript.
pub(crate) fn wrapped<V: View<C>, D: Hash, M: Hash, C: 'static, E: 'static>(
    view: V,
    constructor: usize,
    data: D,
    mark: M,
    wrap: impl Fn(C) -> E,
) -> impl View<E> {
    Wrapped { view, identity: (identity(constructor), data), mark, wrap, of: PhantomData }
}

/// Returns a number that tells a constructor from others. It is the same in every process of the same program, wherever
/// the program is in memory. Constructors with equal code may have equal numbers: they do the same.
fn identity(address: usize) -> usize {
    fn origin() {}
    address.wrapping_sub(origin as fn() as usize)
}

/// The parts of [`View`] in which a component is its own view.
macro_rules! as_view {
    () => {
        type Width = V::Width;
        const KIND: ViewKind = V::KIND;

        #[inline(always)]
        fn fingerprint(&self, seed: &HashSeed) -> u64 {
            self.view.fingerprint(seed)
        }

        fn write(&self, out: &mut TextOut<'_>) {
            self.view.write(out);
        }
    };
}

impl<C: 'static, E: 'static, V: View<C>> View<E> for Map<V, C, E> {
    as_view!();

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        let mut pass = cx.pass;
        let event = self.event;
        let render = |pass: Pass<'_>| self.view.render(Cx::new(pass), at);
        let identity = identity(event as usize);
        if pass.is_lookup() {
            pass.find_within(|mut pass| pass.within(&identity, |marks| marks, render), event);
        } else {
            pass.within(&identity, |marks| marks, render);
        }
    }
}

impl<D: Hash + Clone, C: 'static, E: 'static, V: View<C>> View<E> for MapWith<V, D, C, E> {
    as_view!();

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        let mut pass = cx.pass;
        let (data, event) = (&self.data, self.event);
        let render = |pass: Pass<'_>| self.view.render(Cx::new(pass), at);
        let mark = |marks| handler::mark(marks, data);
        let identity = (identity(event as usize), data);
        if pass.is_lookup() {
            pass.find_within(|mut pass| pass.within(&identity, mark, render), |child| event(data.clone(), child));
        } else {
            pass.within(&identity, mark, render);
        }
    }
}

impl<C: 'static, E: 'static, V: View<C>, I: Hash, M: Hash, F: Fn(C) -> E> View<E> for Wrapped<V, I, M, C, F> {
    as_view!();

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        let mut pass = cx.pass;
        let render = |pass: Pass<'_>| self.view.render(Cx::new(pass), at);
        let mark = |marks| handler::mark(marks, &self.mark);
        if pass.is_lookup() {
            pass.find_within(|mut pass| pass.within(&self.identity, mark, render), |child| (self.wrap)(child));
        } else {
            pass.within(&self.identity, mark, render);
        }
    }
}
