use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use tracing::Span;

use super::kind::Kind;
use crate::token::Token;

/// The target of all spans, so that a filter can choose them.
const TARGET: &str = "tealight::spans";

/// Makes a span, if a subscriber wants it. `tracing` alone would read the fields also for the crate `log`.
macro_rules! span {
    ($name:literal, $($fields:tt)*) => {
        if tracing::span_enabled!(target: TARGET, tracing::Level::DEBUG) {
            tracing::debug_span!(target: TARGET, $name, $($fields)*)
        } else {
            Span::none()
        }
    };
}

/// A session, as spans name it.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) live_view: &'static str,
    pub(crate) id: &'a Token,
}

impl Named<'_> {
    pub(crate) fn number(self) -> u64 {
        number_of(self.id)
    }

    #[inline]
    pub(crate) fn event(self, kind: Kind) -> Span {
        let Self { live_view, .. } = self;
        span!("event", live_view, session = self.number(), kind = kind.name())
    }

    #[inline]
    pub(crate) fn attach(self) -> Span {
        span!("attach", live_view = self.live_view, session = self.number())
    }

    #[inline]
    pub(crate) fn render(self) -> Span {
        span!("render", live_view = self.live_view, session = self.number())
    }

    pub(crate) fn command(self) -> Span {
        span!("command", live_view = self.live_view, session = self.number())
    }
}

/// Tells a session from others. Nobody can compute the id from it: the hash has a secret key.
pub(crate) fn number_of(id: &Token) -> u64 {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    KEY.hash_one(id) >> 16
}

pub(crate) fn mount(live_view: &'static str) -> Span {
    span!("mount", live_view)
}

pub(crate) fn restore(live_view: &'static str) -> Span {
    span!("restore", live_view)
}

pub(crate) fn save(sessions: usize) -> Span {
    span!("save", sessions)
}
