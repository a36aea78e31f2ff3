//! Presence: who is at a place, each with the devices that have a page there.

mod people;

use std::fmt;

use serde::Deserialize;

pub use self::people::{Change, People};

/// A person at a place, as one of their pages describes them: a key, and what others see of this page.
///
/// Pages with the same key are devices of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person<M> {
    key: String,
    about: M,
}

impl<M> Person<M> {
    /// Names a person. The key tells people apart, such as the number of an account. All who hear the place see it, and `about`.
    pub fn new(key: impl Into<String>, about: M) -> Self {
        Self { key: key.into(), about }
    }

    /// Returns the key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns what others see of this device.
    pub fn about(&self) -> &M {
        &self.about
    }
}

/// News of a place: all who are there, or those who have changed. [`People::apply`] takes it.
///
/// The first news of a subscription names all.
#[derive(Clone, Deserialize)]
pub struct Here<M> {
    /// Those who are not named have left.
    all: bool,
    /// The devices of each person. A person without one has left.
    people: Vec<(String, Vec<M>)>,
}

impl<M> fmt::Debug for Here<M> {
    /// Leaves out the people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Here").field("all", &self.all).field("people", &self.people.len()).finish()
    }
}
