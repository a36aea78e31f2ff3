use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tealight_core::{LiveView, Messages, Notice, PageRequest};
use tokio::runtime::Handle;

use super::Live;
use crate::pages::{Layout, MESSAGE_LIMIT};
use crate::runtime::{Application, Config, Runtime};
use crate::saving::{Codec, Saver, Saving};
use crate::topics::{LocalPubSub, PubSub};
use crate::turn::set_seed;

/// Settings of an application that has not started yet. Made by [`Live::builder`].
#[must_use = "nothing runs before `start`"]
pub struct Builder<A: LiveView> {
    live_view: A,
    config: Config,
    layout: Layout,
    pubsub: Option<Arc<dyn PubSub>>,
    codec: Option<Codec<A>>,
}

impl<A: LiveView> Builder<A> {
    pub(crate) fn new(live_view: A) -> Self {
        let config = Config {
            unattached_lifetime: Duration::from_secs(30),
            detached_lifetime: Duration::from_secs(120),
            max_unattached: 10_000,
            max_detached: 100_000,
            message_limit: MESSAGE_LIMIT,
            base: None,
            origins: Vec::new(),
            messages: Box::new(|_| Notice::english),
        };
        Self { live_view, config, layout: Layout::default(), pubsub: None, codec: None }
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

    /// Sets how many sessions may wait for their page to attach for the first time. The default is 10,000.
    ///
    /// When there are more, the oldest one ends. Its page gets a new session when it attaches.
    pub fn max_unattached(mut self, sessions: usize) -> Self {
        self.config.max_unattached = sessions;
        self
    }

    /// Sets how many sessions may wait for a page that has lost its connection. The default is 100,000.
    ///
    /// When there are more, the oldest one ends. Its page gets a new session when it attaches again.
    pub fn max_detached(mut self, sessions: usize) -> Self {
        self.config.max_detached = sessions;
        self
    }

    /// Sets the longest message that a page may send, in bytes. The default is 64 KiB.
    ///
    /// A page does not send a longer one. It shows the person that the text or the form is too long. The application may hear
    /// of it: see [`LiveView::too_long`].
    pub fn message_limit(mut self, bytes: usize) -> Self {
        self.config.message_limit = bytes;
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
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.config.origins.push(origin.into());
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

    /// Saves sessions, so that they survive a restart of the server: their models, and what their pages show.
    ///
    /// Sessions are saved when the server shuts down, and before that as [`Saving`] says. When a page attaches again to
    /// another process with the same store, it goes on there. Timers and topics start again by `subscriptions`. Futures and
    /// delayed events of commands are not saved. If the program has changed since, the page gets a full render in place.
    ///
    /// A session that cannot be restored is mounted anew; the page tells the person what was not done.
    pub fn save_sessions(mut self, saving: impl Into<Saving<A::Model>>) -> Self
    where
        A::Model: Serialize + DeserializeOwned,
    {
        self.codec = Some(Codec::new(saving.into()));
        self
    }

    /// Starts the application.
    ///
    /// # Panics
    /// Panics outside of a tokio runtime with a timer. To call it from outside, use `tokio::runtime::Handle::enter`.
    #[must_use]
    pub fn start(self) -> Live {
        Live { app: self.application() }
    }

    pub(crate) fn application(self) -> Arc<Application<A>> {
        let pubsub = self.pubsub.unwrap_or_else(|| Arc::new(LocalPubSub::default()));
        let runtime = Runtime::start(self.config, self.layout, pubsub);
        if let Some(codec) = &self.codec {
            set_seed(codec.store().seed());
        }
        let saver = self
            .codec
            .as_ref()
            .and_then(|codec| Some(Saver::start(&Handle::current(), Arc::clone(codec.store()), codec.every()?)));
        Arc::new(Application { live_view: self.live_view, runtime, codec: self.codec, saver })
    }
}

impl<A: LiveView> fmt::Debug for Builder<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("layout", &self.layout).finish_non_exhaustive()
    }
}
