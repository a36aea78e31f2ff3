use crate::form::names::below;

/// The position of decoding: the steps of a field's name, and the depth of types.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    last: Option<(&'p Path<'p>, &'p str)>,
    depth: usize,
}

impl<'p> Path<'p> {
    pub(super) const ROOT: Self = Self { last: None, depth: 0 };

    pub(super) fn below(&'p self, step: &'p str) -> Self {
        Self { last: Some((self, step)), depth: self.depth + 1 }
    }

    /// The same name, for a type inside the one that was wanted.
    pub(super) fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn name(&self) -> String {
        self.last.map_or_else(String::new, |(above, step)| below(&above.name(), step))
    }
}
