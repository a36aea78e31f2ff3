use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tealight_core::LiveView;

use crate::layout::Layout;
use crate::live::Live;
use crate::mounting::App;
use crate::pubsub::{LocalPubSub, PubSub};
use crate::runtime::{Config, Runtime};

/// What can be set before an application starts; made by [`Live::builder`].
#[must_use = "nothing runs before `start`"]
pub struct Builder<A> {
    app: A,
    config: Config,
    layout: Layout,
    pubsub: Option<Arc<dyn PubSub>>,
}

impl<A: LiveView> Builder<A> {
    pub(crate) fn new(app: A) -> Self {
        let config = Config {
            unattached_lifetime: Duration::from_secs(30),
            detached_lifetime: Duration::from_secs(60),
            max_unattached: 10_000,
            max_detached: 100_000,
            message_limit: 64 * 1024,
            base: None,
            origins: Vec::new(),
        };
        Self { app, config, layout: Layout::default(), pubsub: None }
    }

    /// The document around the view.
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// How long a session waits for its page to attach for the first time: 30 s unless set.
    pub fn unattached_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.unattached_lifetime = lifetime;
        self
    }

    /// How long a session waits for a page that has lost its connection: 60 s unless set.
    pub fn detached_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.detached_lifetime = lifetime;
        self
    }

    /// How many sessions wait for their page to attach for the first time: 10,000 unless set. Past
    /// it the oldest goes, and its page gets a new session when it attaches.
    pub fn max_unattached(mut self, sessions: usize) -> Self {
        self.config.max_unattached = sessions;
        self
    }

    /// How many sessions wait for a page that has lost its connection: 100,000 unless set. Past it
    /// the oldest goes.
    pub fn max_detached(mut self, sessions: usize) -> Self {
        self.config.max_detached = sessions;
        self
    }

    /// The most bytes that a message of a page may have: 64 KiB unless set.
    pub fn message_limit(mut self, bytes: usize) -> Self {
        self.config.message_limit = bytes;
        self
    }

    /// The public path of the application, with a `/` at its end, where it is not the one that the
    /// server sees: behind a proxy that strips a prefix, or when pages stand below the script's place.
    pub fn base(mut self, path: impl Into<String>) -> Self {
        self.config.base = Some(path.into());
        self
    }

    /// Lets pages of another origin connect, such as `https://shop.example`: by websocket, and by server-sent
    /// events, whose answers their browsers may then show them (CORS).
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.config.origins.push(origin.into());
        self
    }

    /// What carries messages between sessions: a [`LocalPubSub`] of its own unless set.
    pub fn pubsub(mut self, engine: Arc<dyn PubSub>) -> Self {
        self.pubsub = Some(engine);
        self
    }

    /// Starts the application.
    ///
    /// # Panics
    /// Outside of a tokio runtime with a timer. Before there is one, `Handle::enter` helps.
    #[must_use]
    pub fn start(self) -> Live {
        let pubsub = self.pubsub.unwrap_or_else(|| Arc::new(LocalPubSub::default()));
        let runtime = Runtime::start(self.config, self.layout, pubsub);
        Live::of(Arc::new(App { app: self.app, runtime }))
    }
}

impl<A> fmt::Debug for Builder<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("layout", &self.layout).finish_non_exhaustive()
    }
}
