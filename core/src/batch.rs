use std::slice;

/// Any number of items. None or one needs no allocation.
pub(crate) enum Batch<T> {
    None,
    One(T),
    Many(Vec<T>),
}

impl<T> Batch<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        match self {
            Self::None => &[],
            Self::One(one) => slice::from_ref(one),
            Self::Many(many) => many,
        }
    }

    pub(crate) fn into_items(self) -> impl Iterator<Item = T> {
        let (one, many) = match self {
            Self::None => (None, Vec::new()),
            Self::One(one) => (Some(one), Vec::new()),
            Self::Many(many) => (None, many),
        };
        one.into_iter().chain(many)
    }

    pub(crate) fn map<U>(self, convert: impl Fn(T) -> U) -> Batch<U> {
        match self {
            Self::None => Batch::None,
            Self::One(one) => Batch::One(convert(one)),
            Self::Many(many) => Batch::Many(many.into_iter().map(convert).collect()),
        }
    }
}

impl<T> From<Vec<T>> for Batch<T> {
    fn from(mut items: Vec<T>) -> Self {
        match items.len() {
            0 => Self::None,
            1 => items.pop().map_or(Self::None, Self::One),
            _ => Self::Many(items),
        }
    }
}
