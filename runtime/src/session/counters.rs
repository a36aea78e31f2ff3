use std::time::Duration;

use tealight_core::LiveView;

use super::{Inner, Rare, RunningSession};
use crate::report::SessionReport;
use crate::telemetry::Kind;
use crate::time::Clock;
use crate::watch::now;

/// The counters of a session, for a status page.
#[derive(Default)]
pub(super) struct Counters {
    /// The time of its start, in seconds of the application's clock.
    began: u32,
    /// The length of all messages of its page.
    pub(super) received: u64,
    /// The length of all messages to its page.
    pub(super) sent: u64,
    pub(super) events: u32,
    /// The longest time of an event, in microseconds.
    slowest: u32,
}

impl Counters {
    pub(super) fn new(clock: &Clock) -> Self {
        Self { began: seconds(clock), received: 0, sent: 0, events: 0, slowest: 0 }
    }
}

impl<A: LiveView> RunningSession<A> {
    /// Counts events that `update` has got since this time.
    #[inline]
    pub(super) fn count_update(&self, rare: Option<&mut Rare>, kind: Kind, events: u32, began: u64) {
        let Some(cells) = self.app.meter.cells() else { return };
        let took = now() - began;
        cells.count_update(kind, events, took);
        if let Some(Rare { counters, .. }) = rare {
            counters.events = counters.events.wrapping_add(events);
            counters.slowest = counters.slowest.max(u32::try_from(took / 1_000).unwrap_or(u32::MAX));
        }
    }

    pub(super) fn report_of(&self, inner: &Inner<A>) -> Option<SessionReport> {
        let (session, state) = (inner.session.as_ref()?, inner.state.in_reports()?);
        let Counters { began, received, sent, events, slowest } = inner.rare.as_ref()?.counters;
        let named = self.named();
        Some(SessionReport {
            number: named.number(),
            live_view: named.live_view,
            state,
            age: Duration::from_secs(seconds(&self.app.runtime.clock).saturating_sub(began).into()),
            events,
            patches: session.numbers().0,
            received,
            sent,
            slowest: Duration::from_micros(slowest.into()),
            unsent: (inner.waits_since > 0).then(|| Duration::from_nanos(now() - inner.waits_since)),
            page_bytes: session.kept_bytes(),
            resources: inner.resources.count(),
        })
    }
}

fn seconds(clock: &Clock) -> u32 {
    u32::try_from(clock.elapsed().as_secs()).unwrap_or(u32::MAX)
}
