//! Several views as one application: the path of a request chooses the view.

use std::pin::Pin;
use std::sync::Arc;

use tealight_core::routing::{Paths, normalized};
use tealight_core::session::Elsewhere;
use tealight_core::{FormData, MountError, PageRequest};

use super::{AnyApplication, Asks, Found, Frozen};
use crate::owners::Since;
use crate::pages::{Page, Posted};
use crate::registry::AnySession;
use crate::runtime::{MountFuture, Runtime};

/// The views of a router.
pub(crate) struct Routed {
    runtime: Arc<Runtime>,
    /// A view's sessions have its place here.
    views: Vec<Arc<dyn AnyApplication>>,
    paths: Arc<Paths<usize>>,
}

impl Routed {
    pub(crate) fn new(runtime: Arc<Runtime>, views: Vec<Arc<dyn AnyApplication>>, paths: Arc<Paths<usize>>) -> Self {
        Self { runtime, views, paths }
    }

    /// # Errors
    /// A path that is written in another way, or with a `/` too much, leads to the one that links have. A guard therefore sees each
    /// path in one form only.
    fn view(&self, request: &PageRequest) -> Result<Arc<dyn AnyApplication>, MountError> {
        let path = normalized(request.path()).ok_or(MountError::NotFound)?;
        let known = |path: &str| self.paths.at(path).map(|&at| Arc::clone(&self.views[at]));
        let (view, path) = match known(&path) {
            Some(view) if path == request.path() => return Ok(view),
            Some(view) => (Some(view), &*path),
            None => path.strip_suffix('/').map_or((None, &*path), |path| (known(path), path)),
        };
        match (view, request.query_string()) {
            (None, _) => Err(MountError::NotFound),
            (Some(_), "") => Err(MountError::Redirect(path.to_owned())),
            (Some(_), query) => Err(MountError::Redirect(format!("{path}?{query}"))),
        }
    }

    /// A page gets no session that another page shows: both would have it in the history of a tab that was duplicated.
    fn is_free(&self, id: &str) -> bool {
        self.runtime.registry.find(id).is_none_or(|session| !session.is_attached())
    }
}

impl AnyApplication for Routed {
    fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    fn page(self: Arc<Self>, request: PageRequest, base: String) -> MountFuture<Page> {
        Box::pin(async move { self.view(&request)?.page(request, base).await })
    }

    fn post(self: Arc<Self>, request: PageRequest, base: String, data: FormData) -> MountFuture<Posted> {
        Box::pin(async move { self.view(&request)?.post(request, base, data).await })
    }

    fn probe(self: Arc<Self>, request: PageRequest) -> MountFuture<()> {
        Box::pin(async move { self.view(&request)?.probe(request).await })
    }

    fn open_session(&self, id: &str, request: &PageRequest) -> Option<Arc<dyn AnySession>> {
        self.view(request).ok()?.open_session(id, request)
    }

    fn session(self: Arc<Self>, id: String, asks: Asks, request: PageRequest, since: Since) -> MountFuture<Found> {
        Box::pin(async move { self.view(&request)?.session(id, asks, request, since).await })
    }

    fn follow(self: Arc<Self>, to: Elsewhere, request: &PageRequest, since: Since) -> Option<MountFuture<Found>> {
        let Elsewhere { address, session, flash, patch, .. } = to;
        let (path, query) = address.split_once('?').unwrap_or((&address, ""));
        if !is_target(&address) {
            return None;
        }
        let has_flash = flash.is_some();
        let request = request.clone().with_path(path, query).with_flash(flash.unwrap_or_default());
        let view = self.view(&request).ok()?;
        self.runtime.admit(request.address()).ok()?;
        // A view that was mounted ahead has not read the flash.
        let is_late = patch.is_some() && has_flash;
        let id = session.filter(|id| !is_late && self.is_free(id)).unwrap_or_default();
        Some(Box::pin(async move {
            let found = view.session(id, Asks::IfFree, request, since).await?;
            if let Found::Mounted(session) = &found {
                session.name(self.runtime.layout.title());
                if has_flash {
                    session.end_flash();
                }
            }
            Ok(found)
        }))
    }

    fn save(&self, sessions: Vec<Frozen>) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        let mut by_view: Vec<Vec<Frozen>> = self.views.iter().map(|_| Vec::new()).collect();
        for session in sessions {
            by_view[session.0.view() as usize].push(session);
        }
        Box::pin(async move {
            let mut are_saved = true;
            for (view, sessions) in self.views.iter().zip(by_view) {
                are_saved &= sessions.is_empty() || view.save(sessions).await;
            }
            are_saved
        })
    }
}

/// Returns true if a browser can send this as the path and the query of a request.
fn is_target(address: &str) -> bool {
    let is_local = address.starts_with('/') && !address.starts_with("//");
    is_local && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
}
