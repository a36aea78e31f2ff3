//! Posts that a proxy brings to another process than the one that has their stream.

use tealight_runtime::{Close, Relay, RelayError, Token};

use crate::connections::Connections;
use crate::shared::Posted;

/// Separates the secret of a stream's key from the name of its process.
const SEPARATOR: char = '.';
/// Stands in place of the number of a post that was too long.
const TOO_LONG: &str = "long";

/// The key that names a stream for the page's posts.
pub(crate) fn key_of(secret: &Token, relay: &Relay) -> String {
    match relay.name() {
        Some(name) => format!("{}{SEPARATOR}{name}", secret.as_str()),
        None => secret.as_str().to_owned(),
    }
}

/// Reads a key: the fingerprint of its secret, and the process's name if it has one.
pub(crate) fn read_key(key: &str) -> Option<(String, Option<&str>)> {
    let (secret, process) = match key.split_once(SEPARATOR) {
        Some((secret, process)) => (secret, Some(process)),
        None => (key, None),
    };
    Some((Token::parse(secret)?.fingerprint(), process))
}

/// Writes a post for its process: the stream, the number, and the messages. A post that was too long has no number.
pub(crate) fn request(stream: &str, post: Option<(u32, &str)>) -> String {
    match post {
        Some((number, lines)) => format!("{stream} {number}\n{lines}"),
        None => format!("{stream} {TOO_LONG}\n"),
    }
}

/// Returns the body of a post as a text. JSON has no control characters but those that separate; others would be long when they are
/// passed on.
pub(crate) fn text(lines: &[u8]) -> Option<&str> {
    let is_right = |byte: &u8| *byte >= b' ' || matches!(byte, b'\n' | b'\r' | b'\t');
    str::from_utf8(lines).ok().filter(|_| lines.iter().all(is_right))
}

/// Takes a post that another process has passed on, and answers it. `limit` is the most bytes that may wait.
pub(crate) fn take(connections: &Connections, request: &str, limit: usize) -> String {
    let posted = read(request).and_then(|(stream, number, lines)| {
        let connection = connections.find(stream)?;
        let Some(number) = number else {
            connection.refuse(Close::TooLong);
            return None;
        };
        Some(connection.post(number, lines.as_bytes(), limit))
    });
    posted.unwrap_or(Posted::Gone).name().to_owned()
}

fn read(request: &str) -> Option<(&str, Option<u32>, &str)> {
    let (head, lines) = request.split_once('\n')?;
    let (stream, number) = head.split_once(' ')?;
    let number = if number == TOO_LONG { None } else { Some(number.parse().ok()?) };
    Some((stream, number, lines))
}

/// Reads the answer to a post that was passed on.
pub(crate) fn answered(answer: Result<String, RelayError>) -> Posted {
    const ALL: [Posted; 3] = [Posted::Taken, Posted::Early, Posted::Busy];
    match answer {
        Ok(answer) => ALL.into_iter().find(|posted| answer == posted.name()).unwrap_or(Posted::Gone),
        Err(RelayError::Unknown) => Posted::Gone,
        Err(_) => Posted::Busy,
    }
}

impl Posted {
    const fn name(&self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Early => "early",
            Self::Busy => "busy",
            Self::Gone => "gone",
        }
    }
}
