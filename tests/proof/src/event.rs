//! What the pages of all shapes can say.

use std::fmt::Debug;

use serde::Deserialize;

/// The page's events.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Event {
    Hit(u32, u32, i64),
    Typed(String),
    TypedIn((u32, u32), String),
    Sent(Form),
    SentIn(u32, Form),
    Part(Part),
    PartOf(u32, Part),
}

/// A component's.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Part {
    Hit(u32, u32, i64),
    Typed(String),
    TypedIn((u32, u32), String),
    Sent(Form),
    SentIn(u32, Form),
}

/// What a form sends.
#[derive(Clone, Debug, Deserialize, Hash, PartialEq, Eq)]
pub struct Form {
    /// Its only field.
    pub name: String,
}

/// What comes with a text event in all tests.
pub const TYPED: &str = "typed";

/// What comes with a form in all tests.
pub fn sent() -> Form {
    Form { name: TYPED.to_owned() }
}

/// How a component's events are mapped: what a handler in it makes in the end.
#[derive(Clone, Copy, Debug, Default, Hash, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Wrap {
    #[default]
    Not,
    Part,
    PartOf(u32),
}

impl Wrap {
    /// The event's name as the page shows it, in `data-click` and the like: what a test expects to fire.
    pub fn of(self, event: &impl Debug) -> String {
        match self {
            Self::Not => format!("{event:?}"),
            Self::Part => format!("Part({event:?})"),
            Self::PartOf(id) => format!("PartOf({id}, {event:?})"),
        }
    }

    /// The same for a handler that takes a text.
    pub fn typed(self) -> String {
        self.of(&Event::Typed(TYPED.to_owned()))
    }

    /// With data.
    pub fn typed_in(self, data: (u32, u32)) -> String {
        self.of(&Event::TypedIn(data, TYPED.to_owned()))
    }

    /// The same for a handler that takes a form.
    pub fn sent(self) -> String {
        self.of(&Event::Sent(sent()))
    }

    /// With data.
    pub fn sent_in(self, data: u32) -> String {
        self.of(&Event::SentIn(data, sent()))
    }
}
