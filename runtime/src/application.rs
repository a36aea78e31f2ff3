//! Mounts sessions, and makes their pages.

mod guarded;
mod posted;
mod restore;
mod routed;
mod start;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use tealight_core::session::{Elsewhere, Session};
use tealight_core::view::local_url;
use tealight_core::{Command, FormData, LiveView, MountError, PageRequest};
use tracing::Instrument;

use self::guarded::{Guarded, ask_again};
use crate::close::Close;
use crate::error::{LoggedOut, Panicked, ShuttingDown, catch, catch_async};
use crate::flash::FlashCookie;
use crate::limits::Limit;
use crate::owners::Since;
use crate::pages::{Document, Page, Posted, script_elements};
use crate::registry::AnySession;
use crate::runtime::{Application, MountFuture, Runtime, reached};
use crate::session::{NotStarted, RunningSession, discard_session};
use crate::store::SavedSession;
use crate::telemetry::spans;
use crate::watch::{Function, watch_async};

/// The way a page asks for a session.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// It comes back to its own.
    ForItsOwn,
    /// It follows a link to one that it has had before. Another page may show that now.
    IfFree,
}

/// The session for a page that has attached.
pub(crate) enum Found {
    /// Its own.
    Own(Arc<dyn AnySession>),
    /// Another one.
    Mounted(Arc<dyn AnySession>),
}

pub(crate) use self::routed::Routed;

/// A session that takes no more inputs, and what is to be saved of it.
pub(crate) type Frozen = (Arc<dyn AnySession>, SavedSession);

/// An [`Application`] of any type.
pub(crate) trait AnyApplication: Send + Sync {
    fn runtime(&self) -> &Runtime;
    /// See [`Live::page`](crate::Live::page).
    fn page(self: Arc<Self>, request: PageRequest, base: String) -> MountFuture<Page>;
    /// See [`Live::post`](crate::Live::post).
    fn post(self: Arc<Self>, request: PageRequest, base: String, data: FormData) -> MountFuture<Posted>;
    /// See [`Live::probe`](crate::Live::probe).
    fn probe(self: Arc<Self>, request: PageRequest) -> MountFuture<()>;
    /// Returns the session of this id, if it is here and there is nothing to find out about its page.
    fn open_session(&self, id: &str, request: &PageRequest) -> Option<Arc<dyn AnySession>>;
    /// Finds the session of this id, here or in the store, or mounts another one for its page. `since` is the time of the
    /// request.
    fn session(self: Arc<Self>, id: String, asks: Asks, request: PageRequest, since: Since) -> MountFuture<Found>;
    /// Finds the session for an address that a page asks for, or mounts one. The page keeps its connection, which `request` has opened at
    /// the time `since`. Returns `None` if the page must load the address.
    fn follow(self: Arc<Self>, to: Elsewhere, request: &PageRequest, since: Since) -> Option<MountFuture<Found>> {
        let _ = (to, request, since);
        None
    }
    /// Saves sessions that take no more inputs. Returns true if they are saved.
    fn save(&self, sessions: Vec<Frozen>) -> Pin<Box<dyn Future<Output = bool> + Send + '_>>;
}

impl<A: LiveView> AnyApplication for Application<A> {
    fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    fn page(self: Arc<Self>, request: PageRequest, base: String) -> MountFuture<Page> {
        Box::pin(async move {
            let (since, query) = (self.runtime.owners.now(), request.query_string().to_owned());
            let (request, flash) = FlashCookie::read(request);
            let guarded = self.guard(request, since).await?;
            let session = Arc::clone(&self).mount(&guarded).await.map_err(|error| ask_again(error, &query))?;
            self.paint(&session, &guarded.request, &base, flash)
        })
    }

    fn post(self: Arc<Self>, request: PageRequest, base: String, data: FormData) -> MountFuture<Posted> {
        Box::pin(async move {
            let (since, query) = (self.runtime.owners.now(), request.query_string().to_owned());
            let (request, flash) = FlashCookie::read(request);
            let guarded = self.guard(request, since).await?;
            self.take_post(&guarded, &base, &data, flash).await.map_err(|error| ask_again(error, &query))
        })
    }

    fn probe(self: Arc<Self>, request: PageRequest) -> MountFuture<()> {
        Box::pin(async move {
            let since = self.runtime.owners.now();
            let guarded = self.guard(request, since).await?;
            let (model, command) = self.model(&guarded.request).await?;
            discard_session(Session::<A>::new(model, command));
            Ok(())
        })
    }

    fn open_session(&self, id: &str, request: &PageRequest) -> Option<Arc<dyn AnySession>> {
        Self::open_session(self, id, request)
    }

    fn session(self: Arc<Self>, id: String, asks: Asks, request: PageRequest, since: Since) -> MountFuture<Found> {
        Box::pin(async move {
            let guarded = self.guard(request, since).await?;
            if let Some(session) = self.own(&id)
                && self.is_still_own(&*session).await?
            {
                return guarded.check(session).map(Found::Own);
            }
            match Arc::clone(&self).restore(&id, asks, &guarded).await? {
                Some(session) => Ok(Found::Own(session)),
                None => Ok(Found::Mounted(self.mount(&guarded).await?)),
            }
        })
    }

    fn save(&self, sessions: Vec<Frozen>) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        Box::pin(async move {
            let Some(codec) = &self.codec else { return false };
            let count = sessions.len();
            // Those that have ended meanwhile must not come back.
            let alive =
                || sessions.into_iter().filter(|(session, _)| !session.has_ended()).map(|(_, saved)| saved).collect();
            let is_saved = codec.store().save(alive).await.is_ok();
            if is_saved {
                tracing::info!(count, "sessions saved");
            }
            is_saved
        })
    }
}

impl<A: LiveView> Application<A> {
    /// Returns a session of this view.
    fn own(&self, id: &str) -> Option<Arc<dyn AnySession>> {
        self.runtime.registry.find(id).filter(|session| session.view() == self.place)
    }

    async fn model(&self, request: &PageRequest) -> Result<(A::Model, Command<A::InternalEvent>), MountError> {
        metrics::counter!("tealight_mounts_total").increment(1);
        let began = Instant::now();
        let mount = watch_async(self.name, Function::Mount, self.live_view.mount(request));
        let mount = catch_async("mount", mount).instrument(spans::mount(self.meter.live_view()));
        let mounted = match self.runtime.in_mount_time(mount).await {
            Some(mounted) => mounted.unwrap_or_else(|panicked| Err(unavailable(panicked))),
            None => Err(unavailable(reached(Limit::Mount, request.address()))),
        };
        metrics::histogram!("tealight_mount_seconds", "live_view" => self.meter.live_view()).record(began.elapsed());
        if let Err(MountError::Unavailable(error)) = &mounted {
            // the error's `Display` is the application's
            let _ = catch("mount", || tracing::error!(%error, path = request.path(), "could not mount a page"));
        }
        mounted
    }

    async fn mount(self: Arc<Self>, guarded: &Guarded) -> Result<Arc<RunningSession<A>>, MountError> {
        let mounting = self.runtime.topics.begin_mount();
        let (model, command) = self.model(&guarded.request).await?;
        let messages = self.runtime.messages_for(&guarded.request);
        let client = guarded.request.address();
        let started = RunningSession::start(self, model, command, messages, client, guarded.owned);
        let session = started.map_err(|reason| match reason {
            NotStarted::Refused => unavailable(ShuttingDown),
            NotStarted::LoggedOut => unavailable(LoggedOut),
        })?;
        session.hear_since(&mounting);
        Ok(session)
    }

    /// Makes the page of a session. The session then waits for the page to attach.
    fn paint(
        &self,
        session: &RunningSession<A>,
        request: &PageRequest,
        base: &str,
        flash: FlashCookie,
    ) -> Result<Page, MountError> {
        let (view, mut needs) = session.first_paint(request.query_string()).map_err(unavailable::<Panicked>)?;
        needs.routes |= self.runtime.config.has_router;
        let title = session.title();
        let cookie = flash.of_page(session.take_flash().as_deref());
        let base = local_url(self.runtime.config.base.as_deref().unwrap_or(base));
        let transports = self.runtime.transports_for(request);
        let messages = self.runtime.messages_for(request);
        let limit = self.runtime.config.limits.message_bytes;
        let page = catch("layout", || {
            let animates = self.runtime.layout.has_view_transitions();
            let script = script_elements(&base, needs, &transports, limit, animates, messages);
            let headers = Arc::clone(&self.runtime.page_headers);
            Page::new(&self.runtime.layout, headers, &Document::new(request, view, title, script))
        });
        match page {
            Ok(_) => session.wait(),
            Err(Panicked) => session.end(Close::Panicked),
        }
        page.map(|page| page.with_cookie(cookie)).map_err(unavailable)
    }
}

pub(crate) fn unavailable<E: std::error::Error + Send + Sync + 'static>(error: E) -> MountError {
    MountError::Unavailable(Box::new(error))
}
