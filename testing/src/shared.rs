use std::cell::RefCell;
use std::future::Future;
use std::rc::{Rc, Weak};
use std::task::Context;

use tealight_runtime::Live;

use crate::browser::Browser;
use crate::clock::Clock;

/// A running application with its pages and its clock.
pub(crate) struct Shared {
    // Dropped before the clock, because the sessions run on the clock's runtime.
    pub(crate) live: Live,
    pages: RefCell<Vec<Weak<RefCell<Browser>>>>,
    pub(crate) clock: Clock,
}

/// The most calls of `spawn_blocking`, one after another in one future, that are waited for.
const BLOCKING_CALLS: usize = 16;

impl Shared {
    pub(crate) fn new(live: Live, clock: Clock) -> Self {
        Self { live, pages: RefCell::default(), clock }
    }

    /// Adds a page, which counts as long as somebody holds it.
    pub(crate) fn add(&self, page: &Rc<RefCell<Browser>>) {
        self.pages.borrow_mut().push(Rc::downgrade(page));
    }

    pub(crate) fn browsers(&self) -> Vec<Rc<RefCell<Browser>>> {
        let mut pages = self.pages.borrow_mut();
        pages.retain(|page| page.strong_count() > 0);
        pages.iter().filter_map(Weak::upgrade).collect()
    }

    /// Delivers the messages for pages. Returns true if there were any.
    fn pump(&self, cx: &mut Context<'_>) -> bool {
        let mut has_moved = false;
        for page in self.browsers() {
            has_moved |= page.borrow_mut().receive(cx);
        }
        has_moved
    }

    /// Runs a future, and delivers messages meanwhile.
    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        self.clock.run(std::future::poll_fn(|cx| {
            while self.pump(cx) {}
            future.as_mut().poll(cx)
        }))
    }

    pub(crate) fn settle(&self) {
        self.clock.settle(|cx| self.pump(cx));
        for _ in 0..BLOCKING_CALLS {
            if self.live.stats().tasks == 0 {
                break;
            }
            self.clock.finish_blocking();
            self.clock.settle(|cx| self.pump(cx));
        }
    }

    /// Runs code of a page inside of the runtime.
    pub(crate) fn enter<T>(&self, act: impl FnOnce() -> T) -> T {
        self.clock.enter(act)
    }
}
