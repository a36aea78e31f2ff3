use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tealight_core::session::PostError;
use tealight_core::wire::{POSTED_FORM, Refusal};
use tealight_core::{FormData, LiveView, MountError, PageRequest};
use tokio::time::timeout;

use crate::error::{Panicked, ShuttingDown, catch_async};
use crate::layout::Document;
use crate::page::{Page, Posted};
use crate::resident::{Cell, Resident, count_refused};
use crate::runtime::Runtime;

pub(crate) type Mounting<T> = Pin<Box<dyn Future<Output = Result<T, MountError>> + Send>>;

/// An application and its runtime.
pub(crate) struct App<A> {
    pub(crate) app: A,
    pub(crate) runtime: Runtime,
}

/// The same, whatever the application.
pub(crate) trait Application: Send + Sync {
    fn runtime(&self) -> &Runtime;
    fn page(self: Arc<Self>, request: PageRequest, base: String) -> Mounting<Page>;
    fn post(self: Arc<Self>, request: PageRequest, base: String, data: FormData) -> Mounting<Posted>;
    fn probe(self: Arc<Self>, request: PageRequest) -> Mounting<()>;
    fn session(self: Arc<Self>, request: PageRequest) -> Mounting<Arc<dyn Resident>>;
}

impl<A: LiveView> App<A> {
    async fn model(
        &self,
        request: &PageRequest,
    ) -> Result<(A::Model, tealight_core::Command<A::InternalEvent>), MountError> {
        metrics::counter!("tealight_mounts_total").increment(1);
        let mounted =
            catch_async("mount", self.app.mount(request)).await.unwrap_or_else(|panicked| Err(down(panicked)));
        if let Err(MountError::Unavailable(error)) = &mounted {
            tracing::error!(%error, path = request.path(), "nothing to show");
        }
        mounted
    }

    async fn mount(self: Arc<Self>, request: &PageRequest) -> Result<Arc<Cell<A>>, MountError> {
        let (model, command) = self.model(request).await?;
        Cell::create(self, model, command).ok_or_else(|| down(ShuttingDown))
    }

    /// The page of a session that waits for it from now on.
    fn paint(&self, cell: &Cell<A>, request: &PageRequest, base: &str) -> Result<Page, MountError> {
        let view = cell.first_paint(request.query_string()).map_err(down::<Panicked>)?;
        let title = cell.title();
        cell.wait();
        let base = self.runtime.config.base.as_deref().unwrap_or(base);
        let transports = self.runtime.transports_for(request);
        Ok(Page::new(&self.runtime.layout, &Document::new(request, view, title, base, &transports)))
    }
}

impl<A: LiveView> Application for App<A> {
    fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    fn page(self: Arc<Self>, request: PageRequest, base: String) -> Mounting<Page> {
        Box::pin(async move {
            let app = Arc::clone(&self);
            let cell = self.mount(&request).await?;
            app.paint(&cell, &request, &base)
        })
    }

    fn post(self: Arc<Self>, request: PageRequest, base: String, data: FormData) -> Mounting<Posted> {
        Box::pin(async move {
            let Some(address) = request.query(POSTED_FORM).and_then(|address| address.parse().ok()) else {
                return Ok(refused(PostError::Refused(Refusal::NoHandler)));
            };
            let app = Arc::clone(&self);
            let draft = Draft(self.mount(&request).await?);
            let cell = &draft.0;
            cell.first_paint(request.query_string()).map_err(down::<Panicked>)?;
            if let Err(error) = cell.post(&address, &data).map_err(down::<Panicked>)? {
                return Ok(refused(error));
            }
            if timeout(SETTLES_WITHIN, cell.settled()).await.is_err() {
                tracing::warn!(path = request.path(), "a form's commands take long: its page does not wait for them");
            }
            cell.end_post();
            if let Some(url) = cell.navigation() {
                return Ok(Posted::Elsewhere(url));
            }
            app.paint(cell, &request, &base).map(Posted::Page)
        })
    }

    fn probe(self: Arc<Self>, request: PageRequest) -> Mounting<()> {
        Box::pin(async move { self.model(&request).await.map(drop) })
    }

    fn session(self: Arc<Self>, request: PageRequest) -> Mounting<Arc<dyn Resident>> {
        Box::pin(async move { Ok(self.mount(&request).await? as Arc<dyn Resident>) })
    }
}

/// A posted form's page waits so long for its commands.
const SETTLES_WITHIN: Duration = Duration::from_secs(10);

/// A session that ends if its page is not made.
struct Draft<A: LiveView>(Arc<Cell<A>>);

impl<A: LiveView> Drop for Draft<A> {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

fn refused(error: PostError) -> Posted {
    let (reason, posted) = match error {
        PostError::Refused(refusal) => (refusal, Posted::Gone),
        PostError::Fields(errors) => (Refusal::Payload, Posted::Invalid(errors)),
    };
    count_refused(reason.reason());
    posted
}

fn down<E: std::error::Error + Send + Sync + 'static>(error: E) -> MountError {
    MountError::Unavailable(Box::new(error))
}
