use std::cell::RefCell;

use serde::de::DeserializeOwned;

use super::{dropped, form};
use crate::payload::{self, Sent};
use crate::{Call, FieldErrors, Messages, Notice};

/// What came with an event: JSON that nobody has read yet, or nothing. And what was wrong with it when it was read.
#[derive(Clone, Debug)]
pub struct Payload {
    json: String,
    /// The language of what is wrong with a form.
    pub(crate) messages: Messages,
    errors: RefCell<FieldErrors>,
    /// The number of the event.
    event: u32,
}

impl Default for Payload {
    fn default() -> Self {
        Self { json: String::new(), messages: Notice::english, errors: RefCell::default(), event: 0 }
    }
}

impl Payload {
    pub(crate) fn set(&mut self, event: u32, json: &str) {
        self.event = event;
        self.json.clear();
        self.json.push_str(json);
    }

    /// `None` for what is no `T`.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.json).ok()
    }

    /// The same, of what the page's own script sends as an object.
    pub(crate) fn object<T: Sent>(&self) -> Option<T> {
        payload::read(&self.json)
    }

    /// The same, of a script that waits for an answer.
    pub(crate) fn call<T: DeserializeOwned>(&self) -> Option<Call<T>> {
        self.decode().map(|detail| Call::new(detail, self.event))
    }

    pub(crate) fn form<T: DeserializeOwned>(&self) -> Option<T> {
        let data = form::read(&self.json).ok()??.with_messages(self.messages);
        data.decode().map_err(|errors| drop(self.errors.replace(errors))).ok()
    }

    /// What is wrong with the form that was refused.
    pub(crate) fn take_errors(&self) -> FieldErrors {
        self.errors.take()
    }

    /// What was dragged.
    pub(crate) fn dropped<T: DeserializeOwned>(&self) -> Option<T> {
        dropped::read(&self.decode::<String>()?)
    }
}
