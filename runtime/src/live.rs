mod builder;
mod shutdown;

use std::fmt;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;

use tealight_core::{FormData, LiveView, Messages, MountError, PageRequest};

use crate::application::{AnyApplication, unavailable};
use crate::connection::Connection;
#[cfg(feature = "http")]
use crate::error::catch;
use crate::hosts::{is_same_host, is_same_origin};
use crate::limits::{Limit, Limits, Share};
#[cfg(feature = "http")]
use crate::pages::Document;
use crate::pages::{Page, Posted};
use crate::relay::Relay;
use crate::router::Router;
use crate::stats::Stats;
use crate::telemetry::Transport;
use crate::time::Alarm;
use crate::topics::Publisher;

pub use builder::{Builder, Views};

/// A handle to a running application. Clones are handles to the same application.
///
/// The application runs until all handles are dropped and all sessions have ended.
///
/// ```
/// use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// use tealight_runtime::Live;
///
/// struct Greeting;
///
/// impl LiveView for Greeting {
///     type Model = String;
///     type ExternalEvent = ();
///     type InternalEvent = ();
///
///     async fn mount(&self, request: &PageRequest) -> Result<(String, Command<()>), MountError> {
///         Ok((request.query("name").unwrap_or_default(), Command::none()))
///     }
///
///     fn update(&self, _: &mut String, _: Event<(), ()>) -> Command<()> {
///         Command::none()
///     }
///
///     fn view(&self, name: &String) -> impl View<()> {
///         html! { <p>"Hello " {name}</p> }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), MountError> {
/// let live = Live::new(Greeting);
/// let page = live.page(PageRequest::new("/", "name=Ada"), "/").await?;
/// assert!(page.html().contains("<p>Hello <!>Ada</p>"));
/// assert_eq!(live.stats().unattached, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Live {
    app: Arc<dyn AnyApplication>,
}

impl Live {
    /// Starts an application with the default settings.
    ///
    /// # Panics
    /// Panics outside of a tokio runtime with a timer. To call it from outside, use `tokio::runtime::Handle::enter`.
    pub fn new<A: LiveView>(app: A) -> Self {
        Self::builder(app).start()
    }

    /// Makes a builder, to change settings before the application starts. It starts a [`LiveView`], or a
    /// [`Router`](crate::Router) with several.
    pub fn builder<V: Views>(views: V) -> Builder<V> {
        Builder::new(views)
    }

    /// Mounts a session and makes its page. The session then waits for the page to attach.
    ///
    /// `base` is the public path of the application, with a `/` at its end. The page loads the client's script from
    /// `base` followed by [`script::path`](crate::script::path).
    ///
    /// # Errors
    /// Returns the error of `mount`. Returns [`MountError::Unavailable`] if `mount` or `view` panicked, or if the
    /// application is shutting down. Returns [`MountError::Unavailable`] with a [`Limit`](crate::Limit) if one is reached.
    pub async fn page(&self, request: PageRequest, base: &str) -> Result<Page, MountError> {
        let request = self.admit(request)?;
        Arc::clone(&self.app).page(request, base.to_owned()).await
    }

    /// Takes a form that a browser without JavaScript has posted to a page. The query of `request` names the form.
    ///
    /// A session is mounted, and `update` gets the form. The page is made when the tasks of its commands have ended,
    /// or after 10 s. The session then waits for the page to attach, as after [`page`](Self::page). If `update`
    /// returned `Command::navigate`, no page is made and the session ends.
    ///
    /// The caller must check that a page of this application has posted the form; `http::FormPost` does.
    ///
    /// # Errors
    /// Returns the errors of [`page`](Self::page), and [`MountError::Unavailable`] if `update` panicked.
    pub async fn post(&self, request: PageRequest, base: &str, data: FormData) -> Result<Posted, MountError> {
        let request = self.admit(request)?;
        Arc::clone(&self.app).post(request, base.to_owned(), data).await
    }

    /// Runs `mount` to find out if there is a page, and makes no session. This answers `HEAD` requests.
    ///
    /// # Errors
    /// Returns the error of `mount`, or [`MountError::Unavailable`] if it panicked.
    pub async fn probe(&self, request: PageRequest) -> Result<(), MountError> {
        let request = self.admit(request)?;
        Arc::clone(&self.app).probe(request).await
    }

    /// Takes bytes of memory for a client, as long as the share lives: see
    /// [`Limits::held_bytes`](Limits#structfield.held_bytes). Returns `None` if that is too much, and counts it.
    pub fn hold(&self, client: Option<IpAddr>, bytes: usize) -> Option<Share> {
        let share = self.app.runtime().held.take(client, bytes);
        if share.is_none() {
            Limit::Held.count(client);
        }
        share
    }

    /// Replaces the address of a trusted proxy by that of its client, see [`Limits::proxies`](Limits#structfield.proxies).
    /// [`page`](Self::page), [`post`](Self::post), [`probe`](Self::probe) and [`connect`](Self::connect) do this by themselves.
    #[must_use]
    pub fn locate(&self, request: PageRequest) -> PageRequest {
        self.app.runtime().locate(request)
    }

    /// Finds out who the client is, and counts its request.
    fn admit(&self, request: PageRequest) -> Result<PageRequest, MountError> {
        let request = self.locate(request);
        self.app.runtime().admit(request.address()).map_err(unavailable)?;
        Ok(request)
    }

    /// Returns the request if it is needed for an [error page](Builder::error_page).
    #[cfg(feature = "http")]
    pub(crate) fn for_error_page(&self, request: &PageRequest) -> Option<PageRequest> {
        self.app.runtime().config.error_page.as_ref().map(|_| request.clone())
    }

    /// Makes the page for an error, with this title. Returns `None` if the application has none, or panics.
    #[cfg(feature = "http")]
    pub(crate) fn error_page(&self, request: &PageRequest, error: &MountError, title: String) -> Option<Page> {
        let runtime = self.app.runtime();
        let view = runtime.config.error_page.as_ref()?;
        let headers = Arc::clone(&runtime.page_headers);
        let page = catch("error_page", || {
            let view = view(request, error).into_bytes();
            Page::new(&runtime.layout, headers, &Document::new(request, view, Some(title), String::new()))
        });
        page.ok()
    }

    /// The headers that are sent with every page, such as the answer to a `HEAD`. Names are in lower case.
    pub fn page_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.app.runtime().page_headers.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Returns the language of the texts that Tealight itself shows to the visitor who sent this request. See
    /// [`Builder::messages`].
    pub fn messages_for(&self, request: &PageRequest) -> Messages {
        self.app.runtime().messages_for(request)
    }

    /// Makes a connection for a page, over which a transport then moves messages.
    ///
    /// If the page's session is gone, `request` is mounted.
    pub fn connect(&self, request: PageRequest) -> Connection {
        self.connect_over("other", request)
    }

    /// Makes a connection as [`connect`](Self::connect) does. Metrics count it under the name of its transport: `ws` or `sse`. All others
    /// are `other`.
    pub fn connect_over(&self, transport: &str, request: PageRequest) -> Connection {
        Connection::new(Arc::clone(&self.app), request, Transport::of(transport))
    }

    /// Offers a transport to pages, by its name in the client: `ws` or `sse`.
    ///
    /// A page tries the transports in the order in which they were offered first.
    pub fn offer(&self, transport: &'static str) {
        self.app.runtime().offer(transport);
    }

    /// Returns a publisher, to publish to this application's topics from outside of its sessions.
    pub fn publisher(&self) -> Publisher {
        self.app.runtime().topics.publisher().clone()
    }

    /// Begins a relay, for a transport whose pages send requests of their own. `take` answers those that other processes pass on; it is
    /// called in a task.
    pub fn relay(&self, take: impl Fn(&str) -> String + Send + Sync + 'static) -> Relay {
        self.app.runtime().relays.start(Arc::new(take))
    }

    /// Makes an alarm, for the deadlines of a transport.
    pub fn alarm(&self) -> Alarm {
        Alarm::new(&self.app.runtime().clock)
    }

    /// The bounds on the costs of pages and clients.
    pub fn limits(&self) -> &Limits {
        &self.app.runtime().config.limits
    }

    /// The longest message that a page may send, in bytes: [`Limits::message_bytes`](Limits#structfield.message_bytes).
    pub fn message_limit(&self) -> usize {
        self.limits().message_bytes
    }

    /// Returns true if a page of this origin may connect. The arguments are the values of the headers `Origin` and
    /// `Host`.
    ///
    /// The two must name the same host, or the origin is one of [`Builder::allow_origin`].
    ///
    /// ```
    /// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
    /// # struct Shop;
    /// # impl LiveView for Shop {
    /// #     type Model = ();
    /// #     type ExternalEvent = ();
    /// #     type InternalEvent = ();
    /// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
    /// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
    /// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let live = tealight_runtime::Live::builder(Shop).allow_origin("https://shop.example").start();
    /// assert!(live.allows_origin("https://tea.example", "tea.example"));
    /// assert!(live.allows_origin("https://shop.example", "tea.example"));
    /// assert!(!live.allows_origin("https://evil.example", "tea.example"));
    /// assert!(!live.allows_origin("null", "tea.example"));
    /// # }
    /// ```
    pub fn allows_origin(&self, origin: &str, host: &str) -> bool {
        let allowed = &self.app.runtime().config.origins;
        is_same_host(origin, host) || allowed.iter().any(|allowed| is_same_origin(allowed, origin))
    }

    /// Returns true if the application answers for this host. The argument is the value of the header `Host`.
    ///
    /// It answers for every IP address, for `localhost` and names that end with `.localhost`, and for the names of
    /// [`Builder::allow_host`]. If none is listed, it answers for all names, unless its server
    /// [listens](Self::listens_on) where only this machine can reach it.
    ///
    /// Without this rule, a page of another site could rename its own host to the address of this server, and then read
    /// and use the application as if it were its own (DNS rebinding).
    pub fn allows_host(&self, host: &str) -> bool {
        self.app.runtime().config.hosts.allow(host)
    }

    /// Tells the application where its server listens. `tealight_warp::run` does.
    ///
    /// If this is a loopback address, such as `127.0.0.1`, and no host is listed, the application answers only for IP
    /// addresses and `localhost`. List the public name of a server behind a proxy on the same machine with
    /// [`Builder::allow_host`].
    pub fn listens_on(&self, address: SocketAddr) {
        self.app.runtime().config.hosts.listen_on(address);
    }

    /// Lifts the limit `mount_time`. Under virtual time, the clock moves to the limit while `mount` waits for another thread.
    #[doc(hidden)]
    pub fn lift_mount_time(&self) {
        self.app.runtime().lift_mount_time();
    }

    /// Returns true if the application is a [`Router`], whose views have paths of their own. A transport then answers every path that
    /// it is given.
    pub fn has_paths(&self) -> bool {
        self.app.runtime().config.has_router
    }

    /// The resources that the application holds at this moment.
    pub fn stats(&self) -> Stats {
        self.app.runtime().stats()
    }
}

impl<A: LiveView> From<A> for Live {
    /// Starts the application, as [`Live::new`] does.
    fn from(app: A) -> Self {
        Self::new(app)
    }
}

impl From<Router> for Live {
    /// Starts the application with the default settings.
    fn from(router: Router) -> Self {
        Self::builder(router).start()
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Live").field(&self.stats()).finish()
    }
}
