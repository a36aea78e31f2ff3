//! The number of words that a view takes on the tape, as a type. A row of known width needs no length.

/// A number of words.
#[doc(hidden)]
pub trait Width: Default {
    /// The number, or that of [`Varies`] if it depends on the model.
    const WORDS: usize;
    /// True if one of them is a handler's: rows then need serials.
    const HANDLERS: bool;
    /// The width of an `Option` of it.
    type Optional: Width;
    /// The width of a `lazy` of it.
    type Lazy: Width;
}

/// One word: a text or an attribute.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Word;

/// One word: a handler.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct HandlerWord;

/// A number of words that depends on the model.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Varies;

impl Width for Word {
    const WORDS: usize = 1;
    const HANDLERS: bool = false;
    type Optional = Self;
    type Lazy = Self;
}

impl Width for HandlerWord {
    const WORDS: usize = 1;
    const HANDLERS: bool = true;
    type Optional = Varies;
    type Lazy = (Word, Self);
}

impl Width for Varies {
    const WORDS: usize = usize::MAX;
    const HANDLERS: bool = true;
    type Optional = Self;
    type Lazy = (Word, Self);
}

impl Width for () {
    const WORDS: usize = 0;
    const HANDLERS: bool = false;
    type Optional = Varies;
    type Lazy = (Word, Self);
}

impl<A: Width, B: Width> Width for (A, B) {
    const WORDS: usize =
        if A::WORDS == Varies::WORDS || B::WORDS == Varies::WORDS { Varies::WORDS } else { A::WORDS + B::WORDS };
    const HANDLERS: bool = A::HANDLERS || B::HANDLERS;
    type Optional = Varies;
    type Lazy = (Word, Self);
}
