//! Mounts sessions, and makes their pages.

mod posted;

use std::pin::Pin;
use std::sync::Arc;

use tealight_core::{Command, FormData, LiveView, MountError, PageRequest};

use crate::error::{Panicked, ShuttingDown, catch_async};
use crate::pages::{Document, Page, Posted};
use crate::registry::AnySession;
use crate::runtime::{Application, Runtime};
use crate::session::RunningSession;

/// A future that runs `mount`.
pub(crate) type MountFuture<T> = Pin<Box<dyn Future<Output = Result<T, MountError>> + Send>>;

/// An [`Application`] of any type.
pub(crate) trait AnyApplication: Send + Sync {
    fn runtime(&self) -> &Runtime;
    /// See [`Live::page`](crate::Live::page).
    fn page(self: Arc<Self>, request: PageRequest, base: String) -> MountFuture<Page>;
    /// See [`Live::post`](crate::Live::post).
    fn post(self: Arc<Self>, request: PageRequest, base: String, data: FormData) -> MountFuture<Posted>;
    /// See [`Live::probe`](crate::Live::probe).
    fn probe(self: Arc<Self>, request: PageRequest) -> MountFuture<()>;
    /// Mounts a session for a page whose own session is gone.
    fn session(self: Arc<Self>, request: PageRequest) -> MountFuture<Arc<dyn AnySession>>;
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

    fn session(self: Arc<Self>, request: PageRequest) -> MountFuture<Arc<dyn AnySession>> {
        Box::pin(async move { Ok(self.mount(&request).await? as Arc<dyn AnySession>) })
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

    /// Makes the page of a session. The session then waits for the page to attach.
    fn paint(&self, session: &RunningSession<A>, request: &PageRequest, base: &str) -> Result<Page, MountError> {
        let (view, needs) = session.first_paint(request.query_string()).map_err(unavailable::<Panicked>)?;
        let title = session.title();
        session.wait();
        let base = self.runtime.config.base.as_deref().unwrap_or(base);
        let transports = self.runtime.transports_for(request);
        Ok(Page::new(
            &self.runtime.layout,
            &Document::new(request, view, title, base, needs, &transports, self.runtime.config.message_limit),
        ))
    }
}

fn unavailable<E: std::error::Error + Send + Sync + 'static>(error: E) -> MountError {
    MountError::Unavailable(Box::new(error))
}
