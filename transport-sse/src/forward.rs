//! Posts that a proxy brings to another process than the one that has their stream.

use tealight_runtime::{Close, Relay, Token};

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

/// Writes a post for its process. `None` is a post that was too long.
pub(crate) fn request(stream: &str, post: Option<(u32, &str)>) -> String {
    match post {
        Some((number, lines)) => format!("{stream} {number}\n{lines}"),
        None => format!("{stream} {TOO_LONG}\n"),
    }
}

/// Takes a post that another process has passed on, and answers it. `limit` is the most bytes that may wait.
pub(crate) fn take(connections: &Connections, request: &str, limit: usize) -> String {
    let posted = match read(request) {
        Some((stream, post, lines)) => match (connections.find(stream), post.parse()) {
            (Some(connection), Ok(number)) => connection.post(number, lines.as_bytes(), limit),
            (Some(connection), Err(_)) => {
                connection.refuse(Close::TooLong);
                Posted::Gone
            }
            (None, _) => Posted::Gone,
        },
        None => Posted::Gone,
    };
    posted.name().to_owned()
}

fn read(request: &str) -> Option<(&str, &str, &str)> {
    let (head, lines) = request.split_once('\n')?;
    let (stream, post) = head.split_once(' ')?;
    (post == TOO_LONG || post.parse::<u32>().is_ok()).then_some((stream, post, lines))
}

/// The result of a post that was passed on. Without an answer, the stream's process has gone.
pub(crate) fn answered(answer: Option<&str>) -> Posted {
    const ALL: [Posted; 3] = [Posted::Taken, Posted::Early, Posted::Busy];
    ALL.into_iter().find(|posted| answer == Some(posted.name())).unwrap_or(Posted::Gone)
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
