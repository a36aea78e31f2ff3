use std::error::Error;
use std::sync::Arc;

use tealight_core::{LiveView, MountError, PageRequest};

use super::unavailable;
use crate::close::count_refusal;
use crate::error::{LoggedOut, catch, catch_async};
use crate::limits::Limit;
use crate::owners::{Owned, Since};
use crate::registry::AnySession;
use crate::runtime::{Application, reached};
use crate::store::OwnerKey;
use crate::watch::{Function, watch_async};

/// A request that the guard has let through.
pub(super) struct Guarded {
    pub(super) request: PageRequest,
    pub(super) owned: Owned,
}

impl<A: LiveView> Application<A> {
    /// Runs the guard, which may change the request. `since` is a time before anything has checked who sends the request.
    pub(super) async fn guard(&self, request: PageRequest, since: Since) -> Result<Guarded, MountError> {
        if !self.answers_for(&request) {
            count_refusal("host");
            return Err(MountError::Forbidden);
        }
        if request.owner().is_some() {
            self.runtime.topics.hear_ends();
        }
        let (path, client) = (request.path().to_owned(), request.address());
        let guarded = if self.guards.is_empty() {
            Ok(request)
        } else {
            let asked = watch_async(self.name, Function::Guard, async {
                let mut request = request;
                for guard in &self.guards {
                    request = guard(request).await?;
                }
                Ok(request)
            });
            match self.runtime.in_mount_time(catch_async("guard", asked)).await {
                Some(guarded) => guarded.unwrap_or_else(|panicked| Err(unavailable(panicked))),
                None => Err(unavailable(reached(Limit::Mount, client))),
            }
        };
        if let Err(MountError::Unavailable(error)) = &guarded {
            // the error's `Display` is the application's
            let _ = catch("guard", || tracing::error!(%error, path, "could not find out who may see a page"));
        }
        let request = guarded?;
        let owner = request.owner().map(OwnerKey::of);
        Ok(Guarded { request, owned: (owner, since) })
    }

    /// The session of this id, if its page may attach without a look at anything else.
    pub(super) fn open_session(&self, id: &str, request: &PageRequest) -> Option<Arc<dyn AnySession>> {
        if !self.guards.is_empty() || !self.answers_for(request) {
            return None;
        }
        let session = self.own(id).filter(|session| session.doubtful_revision().is_none())?;
        session.is_for(request.owner().map(OwnerKey::of)).then_some(session)
    }

    fn answers_for(&self, request: &PageRequest) -> bool {
        request.get_header("host").is_none_or(|host| self.runtime.config.hosts.allow(host))
    }
}

impl Guarded {
    /// Returns a session that is there, if this request may attach to it.
    ///
    /// # Errors
    /// Another owner's session is forbidden: its id was stolen, or the person has changed since the page was made.
    pub(super) fn check(&self, session: Arc<dyn AnySession>) -> Result<Arc<dyn AnySession>, MountError> {
        if session.is_for(self.owned.0) {
            return Ok(session);
        }
        Err(of_another())
    }
}

pub(super) fn of_another() -> MountError {
    count_refusal("owner");
    tracing::debug!("a page asked for a session of another owner");
    MountError::Forbidden
}

/// Lets a browser ask again whose sessions were ended while it was answered: the guard must see its present cookies.
pub(super) fn ask_again(error: MountError, query: &str) -> MountError {
    match error {
        MountError::Unavailable(source) if is_logged_out(&*source) => MountError::Redirect(format!("?{query}")),
        error => error,
    }
}

fn is_logged_out(error: &(dyn Error + Send + Sync + 'static)) -> bool {
    error.is::<LoggedOut>()
}
