mod gauges;

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tealight_core::{LiveView, Messages, MountError, Notice, PageRequest};
use tokio::runtime::Handle;
use tokio::time::timeout;

use self::gauges::Gauges;
use crate::connections::Connections;
use crate::error::catch;
use crate::hosts::Hosts;
use crate::limits::{HELD_PART, Limit, Limits, Rates, Shares};
use crate::moves::Moves;
use crate::owners::Owners;
use crate::pages::{Layout, PageHeaders};
use crate::presence::Presence;
use crate::registry::{Registry, WaitReason, WaitingList};
use crate::relay::Relays;
use crate::saving::{Codec, Saver};
use crate::stats::Stats;
use crate::sync::lock;
use crate::tasks::Tasks;
use crate::telemetry::{Meter, Meters, Wires};
use crate::time::Clock;
use crate::topics::{PubSub, Topics};
use crate::watch::Name;

/// An application, and everything that its sessions share.
pub(crate) struct Application<A: LiveView> {
    pub(crate) live_view: A,
    pub(crate) name: Name,
    pub(crate) meter: Arc<Meter>,
    pub(crate) runtime: Arc<Runtime>,
    /// Tells it from the other views of a router.
    pub(crate) place: u32,
    /// How sessions are saved, if they are.
    pub(crate) codec: Option<Codec<A>>,
    /// They run before each mount and attach, in this order.
    pub(crate) guards: Vec<Arc<Guard>>,
    /// Saves changes, if not only the end of the server does.
    pub(crate) saver: Option<Arc<Saver>>,
}

/// Everything that an application's sessions share. It does not depend on the application's type.
pub(crate) struct Runtime {
    pub(crate) config: Config,
    pub(crate) layout: Layout,
    pub(crate) page_headers: PageHeaders,
    pub(crate) registry: Arc<Registry>,
    pub(crate) owners: Arc<Owners>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) topics: Arc<Topics>,
    pub(crate) presence: Arc<Presence>,
    pub(crate) moves: Arc<Moves>,
    pub(crate) relays: Arc<Relays>,
    pub(crate) tasks: Tasks,
    pub(crate) connections: Connections,
    /// The connections of pages, by client.
    pub(crate) connected: Arc<Shares>,
    /// The bytes of bodies and of pages that are being sent.
    pub(crate) held: Arc<Shares>,
    pub(crate) meters: Meters,
    pub(crate) wires: Wires,
    requests: Rates,
    proxy_noted: AtomicBool,
    /// `mount` may take any time.
    is_patient: AtomicBool,
    /// The transports over which pages can connect, the best first.
    transports: Mutex<Vec<&'static str>>,
    _gauges: Arc<Gauges>,
}

/// The settings of [`Builder`](crate::Builder).
pub(crate) struct Config {
    pub(crate) unattached_lifetime: Duration,
    pub(crate) detached_lifetime: Duration,
    pub(crate) shutdown_timeout: Duration,
    /// The most blocking functions that run at once.
    pub(crate) blocking_threads: usize,
    pub(crate) limits: Limits,
    pub(crate) base: Option<String>,
    pub(crate) origins: Vec<String>,
    pub(crate) hosts: Hosts,
    pub(crate) messages: Box<ChooseMessages>,
    /// Renders what a person sees in place of a page that there is not.
    pub(crate) error_page: Option<Box<ErrorPage>>,
    /// The application has several views, and links lead from one to another.
    pub(crate) has_router: bool,
}

/// Decides who may see a page, and names the owner of its session.
pub(crate) type Guard = dyn Fn(PageRequest) -> MountFuture<PageRequest> + Send + Sync;

/// Renders the view of an error page, for a request that has no page.
pub(crate) type ErrorPage = dyn Fn(&PageRequest, &MountError) -> String + Send + Sync;

/// A future of an answer to a request.
pub(crate) type MountFuture<T> = Pin<Box<dyn Future<Output = Result<T, MountError>> + Send>>;

/// Chooses the language of a request.
pub(crate) type ChooseMessages = dyn Fn(&PageRequest) -> Messages + Send + Sync;

impl Runtime {
    pub(crate) fn start(config: Config, layout: Layout, engine: Arc<dyn PubSub>) -> Arc<Self> {
        let handle = Handle::current();
        let limits = &config.limits;
        let clock = Clock::start(&handle);
        let list = |reason, bound, weight, lifetime| WaitingList::new(reason, bound, weight, lifetime, &clock);
        let unattached = list(WaitReason::Unattached, limits.unattached, usize::MAX, config.unattached_lifetime);
        let detached = list(WaitReason::Detached, limits.detached, limits.detached_bytes, config.detached_lifetime);
        let connected = Arc::new(Shares::new(limits.connections_per_address, usize::MAX));
        let held = Arc::new(Shares::new(limits.held_bytes / HELD_PART, limits.held_bytes));
        let requests = Rates::new(limits.requests_per_second, limits.requests_burst);
        let registry = Arc::new(Registry::new(unattached, detached));
        let owners = Arc::new(Owners::new(Arc::clone(&registry)));
        let topics = Arc::new(Topics::new(engine, handle.clone(), Arc::clone(&owners)));
        let presence =
            Arc::new_cyclic(|presence| Presence::new(Weak::clone(presence), Arc::clone(&topics), handle.clone()));
        let moves = Arc::new_cyclic(|moves| {
            Moves::new(Weak::clone(moves), Arc::clone(&registry), Arc::clone(&topics), handle.clone())
        });
        let relays = Arc::new_cyclic(|relays| Relays::new(Weak::clone(relays), Arc::clone(&topics), handle.clone()));
        let (hears_presence, hears_moves) = (Arc::downgrade(&presence), Arc::downgrade(&moves));
        let hears_relays = Arc::downgrade(&relays);
        topics.let_hear([hears_presence, hears_moves, hears_relays]);
        let tasks = Tasks::new(handle, config.blocking_threads);
        Arc::new_cyclic(|this| Self {
            config,
            page_headers: layout.headers(),
            layout,
            topics,
            presence,
            moves,
            relays,
            registry,
            owners,
            clock,
            tasks,
            connections: Connections::default(),
            connected,
            held,
            meters: Meters::default(),
            wires: Wires::start(),
            requests,
            proxy_noted: AtomicBool::new(false),
            is_patient: AtomicBool::new(false),
            transports: Mutex::default(),
            _gauges: Gauges::start(Weak::clone(this)),
        })
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

    pub(crate) fn lift_mount_time(&self) {
        self.is_patient.store(true, Relaxed);
    }

    /// Awaits `mounting` for at most the limit `mount_time`. Returns `None` if the limit is reached.
    pub(crate) async fn in_mount_time<T>(&self, mounting: impl Future<Output = T>) -> Option<T> {
        if self.is_patient.load(Relaxed) {
            return Some(mounting.await);
        }
        timeout(self.config.limits.mount_time, mounting).await.ok()
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

    /// Replaces the address of a trusted proxy by that of its client.
    pub(crate) fn locate(&self, request: PageRequest) -> PageRequest {
        match request.address() {
            Some(peer) => {
                self.note_proxy(peer, &request);
                let client = self.config.limits.proxies.client(peer, &request);
                request.with_address(client)
            }
            None => request,
        }
    }

    /// Says once that there seems to be a proxy whose clients share the limits of one.
    fn note_proxy(&self, peer: IpAddr, request: &PageRequest) {
        let is_near = match peer.to_canonical() {
            IpAddr::V4(peer) => peer.is_loopback() || peer.is_private() || peer.is_link_local(),
            IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
        };
        let names_client = || request.get_headers("x-forwarded-for").next().is_some();
        if is_near
            && !self.proxy_noted.load(Relaxed)
            && !self.config.limits.proxies.contains(peer)
            && names_client()
            && !self.proxy_noted.swap(true, Relaxed)
        {
            tracing::warn!(%peer, "a proxy seems to pass on requests. Name it with Limits::proxies, or its clients share the limits of one");
        }
    }

    /// Counts a request of a client.
    pub(crate) fn admit(&self, client: Option<IpAddr>) -> Result<(), Limit> {
        match client {
            Some(address) if !self.requests.take(address) => Err(reached(Limit::Requests, client)),
            _ => Ok(()),
        }
    }

    /// The texts for this request. They are English if the application panics while it chooses.
    pub(crate) fn messages_for(&self, request: &PageRequest) -> Messages {
        catch("messages_for", || (self.config.messages)(request)).unwrap_or(Notice::english)
    }
}

/// Counts that a limit was reached.
pub(crate) fn reached(limit: Limit, client: Option<IpAddr>) -> Limit {
    limit.count(client);
    limit
}
