use std::sync::Arc;
use std::time::Duration;

use tealight_core::session::{POSTED_FORM, PostError, Refusal};
use tealight_core::{FormData, LiveView, MountError};
use tokio::time::timeout;

use super::guarded::Guarded;
use super::unavailable;
use crate::close::count_refusal;
use crate::error::Panicked;
use crate::flash::FlashCookie;
use crate::pages::Posted;
use crate::runtime::Application;
use crate::session::RunningSession;

/// The longest time that the page of a posted form waits for the form's commands.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(10);

impl<A: LiveView> Application<A> {
    /// Takes a form that a browser without JavaScript has posted.
    ///
    /// A new session takes the form: it is painted, so that the form's handler can be found, then `update` gets the
    /// form, and then the session is painted again for its page.
    pub(super) async fn take_post(
        self: Arc<Self>,
        guarded: &Guarded,
        base: &str,
        data: &FormData,
        flash: FlashCookie,
    ) -> Result<Posted, MountError> {
        let request = &guarded.request;
        let Some(address) = request.query(POSTED_FORM).and_then(|address| address.parse().ok()) else {
            return Ok(refused(PostError::Refused(Refusal::NoHandler)));
        };
        let guard = EndIfUnpainted(Arc::clone(&self).mount(guarded).await?);
        let session = &guard.0;
        session.first_paint(request.query_string()).map_err(unavailable::<Panicked>)?;
        if let Err(error) = session.post(&address, data).map_err(unavailable::<Panicked>)? {
            return Ok(refused(error));
        }
        if timeout(SETTLE_TIMEOUT, session.settled()).await.is_err() {
            tracing::warn!(path = request.path(), "a posted form's commands take too long; its page is sent now");
        }
        session.end_post();
        if let Some(url) = session.navigation() {
            let cookie = flash.of_redirect(session.take_flash().as_deref());
            return Ok(Posted::Elsewhere { url, cookie });
        }
        self.paint(session, request, base, flash).map(Posted::Page)
    }
}

/// Ends a session whose page is not made, also when the request is cancelled.
struct EndIfUnpainted<A: LiveView>(Arc<RunningSession<A>>);

impl<A: LiveView> Drop for EndIfUnpainted<A> {
    fn drop(&mut self) {
        self.0.end_if_unpainted();
    }
}

fn refused(error: PostError) -> Posted {
    let (reason, posted) = match error {
        PostError::Refused(refusal) => (refusal, Posted::Gone),
        PostError::Fields(errors) => (Refusal::Payload, Posted::Invalid(errors)),
    };
    count_refusal(reason.reason());
    posted
}
