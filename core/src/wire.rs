//! The protocol's messages: this file and its twin in `client/` are the only two that know its keys.
//! `docs/protocol.md` describes them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use thiserror::Error;

mod command;
mod dropped;
pub(crate) mod form;
#[cfg(test)]
mod golden;
mod payload;

pub(crate) use self::command::effects;
use crate::FieldErrors;
use crate::command::PageCommand;

use crate::html::decimal;

pub use form::{FormAddress, NoFormAddress, POSTED_FORM};
pub use payload::Payload;

/// The protocol's version.
pub const VERSION: u32 = 1;

/// The longest address: deeper than any view that a person could use.
const MAX_STEPS: usize = 256;

/// Why a message of a page was not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// Not JSON, or of no shape that the protocol has.
    #[error("malformed: the message is of no shape that the protocol has")]
    Malformed,
    /// Another version of the protocol.
    #[error("version: this server speaks version {VERSION}; reload the page")]
    Version,
    /// An event's number skips one.
    #[error("order: an event before this one has not arrived; attach again")]
    Order,
    /// There is no handler at an event's address.
    #[error("no-handler: no handler stands at that address")]
    NoHandler,
    /// There is another handler at an event's address than the page had shown.
    #[error("stale: what stood at that address has changed or gone")]
    Stale,
    /// A handler does not take what came with the event.
    #[error("payload: the handler does not take what came with the event")]
    Payload,
}

impl Refusal {
    /// The reason's name in the protocol, and in metrics.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Version => "version",
            Self::Order => "order",
            Self::NoHandler => "no-handler",
            Self::Stale => "stale",
            Self::Payload => "payload",
        }
    }

    /// Appends the message that tells the page.
    pub fn encode(self, out: &mut Vec<u8>) {
        self.encode_for(None, out);
    }

    pub(crate) fn encode_for(self, event: Option<u32>, out: &mut Vec<u8>) {
        self.begin(event, out);
        if self == Self::Version {
            member(out, ",\"speaks\":[", VERSION);
            out.push(b']');
        }
        out.push(b'}');
    }

    fn begin(self, event: Option<u32>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"refused\":\"");
        out.extend_from_slice(self.reason().as_bytes());
        out.push(b'"');
        if let Some(event) = event {
            member(out, ",\"event\":", event);
        }
    }
}

/// A form was refused: what is wrong with it, by field.
pub(crate) fn refused_form(out: &mut Vec<u8>, event: u32, errors: &FieldErrors) {
    Refusal::Payload.begin(Some(event), out);
    for (n, (field, message)) in errors.iter().enumerate() {
        out.extend_from_slice(if n == 0 { b",\"fields\":[[\"" } else { b",[\"" });
        crate::html::escape::json(out, field);
        out.extend_from_slice(b"\",\"");
        crate::html::escape::json(out, message);
        out.extend_from_slice(b"\"]");
    }
    out.extend_from_slice(if errors.is_empty() { b"}" } else { b"]}" });
}

// ---- down

#[inline]
fn number(out: &mut Vec<u8>, number: u32) {
    decimal::whole(out, number.into());
}

fn member(out: &mut Vec<u8>, key: &str, value: u32) {
    out.extend_from_slice(key.as_bytes());
    number(out, value);
}

/// A template's definition, as a member of an object, with a comma.
pub(crate) fn definition(out: &mut Vec<u8>, template: usize, map: Option<&str>, tree: Option<&str>) {
    out.push(b'"');
    number(out, template as u32);
    out.extend_from_slice(b"\":{");
    if let Some(map) = map {
        out.extend_from_slice(b"\"map\":\"");
        crate::html::escape::json(out, map);
        out.push(b'"');
    }
    if let Some(tree) = tree {
        if map.is_some() {
            out.push(b',');
        }
        out.extend_from_slice(b"\"tree\":");
        out.extend_from_slice(tree.as_bytes());
    }
    out.extend_from_slice(b"},");
}

fn without_last_comma(definitions: &[u8]) -> &[u8] {
    definitions.strip_suffix(b",").unwrap_or(definitions)
}

/// Opens what replaces a value by one of any kind.
pub(crate) const REPLACE: &[u8] = b"{\"=\":";
/// Opens new rows.
pub(crate) const INSERT: &[u8] = b"{\"+\":[";
/// Opens the rows that go.
pub(crate) const REMOVE: &[u8] = b"{\"-\":[";
/// Opens the row that moves here.
pub(crate) const MOVE: &[u8] = b"{\">\":";
/// Opens trusted markup.
pub(crate) const MARKUP: &[u8] = b"{\"html\":\"";

/// Begins a patch and its body.
#[inline(always)]
pub(crate) fn begin_patch(out: &mut Vec<u8>, patch: u32) {
    decimal::between(out, b'[', patch.into(), *b",[");
}

/// Returns the number of a patch, in decimal digits. Returns `None` for a message that is no patch.
///
/// ```
/// use tealight_core::wire::patch_number;
///
/// assert_eq!(patch_number(b"[12,[\"x\"]]"), Some(&b"12"[..]));
/// assert_eq!(patch_number(b"{\"pong\":1}"), None);
/// ```
pub fn patch_number(message: &[u8]) -> Option<&[u8]> {
    // no other message is an array
    let digits = message.strip_prefix(b"[")?;
    let length = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    (length > 0).then(|| &digits[..length])
}

/// What goes along with a patch's body, if anything does.
pub(crate) fn extras<'a>(
    out: &mut Vec<u8>,
    event: Option<u32>,
    definitions: &[u8],
    commands: impl Iterator<Item = &'a PageCommand>,
) {
    let began = out.len();
    out.extend_from_slice(b",{");
    if let Some(event) = event {
        member(out, "\"e\":", event);
        out.push(b',');
    }
    if !definitions.is_empty() {
        out.extend_from_slice(b"\"t\":{");
        out.extend_from_slice(without_last_comma(definitions));
        out.extend_from_slice(b"},");
    }
    list_of_commands(out, b"\"c\":[", commands);
    out.pop();
    if out.len() > began + 1 {
        out.push(b'}');
    } else {
        out.truncate(began);
    }
}

/// A member of an object, with a comma; nothing if there are none.
fn list_of_commands<'a>(out: &mut Vec<u8>, open: &[u8], commands: impl Iterator<Item = &'a PageCommand>) {
    let began = out.len();
    out.extend_from_slice(open);
    command::commands(out, commands);
    if out.len() == began + open.len() {
        out.truncate(began);
    } else {
        out.pop();
        out.extend_from_slice(b"],");
    }
}

pub(crate) fn resume(out: &mut Vec<u8>, event: u32) {
    member(out, "{\"resume\":{\"event\":", event);
    out.extend_from_slice(b"}}");
}

pub(crate) fn mount<'a>(
    out: &mut Vec<u8>,
    session: &str,
    patch: u32,
    event: u32,
    definitions: &[u8],
    view: &[u8],
    commands: impl Iterator<Item = &'a PageCommand>,
) {
    out.extend_from_slice(b"{\"mount\":{\"session\":\"");
    out.extend_from_slice(session.as_bytes());
    member(out, "\",\"patch\":", patch);
    member(out, ",\"event\":", event);
    out.extend_from_slice(b",\"templates\":{");
    out.extend_from_slice(without_last_comma(definitions));
    out.extend_from_slice(b"},");
    list_of_commands(out, b"\"commands\":[", commands);
    out.extend_from_slice(b"\"view\":");
    out.extend_from_slice(view);
    out.extend_from_slice(b"}}");
}

pub(crate) fn acknowledge(out: &mut Vec<u8>, event: u32) {
    member(out, "{\"event\":", event);
    out.push(b'}');
}

/// A mistake in the view, which the page shows in development.
pub(crate) fn view_error(out: &mut Vec<u8>, error: &str) {
    out.extend_from_slice(b"{\"error\":\"");
    crate::html::escape::json(out, error);
    out.extend_from_slice(b"\"}");
}

pub(crate) fn pong(out: &mut Vec<u8>, ping: u32) {
    member(out, "{\"pong\":", ping);
    out.push(b'}');
}

/// The page's root element before the view.
pub(crate) const ROOT_OPEN: &[u8] = b"<div data-tealight=\"connecting\">";

/// The root element's end, and the data block.
pub(crate) fn data_block(out: &mut Vec<u8>, session: &str, definitions: &[u8]) {
    out.extend_from_slice(b"</div><script type=\"application/json\">");
    member(out, "{\"tealight\":", VERSION);
    out.extend_from_slice(b",\"session\":\"");
    out.extend_from_slice(session.as_bytes());
    out.extend_from_slice(b"\",\"templates\":{");
    for &byte in without_last_comma(definitions) {
        match byte {
            // in JSON it stands in strings only, and in HTML it could end the block
            b'<' => out.extend_from_slice(b"\\u003c"),
            _ => out.push(byte),
        }
    }
    out.extend_from_slice(b"}}</script>");
}

// ---- up

/// Returns true if a page says with this message that it leaves its connection.
///
/// The page goes on over another connection, after it has received everything that is due on this one.
pub fn is_leave(message: &[u8]) -> bool {
    message == b"null"
}

/// The first message of every connection: which session, and what the page has of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attach<'a> {
    /// The session's id; empty for a page that wants a new one.
    pub session: Cow<'a, str>,
    /// The last patch that the page has applied.
    pub patch: u32,
    /// The last event that the page has made.
    pub event: u32,
}

impl<'a> Attach<'a> {
    /// Reads an attach.
    ///
    /// # Errors
    /// [`Refusal::Version`] for another version of the protocol, [`Refusal::Malformed`] for anything
    /// that is not an attach.
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
        }

        let Versioned { tealight } = serde_json::from_slice(message).map_err(|_| Refusal::Malformed)?;
        if tealight != u64::from(VERSION) {
            return Err(Refusal::Version);
        }
        let Fields { session, patch, event, .. } = serde_json::from_slice(message).map_err(|_| Refusal::Malformed)?;
        Ok(Self { session, patch, event })
    }
}

/// A message of an attached page.
#[derive(Debug, PartialEq)]
pub(crate) enum Up<'a> {
    /// The payload is JSON, as it came; none is empty.
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
