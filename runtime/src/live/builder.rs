use std::any::Any;
use std::fmt;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tealight_core::{LiveView, Messages, MountError, Notice, PageRequest, View};

use super::Live;
use crate::hosts::{Hosts, authority_of};
use crate::limits::Limits;
use crate::pages::Layout;
use crate::router::Router;
use crate::runtime::{Application, Config, Guard, Runtime};
use crate::saving::{Codec, Saving};
use crate::topics::{LocalPubSub, PubSub};
use crate::turn::turn;
use crate::watch::Watched;

/// Settings of an application that has not started yet. Made by [`Live::builder`].
#[must_use = "nothing runs before `start`"]
pub struct Builder<V: Views> {
    views: V,
    config: Config,
    layout: Layout,
    pubsub: Option<Arc<dyn PubSub>>,
    /// The `Codec` of a view's type.
    codec: Option<Box<dyn Any + Send + Sync>>,
    guard: Option<Arc<Guard>>,
}

impl<A: LiveView> Builder<A> {
    /// Saves sessions, so that they survive a restart of the server: their models, and what their pages show.
    ///
    /// Sessions are saved when the server shuts down, and before that as [`Saving`] says. When a page attaches again to
    /// another process with the same store, it goes on there. If that process shares an [engine](Self::pubsub) with the one that has the
    /// session, this works while both live: the session is handed over. Timers and topics start again by `subscriptions`. Futures and
    /// delayed events of commands are not saved. If the program has changed since, the page gets a full render in place.
    ///
    /// A session that cannot be restored is mounted anew; the page tells the person what was not done.
    pub fn save_sessions(mut self, saving: impl Into<Saving<A::Model>>) -> Self
    where
        A::Model: Serialize + DeserializeOwned,
    {
        self.codec = Some(Box::new(Codec::<Watched<A>>::new(saving.into())));
        self
    }
}

impl<V: Views> Builder<V> {
    pub(crate) fn new(views: V) -> Self {
        let config = Config {
            unattached_lifetime: Duration::from_secs(30),
            detached_lifetime: Duration::from_secs(120),
            shutdown_timeout: Duration::from_secs(5),
            blocking_threads: thread::available_parallelism().map_or(1, NonZero::get),
            limits: Limits::default(),
            base: None,
            origins: Vec::new(),
            hosts: Hosts::default(),
            messages: Box::new(|_| Notice::english),
            error_page: None,
            has_router: false,
        };
        Self { views, config, layout: Layout::default(), pubsub: None, codec: None, guard: None }
    }

    /// Sets the document around the view.
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Sets how long a session waits for its page to attach for the first time. The default is 30 s.
    pub fn unattached_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.unattached_lifetime = lifetime;
        self
    }

    /// Sets how long a session waits for a page that has lost its connection. The default is 2 min.
    pub fn detached_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.detached_lifetime = lifetime;
        self
    }

    /// Sets the time in which [`Live::shutdown`] saves the sessions and closes the connections. The default is 5 s.
    ///
    /// Four fifths of it are for the saving. Sessions that are not saved by then are lost; the log says how many. A server ends after
    /// this time even if some page does not close its connection. Give a supervisor more time than that: systemd's
    /// `TimeoutStopSec`, or the grace period of a container.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.config.shutdown_timeout = timeout;
        self
    }

    /// Sets how many functions of [`Command::blocking`](tealight_core::Command::blocking) run at once. The default is the number of
    /// cores. Functions that wait rather than compute, as drivers of databases do, may need more.
    ///
    /// # Panics
    /// Panics if it is 0.
    pub fn blocking_threads(mut self, threads: usize) -> Self {
        assert!(threads > 0, "no blocking function could ever run");
        self.config.blocking_threads = threads;
        self
    }

    /// Sets what pages and clients may cost the server. The default is [`Limits::default`].
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
    /// use tealight_runtime::{Limits, Live};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let live = Live::builder(Shop).limits(Limits::default().message_bytes(4_096).attached(500)).start();
    /// assert_eq!(live.limits().message_bytes, 4_096);
    /// # }
    /// ```
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// Sets the public path of the application, such as `/shop/`. It ends with a `/`.
    ///
    /// Set it if the server does not see this path, because a proxy strips a prefix, or if the application has pages
    /// in folders below it.
    pub fn base(mut self, path: impl Into<String>) -> Self {
        self.config.base = Some(path.into());
        self
    }

    /// Lets pages of another origin connect, such as `https://shop.example`.
    ///
    /// This holds for websockets and for server-sent events. The latter get the CORS headers that browsers ask for.
    ///
    /// # Panics
    /// Panics if this is no origin: a scheme, `http` or `https`, and a host, perhaps with a port, and nothing else.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        let origin = origin.into();
        assert!(authority_of(&origin).is_some(), "{origin:?} is not an origin, such as \"https://shop.example\"");
        self.config.origins.push(origin);
        self
    }

    /// Answers for this host, such as `shop.example`, and only for those that are listed. `*.shop.example` lists all names
    /// below `shop.example`. [`Live::allows_host`] has the whole rule.
    ///
    /// Requests for other hosts are refused with 421.
    ///
    /// # Panics
    /// Panics if this is not the name of a host. It has no scheme and no port.
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
    /// let live = tealight_runtime::Live::builder(Shop).allow_host("shop.example").start();
    /// assert!(live.allows_host("shop.example"));
    /// assert!(live.allows_host("localhost:3000"));
    /// assert!(!live.allows_host("evil.example"));
    /// # }
    /// ```
    pub fn allow_host(mut self, name: impl AsRef<str>) -> Self {
        self.config.hosts.list(name.as_ref());
        self
    }

    /// Sets the language of the texts that Tealight itself shows to people: what is wrong with a form, and the pages that
    /// answer a refused form or a missing page. English unless set.
    ///
    /// Answers that only scripts and servers read stay in English.
    ///
    /// ```
    /// use std::borrow::Cow;
    ///
    /// use tealight_core::Notice;
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
    /// use tealight_runtime::{Layout, Live};
    ///
    /// fn german(notice: Notice) -> Cow<'static, str> {
    ///     match notice {
    ///         Notice::Language => "de".into(),
    ///         Notice::Required => "Bitte füllen Sie dieses Feld aus.".into(),
    ///         Notice::NotFound => "Nicht gefunden".into(),
    ///         other => other.english(),
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let live = Live::builder(Shop).layout(Layout::new("Laden").language("de")).messages(german).start();
    /// # let _ = live;
    /// # }
    /// ```
    pub fn messages(self, messages: Messages) -> Self {
        self.messages_for(move |_| messages)
    }

    /// Chooses the language of those texts for each visitor, by the request. A session keeps the language of the
    /// request that it was mounted for.
    ///
    /// ```
    /// # use std::borrow::Cow;
    /// # use tealight_core::{html, Command, Event, LiveView, Notice, PageRequest, MountError, View};
    /// # struct Shop;
    /// # impl LiveView for Shop {
    /// #     type Model = ();
    /// #     type ExternalEvent = ();
    /// #     type InternalEvent = ();
    /// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
    /// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
    /// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
    /// # }
    /// # fn german(notice: Notice) -> Cow<'static, str> { notice.english() }
    /// # fn french(notice: Notice) -> Cow<'static, str> { notice.english() }
    /// # use tealight_runtime::Live;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let shop = Live::builder(Shop).messages_for(|request| match request.cookie("language") {
    ///     Some("de") => german,
    ///     Some("fr") => french,
    ///     _ => Notice::english,
    /// });
    /// # let _ = shop.start();
    /// # }
    /// ```
    pub fn messages_for(mut self, choose: impl Fn(&PageRequest) -> Messages + Send + Sync + 'static) -> Self {
        self.config.messages = Box::new(choose);
        self
    }

    /// Sets the engine that carries messages between sessions. The default is a [`LocalPubSub`] of its own.
    pub fn pubsub(mut self, engine: Arc<dyn PubSub>) -> Self {
        self.pubsub = Some(engine);
        self
    }

    /// Sets a function that decides who may see a page, before each `mount` and each time a page attaches again: when it has lost
    /// its connection, after a restart of the server, and for posted forms. It gets the request of that moment, with its present
    /// cookies; for a link to another view of a [`Router`], those that have opened the connection.
    ///
    /// The guard returns the request for `mount`, or refuses it. It may add values with [`PageRequest::with`], and should name
    /// the owner of the session with [`PageRequest::owned_by`]. Only requests of the same owner then attach to that session,
    /// even with its id. The page of anybody else loads itself again. [`Publisher::end_sessions`](crate::Publisher::end_sessions)
    /// ends all sessions of an owner.
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
    /// use tealight_runtime::Live;
    ///
    /// struct User(String);
    ///
    /// async fn user_of(login: Option<&str>) -> Option<User> {
    ///     // asks the database
    /// #   login.map(|name| User(name.to_owned()))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let shop = Live::builder(Shop).guard(async |request: PageRequest| {
    ///     match user_of(request.cookie("login")).await {
    ///         Some(user) => Ok(request.owned_by(&*user.0).with(user)),
    ///         None => Err(MountError::Redirect("/login".into())),
    ///     }
    /// });
    /// # let _ = shop.start();
    /// # }
    /// ```
    pub fn guard<G, F>(mut self, guard: G) -> Self
    where
        G: Fn(PageRequest) -> F + Send + Sync + 'static,
        F: Future<Output = Result<PageRequest, MountError>> + Send + 'static,
    {
        self.guard = Some(Arc::new(move |request| Box::pin(guard(request))));
        self
    }

    /// Sets what a person sees in place of a page that there is not, within the layout. Without it, such an answer is a short text.
    ///
    /// `view` gets the request and the error: no such page, forbidden, or unavailable. The page has no session and runs no script:
    /// links on it are ordinary, and handlers do nothing. Redirects need no page. An application that refuses requests because a
    /// limit is reached answers with the short text.
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
    /// use tealight_runtime::{Layout, Live};
    ///
    /// fn sorry(error: &MountError) -> impl View<()> + use<> {
    ///     let text = match error {
    ///         MountError::NotFound => "There is no such page.",
    ///         MountError::Forbidden => "You may not see this page.",
    ///         _ => "Something went wrong. Please try again.",
    ///     };
    ///     html! { <main><h1>"Sorry"</h1><p>{text}</p><a href="/">"To the shop"</a></main> }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let live = Live::builder(Shop).layout(Layout::new("Shop")).error_page(|_, error| sorry(error)).start();
    /// # let _ = live;
    /// # }
    /// ```
    pub fn error_page<W: View<()>>(
        mut self,
        view: impl Fn(&PageRequest, &MountError) -> W + Send + Sync + 'static,
    ) -> Self {
        self.config.error_page = Some(Box::new(move |request, error| {
            let view = view(request, error);
            turn(|scratch| scratch.markup(&view))
        }));
        self
    }

    /// Starts the application.
    ///
    /// # Panics
    /// Panics outside of a tokio runtime with a timer. To call it from outside, use `tokio::runtime::Handle::enter`.
    #[must_use]
    pub fn start(self) -> Live {
        V::__start(self)
    }

    /// Starts what all views share.
    fn runtime(config: Config, layout: Layout, pubsub: Option<Arc<dyn PubSub>>) -> Arc<Runtime> {
        Runtime::start(config, layout, pubsub.unwrap_or_else(|| Arc::new(LocalPubSub::default())))
    }
}

impl<A: LiveView> Builder<A> {
    pub(crate) fn application(self) -> Arc<Application<Watched<A>>> {
        let Self { views, config, layout, pubsub, codec, guard } = self;
        let codec = codec.and_then(|codec| codec.downcast::<Codec<Watched<A>>>().ok()).map(|codec| *codec);
        let guards = guard.into_iter().collect();
        Arc::new(Application::start(views, Self::runtime(config, layout, pubsub), codec, guards, None))
    }
}

/// The views of an application: a [`LiveView`], or a [`Router`] with several.
pub trait Views: Sized {
    #[doc(hidden)]
    fn __start(builder: Builder<Self>) -> Live;
}

impl<A: LiveView> Views for A {
    fn __start(builder: Builder<Self>) -> Live {
        Live { app: builder.application() }
    }
}

impl Views for Router {
    fn __start(builder: Builder<Self>) -> Live {
        let Builder { views: router, mut config, layout, pubsub, guard, .. } = builder;
        config.has_router = true;
        let runtime = Builder::<Self>::runtime(config, layout, pubsub);
        Live { app: Arc::new(router.start(&runtime, guard.as_ref())) }
    }
}

impl<V: Views> fmt::Debug for Builder<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("layout", &self.layout).finish_non_exhaustive()
    }
}
