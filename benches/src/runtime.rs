//! The dashboard's update through the runtime, where telemetry is: from the page's message to the message to the page.

use std::sync::Once;
use std::task::{Context, Poll, Waker};

use metrics_exporter_prometheus::PrometheusBuilder;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, fixed, html};
use tealight_runtime::telemetry::Counted;
use tealight_runtime::{Connection, Limits, Live};
use tealight_test::protocol::{attach, session_in};
use tokio::runtime::{Builder, Runtime};

use crate::Case;
use crate::dashboard::Figures;

/// The dashboard, whose button shows new figures at once.
struct Clicked;

#[derive(Hash)]
struct Refresh;

impl LiveView for Clicked {
    type Model = Figures;
    type ExternalEvent = Refresh;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(Figures, Command<()>), MountError> {
        Ok((Figures::START, Command::none()))
    }

    fn update(&self, model: &mut Figures, _: Event<Refresh, ()>) -> Command<()> {
        *model = model.next();
        Command::none()
    }

    fn view(&self, model: &Figures) -> impl View<Refresh> {
        html! {
            <h1>"Sales Dashboard"</h1>
            <hr/> <span>"🥡 New Orders"</span> <h2>{model.orders}</h2>
            <hr/> <span>"💰 Sales Amount"</span> <h2>{model.sales}</h2>
            <hr/> <span>"🌟 Rating"</span> <h2>{fixed(model.rating, 1)}</h2>
            <button on:click={Refresh}>"Refresh"</button>
        }
    }
}

struct Page {
    connection: Connection,
    click: Vec<u8>,
    event: u32,
    frame: Vec<u8>,
    _runtime: Runtime,
}

/// A page of an application that nobody watches.
pub(crate) fn unwatched() -> Box<dyn Case> {
    Box::new(Page::open())
}

/// A page of an application whose metrics and logs are recorded.
pub(crate) fn watched() -> Box<dyn Case> {
    record();
    Box::new(Page::open())
}

/// Records metrics for Prometheus, and logs at the level `info`, which go nowhere.
fn record() {
    static RECORDED: Once = Once::new();
    RECORDED.call_once(|| {
        PrometheusBuilder::new().install_recorder().expect("there is no other recorder");
        let logs = tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_writer(std::io::sink);
        tracing::subscriber::set_global_default(logs.finish()).expect("there is no other subscriber");
    });
}

impl Page {
    fn open() -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        let (live, html) = runtime.block_on(async {
            let limits = Limits::default().events_per_second(1_000_000_000).events_burst(1_000_000_000);
            let live = Live::builder(Clicked).limits(limits).start();
            let page = live.page(PageRequest::new("/", ""), "/").await.expect("a page");
            let html = page.html().to_owned();
            (live, html)
        });
        let mut connection = live.connect(PageRequest::new("/", ""));
        connection.receive(attach(&session_in(&html), 0, 0).as_bytes());
        let mut page = Self { connection, click: Vec::new(), event: 0, frame: Vec::new(), _runtime: runtime };
        page.read();
        page.undo();
        page
    }

    fn read(&mut self) {
        self.frame.clear();
        let mut cx = Context::from_waker(Waker::noop());
        let _ = self.connection.poll_message(&mut cx, &mut self.frame) == Poll::Pending;
    }
}

impl Case for Page {
    fn step(&mut self) {
        self.connection.receive(&self.click);
        self.read();
    }

    /// Writes the next click.
    fn undo(&mut self) {
        self.event += 1;
        self.click = format!("[{},{},[3]]", self.event, self.event - 1).into_bytes();
    }

    fn frame(&self) -> &[u8] {
        &self.frame
    }

    fn kept(&self) -> usize {
        0
    }
}

/// One value of a histogram, as the exporter records it.
struct Exporter(metrics::Histogram);

pub(crate) fn exporter() -> Box<dyn Case> {
    record();
    Box::new(Exporter(metrics::histogram!("bench_seconds")))
}

impl Case for Exporter {
    #[inline(always)]
    fn step(&mut self) {
        self.0.record(0.001);
    }

    fn frame(&self) -> &[u8] {
        &[]
    }

    fn kept(&self) -> usize {
        0
    }
}

/// One value of a histogram of a view, as a session counts it.
struct Own(Counted);

pub(crate) fn own() -> Box<dyn Case> {
    record();
    Box::new(Own(Counted::new("bench")))
}

impl Case for Own {
    #[inline(always)]
    fn step(&mut self) {
        self.0.record(1_234_567);
    }

    fn frame(&self) -> &[u8] {
        &[]
    }

    fn kept(&self) -> usize {
        0
    }
}
