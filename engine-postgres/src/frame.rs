//! Messages as the payloads of notifications.
//!
//! A payload is a JSON array of the topic, the message, and a number that tells it from an equal one: PostgreSQL drops the second of two
//! equal notifications of a transaction. A longer array is sent in parts, each with the array's number, its own, and the count of all.

use std::mem;
use std::sync::Arc;

use serde_json::value::RawValue;
use tealight_core::session::Message;
use tealight_runtime::PubSubError;

use crate::error::{PostgresError, unavailable};

/// The longest array of a message.
pub(crate) const MOST_BYTES: usize = 1 << 20;
/// The longest payload is 7,999 bytes.
const PART_BYTES: usize = 7_900;

/// Writes a message as payloads, which one transaction must send.
pub(crate) fn write(message: &Message, number: u64) -> Result<Vec<String>, PubSubError> {
    let value: &RawValue = serde_json::from_slice(&message.payload)?;
    let whole = serde_json::to_string(&(&*message.topic, value, number))?;
    if whole.len() > MOST_BYTES {
        return Err(unavailable(PostgresError::TooLong { bytes: whole.len(), limit: MOST_BYTES }));
    }
    if whole.len() <= PART_BYTES {
        return Ok(vec![whole]);
    }
    let mut parts = Vec::new();
    let mut rest = &*whole;
    while !rest.is_empty() {
        let end = (0..=PART_BYTES.min(rest.len())).rev().find(|end| rest.is_char_boundary(*end)).unwrap_or_default();
        let (part, after) = rest.split_at(end);
        parts.push(part);
        rest = after;
    }
    let count = parts.len();
    Ok(parts.iter().zip(1..).map(|(part, index)| format!("{number} {index}/{count} {part}")).collect())
}

/// Reads payloads, one after another.
#[derive(Default)]
pub(crate) struct Reader {
    /// The parts of a message whose last one is still to come. A transaction's notifications come without others between them, so there
    /// is one such message at most.
    partial: Option<Partial>,
}

struct Partial {
    /// The connection that has sent it.
    from: i32,
    number: u64,
    next: usize,
    count: usize,
    text: String,
}

/// A payload, as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Whole(Message),
    /// It is a part of a message, and not the last one.
    Part,
    /// It is none of Tealight's.
    Alien,
}

impl Reader {
    /// Reads a payload that a connection has sent.
    pub(crate) fn read(&mut self, from: i32, payload: &str) -> Read {
        let begun = self.partial.take();
        if payload.starts_with('[') {
            return message(payload).map_or(Read::Alien, Read::Whole);
        }
        self.part(begun, from, payload).unwrap_or(Read::Alien)
    }

    fn part(&mut self, begun: Option<Partial>, from: i32, payload: &str) -> Option<Read> {
        let (number, rest) = payload.split_once(' ')?;
        let (place, part) = rest.split_once(' ')?;
        let (index, count) = place.split_once('/')?;
        let (number, index, count) = (number.parse().ok()?, index.parse::<usize>().ok()?, count.parse().ok()?);
        let mut partial = match begun {
            Some(begun) if (begun.from, begun.number, begun.next, begun.count) == (from, number, index, count) => begun,
            _ if index == 1 => Partial { from, number, next: 1, count, text: String::new() },
            _ => return None,
        };
        if partial.text.len() + part.len() > MOST_BYTES {
            return None;
        }
        partial.text.push_str(part);
        if index == count {
            return message(&mem::take(&mut partial.text)).map(Read::Whole);
        }
        partial.next += 1;
        self.partial = Some(partial);
        Some(Read::Part)
    }
}

/// Reads the array of a message. Other programs leave out the number.
fn message(array: &str) -> Option<Message> {
    let parts: Vec<&RawValue> = serde_json::from_str(array).ok()?;
    let ([topic, value] | [topic, value, _]) = parts[..] else { return None };
    let topic: String = serde_json::from_str(topic.get()).ok()?;
    let payload: Arc<[u8]> = value.get().as_bytes().into();
    Some(Message { topic: topic.into(), payload })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(topic: &str, text: &str) -> Message {
        Message::new(topic, text).expect("a text is JSON")
    }

    fn read(payloads: &[(i32, &str)]) -> Vec<Read> {
        let mut reader = Reader::default();
        payloads.iter().map(|(from, payload)| reader.read(*from, payload)).collect()
    }

    #[test]
    fn a_message_is_an_array() {
        let message = of("room:\"7\"", "hello");
        let written = write(&message, 12).expect("it is short");
        assert_eq!(written, [r#"["room:\"7\"","hello",12]"#]);
        assert_eq!(read(&[(1, &written[0])]), [Read::Whole(message)]);
    }

    #[test]
    fn other_programs_leave_out_the_number() {
        let message = Message { topic: "orders".into(), payload: (*b"{\"number\": 7}").into() };
        assert_eq!(read(&[(1, r#" ["orders", {"number": 7}]"#)]), [Read::Alien]);
        assert_eq!(read(&[(1, r#"["orders", {"number": 7}]"#)]), [Read::Whole(message)]);
    }

    #[test]
    fn long_messages_have_parts() {
        let message = of("long", &"ü茶🍵".repeat(20_000));
        let written = write(&message, 3).expect("it is short enough");
        assert!(written.len() > 1 && written.iter().all(|part| part.len() < 8_000));
        let payloads: Vec<_> = written.iter().map(|part| (1, &**part)).collect();
        let mut expected: Vec<_> = written.iter().skip(1).map(|_| Read::Part).collect();
        expected.push(Read::Whole(message));
        assert_eq!(read(&payloads), expected);
    }

    #[test]
    fn a_message_that_is_too_long_is_refused() {
        assert!(write(&of("long", &"a".repeat(MOST_BYTES - 20)), 1).is_ok());
        let refused = write(&of("long", &"a".repeat(MOST_BYTES)), 1).expect_err("it is too long").to_string();
        assert!(refused.contains("is longer than 1048576"), "{refused}");
    }

    #[test]
    fn a_message_that_is_no_json_is_refused() {
        for payload in [&b"1],[2"[..], b"", b"\xff", b"\"\xff\""] {
            let refused = write(&Message { topic: "a".into(), payload: payload.into() }, 1);
            assert!(matches!(refused, Err(PubSubError::Encode(_))), "{payload:?}: {refused:?}");
        }
    }

    #[test]
    fn parts_that_do_not_belong_together_are_ignored() {
        let hi = || Read::Whole(of("a", "hi"));
        let (first, last) = ("7 1/2 [\"a\",", "7 2/2 \"hi\"]");
        assert_eq!(read(&[(1, first), (1, last)]), [Read::Part, hi()]);
        for other in
            ["7 2/3 \"hi\"]", "8 2/2 \"hi\"]", "7 3/2 \"hi\"]", "no", "[", "7", "7 1", "-7 1/1 ", "7 /2 ", "7 0/0 "]
        {
            assert_eq!(read(&[(1, first), (1, other), (1, last)]), [Read::Part, Read::Alien, Read::Alien], "{other}");
        }
        assert_eq!(read(&[(1, first), (2, last)]), [Read::Part, Read::Alien]);
        // A new one begins.
        assert_eq!(read(&[(1, "6 1/2 ["), (1, first), (1, last)]), [Read::Part, Read::Part, hi()]);
        assert_eq!(read(&[(1, first), (1, r#"["a","hi"]"#), (1, last)]), [Read::Part, hi(), Read::Alien]);
    }

    #[test]
    fn parts_take_no_more_memory_than_the_longest_message() {
        let long = "a".repeat(MOST_BYTES / 2);
        let parts: Vec<_> = (1..=3).map(|index| format!("1 {index}/{} {long}", usize::MAX)).collect();
        let payloads: Vec<_> = parts.iter().map(|part| (1, &**part)).collect();
        assert_eq!(read(&payloads), [Read::Part, Read::Part, Read::Alien]);
    }

    #[test]
    fn other_payloads_are_ignored() {
        for payload in
            ["", "[]", "[\"a\"]", "[1,2]", "[\"a\",1,2,3]", "{}", "null", "[\"a\",]", "[\"\\ud800\",1]", "[\"a\",1] 2"]
        {
            assert_eq!(read(&[(1, payload)]), [Read::Alien], "{payload}");
        }
        let deep = format!("[\"a\",{}", "[".repeat(7_000));
        assert_eq!(read(&[(1, &deep)]), [Read::Alien]);
    }
}
