use std::sync::{Arc, Mutex};
use std::time::Duration;

use tealight_core::{LiveView, Messages, Notice, PageRequest};
use tokio::runtime::Handle;

use crate::connections::Connections;
use crate::error::catch;
use crate::pages::Layout;
use crate::registry::{Registry, WaitReason, WaitingList};
use crate::saving::{Codec, Saver};
use crate::stats::Stats;
use crate::sync::lock;
use crate::tasks::Tasks;
use crate::time::Clock;
use crate::topics::{PubSub, Topics};

/// An application, and everything that its sessions share.
pub(crate) struct Application<A: LiveView> {
    pub(crate) live_view: A,
    pub(crate) runtime: Runtime,
    /// How sessions are saved, if they are.
    pub(crate) codec: Option<Codec<A>>,
    /// Saves changes, if not only the end of the server does.
    pub(crate) saver: Option<Arc<Saver>>,
}

/// Everything that an application's sessions share. It does not depend on the application's type.
pub(crate) struct Runtime {
    pub(crate) config: Config,
    pub(crate) layout: Layout,
    pub(crate) registry: Registry,
    pub(crate) clock: Arc<Clock>,
    pub(crate) topics: Topics,
    pub(crate) tasks: Tasks,
    pub(crate) connections: Connections,
    /// The transports over which pages can connect, the best first.
    transports: Mutex<Vec<&'static str>>,
}

/// The settings of [`Builder`](crate::Builder).
pub(crate) struct Config {
    pub(crate) unattached_lifetime: Duration,
    pub(crate) detached_lifetime: Duration,
    pub(crate) max_unattached: usize,
    pub(crate) max_detached: usize,
    pub(crate) message_limit: usize,
    pub(crate) base: Option<String>,
    pub(crate) origins: Vec<String>,
    pub(crate) messages: Box<ChooseMessages>,
}

/// Chooses the language of a request.
pub(crate) type ChooseMessages = dyn Fn(&PageRequest) -> Messages + Send + Sync;

impl Runtime {
    pub(crate) fn start(config: Config, layout: Layout, engine: Arc<dyn PubSub>) -> Self {
        let handle = Handle::current();
        let unattached = WaitingList::new("unattached", config.max_unattached, config.unattached_lifetime);
        let detached = WaitingList::new("detached", config.max_detached, config.detached_lifetime);
        Self {
            config,
            layout,
            registry: Registry::new(unattached, detached),
            clock: Clock::start(&handle),
            topics: Topics::new(engine, handle.clone()),
            tasks: Tasks::new(handle),
            connections: Connections::default(),
            transports: Mutex::default(),
        }
    }

    pub(crate) fn stats(&self) -> Stats {
        Stats {
            unattached: self.registry.waiting(WaitReason::Unattached).len(),
            attached: self.registry.attached(),
            detached: self.registry.waiting(WaitReason::Detached).len(),
            connections: self.connections.count(),
            timers: self.clock.timers(),
            tasks: self.tasks.count(),
            subscriptions: self.topics.subscriptions(),
        }
    }

    pub(crate) fn offer(&self, transport: &'static str) {
        let mut offered = lock(&self.transports);
        if !offered.contains(&transport) {
            offered.push(transport);
        }
    }

    /// The transports that the page may use: all that are offered, or the one that its address asks for.
    pub(crate) fn transports_for(&self, request: &PageRequest) -> String {
        let wanted = request.query("tealight-transport");
        let offered = lock(&self.transports);
        match offered.iter().find(|&&name| wanted.as_deref() == Some(name)) {
            Some(&name) => name.to_owned(),
            None => offered.join(","),
        }
    }

    /// The texts for this request. They are English if the application panics while it chooses.
    pub(crate) fn messages_for(&self, request: &PageRequest) -> Messages {
        catch("messages_for", || (self.config.messages)(request)).unwrap_or(Notice::english)
    }
}
