//! The events of all shapes.

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

/// The events of a component.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Part {
    Hit(u32, u32, i64),
    Typed(String),
    TypedIn((u32, u32), String),
    Sent(Form),
    SentIn(u32, Form),
}

/// The data of a form.
#[derive(Clone, Debug, Deserialize, Hash, PartialEq, Eq)]
pub struct Form {
    /// Its only field.
    pub name: String,
}

/// The text of every text event.
pub const TYPED: &str = "typed";

/// The data of every form event.
pub fn sent() -> Form {
    Form { name: TYPED.to_owned() }
}

/// The way in which a component's events become the page's.
#[derive(Clone, Copy, Debug, Default, Hash, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Wrap {
    #[default]
    Not,
    Part,
    PartOf(u32),
}

impl Wrap {
    /// Returns the event as the page shows it in `data-click` and the like. A test expects it to fire.
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

    /// The same for a handler that takes data and a text.
    pub fn typed_in(self, data: (u32, u32)) -> String {
        self.of(&Event::TypedIn(data, TYPED.to_owned()))
    }

    /// The same for a handler that takes a form.
    pub fn sent(self) -> String {
        self.of(&Event::Sent(sent()))
    }

    /// The same for a handler that takes data and a form.
    pub fn sent_in(self, data: u32) -> String {
        self.of(&Event::SentIn(data, sent()))
    }
}
