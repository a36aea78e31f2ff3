//! Sessions that are saved, or on another process.

use std::sync::Arc;

use tealight_core::{LiveView, MountError};
use tracing::Instrument;

use super::guarded::{Guarded, of_another};
use super::{Asks, unavailable};
use crate::error::{LoggedOut, catch};
use crate::moves::{Answer, Wanted};
use crate::registry::AnySession;
use crate::runtime::{Application, Config};
use crate::saving::{Codec, LoadError, Stored};
use crate::session::{NotStarted, RunningSession};
use crate::store::{SessionKey, StoreError, StoredSession};
use crate::telemetry::spans;
use crate::token::Token;

#[derive(Debug, thiserror::Error)]
enum NotRestored {
    #[error("another process has the session, and cannot save it now")]
    Kept,
    #[error("another process has just claimed the session")]
    Claimed,
}

impl<A: LiveView> Application<A> {
    /// Restores a session that is saved, or that another process has. A session that cannot be restored is logged.
    ///
    /// # Errors
    /// A store that is out of reach is no reason to forget a session: its page tries again. It does not wait longer than a
    /// session would have waited for it.
    pub(super) async fn restore(
        self: Arc<Self>,
        id: &str,
        asks: Asks,
        guarded: &Guarded,
    ) -> Result<Option<Arc<dyn AnySession>>, MountError> {
        let (Some(codec), Some(id)) = (self.codec.as_ref(), Token::parse(id)) else { return Ok(None) };
        let key = SessionKey::of(&id);
        let (owner, since) = guarded.owned;
        let is_for = |stored: &Stored| stored.owner.is_none_or(|own| owner == Some(own));
        let mut found = self.find(codec, key).await?;
        if found.as_ref().is_some_and(|stored| !is_for(stored)) {
            return Err(of_another());
        }
        if found.as_ref().is_none_or(|stored| !stored.rests) && !self.runtime.topics.is_local() {
            let if_free = asks == Asks::IfFree;
            match self.runtime.moves.ask(Wanted { key, owner, view: self.place, if_free }).await {
                // It may have been saved in the meantime.
                Answer::Nobody | Answer::Given => found = self.find(codec, key).await?,
                Answer::NotYours => return Ok(None),
                Answer::TryAgain => return Err(unavailable(NotRestored::Kept)),
            }
        }
        let Some(stored) = found else { return Ok(None) };
        if !is_for(&stored) {
            return Err(of_another());
        }
        let Stored { owner, revision, .. } = stored;
        // Another connection of the page may have been quicker.
        if let Some(session) = self.own(id.as_str()) {
            return Ok(Some(session));
        }
        let Some(next) = revision.checked_add(1) else { return Ok(None) };
        let claimed = codec.store().claim(key, revision, self.runtime.config.limits.mount_time).await;
        let Some(bytes) = claimed.map_err(unavailable)? else {
            return self.own(id.as_str()).map(Some).ok_or_else(|| unavailable(NotRestored::Claimed));
        };
        let Some(session) = self.decoded(codec.decode(&bytes)) else { return Ok(None) };
        let messages = self.runtime.messages_for(&guarded.request);
        let (app, client, owned) = (Arc::clone(&self), guarded.request.address(), (owner, since));
        let started = RunningSession::start_as(app, id, session, messages, client, owned, Some(next));
        let session = match started {
            Ok(session) => Some(session as Arc<dyn AnySession>),
            // Another connection of the page may have restored it meanwhile.
            Err(NotStarted::Refused) => self.own(id.as_str()).inspect(|session| session.raise(next)),
            Err(NotStarted::LoggedOut) => return Err(unavailable(LoggedOut)),
        };
        if session.is_some() {
            metrics::counter!("tealight_restores_total").increment(1);
        }
        Ok(session)
    }

    /// Looks at a session in the store.
    async fn find(&self, codec: &Codec<A>, key: SessionKey) -> Result<Option<Stored>, MountError> {
        let Config { detached_lifetime, limits, .. } = &self.runtime.config;
        // In a rolling deploy, a process of the newer version is there too, or soon.
        let can_read = |stored: &StoredSession| self.runtime.topics.is_local() || !codec.is_too_new(stored);
        let loading = codec.store().load(key, limits.mount_time, *detached_lifetime, can_read);
        let loaded = match loading.instrument(spans::restore(self.meter.live_view())).await {
            Err(LoadError::TryAgain(error)) => {
                metrics::counter!("tealight_restores_failed_total").increment(1);
                let _ =
                    catch("store", || tracing::warn!(%error, "a session could not be loaded: its page tries again"));
                return Err(unavailable(error));
            }
            Err(LoadError::Lost(error)) => Err(error),
            Ok(loaded) => Ok(loaded),
        };
        Ok(self.decoded(loaded.and_then(|stored| match stored {
            Some(stored) => codec.look(&stored),
            None => Ok(None),
        })))
    }

    /// A session that cannot be read is logged.
    fn decoded<T>(&self, decoded: Result<Option<T>, StoreError>) -> Option<T> {
        decoded.unwrap_or_else(|error| {
            metrics::counter!("tealight_restores_failed_total").increment(1);
            // the error's `Display` may be the store's
            let _ = catch("store", || tracing::error!(%error, "a session could not be restored"));
            None
        })
    }

    /// Returns true if a session that is here was not claimed by another process, which this one may not have heard.
    ///
    /// # Errors
    /// While the store is out of reach, nobody knows.
    pub(super) async fn is_still_own(&self, session: &dyn AnySession) -> Result<bool, MountError> {
        let (Some(codec), Some(revision)) = (&self.codec, session.doubtful_revision()) else { return Ok(true) };
        let Config { detached_lifetime, limits, .. } = &self.runtime.config;
        let key = SessionKey::of(session.id());
        let is_lost = match codec.store().load(key, limits.mount_time, *detached_lifetime, |_| true).await {
            Ok(Some(stored)) => stored.revision > revision,
            // Another process may have claimed and ended it. A write tells.
            Ok(None) => {
                let saved = codec.store().save_then(
                    || session.begin_save().into_iter().collect(),
                    |saved| {
                        match saved.as_deref() {
                            // At once: its page may not hear of what is not saved.
                            Ok([_, ..]) => session.end_moved(),
                            saved => session.end_save(saved.is_ok()),
                        }
                        saved
                    },
                );
                !saved.await.map_err(unavailable)?.is_empty()
            }
            Err(LoadError::Lost(_)) => false,
            Err(LoadError::TryAgain(error)) => return Err(unavailable(error)),
        };
        if is_lost {
            session.end_moved();
        }
        Ok(!is_lost)
    }
}
