//! Components whose events differ from the page's.

use std::hash::Hash;
use std::marker::PhantomData;

use super::{Cx, View, ViewKind};
use crate::html::handler;
use crate::html::render::{Pass, Position};
use crate::html::value::{HashSeed, TextOut};

/// The result of [`View::map`].
pub struct Map<V, C, F> {
    view: V,
    event: F,
    of: PhantomData<fn(C)>,
}

/// The result of [`View::map_with`].
pub struct MapWith<V, D, C, F> {
    view: V,
    data: D,
    event: F,
    of: PhantomData<fn(C)>,
}

impl<V, C, F> Map<V, C, F> {
    pub(super) fn new(view: V, event: F) -> Self {
        Self { view, event, of: PhantomData }
    }
}

impl<V, D, C, F> MapWith<V, D, C, F> {
    pub(super) fn new(view: V, data: D, event: F) -> Self {
        Self { view, data, event, of: PhantomData }
    }
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

impl<C: 'static, E: 'static, V: View<C>, F: Fn(C) -> E> View<E> for Map<V, C, F> {
    as_view!();

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        let mut pass = cx.pass;
        if pass.is_lookup() {
            pass.find_within(|pass| self.view.render(Cx::new(pass), at), &self.event);
        } else {
            self.view.render(Cx::new(pass), at);
        }
    }
}

impl<D: Hash + Clone, C: 'static, E: 'static, V: View<C>, F: Fn(D, C) -> E> View<E> for MapWith<V, D, C, F> {
    as_view!();

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        let mut pass = cx.pass;
        let data = &self.data;
        let render = |pass: Pass<'_>| self.view.render(Cx::new(pass), at);
        let mark = |marks| handler::mark(marks, data);
        if pass.is_lookup() {
            pass.find_within(|mut pass| pass.within(data, mark, render), |event| (self.event)(data.clone(), event));
        } else {
            pass.within(data, mark, render);
        }
    }
}
