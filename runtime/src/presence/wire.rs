use std::sync::Arc;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// A message of one process to the others, about a place.
#[derive(Serialize, Deserialize)]
pub(super) struct Said {
    pub(super) process: u64,
    pub(super) what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum What {
    /// Asks a process for all of its devices, or all processes.
    Ask { of: Option<u64> },
    /// The devices that have come, changed or gone since the message before. Each message has the next number.
    Changed { number: u64, devices: Vec<(u64, Option<Told>)> },
    /// All devices. If they are too many for one message, the next ones follow.
    All { number: u64, devices: Vec<(u64, Told)>, part: Part },
}

/// One of the messages that tell all together.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) is_first: bool,
    pub(super) is_last: bool,
}

/// A device: the key of its person, and what others see of it, as JSON.
pub(super) type Told = (Arc<str>, Arc<str>);

/// The most bytes of the devices of one message, about. Engines have a limit for messages; that of NATS is 1 MB.
pub(super) const BYTES: usize = 256 << 10;

/// A sign of life.
#[derive(Serialize, Deserialize)]
pub(super) struct Life {
    pub(super) process: u64,
    pub(super) sign: Sign,
    /// The number of the sign, for its own process.
    #[serde(default)]
    pub(super) beat: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Sign {
    /// The process is there.
    Here,
    /// The process is there, and has just heard of the one with this number for the first time, which then tells all of its devices.
    New(u64),
    /// The process ends.
    Bye,
}

/// Reads a message of another process.
pub(super) fn read<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Option<T> {
    serde_json::from_slice(payload).ok()
}

pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// News of a place for this process's sessions: a [`Here`](tealight_core::presence::Here) as JSON.
#[derive(Default)]
pub(super) struct News(Vec<u8>);

impl News {
    /// Adds a person, with a JSON list of their devices.
    pub(super) fn add(&mut self, person: &str, devices: &str) {
        if !self.is_empty() {
            self.0.push(b',');
        }
        self.0.push(b'[');
        serde_json::to_writer(&mut self.0, person).expect("a text is JSON");
        self.0.push(b',');
        self.0.extend_from_slice(devices.as_bytes());
        self.0.push(b']');
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// With `all`, nobody else is there.
    pub(super) fn finish(self, all: bool) -> Arc<[u8]> {
        let head = format!("{{\"all\":{all},\"people\":[");
        [head.as_bytes(), &self.0, b"]}"].concat().into()
    }
}
