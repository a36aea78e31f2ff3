//! Servers in processes of their own, and pages without a browser.
#![allow(missing_docs, unreachable_pub, dead_code, unused_imports, reason = "each test uses a part of this")]

mod line;
mod page;
mod server;
mod socket;
mod stream;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

pub use line::Transport;
pub use page::{Page, Shown, get};
pub use server::{GIVE_UP, Server, free_address, free_socket};

/// Many pages that run.
pub struct Pages {
    target: watch::Sender<u64>,
    shown: Vec<watch::Receiver<Shown>>,
    _running: JoinSet<()>,
}

impl Pages {
    /// Opens pages, and waits until they are live.
    pub async fn open(server: SocketAddr, count: u64, seed: u64) -> Self {
        Self::open_over(Transport::WebSocket, server, count, seed).await
    }

    /// Opens pages over this transport, and waits until they are live.
    pub async fn open_over(transport: Transport, server: SocketAddr, count: u64, seed: u64) -> Self {
        let (target, receiver) = watch::channel(0);
        let (mut shown, mut running) = (Vec::new(), JoinSet::new());
        for number in 0..count {
            let (page, seen) = Page::get(server, transport, receiver.clone(), seed + number).await;
            running.spawn(page.run());
            shown.push(seen);
        }
        let mut pages = Self { target, shown, _running: running };
        pages.all("are live", |shown| shown.is_live).await;
        pages
    }

    /// Lets each page make events until it has made this many.
    pub fn make(&self, events: u64) {
        self.target.send_replace(events);
    }

    /// Waits until a condition has been true of each page.
    pub async fn all(&mut self, what: &str, is: impl Fn(&Shown) -> bool) {
        for (number, shown) in self.shown.iter_mut().enumerate() {
            let waited = timeout(GIVE_UP, shown.wait_for(&is)).await.is_ok_and(|waited| waited.is_ok());
            assert!(waited, "not all pages {what}: {number} shows {:?}", shown.borrow());
        }
    }

    /// Waits until one page in `of` has made this many events, while the others are at work.
    pub async fn some(&mut self, made: u64, of: usize) {
        for shown in self.shown.iter_mut().step_by(of) {
            timeout(GIVE_UP, shown.wait_for(|shown| shown.made >= made)).await.expect("in time").expect("it runs");
        }
    }

    /// Waits until all pages are live again since `ended`. Returns how long the first, the median and the last took since `from`.
    pub async fn all_live_since(&mut self, ended: Instant, from: Instant) -> [Duration; 3] {
        let is_back = |shown: &Shown| shown.is_live && shown.live_since > Some(ended);
        self.all("are live again", is_back).await;
        let mut times: Vec<_> = self.shown.iter().filter_map(|shown| shown.borrow().live_since).collect();
        times.sort_unstable();
        [times[0], times[times.len() / 2], times[times.len() - 1]].map(|time| time.saturating_duration_since(from))
    }

    /// Waits until each page shows that all its events were applied, once and in order, to one session.
    pub async fn check(&mut self, events: u64) {
        self.all("have settled", |shown| shown.settled == events).await;
        let expected = [events.to_string(), events.to_string(), "0".to_owned()];
        self.all("show all events", |shown| shown.values == expected).await;
        for shown in &self.shown {
            assert_eq!(shown.borrow().lost, 0, "{:?}", shown.borrow());
        }
    }
}

/// A number from the environment.
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
}
