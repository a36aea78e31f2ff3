use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tealight_core::{LiveView, Mount, MountError};

use crate::error::{Panicked, ShuttingDown, catch_async};
use crate::layout::Document;
use crate::lock;
use crate::page::Page;
use crate::resident::{Cell, Resident};
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
    fn page(self: Arc<Self>, request: Mount, base: String) -> Mounting<Page>;
    fn probe(self: Arc<Self>, request: Mount) -> Mounting<()>;
    fn session(self: Arc<Self>, request: Mount) -> Mounting<Arc<dyn Resident>>;
}

impl<A: LiveView> App<A> {
    async fn model(&self, request: &Mount) -> Result<(A::Model, tealight_core::Command<A::InternalEvent>), MountError> {
        metrics::counter!("tealight_mounts_total").increment(1);
        let mounted =
            catch_async("mount", self.app.mount(request)).await.unwrap_or_else(|panicked| Err(down(panicked)));
        if let Err(MountError::Unavailable(error)) = &mounted {
            tracing::error!(%error, path = request.path(), "nothing to show");
        }
        mounted
    }

    async fn mount(self: Arc<Self>, request: &Mount) -> Result<Arc<Cell<A>>, MountError> {
        let (model, command) = self.model(request).await?;
        Cell::create(self, model, command).ok_or_else(|| down(ShuttingDown))
    }
}

impl<A: LiveView> Application for App<A> {
    fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    fn page(self: Arc<Self>, request: Mount, base: String) -> Mounting<Page> {
        Box::pin(async move {
            let app = Arc::clone(&self);
            let cell = self.mount(&request).await?;
            let view = cell.first_paint().map_err(down::<Panicked>)?;
            cell.wait();
            let base = app.runtime.config.base.as_ref().unwrap_or(&base);
            let transports = lock(&app.runtime.transports).join(",");
            Ok(Page::new(&app.runtime.layout, &Document::new(&request, view, base, &transports)))
        })
    }

    fn probe(self: Arc<Self>, request: Mount) -> Mounting<()> {
        Box::pin(async move { self.model(&request).await.map(drop) })
    }

    fn session(self: Arc<Self>, request: Mount) -> Mounting<Arc<dyn Resident>> {
        Box::pin(async move { Ok(self.mount(&request).await? as Arc<dyn Resident>) })
    }
}

fn down<E: std::error::Error + Send + Sync + 'static>(error: E) -> MountError {
    MountError::Unavailable(Box::new(error))
}
