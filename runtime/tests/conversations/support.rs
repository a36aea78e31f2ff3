//! An application with everything that a session can do, and a page in memory to drive it.
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use serde_json::{Value, json};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::{Close, Connection, Live};
use tokio::sync::Semaphore;

#[derive(Clone, Default)]
pub(crate) struct Desk {
    pub(crate) mounts: Arc<AtomicUsize>,
    /// Loads end when they get a permit.
    pub(crate) permits: Option<Arc<Semaphore>>,
}

#[derive(Default)]
pub(crate) struct Model {
    count: u32,
    ticks: u32,
    heard: String,
    topics: Vec<&'static str>,
    ticking: bool,
    view_panics: bool,
}

/// The buttons, by their slots.
#[derive(Hash)]
pub(crate) enum External {
    Up,
    Load,
    Say,
    Listen,
    Remind,
    Tick,
    BreakUpdate,
    BreakView,
    BreakCommand,
}

pub(crate) const UP: u32 = 3;
pub(crate) const LOAD: u32 = 4;
pub(crate) const SAY: u32 = 5;
pub(crate) const LISTEN: u32 = 6;
pub(crate) const REMIND: u32 = 7;
pub(crate) const TICK: u32 = 8;
pub(crate) const BREAK_UPDATE: u32 = 9;
pub(crate) const BREAK_VIEW: u32 = 10;
pub(crate) const BREAK_COMMAND: u32 = 11;

#[derive(Clone)]
pub(crate) enum Internal {
    Tick,
    Loaded,
    Reminded,
    Said(String),
}

impl LiveView for Desk {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        self.mounts.fetch_add(1, Relaxed);
        match request.path() {
            "/panics" => panic!("mount breaks"),
            "/nowhere" => return Err(MountError::NotFound),
            "/away" => return Err(MountError::Redirect("/".into())),
            "/later" => return Err(MountError::Unavailable("the database is down".into())),
            "/slow" => tokio::time::sleep(Duration::from_secs(1)).await,
            _ => {}
        }
        let ticking = request.path() == "/ticking";
        let view_panics = request.path() == "/view-panics";
        Ok((Model { ticking, view_panics, ..Model::default() }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<External, Internal>) -> Command<Internal> {
        match event {
            Event::External(External::Up) => model.count += 1,
            Event::External(External::Load) => {
                let permits = self.permits.clone();
                return Command::perform(
                    async move {
                        if let Some(permits) = permits {
                            permits.acquire().await.expect("it is never closed").forget();
                        }
                    },
                    |()| Internal::Loaded,
                );
            }
            Event::External(External::Say) => {
                model.count += 1;
                return Command::publish("desk", &model.count.to_string());
            }
            Event::External(External::Listen) => model.topics.push("desk"),
            Event::External(External::Remind) => {
                return Command::batch([
                    Command::after(Duration::from_secs(5), Internal::Reminded),
                    Command::after(Duration::from_secs(90), Internal::Reminded),
                ]);
            }
            Event::External(External::Tick) => model.ticking = !model.ticking,
            Event::External(External::BreakUpdate) => panic!("update breaks"),
            Event::External(External::BreakView) => model.view_panics = true,
            Event::External(External::BreakCommand) => {
                return Command::perform(async { panic!("a command breaks") }, |()| Internal::Loaded);
            }
            Event::Internal(Internal::Tick) => model.ticks += 1,
            Event::Internal(Internal::Loaded | Internal::Reminded) => model.count += 100,
            Event::Internal(Internal::Said(what)) => {
                if !model.heard.is_empty() {
                    model.heard.push(' ');
                }
                model.heard.push_str(&what);
            }
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<External> {
        assert!(!model.view_panics, "view breaks");
        html! {
            <p>{model.count}</p>
            <p>{model.ticks}</p>
            <p>{&model.heard}</p>
            <button on:click={External::Up}>"Up"</button>
            <button on:click={External::Load}>"Load"</button>
            <button on:click={External::Say}>"Say"</button>
            <button on:click={External::Listen}>"Listen"</button>
            <button on:click={External::Remind}>"Remind"</button>
            <button on:click={External::Tick}>"Tick"</button>
            <button on:click={External::BreakUpdate}>"Break update"</button>
            <button on:click={External::BreakView}>"Break view"</button>
            <button on:click={External::BreakCommand}>"Break command"</button>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        let topics = model.topics.iter().map(|topic| Subscription::topic(*topic, Internal::Said));
        let ticks = model.ticking.then(|| Subscription::every(Duration::from_secs(1), Internal::Tick));
        Subscription::batch(topics.chain(ticks))
    }
}

pub(crate) fn request(path: &str) -> PageRequest {
    PageRequest::new(path, "")
}

/// What a browser knows of a page.
pub(crate) struct Tab {
    pub(crate) connection: Connection,
    pub(crate) session: String,
    pub(crate) patch: u32,
    pub(crate) event: u32,
}

impl Tab {
    /// Gets a page and attaches to its session.
    pub(crate) async fn open(live: &Live, path: &str) -> Self {
        let session = session_of(live, path).await;
        let mut tab = Self { connection: live.connect(request(path)), session, patch: 0, event: 0 };
        tab.attach();
        assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 0}})));
        tab
    }

    /// Loses its connection, and makes another one.
    pub(crate) fn reconnect(&mut self, live: &Live) {
        self.connection = live.connect(request("/"));
        self.attach();
    }

    pub(crate) fn attach(&mut self) {
        let Self { session, patch, event, .. } = self;
        self.connection.receive(attach(session, *patch, *event).as_bytes());
    }

    pub(crate) fn click(&mut self, slot: u32) {
        self.event += 1;
        self.send(&json!([self.event, self.patch, [slot]]));
    }

    pub(crate) fn send(&mut self, message: &Value) {
        self.connection.receive(message.to_string().as_bytes());
    }

    /// The next message, or why there is none.
    pub(crate) async fn next(&mut self) -> Result<Value, Close> {
        let message = next(&mut self.connection).await?;
        if let Some(patch) = message.get(0).and_then(Value::as_u64) {
            self.patch = patch as u32;
        }
        if let Some(mount) = message.get("mount") {
            self.session = mount["session"].as_str().expect("a session").to_owned();
            self.patch = mount["patch"].as_u64().expect("a number") as u32;
            self.event = mount["event"].as_u64().expect("a number") as u32;
        }
        Ok(message)
    }

    /// What waits to be said at this moment.
    pub(crate) async fn now(&mut self) -> Option<Result<Value, Close>> {
        tokio::time::timeout(Duration::ZERO, self.next()).await.ok()
    }
}

pub(crate) async fn next(connection: &mut Connection) -> Result<Value, Close> {
    let mut message = Vec::new();
    poll_fn(|cx| connection.poll_message(cx, &mut message)).await?;
    Ok(serde_json::from_slice(&message).expect("messages are JSON"))
}

pub(crate) fn attach(session: &str, patch: u32, event: u32) -> String {
    json!({"tealight": 1, "session": session, "patch": patch, "event": event}).to_string()
}

pub(crate) async fn session_of(live: &Live, path: &str) -> String {
    let page = live.page(request(path), "/").await.expect("there is a page");
    session_in(page.html())
}

pub(crate) fn session_in(html: &str) -> String {
    let (_, rest) = html.split_once("\"session\":\"").expect("a data block");
    rest.split_once('"').expect("a data block").0.to_owned()
}

/// Lets tasks that have something to do do it.
pub(crate) async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}
