//! Messages from a page to the server.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{VERSION, decode_flash};
use crate::refusal::Refusal;

/// The most steps in an address. No real view is nested this deep.
pub(crate) const MAX_STEPS: usize = 256;

/// Returns true if this message asks to end the connection, so that the page can attach over another one.
///
/// First send everything that is due on this connection.
pub fn is_leave(message: &[u8]) -> bool {
    message == b"null"
}

/// Returns true if the page says with this message that it has got [`went`](super::went): no later message is for the session before.
pub fn has_gone(message: &[u8]) -> bool {
    message.starts_with(b"{\"went\":")
}

/// The payload of a link.
pub(crate) struct Link {
    pub(crate) address: String,
    /// The session that the page had there, if it goes back or forward.
    pub(crate) session: Option<String>,
    /// The flash that the page has.
    pub(crate) flash: Option<String>,
    /// The page shows this session's view already: it was rendered ahead, with this patch.
    pub(crate) patch: Option<u32>,
}

impl Link {
    /// Reads an address, or a list of what is known, in this order.
    pub(crate) fn decode(payload: &str) -> Option<Self> {
        if let Ok(address) = serde_json::from_str(payload) {
            return Some(Self { address, session: None, flash: None, patch: None });
        }
        #[derive(Deserialize)]
        struct Known(
            String,
            #[serde(default)] Option<String>,
            #[serde(default)] Option<String>,
            #[serde(default)] Option<u32>,
        );
        let Known(address, session, flash, patch) = serde_json::from_str(payload).ok()?;
        let flash = flash.and_then(|value| decode_flash(&value));
        Some(Self { address, session, flash, patch })
    }
}

/// The first message of every connection. It names the session and says how much of it the page has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attach<'a> {
    /// The session's id, or empty to ask for a new session.
    pub session: Cow<'a, str>,
    /// The last patch that the page has applied.
    pub patch: u32,
    /// The number of the page's last event.
    pub event: u32,
    /// The number by which the page names itself; 0 if it does not.
    pub page: u32,
}

impl<'a> Attach<'a> {
    /// Decodes an attach.
    ///
    /// # Errors
    /// Returns [`Refusal::Version`] for an attach of another version of the protocol, and [`Refusal::Malformed`] for
    /// anything else that is not an attach.
    pub fn decode(message: &'a [u8]) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        struct Versioned {
            tealight: u64,
        }

        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields<'a> {
            #[serde(rename = "tealight")]
            _version: u64,
            #[serde(borrow)]
            session: Cow<'a, str>,
            patch: u32,
            event: u32,
            #[serde(default)]
            page: i32,
        }

        let Versioned { tealight } = serde_json::from_slice(message).map_err(|_| Refusal::Malformed)?;
        if tealight != u64::from(VERSION) {
            return Err(Refusal::Version);
        }
        let Fields { session, patch, event, page, .. } =
            serde_json::from_slice(message).map_err(|_| Refusal::Malformed)?;
        Ok(Self { session, patch, event, page: page.cast_unsigned() })
    }
}

/// A message from an attached page.
#[derive(Debug, PartialEq)]
pub(crate) enum Up<'a> {
    /// The payload is JSON that is not decoded yet. It is empty if there is none.
    Event {
        event: u32,
        patch: u32,
        address: Vec<u32>,
        payload: &'a str,
    },
    Ping(u32),
    Remount(u32),
    Seen(u32),
}

impl<'a> Up<'a> {
    pub(crate) fn decode(message: &'a [u8]) -> Result<Self, Refusal> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "lowercase")]
        enum Named {
            Ping(u32),
            Remount(u32),
            Seen(u32),
        }

        let first = message.iter().find(|byte| !byte.is_ascii_whitespace());
        let up = if first == Some(&b'[') {
            serde_json::from_slice(message)
        } else {
            serde_json::from_slice(message).map(|named| match named {
                Named::Ping(n) => Self::Ping(n),
                Named::Remount(n) => Self::Remount(n),
                Named::Seen(n) => Self::Seen(n),
            })
        };
        up.map_err(|_| Refusal::Malformed)
    }
}

impl<'de> Deserialize<'de> for Up<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EventVisitor;

        impl<'de> Visitor<'de> for EventVisitor {
            type Value = Up<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[event, patch, address, payload?]")
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Up<'de>, S::Error> {
                let missing = || S::Error::custom("too short");
                let event = seq.next_element()?.ok_or_else(missing)?;
                let patch = seq.next_element()?.ok_or_else(missing)?;
                let address: Vec<u32> = seq.next_element()?.ok_or_else(missing)?;
                let payload = seq.next_element::<&RawValue>()?.map_or("", RawValue::get);
                if address.is_empty() || address.len() > MAX_STEPS || seq.next_element::<IgnoredAny>()?.is_some() {
                    return Err(S::Error::custom("not an event"));
                }
                Ok(Up::Event { event, patch, address, payload })
            }
        }

        deserializer.deserialize_seq(EventVisitor)
    }
}
