use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tealight_core::PageRequest;
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::layout::Layout;
use crate::lock;
use crate::pubsub::{PubSub, Publisher};
use crate::sessions::{Absence, Queue, Sessions};
use crate::stats::Stats;
use crate::topics::Topics;

/// What an application's sessions share, whatever the application.
pub(crate) struct Runtime {
    pub(crate) config: Config,
    pub(crate) layout: Layout,
    /// What pages can connect by, the best first.
    pub(crate) transports: Mutex<Vec<&'static str>>,
    pub(crate) handle: Handle,
    pub(crate) clock: Arc<Clock>,
    pub(crate) publisher: Publisher,
    pub(crate) topics: Arc<Topics>,
    pub(crate) sessions: Sessions,
    tasks: Arc<AtomicUsize>,
    connections: AtomicUsize,
    pub(crate) shutdown: Arc<Notify>,
    emptied: Notify,
}

pub(crate) struct Config {
    pub(crate) unattached_lifetime: Duration,
    pub(crate) detached_lifetime: Duration,
    pub(crate) max_unattached: usize,
    pub(crate) max_detached: usize,
    pub(crate) message_limit: usize,
    pub(crate) base: Option<String>,
    pub(crate) origins: Vec<String>,
}

impl Runtime {
    pub(crate) fn start(config: Config, layout: Layout, engine: Arc<dyn PubSub>) -> Self {
        let handle = Handle::current();
        let publisher = Publisher::new(engine, handle.clone());
        Self {
            clock: Clock::start(&handle),
            topics: Topics::new(publisher.clone(), handle.clone()),
            sessions: Sessions::new(config.max_unattached, config.max_detached),
            tasks: Arc::default(),
            connections: AtomicUsize::new(0),
            shutdown: Arc::default(),
            emptied: Notify::new(),
            transports: Mutex::default(),
            config,
            layout,
            handle,
            publisher,
        }
    }

    pub(crate) fn stats(&self) -> Stats {
        Stats {
            unattached: self.sessions.unattached.len(),
            attached: self.sessions.attached.load(Relaxed),
            detached: self.sessions.detached.len(),
            connections: self.connections.load(Relaxed),
            timers: self.clock.timers(),
            tasks: self.tasks.load(Relaxed),
            subscriptions: self.topics.count(),
        }
    }

    /// What the page of this request may connect by: all that is offered, or the one that its query asks for.
    pub(crate) fn transports_for(&self, request: &PageRequest) -> String {
        let wanted = request.query("tealight-transport");
        let offered = lock(&self.transports);
        match offered.iter().find(|&&name| wanted.as_deref() == Some(name)) {
            Some(&name) => name.to_owned(),
            None => offered.join(","),
        }
    }

    /// Where sessions wait for a page, and how long.
    pub(crate) fn waiting(&self, absence: Absence) -> (&Queue, Duration) {
        match absence {
            Absence::Unattached => (&self.sessions.unattached, self.config.unattached_lifetime),
            Absence::Detached => (&self.sessions.detached, self.config.detached_lifetime),
        }
    }

    pub(crate) fn running_task(&self) -> Counted {
        self.tasks.fetch_add(1, Relaxed);
        Counted(Arc::clone(&self.tasks))
    }

    pub(crate) fn connection_opened(&self) {
        self.connections.fetch_add(1, Relaxed);
    }

    pub(crate) fn connection_closed(&self) {
        if self.connections.fetch_sub(1, Relaxed) == 1 {
            self.emptied.notify_waiters();
        }
    }

    pub(crate) async fn without_connections(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.connections.load(Relaxed) == 0 {
                return;
            }
            emptied.await;
        }
    }
}

/// One of a number, for as long as it lives.
pub(crate) struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
