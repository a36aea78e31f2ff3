//! Mounts sessions, and makes their pages.

mod posted;

use std::pin::Pin;
use std::sync::Arc;

use tealight_core::{Command, FormData, LiveView, MountError, PageRequest};

use crate::error::{Panicked, ShuttingDown, catch_async};
use crate::pages::{Document, Page, Posted, script_elements};
use crate::registry::AnySession;
use crate::runtime::{Application, Runtime};
use crate::session::RunningSession;
use crate::store::{SavedSession, SessionKey};
use crate::token::Token;

/// A future that runs `mount`.
pub(crate) type MountFuture<T> = Pin<Box<dyn Future<Output = Result<T, MountError>> + Send>>;

/// The session for a page that has attached.
pub(crate) enum Found {
    /// Its own, from the store.
    Restored(Arc<dyn AnySession>),
    /// Another one.
    Mounted(Arc<dyn AnySession>),
}

/// An [`Application`] of any type.
pub(crate) trait AnyApplication: Send + Sync {
    fn runtime(&self) -> &Runtime;
    /// See [`Live::page`](crate::Live::page).
    fn page(self: Arc<Self>, request: PageRequest, base: String) -> MountFuture<Page>;
    /// See [`Live::post`](crate::Live::post).
    fn post(self: Arc<Self>, request: PageRequest, base: String, data: FormData) -> MountFuture<Posted>;
    /// See [`Live::probe`](crate::Live::probe).
    fn probe(self: Arc<Self>, request: PageRequest) -> MountFuture<()>;
    /// Finds the session of this id in the store, or mounts another one for its page.
    fn session(self: Arc<Self>, id: String, request: PageRequest) -> MountFuture<Found>;
    /// Saves all sessions that it can, of those that take no more inputs.
    fn save(&self, sessions: Vec<SavedSession>) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

impl<A: LiveView> AnyApplication for Application<A> {
    fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    fn page(self: Arc<Self>, request: PageRequest, base: String) -> MountFuture<Page> {
        Box::pin(async move {
            let session = Arc::clone(&self).mount(&request).await?;
            self.paint(&session, &request, &base)
        })
    }

    fn post(self: Arc<Self>, request: PageRequest, base: String, data: FormData) -> MountFuture<Posted> {
        Box::pin(async move { self.take_post(&request, &base, &data).await })
    }

    fn probe(self: Arc<Self>, request: PageRequest) -> MountFuture<()> {
        Box::pin(async move { self.model(&request).await.map(drop) })
    }

    fn session(self: Arc<Self>, id: String, request: PageRequest) -> MountFuture<Found> {
        Box::pin(async move {
            match Arc::clone(&self).restore(&id, &request).await {
                Some(session) => Ok(Found::Restored(session)),
                None => Ok(Found::Mounted(self.mount(&request).await?)),
            }
        })
    }

    fn save(&self, sessions: Vec<SavedSession>) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let Some(codec) = &self.codec else { return };
            let count = sessions.len();
            if codec.store().save(|| sessions).await.is_ok() {
                tracing::info!(count, "sessions saved");
            }
        })
    }
}

impl<A: LiveView> Application<A> {
    async fn model(&self, request: &PageRequest) -> Result<(A::Model, Command<A::InternalEvent>), MountError> {
        metrics::counter!("tealight_mounts_total").increment(1);
        let mounted = catch_async("mount", self.live_view.mount(request)).await;
        let mounted = mounted.unwrap_or_else(|panicked| Err(unavailable(panicked)));
        if let Err(MountError::Unavailable(error)) = &mounted {
            tracing::error!(%error, path = request.path(), "could not mount a page");
        }
        mounted
    }

    async fn mount(self: Arc<Self>, request: &PageRequest) -> Result<Arc<RunningSession<A>>, MountError> {
        let (model, command) = self.model(request).await?;
        let messages = self.runtime.messages_for(request);
        RunningSession::start(self, model, command, messages).ok_or_else(|| unavailable(ShuttingDown))
    }

    /// Restores a saved session. A session that cannot be restored is logged.
    async fn restore(self: Arc<Self>, id: &str, request: &PageRequest) -> Option<Arc<dyn AnySession>> {
        let codec = self.codec.as_ref()?;
        let id = Token::parse(id)?;
        let loaded = codec.store().load(SessionKey::of(&id)).await;
        let decoded = loaded.and_then(|bytes| match bytes {
            Some(bytes) => codec.decode(&bytes),
            None => Ok(None),
        });
        let session = decoded.unwrap_or_else(|error| {
            metrics::counter!("tealight_restores_failed_total").increment(1);
            tracing::error!(%error, "a session could not be restored");
            None
        })?;
        let messages = self.runtime.messages_for(request);
        let started = RunningSession::start_as(Arc::clone(&self), id, session, messages, true);
        let session = started.map(|session| session as Arc<dyn AnySession>);
        // Another connection of the page may have restored it meanwhile.
        let session = session.or_else(|| self.runtime.registry.find(id.as_str()));
        if session.is_some() {
            metrics::counter!("tealight_restores_total").increment(1);
        }
        session
    }

    /// Makes the page of a session. The session then waits for the page to attach.
    fn paint(&self, session: &RunningSession<A>, request: &PageRequest, base: &str) -> Result<Page, MountError> {
        let (view, needs) = session.first_paint(request.query_string()).map_err(unavailable::<Panicked>)?;
        let title = session.title();
        session.wait();
        let base = self.runtime.config.base.as_deref().unwrap_or(base);
        let transports = self.runtime.transports_for(request);
        let messages = self.runtime.messages_for(request);
        let script = script_elements(base, needs, &transports, self.runtime.config.message_limit, messages);
        Ok(Page::new(&self.runtime.layout, &Document::new(request, view, title, script)))
    }
}

fn unavailable<E: std::error::Error + Send + Sync + 'static>(error: E) -> MountError {
    MountError::Unavailable(Box::new(error))
}
