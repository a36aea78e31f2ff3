use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tealight_core::MountError;
use tealight_core::session::Refusal;

/// The reason why a connection ends.
///
/// Each reason has a code for the websocket's close frame, and a word for people, logs and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Close {
    /// 1000: the page has left this connection, and has received everything that was due.
    Left,
    /// 1001: the page did not answer pings.
    Silent,
    /// 1002: the page broke the transport's rules.
    Broken,
    /// 1003: the page sent a binary message.
    Binary,
    /// 1007: the page sent a text that is not UTF-8.
    NotUtf8,
    /// 1009: the page sent a message over the limit.
    TooLong,
    /// 1011: `update` or `view` panicked. The session has ended.
    Panicked,
    /// 1012: the server is shutting down. The page tries to connect again.
    GoingDown,
    /// 1012 too: [`Overview::end_session`](crate::overview::Overview::end_session) has ended the session. The page attaches again, and gets a
    /// new one.
    Ended,
    /// 1013: `mount` has no page at the moment. The page tries to connect again.
    TryAgain,
    /// 4001: the page has attached over another connection.
    TakenOver,
    /// 4400: a message does not follow the protocol.
    Malformed,
    /// 4403: all sessions of the page's owner were ended, because the person has logged out. The page reloads itself.
    LoggedOut,
    /// 4406: the page speaks another version of the protocol. The page reloads itself.
    Version,
    /// 4406 too: there is another page at this address now. The page reloads itself.
    Elsewhere,
    /// 4409: an event is missing. The page attaches again.
    Order,
}

impl Close {
    /// The websocket's close code.
    pub const fn code(self) -> u16 {
        match self {
            Self::Left => 1000,
            Self::Silent => 1001,
            Self::Broken => 1002,
            Self::Binary => 1003,
            Self::NotUtf8 => 1007,
            Self::TooLong => 1009,
            Self::Panicked => 1011,
            Self::GoingDown | Self::Ended => 1012,
            Self::TryAgain => 1013,
            Self::TakenOver => 4001,
            Self::Malformed => 4400,
            Self::LoggedOut => 4403,
            Self::Version | Self::Elsewhere => 4406,
            Self::Order => 4409,
        }
    }

    /// The reason in one word, such as `taken-over`.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Silent => "silent",
            Self::Broken => "broken",
            Self::Binary => "binary",
            Self::NotUtf8 => "not-utf8",
            Self::TooLong => "too-long",
            Self::Panicked => "panicked",
            Self::GoingDown => "going-down",
            Self::Ended => "ended",
            Self::TryAgain => "try-again",
            Self::TakenOver => "taken-over",
            Self::Malformed => "malformed",
            Self::LoggedOut => "logged-out",
            Self::Version => "version",
            Self::Elsewhere => "elsewhere",
            Self::Order => "order",
        }
    }

    /// Counts and logs the end of a connection. Call it when the transport itself ends a connection; the runtime
    /// does it for the connections that it ends.
    pub fn count(self) {
        count_refusal(self.reason());
        tracing::debug!(code = self.code(), reason = self.reason(), "connection closed");
    }
}

impl From<Refusal> for Close {
    /// The close for a refusal that ends the connection.
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Version => Self::Version,
            Refusal::Order => Self::Order,
            _ => Self::Malformed,
        }
    }
}

impl From<&MountError> for Close {
    /// The close for a connection whose session could not be mounted.
    fn from(error: &MountError) -> Self {
        match error {
            MountError::Unavailable(_) => Self::TryAgain,
            _ => Self::Elsewhere,
        }
    }
}

/// Counts a message that was refused, or a connection that was ended.
pub(crate) fn count_refusal(reason: &'static str) {
    metrics::counter!("tealight_refused_total", "reason" => reason).increment(1);
    for (slot, count) in &REFUSED {
        // A slot gets its reason once, and keeps it.
        if *slot.get_or_init(|| reason) == reason {
            count.fetch_add(1, Relaxed);
            return;
        }
    }
}

/// The reasons for which this process has refused something, in the order of their first time, and how often. There is a place for each.
static REFUSED: [(OnceLock<&str>, AtomicU64); 48] = [const { (OnceLock::new(), AtomicU64::new(0)) }; 48];

/// Returns how often this process has refused something, by reason.
pub(crate) fn refusals() -> Vec<(&'static str, u64)> {
    let known = REFUSED.iter().map_while(|(reason, count)| Some((*reason.get()?, count.load(Relaxed))));
    known.collect()
}
