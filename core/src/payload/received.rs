use std::cell::RefCell;

use serde::de::DeserializeOwned;

use super::{Sent, dropped};
use crate::{Call, FieldErrors, Messages, Notice, wire};

/// An event's payload: its JSON, which is empty if there is none, and the errors of decoding it as a form.
#[derive(Clone, Debug)]
pub struct Payload {
    json: String,
    /// The language of the errors.
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

    /// Decodes any type. Returns `None` if the JSON is not a `T`.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(&self.json).ok()
    }

    /// Decodes one of the types in [`payload`](super), which the client sends as objects.
    pub(crate) fn object<T: Sent>(&self) -> Option<T> {
        super::read(&self.json)
    }

    /// Decodes the detail of a hook's call, and adds the event's number, to which the answer refers.
    pub(crate) fn call<T: DeserializeOwned>(&self) -> Option<Call<T>> {
        self.decode().map(|detail| Call::new(detail, self.event))
    }

    /// Decodes a form. If it does not decode, keeps its errors for [`take_errors`](Self::take_errors).
    pub(crate) fn form<T: DeserializeOwned>(&self) -> Option<T> {
        let data = wire::read_form(&self.json).ok()??.with_messages(self.messages);
        data.decode().map_err(|errors| drop(self.errors.replace(errors))).ok()
    }

    /// Takes the errors of the last form that did not decode.
    pub(crate) fn take_errors(&self) -> FieldErrors {
        self.errors.take()
    }

    /// Decodes the data of a drag.
    pub(crate) fn dropped<T: DeserializeOwned>(&self) -> Option<T> {
        dropped::read(&self.decode::<String>()?)
    }
}
