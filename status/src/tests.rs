use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::{Live, LocalPubSub, PubSub, Router};
use tealight_test::protocol::Tab;
use tealight_test::{TestApp, TestPage};

use crate::Status;
use crate::wire::tests::full;
use crate::wire::{NAME, Named, Report, Said};

/// Everybody sees how many cups everybody has drunk.
struct Shop;

impl LiveView for Shop {
    type Model = u32;
    type ExternalEvent = ();
    type InternalEvent = u32;

    async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<u32>), MountError> {
        Ok((0, Command::none()))
    }

    fn update(&self, cups: &mut u32, event: Event<(), u32>) -> Command<u32> {
        match event {
            Event::External(()) => Command::publish("cups:all", &1),
            Event::Internal(more) => {
                *cups += more;
                Command::none()
            }
        }
    }

    fn view(&self, cups: &u32) -> impl View<()> {
        html! { <button on:click={()}>{cups}</button> }
    }

    fn subscriptions(&self, _: &u32) -> Subscription<u32> {
        Subscription::topic("cups:all", |more| more)
    }
}

fn shop(name: &str, engine: Arc<dyn PubSub>) -> Live {
    let status = Status::new(async |request: PageRequest| match request.cookie("operator") {
        Some(_) => Ok(request),
        None => Err(MountError::Forbidden),
    });
    let router = Router::new().live_at("/", Shop).merge(status.name(name).version("1.2").at("/status"));
    Live::builder(router).pubsub(engine).start()
}

fn one() -> TestApp {
    TestApp::with(|| shop("one", Arc::new(LocalPubSub::default())))
}

/// Two applications that share an engine.
fn two() -> (TestApp, Live) {
    let other = RefCell::new(None);
    let app = TestApp::with(|| {
        let engine: Arc<dyn PubSub> = Arc::new(LocalPubSub::default());
        *other.borrow_mut() = Some(shop("two", Arc::clone(&engine)));
        shop("one", engine)
    });
    (app, other.into_inner().expect("it has started"))
}

fn status(app: &TestApp) -> TestPage {
    let request = || PageRequest::new("/status", "").header("cookie", "operator=me");
    app.visit(request).unwrap_or_else(|error| panic!("no page: {error}"))
}

fn seconds(app: &TestApp, seconds: u64) {
    app.advance(Duration::from_secs(seconds));
}

/// The cells of the row that has this text, in the table with this id.
fn row(page: &TestPage, table: &str, text: &str) -> Vec<String> {
    let rows = page.count(&format!("#{table} tbody tr"));
    let cells = |at: usize| {
        let row = format!("#{table} tbody tr:nth-child({at})");
        let mut cells = page.texts(&format!("{row} th"));
        cells.extend(page.texts(&format!("{row} td")));
        cells
    };
    let found = (1..=rows).map(cells).find(|cells| cells.iter().any(|cell| cell.contains(text)));
    found.unwrap_or_else(|| panic!("{text} is not in {}", page.html(&format!("#{table}"))))
}

#[test]
fn only_those_whom_the_guard_lets_through_see_it() {
    let app = one();
    let refused = app.visit(|| PageRequest::new("/status", ""));
    assert!(matches!(refused, Err(MountError::Forbidden)));
    assert_eq!(status(&app).title(), "Status");
}

#[test]
fn it_shows_what_the_process_does_and_itself() {
    let app = one();
    let (customer, page) = (app.open("/"), status(&app));
    assert_eq!(page.text("#attached"), "1", "the first paint has numbers");
    for _ in 0..10 {
        customer.click("button");
    }
    seconds(&app, 2);
    // They are those of the second before.
    let numbers = ["#attached", "#detached", "#unattached", "#summary"].map(|id| page.text(id));
    assert_eq!(numbers, ["2", "0", "0", "One process"]);
    let shop = row(&page, "views", "::Shop");
    // Each click is an event, and the message that follows is another.
    assert_eq!(shop[1..5], ["1", "0", "0", "20"]);
    assert_eq!(row(&page, "views", "::Page")[1], "1");
    assert_eq!(row(&page, "sessions", "::Shop")[2..6], ["one", "attached", "1 s", "20"]);
    assert_eq!(row(&page, "topics", "cups")[1..4], ["1", "1", "10"]);
    assert_eq!(row(&page, "processes", "one")[1..4], ["now", "1.2", "1 s"]);
    seconds(&app, 1);
    assert_ne!(page.text("#rates-about"), "");
    assert!(page.text("#latency-about").contains("99 of 100"), "{}", page.text("#latency-about"));
}

#[test]
fn charts_show_the_rates_of_the_last_minutes() {
    let app = one();
    let (customer, page) = (app.open("/"), status(&app));
    for _ in 0..130 {
        customer.click("button");
        seconds(&app, 1);
    }
    assert_eq!(page.text("#events"), "3", "a click, its message and the page's own timer");
    assert_eq!(page.count(".plot path.events"), 1);
    let about = page.text("#rates-about");
    assert!(about.starts_with("3 events and") && about.ends_with("in the last 2 min"), "{about}");
    let rows = page.texts(".charts figure:first-child tbody tr");
    assert_eq!((rows.len(), rows[11].starts_with("110–120")), (12, true), "{rows:?}");
}

#[test]
fn a_session_is_looked_into_and_ended_on_any_process() {
    let (app, other) = two();
    let page = status(&app);
    let mut tab = app.run(Tab::open(&other, "/"));
    seconds(&app, 3);
    assert_eq!((page.text("#summary"), page.text("#attached")), ("2 processes".to_owned(), "2".to_owned()));
    let place = (1..=2).find(|at| page.text(&format!("#sessions tbody tr:nth-child({at})")).contains("::Shop"));
    let button = format!("#sessions tbody tr:nth-child({}) button", place.expect("it is listed"));
    page.click(&button);
    seconds(&app, 2);
    assert!(page.text("#session h3").ends_with(" of two"), "{}", page.text("#session"));
    assert_eq!(page.text("#session-events"), "0");
    page.click("#session .end");
    app.run(async { while tab.next().await.is_ok() {} });
    seconds(&app, 2);
    assert!(page.text("#session").contains("It has ended"), "{}", page.text("#session"));
    assert_eq!((other.stats().attached, page.text("#attached")), (0, "1".to_owned()));
    page.click("#session .leave");
    assert_eq!(page.count("#session"), 0);
}

#[test]
fn a_process_that_stops_reporting_is_silent() {
    let (app, other) = two();
    let page = status(&app);
    seconds(&app, 2);
    app.run(async move { other.shutdown().await });
    seconds(&app, 12);
    let silent = row(&page, "processes", "two");
    assert!(silent[1].starts_with("silent for 1"), "{silent:?}");
    assert_eq!(page.text("#summary"), "2 processes, 1 of them silent");
    seconds(&app, 300);
    assert_eq!(page.text("#summary"), "One process");
}

#[test]
fn a_process_reports_only_while_somebody_watches() {
    let app = one();
    let (customer, page) = (app.open("/"), status(&app));
    seconds(&app, 10);
    let before: u64 = row(&page, "topics", "tealight")[3].parse().expect("a number");
    assert!((18..=24).contains(&before), "a question and a report a second: {before}");
    drop(page);
    seconds(&app, 60);
    customer.click("button");
    let again = status(&app);
    let unwatched: u64 = row(&again, "topics", "tealight")[3].parse().expect("a number");
    // The last report was about a second before the page was closed.
    assert!(unwatched <= before + 4, "{unwatched}");
}

#[test]
fn messages_that_are_too_much_or_not_sound_are_ignored() {
    let app = one();
    let page = status(&app);
    app.publish(NAME, "something else");
    for process in 0..500 {
        let report = Report { process, name: format!("many {process}"), uptime: 1, ..Report::default() };
        app.publish(NAME, &Said::Report(Box::new(report)));
    }
    app.publish(NAME, &Said::Report(Box::new(Report { process: 7, name: "x".repeat(97), ..Report::default() })));
    seconds(&app, 1);
    assert_eq!(page.count("#processes tbody tr"), 64);
    assert_eq!(row(&page, "processes", "one")[1], "now");
}

#[test]
fn the_largest_numbers_are_shown() {
    let app = one();
    let page = status(&app);
    for uptime in [1_000, 2_000] {
        for process in [1, 2] {
            app.publish(NAME, &Said::Report(Box::new(Report { process, uptime, ..full() })));
        }
        seconds(&app, 1);
    }
    assert_eq!(page.count("#processes tbody tr"), 3);
    page.click("#sessions tbody tr:first-child .look");
    let session = full().largest.remove(0);
    app.publish(NAME, &Said::Looked(Named { process: 1, session: u64::MAX }, Some(session)));
    seconds(&app, 1);
    assert!(page.text("#session").contains("18446744074 GB"), "{}", page.text("#session"));
}
