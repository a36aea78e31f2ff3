use crate::form::names::below;

/// The decoder's position: the steps of the field's name, and how deeply its type is nested.
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

    /// Returns the path of a type inside this one that has the same name in the form, such as that of an `Option`.
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
