//! Views that are mounted and rendered before the page goes there.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tealight_core::session::Elsewhere;
use tealight_core::wire;
use tokio::task::JoinHandle;

use super::{Connection, Links};
use crate::application::Found;
use crate::close::Close;
use crate::registry::AnySession;
use crate::runtime::MountFuture;
use crate::telemetry::count_full;

/// The most addresses that wait for their mount. If there are more, the oldest is forgotten.
const MOST_WANTED: usize = 8;
/// The most sessions of a connection that wait to be shown. If there are more, the oldest ends.
const MOST_READY: usize = 8;
/// The longest address, in bytes. The link must not be longer than a message may be, which says the address and some more.
const LONGEST: usize = 2_048;

/// The views that a page may show soon. One is mounted at a time.
#[derive(Default)]
pub(super) struct Ahead {
    wanted: VecDeque<String>,
    rendering: Option<Rendering>,
    ready: VecDeque<Arc<dyn AnySession>>,
}

/// A view that is being mounted. It has a task of its own: a mount that holds a lock must go on whatever the connection does.
struct Rendering(JoinHandle<Option<Rendered>>);

/// A session that waits for the page, and the message that says so.
struct Rendered(Arc<dyn AnySession>, Vec<u8>);

impl Rendering {
    /// Mounts a view, and renders the message that sends it to the page. Its session then waits for the page.
    fn start(runtime: &tokio::runtime::Handle, address: String, mount: MountFuture<Found>) -> Self {
        Self(runtime.spawn(async move {
            let (Found::Own(session) | Found::Mounted(session)) = mount.await.ok()?;
            let (mut render, mut message) = (Vec::new(), Vec::new());
            session.render_ahead(&mut render).then(|| {
                wire::ahead(&mut message, &address, &render);
                Rendered(session, message)
            })
        }))
    }
}

impl Drop for Rendering {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Ahead {
    /// Forgets a session that is shown now.
    pub(super) fn show(&mut self, id: &str) {
        self.ready.retain(|session| session.id().as_str() != id);
    }

    fn want(&mut self, address: String) {
        if self.wanted.len() == MOST_WANTED {
            count_full("prefetch");
            self.wanted.pop_front();
        }
        self.wanted.push_back(address);
    }

    fn keep(&mut self, session: Arc<dyn AnySession>) {
        if self.ready.len() == MOST_READY
            && let Some(oldest) = self.ready.pop_front()
            && !oldest.is_attached()
        {
            count_full("ahead");
            oldest.end(Close::Left);
        }
        self.ready.push_back(session);
    }
}

impl Connection {
    /// Mounts the view at an address, as soon as there is nothing else to do.
    pub(super) fn prefetch(&mut self, address: String) {
        if self.is_hung_up || address.len() > LONGEST.min(self.message_limit() / 2) {
            return;
        }
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
            if let Some(Rendering(task)) = &mut ahead.rendering {
                let Poll::Ready(rendered) = Pin::new(task).poll(cx) else { return Poll::Pending };
                ahead.rendering = None;
                if let Ok(Some(Rendered(session, message))) = rendered {
                    out.extend_from_slice(&message);
                    ahead.keep(session);
                    return Poll::Ready(());
                }
            }
            let Some(address) = ahead.wanted.pop_front() else { return Poll::Pending };
            let to = Elsewhere { event: 0, address: address.clone(), session: None, flash: None, patch: None };
            let mount = Arc::clone(app).follow(to, request, *since);
            ahead.rendering = mount.map(|mount| Rendering::start(app.runtime().tasks.handle(), address, mount));
        }
    }
}
