//! The part of each process that reports while somebody watches, and hears the others.

use std::hash::{BuildHasher, RandomState};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tealight_runtime::overview::Overview;
use tokio::time::Instant;

use crate::cluster::{Cluster, PAUSE, Shown};
use crate::measure::{Scan, measure};
use crate::wire::{Named, Report, Said, Session, TOPIC};

/// The reports of this process, and those that it has heard from others.
pub(crate) struct Agent {
    overview: Overview,
    /// A report with the names of this process, and nothing else.
    named: Report,
    began: Instant,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    cluster: Cluster,
    reported: Option<Instant>,
    scan: Scan,
    /// The looks at sessions since the last report.
    looks: usize,
}

/// The most sessions that a process looks for between two reports: it looks at all of its sessions to find one.
const LOOKS: usize = 8;

impl Agent {
    pub(crate) fn new(overview: Overview, name: String, version: String) -> Self {
        let process = RandomState::new().hash_one(&name);
        let named = Report { process, name, version, ..Report::default() };
        Self { overview, named, began: Instant::now(), heard: Mutex::default() }
    }

    /// Takes a message of any process, also of this one.
    pub(crate) fn hear(&self, message: &[u8]) {
        let Some(said) = Said::read(message) else {
            return tracing::debug!("a message about processes is none of Tealight's, or too large");
        };
        let is_here = |named: &Named| named.process == self.named.process;
        match said {
            Said::Watch => {
                if let Some(report) = self.report() {
                    self.say(&Said::Report(Box::new(report)));
                }
            }
            Said::Report(report) => self.heard().cluster.hear(*report, Instant::now()),
            Said::Looked(named, session) => self.heard().cluster.hear_looked(named, session, Instant::now()),
            Said::Look(named) if is_here(&named) => {
                if self.may_look(named) {
                    match self.overview.session(named.session) {
                        Ok(Some(report)) => self.say(&Said::Looked(named, Some(Session::from(&report)))),
                        // It is busy: the next look may find it.
                        Ok(None) => {}
                        Err(_) => self.say(&Said::Looked(named, None)),
                    }
                }
            }
            Said::End(named) if is_here(&named) => {
                if self.overview.end_session(named.session).is_ok() {
                    tracing::info!(session = named.session, "a session was ended on the status page");
                }
                self.say(&Said::Looked(named, None));
            }
            Said::Look(_) | Said::End(_) => {}
        }
    }

    /// Returns the numbers of all processes, with new ones of this process.
    pub(crate) fn first_look(&self) -> Arc<Shown> {
        let report = self.report();
        let (heard, now) = (&mut *self.heard(), Instant::now());
        if let Some(report) = report {
            heard.cluster.hear(report, now);
        }
        heard.cluster.look(now)
    }

    /// Returns the numbers of all processes.
    pub(crate) fn look(&self) -> Arc<Shown> {
        self.heard().cluster.look(Instant::now())
    }

    /// Returns the sessions of a view of this process, by state.
    pub(crate) fn sessions_of(&self, live_view: &str) -> [usize; 3] {
        self.overview.sessions_of(live_view)
    }

    /// Returns the counters of a session, if its process has told them lately. The inner `None` says that it has ended.
    pub(crate) fn looked(&self, named: Named) -> Option<Option<Session>> {
        self.heard().cluster.looked(named, Instant::now())
    }

    /// Returns a report, unless one was made a moment ago.
    fn report(&self) -> Option<Report> {
        let now = Instant::now();
        let scan = {
            let heard = &mut *self.heard();
            if heard.reported.is_some_and(|reported| now - reported < PAUSE) {
                return None;
            }
            heard.reported = Some(now);
            heard.looks = 0;
            mem::take(&mut heard.scan)
        };
        // Without the lock: this takes longer.
        let scan = scan.next(&self.overview);
        let uptime = u64::try_from((now - self.began).as_millis()).unwrap_or(u64::MAX);
        let report = measure(&self.overview, &scan, Report { uptime, ..self.named.clone() });
        self.heard().scan = scan;
        Some(report)
    }

    /// Returns false if the session was looked at a moment ago, or too many were.
    fn may_look(&self, named: Named) -> bool {
        let heard = &mut *self.heard();
        if heard.looks >= LOOKS || heard.cluster.has_just_looked(named, Instant::now()) {
            return false;
        }
        heard.looks += 1;
        true
    }

    /// Tells all processes. Call it without the lock: this process hears it at once.
    fn say(&self, said: &Said) {
        if let Err(error) = self.overview.publisher().publish(TOPIC, said) {
            tracing::error!(%error, "the numbers of this process cannot be told");
        }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
