//! Views that are mounted and rendered before the page goes there.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tealight_core::session::Elsewhere;
use tealight_core::wire;

use super::{Connection, Links};
use crate::application::Found;
use crate::close::Close;
use crate::registry::AnySession;
use crate::runtime::MountFuture;

/// The most addresses that wait for their mount. If there are more, the oldest is forgotten.
const MOST_WANTED: usize = 8;
/// The most sessions of a connection that wait to be shown. If there are more, the oldest ends.
const MOST_READY: usize = 8;

/// The views that a page may show soon. One is mounted at a time.
#[derive(Default)]
pub(super) struct Ahead {
    wanted: VecDeque<String>,
    mounting: Option<(String, MountFuture<Found>)>,
    ready: VecDeque<Arc<dyn AnySession>>,
}

impl Ahead {
    /// Forgets a session that is shown now.
    pub(super) fn show(&mut self, id: &str) {
        self.ready.retain(|session| session.id().as_str() != id);
    }

    fn want(&mut self, address: String) {
        if self.wanted.len() == MOST_WANTED {
            self.wanted.pop_front();
        }
        self.wanted.push_back(address);
    }

    fn keep(&mut self, session: Arc<dyn AnySession>) {
        if self.ready.len() == MOST_READY
            && let Some(oldest) = self.ready.pop_front()
            && !oldest.is_attached()
        {
            oldest.end(Close::Left);
        }
        self.ready.push_back(session);
    }
}

impl Connection {
    /// Mounts the view at an address, as soon as there is nothing else to do.
    pub(super) fn prefetch(&mut self, address: String) {
        if let Some(links) = self.links_mut() {
            metrics::counter!("tealight_prefetches_total").increment(1);
            links.ahead.get_or_insert_default().want(address);
        }
    }

    /// Mounts the views that the page may show soon, and appends the next one that is ready. It is no fault if there is none at its
    /// address: the link will tell.
    pub(super) fn poll_ahead(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<()> {
        let app = &self.app;
        let Some(Links { request, since, ahead: Some(ahead), .. }) =
            self.rare.as_mut().and_then(|rare| rare.links.as_mut())
        else {
            return Poll::Pending;
        };
        loop {
            let Some((_, mount)) = &mut ahead.mounting else {
                let Some(address) = ahead.wanted.pop_front() else { return Poll::Pending };
                let to = Elsewhere { event: 0, address: address.clone(), session: None, flash: None, patch: None };
                ahead.mounting = Arc::clone(app).follow(to, request, *since).map(|mount| (address, mount));
                continue;
            };
            let mounted = ready!(mount.as_mut().poll(cx));
            let Some((address, _)) = ahead.mounting.take() else { continue };
            let Ok(Found::Own(session) | Found::Mounted(session)) = mounted else { continue };
            let mut mount = Vec::new();
            if session.render_ahead(&mut mount) {
                wire::ahead(out, &address, &mount);
                ahead.keep(session);
                return Poll::Ready(());
            }
        }
    }
}
