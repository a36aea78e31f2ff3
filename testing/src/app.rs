use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;
use tealight_core::session::ENGINE_CONNECTED;
use tealight_core::topic::TopicName;
use tealight_core::{LiveView, MountError, PageRequest};
use tealight_runtime::Live;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep_until};

use crate::browser::Browser;
use crate::clock::Clock;
use crate::page::TestPage;
use crate::shared::Shared;

/// An application under test, with a clock of its own.
///
/// Time does not pass by itself. [`advance`](Self::advance) moves it, and so does [`run`](Self::run) if its future
/// waits for a timer. Each method returns when the application and its open pages have nothing left to do. This
/// includes commands whose futures run on tokio's blocking threads.
///
/// Tests are plain functions, without `async`, since the application brings a runtime.
pub struct TestApp {
    shared: Rc<Shared>,
}

impl TestApp {
    /// Starts an application with the defaults of [`Live::new`].
    ///
    /// # Panics
    /// Panics inside of a tokio runtime. Use `#[test]`, not `#[tokio::test]`.
    #[track_caller]
    pub fn start<A: LiveView>(app: A) -> Self {
        Self::with(|| Live::new(app))
    }

    /// Starts an application that `make` builds. `make` runs inside of the test's tokio runtime.
    ///
    /// ```
    /// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
    /// # struct Shop;
    /// # impl LiveView for Shop {
    /// #     type Model = ();
    /// #     type ExternalEvent = ();
    /// #     type InternalEvent = ();
    /// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
    /// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
    /// #     fn view(&self, _: &()) -> impl View<()> { html! { <h1>"Tea"</h1> } }
    /// # }
    /// use tealight_runtime::{Layout, Live};
    /// use tealight_test::TestApp;
    ///
    /// let app = TestApp::with(|| Live::builder(Shop).layout(Layout::new("Shop")).start());
    /// assert_eq!(app.open("/").title(), "Shop");
    /// ```
    ///
    /// # Panics
    /// Panics as [`start`](Self::start) does.
    #[track_caller]
    pub fn with(make: impl FnOnce() -> Live) -> Self {
        assert!(
            Handle::try_current().is_err(),
            "a TestApp brings its own tokio runtime. Write `#[test] fn` in place of `#[tokio::test] async fn`."
        );
        let clock = Clock::new();
        let live = clock.enter(make);
        live.lift_mount_time();
        Self { shared: Rc::new(Shared::new(live, clock)) }
    }

    /// Opens a page at this path, such as `/` or `/orders?page=2`, and connects it.
    ///
    /// # Panics
    /// Panics if `mount` returns an error or panics. [`visit`](Self::visit) returns the error.
    #[track_caller]
    pub fn open(&self, path: &str) -> TestPage {
        let (bare, query) = path.split_once('?').unwrap_or((path, ""));
        match self.visit(|| PageRequest::new(bare, query)) {
            Ok(page) => page,
            Err(error) => panic!("`mount` returned no page for {path}: {error}"),
        }
    }

    /// Opens a page for a request with headers or with values of the server. `request` is called twice: for the page
    /// and for its connection.
    ///
    /// # Errors
    /// Returns the error of `mount`.
    #[track_caller]
    pub fn visit(&self, request: impl Fn() -> PageRequest) -> Result<TestPage, MountError> {
        let shared = &self.shared;
        let url = url_of(&request());
        let page = shared.clock.run(shared.live.page(request(), "/"))?;
        let connection = shared.enter(|| shared.live.connect(request()));
        let browser = Rc::new(RefCell::new(Browser::open(page.html(), url, connection)));
        shared.add(&browser);
        shared.settle();
        let page = TestPage::new(Rc::clone(shared), browser);
        page.expect_live("open");
        Ok(page)
    }

    /// Lets time pass. Timers fire in order, and open pages show each state on the way.
    #[track_caller]
    pub fn advance(&self, by: Duration) {
        let shared = &self.shared;
        let end = shared.run(async { Instant::now() }) + by;
        loop {
            // Pages send events that they delay, such as a debounced input, when their time comes.
            let due = shared.browsers().iter().filter_map(|page| page.borrow().next_due()).min();
            let next = due.map_or(end, |due| due.min(end));
            shared.run(async { sleep_until(next).await });
            shared.settle();
            for page in shared.browsers() {
                page.borrow_mut().send_due(next);
            }
            shared.settle();
            if next == end {
                return;
            }
        }
    }

    /// Publishes a message on a topic, from outside of all sessions. `topic` is a [`Topic`](tealight_core::Topic), one of its names, or
    /// a text.
    ///
    /// # Panics
    /// Panics if the message cannot be encoded as JSON.
    #[track_caller]
    pub fn publish<M: Serialize + ?Sized>(&self, topic: impl Into<TopicName<M>>, message: &M) {
        let (shared, topic) = (&self.shared, topic.into());
        let name = topic.as_str().to_owned();
        let published = shared.enter(|| shared.live.publisher().publish(topic, message));
        published.unwrap_or_else(|error| panic!("could not publish on {name:?}: {error}"));
        shared.settle();
    }

    /// Tells the sessions that hear it whether the engine is connected: see
    /// [`Subscription::engine_connected`](tealight_core::Subscription::engine_connected). The test's engine works on, and pages
    /// that open later hear that it is connected.
    pub fn engine_connected(&self, is_connected: bool) {
        self.publish(ENGINE_CONNECTED, &is_connected);
    }

    /// Runs a future to its end, as part of the test. Pages stay up to date meanwhile.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let output = self.shared.run(future);
        self.shared.settle();
        output
    }

    /// Runs all tasks until they have to wait. Call it after the test has changed something outside of the application.
    pub fn settle(&self) {
        self.shared.settle();
    }

    /// Returns the running application.
    pub fn live(&self) -> &Live {
        &self.shared.live
    }
}

impl fmt::Debug for TestApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TestApp").field(&self.shared.live).finish()
    }
}

fn url_of(request: &PageRequest) -> String {
    match request.query_string() {
        "" => request.path().to_owned(),
        query => format!("{}?{query}", request.path()),
    }
}
