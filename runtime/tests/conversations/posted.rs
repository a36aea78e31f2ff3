//! Forms that browsers without scripts post.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::{Live, Posted, Stats};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::support::{attach, next, session_in};

/// A guest book. It writes a name when a pen is free.
struct Book {
    pens: Arc<Semaphore>,
}

#[derive(Default)]
struct Model {
    names: Vec<String>,
    is_written: bool,
    is_author: bool,
}

#[derive(Hash, Deserialize)]
struct Guest {
    name: String,
    age: u8,
}

#[derive(Hash)]
enum External {
    Signed(Guest),
}

#[derive(Clone)]
enum Internal {
    /// A name is written, and has to be read again.
    Written,
    Read,
    Heard(String),
    Ticked,
}

impl Book {
    fn of(pens: usize) -> (Live, Arc<Semaphore>) {
        let pens = Arc::new(Semaphore::new(pens));
        (Live::new(Self { pens: Arc::clone(&pens) }), pens)
    }

    fn write(&self) -> impl Future<Output = ()> + use<> {
        let pens = Arc::clone(&self.pens);
        async move { pens.acquire_owned().await.expect("there are pens").forget() }
    }
}

impl LiveView for Book {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        match request.path() {
            "/closed" => Err(MountError::Forbidden),
            "/titled" => {
                let commands = [Command::title("Book"), Command::announce("Welcome."), Command::title("Guests <3")];
                Ok((Model::default(), Command::batch(commands)))
            }
            _ => Ok((Model::default(), Command::none())),
        }
    }

    fn update(&self, model: &mut Model, event: Event<External, Internal>) -> Command<Internal> {
        match event {
            Event::External(External::Signed(Guest { age: 0, .. })) => panic!("update breaks"),
            Event::External(External::Signed(guest)) if guest.name == "Echo" => {
                model.is_author = true;
                return Command::publish("book", &guest.name);
            }
            Event::Internal(Internal::Heard(what)) => {
                model.names.push(format!("heard {what}"));
                // the author publishes the message again, and then writes it
                return match what.as_str() {
                    _ if !model.is_author => Command::none(),
                    "Echo" => Command::publish("book", &"again"),
                    _ => Command::perform(self.write(), |()| Internal::Read),
                };
            }
            Event::Internal(Internal::Ticked) => model.names.clear(),
            Event::External(External::Signed(guest)) => {
                model.names.push(guest.name);
                return Command::perform(self.write(), |()| Internal::Written);
            }
            Event::Internal(Internal::Written) => {
                let written = Command::title(format!("{} & co.", model.names.concat()));
                return Command::batch([written, Command::perform(self.write(), |()| Internal::Read)]);
            }
            Event::Internal(Internal::Read) if model.names == ["Eve"] => return Command::navigate("/thanks?to=Eve"),
            Event::Internal(Internal::Read) => model.is_written = true,
        }
        Command::none()
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        let ticks = (!model.is_written).then(|| Subscription::every(Duration::from_millis(1), Internal::Ticked));
        Subscription::batch([Subscription::topic("book", Internal::Heard)].into_iter().chain(ticks))
    }

    fn view(&self, model: &Model) -> impl View<External> {
        html! {
            <ul>for name in &model.names { <li>{name}</li> }</ul>
            if model.is_written { <p>"Written."</p> }
            <form method="post" on:submit={External::Signed}><input name="name"/></form>
        }
    }
}

/// Returns the address of the form on a page.
async fn form(live: &Live) -> String {
    let page = live.page(PageRequest::new("/", ""), "/").await.expect("a page");
    action(page.html())
}

fn action(html: &str) -> String {
    let from = html.find("action=\"?").expect("a form") + "action=\"?".len();
    html[from..].split('"').next().expect("its end").to_owned()
}

async fn post(live: &Live, query: &str, body: &str) -> Result<Posted, MountError> {
    let data = tealight_core::FormData::from_urlencoded(body.as_bytes()).expect("few fields");
    live.post(PageRequest::new("/", query), "/", data).await
}

fn page(posted: Result<Posted, MountError>) -> String {
    match posted {
        Ok(Posted::Page(page)) => page.into_html(),
        other => panic!("no page: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_shows_the_results_of_a_forms_commands() {
    let (live, _) = Book::of(2);
    let query = form(&live).await;
    let html = page(post(&live, &query, "name=Ada&age=36").await);
    assert!(html.contains("<li>Ada</li>") && html.contains("<p>Written.</p>"), "{html}");
    assert_eq!(action(&html), query);
    // both pages may attach
    assert_eq!((live.stats().unattached, live.stats().tasks), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_posted_form_gets_its_own_messages() {
    // few sessions are served at the end of the turn, the others by a task
    for pages in [1, 300] {
        let (live, _) = Book::of(2);
        let mut connections = Vec::new();
        for _ in 0..pages {
            let html = live.page(PageRequest::new("/", ""), "/").await.expect("a page").into_html();
            let mut connection = live.connect(PageRequest::new("/", ""));
            connection.receive(attach(&session_in(&html), 0, 0).as_bytes());
            connections.push(connection);
        }
        let query = form(&live).await;
        let html = page(post(&live, &query, "name=Echo&age=36").await);
        let list = "<ul><li>heard Echo</li><li>heard again</li></ul><!2><p>Written.</p>";
        assert!(html.contains(list), "{html}");
        assert_eq!(live.stats().subscriptions, pages, "the posted form's is over");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_has_the_title_that_was_set_last() {
    let (live, _) = Book::of(2);
    let titled = |query| PageRequest::new("/titled", query);
    let html = live.page(titled(""), "/").await.expect("a page").into_html();
    assert!(html.contains("<title>Guests &lt;3</title>"), "{html}");
    assert_eq!(said(&live, &html).await, json!([["title", "Book"], ["title", "Guests <3"], ["announce", "Welcome."]]),);

    let query = action(&html);
    let data = tealight_core::FormData::from_urlencoded(b"name=Ada&age=36").expect("few fields");
    let html = page(live.post(titled(&query), "/", data).await);
    assert!(html.contains("<title>Ada &amp; co.</title>"), "{html}");
    assert_eq!(
        said(&live, &html).await,
        json!([["title", "Book"], ["title", "Guests <3"], ["title", "Ada & co."], ["announce", "Welcome."]]),
    );
    let html = live.page(PageRequest::new("/", ""), "/").await.expect("a page").into_html();
    assert!(html.contains("<title>Tealight</title>"), "{html}");
}

/// Returns the commands that a page gets when it attaches.
async fn said(live: &Live, html: &str) -> Value {
    let mut connection = live.connect(PageRequest::new("/titled", ""));
    connection.receive(attach(&session_in(html), 0, 0).as_bytes());
    assert_eq!(next(&mut connection).await, Ok(json!({"resume": {"event": 0}})));
    next(&mut connection).await.expect("a patch")[2]["c"].take()
}

#[tokio::test(start_paused = true)]
async fn a_form_can_be_answered_with_a_redirect() {
    let (live, _) = Book::of(2);
    let query = form(&live).await;
    match post(&live, &query, "name=Eve&age=36").await {
        Ok(Posted::Elsewhere { url, cookie }) => assert_eq!((&*url, cookie), ("/thanks?to=Eve", None)),
        other => panic!("{other:?}"),
    }
    assert_eq!(live.stats().sessions(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_post_waits_ten_seconds_at_most() {
    let (live, pens) = Book::of(1);
    let query = form(&live).await;
    let began = Instant::now();
    let html = page(post(&live, &query, "name=Ada&age=36").await);
    assert!(html.contains("<li>Ada</li>") && !html.contains("Written"), "{html}");
    assert_eq!(began.elapsed(), Duration::from_secs(10));
    assert_eq!(live.stats().tasks, 1);
    pens.add_permits(1);
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(live.stats().tasks, 0);
}

#[tokio::test(start_paused = true)]
async fn a_closed_browser_leaves_no_session() {
    let (live, _) = Book::of(0);
    let query = form(&live).await;
    let gone = timeout(Duration::from_secs(1), post(&live, &query, "name=Ada&age=36")).await;
    assert!(gone.is_err());
    // the page that the form was on still waits
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(live.stats(), Stats::default());
}

#[tokio::test(start_paused = true)]
async fn a_refused_post_does_nothing() {
    let (live, _) = Book::of(2);
    let query = form(&live).await;
    for query in ["", "tealight-form=", "tealight-form=1.2.3", "tealight-form=%F0"] {
        assert!(matches!(post(&live, query, "name=Ada&age=36").await, Ok(Posted::Gone)), "{query}");
    }
    match post(&live, &query, "name=Ada&age=old").await {
        Ok(Posted::Invalid(errors)) => assert_eq!(errors.to_string(), "age: Enter a whole number."),
        other => panic!("{other:?}"),
    }
    assert!(matches!(post(&live, &query, "name=Ada&age=0").await, Err(MountError::Unavailable(_))));
    assert_eq!(live.stats().subscriptions, 0, "the session of a form that panics leaves its topics");
    let closed = live.post(PageRequest::new("/closed", &query), "/", tealight_core::FormData::default()).await;
    assert!(matches!(closed, Err(MountError::Forbidden)));
    assert_eq!(live.stats().sessions(), 1);
    live.shutdown().await;
    assert!(matches!(post(&live, &query, "name=Ada&age=36").await, Err(MountError::Unavailable(_))));
    assert_eq!(live.stats().sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_answers_waiting_posts() {
    let (live, _) = Book::of(0);
    let query = form(&live).await;
    let waiting = tokio::spawn({
        let live = live.clone();
        async move { post(&live, &query, "name=Ada&age=36").await }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let began = Instant::now();
    live.shutdown().await;
    assert!(matches!(waiting.await.expect("an answer"), Err(MountError::Unavailable(_))));
    assert_eq!(began.elapsed(), Duration::ZERO);
}
