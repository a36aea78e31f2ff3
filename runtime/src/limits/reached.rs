use std::net::IpAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use thiserror::Error;

/// A limit that was reached. It is the source of a [`MountError::Unavailable`](tealight_core::MountError::Unavailable) if a page
/// could not be made because of it.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, Hash)]
#[error("the limit `{}` is reached", self.name())]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::attached`](crate::Limits#structfield.attached).
    Attached,
    /// [`Limits::unattached`](crate::Limits#structfield.unattached).
    Unattached,
    /// [`Limits::detached`](crate::Limits#structfield.detached) or
    /// [`Limits::detached_bytes`](crate::Limits#structfield.detached_bytes).
    Detached,
    /// [`Limits::connections_per_address`](crate::Limits#structfield.connections_per_address).
    Connections,
    /// [`Limits::requests_per_second`](crate::Limits#structfield.requests_per_second).
    Requests,
    /// [`Limits::events_per_second`](crate::Limits#structfield.events_per_second).
    Events,
    /// [`Limits::held_bytes`](crate::Limits#structfield.held_bytes).
    Held,
    /// [`Limits::mount_time`](crate::Limits#structfield.mount_time).
    Mount,
    /// [`Limits::head_bytes`](crate::Limits#structfield.head_bytes).
    HeadBytes,
    /// [`Limits::head_time`](crate::Limits#structfield.head_time).
    HeadTime,
    /// [`Limits::body_time`](crate::Limits#structfield.body_time).
    Body,
    /// [`Limits::write_time`](crate::Limits#structfield.write_time).
    Write,
    /// The requests of a client that wait while another process answers them: 2,500.
    Relayed,
    /// The files that the process may open.
    Files,
}

const ALL: [Limit; 14] = [
    Limit::Attached,
    Limit::Unattached,
    Limit::Detached,
    Limit::Connections,
    Limit::Requests,
    Limit::Events,
    Limit::Held,
    Limit::Mount,
    Limit::HeadBytes,
    Limit::HeadTime,
    Limit::Body,
    Limit::Write,
    Limit::Relayed,
    Limit::Files,
];
/// How often each limit was reached in this process.
static REACHED: [AtomicU64; ALL.len()] = [const { AtomicU64::new(0) }; ALL.len()];
/// A limit is logged at most once in this number of seconds.
const PAUSE: u64 = 60;

impl Limit {
    /// The limit's name in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Attached => "attached",
            Self::Unattached => "unattached",
            Self::Detached => "detached",
            Self::Connections => "connections_per_address",
            Self::Requests => "requests_per_second",
            Self::Events => "events_per_second",
            Self::Held => "held_bytes",
            Self::Mount => "mount_time",
            Self::HeadBytes => "head_bytes",
            Self::HeadTime => "head_time",
            Self::Body => "body_time",
            Self::Write => "write_time",
            Self::Relayed => "relayed",
            Self::Files => "files",
        }
    }

    /// Counts that the limit was reached, and logs it: a warning a minute at most, so that an attack does not fill the log.
    pub fn count(self, address: Option<IpAddr>) {
        REACHED[self as usize].fetch_add(1, Relaxed);
        metrics::counter!("tealight_limits_reached_total", "limit" => self.name()).increment(1);
        let address = address.map(tracing::field::display);
        if self.may_warn() {
            tracing::warn!(
                limit = self.name(),
                address,
                "a limit is reached; docs/guide/limits.md says what follows. For a minute, more of it is logged as debug messages"
            );
        } else {
            tracing::debug!(limit = self.name(), address, "a limit is reached");
        }
    }

    /// Returns how often each limit was reached in this process, for those that were.
    pub(crate) fn all_reached() -> Vec<(Self, u64)> {
        let counts = ALL.into_iter().map(|limit| (limit, REACHED[limit as usize].load(Relaxed)));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    fn may_warn(self) -> bool {
        static START: OnceLock<Instant> = OnceLock::new();
        /// The second of the last warning, from 1.
        static WARNED: [AtomicU64; ALL.len()] = [const { AtomicU64::new(0) }; ALL.len()];
        let now = START.get_or_init(Instant::now).elapsed().as_secs() + 1;
        let warned = &WARNED[self as usize];
        let last = warned.load(Relaxed);
        (last == 0 || now - last.min(now) >= PAUSE) && warned.compare_exchange(last, now, Relaxed, Relaxed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_has_its_place() {
        assert!(ALL.into_iter().enumerate().all(|(at, limit)| limit as usize == at));
        assert_eq!(ALL.len(), Limit::Files as usize + 1);
    }

    #[test]
    fn a_limit_warns_once_a_minute() {
        // no other test of this process reaches it
        assert!(Limit::Files.may_warn());
        assert!((0..1000).all(|_| !Limit::Files.may_warn()));
    }
}
