//! The application that the checks of engines use.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use tealight_core::presence::{Here, People, Person};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, Topic, View, html};
use tokio::sync::watch;
use tokio::time::timeout;

use super::Engine;
use crate::conformance::{LIMIT, page};
use crate::connection::Connection;
use crate::live::Live;
use crate::topics::Publisher;

/// A session listens to these.
#[derive(Clone, Default)]
pub(super) struct Wants {
    /// Each is a topic of its own.
    pub(super) names: Vec<String>,
    /// All topics of a pattern.
    pub(super) pattern: Option<Topic<String, (String, String)>>,
    /// The place where it looks on, or is.
    pub(super) place: Option<(String, Option<String>)>,
}

/// The news of a session since its `mount`.
#[derive(Clone, Default)]
pub(super) struct Heard {
    /// Topics, as the session wants them, with their messages.
    pub(super) messages: Vec<(String, String)>,
    /// The topics on which a probe came.
    ready: BTreeSet<String>,
    pub(super) people: People<u32>,
    /// The state that was read at `mount`, and at each lag.
    pub(super) state: u64,
    /// True if it has not heard a message, and not lagged since.
    pub(super) missed: bool,
}

/// Writes down all that one session hears.
pub(super) struct Ear {
    wants: Wants,
    heard: watch::Sender<Heard>,
    /// The truth outside of the sessions. Messages tell of its changes.
    state: Arc<AtomicU64>,
}

/// The time after which a probe is sent again.
pub(super) const AGAIN: Duration = Duration::from_millis(100);
/// Shows whether the engine is ready.
const PROBE: &str = "probe";
/// A session that hears it listens no more.
pub(super) const STOP: &str = "stop";

#[derive(Clone)]
pub(super) enum Internal {
    Said(usize, String),
    SaidTo((String, String), String),
    Here(Here<u32>),
    Lagged,
}

pub(super) struct Model {
    listens: bool,
}

impl LiveView for Ear {
    type Model = Model;
    type ExternalEvent = ();
    type InternalEvent = Internal;

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        self.heard.send_modify(|heard| heard.state = self.state.load(SeqCst));
        Ok((Model { listens: true }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<(), Internal>) -> Command<Internal> {
        let Event::Internal(event) = event else { return Command::none() };
        match event {
            Internal::Said(index, text) => self.note(model, self.wants.names[index].clone(), text),
            Internal::SaidTo((one, two), text) => self.note(model, format!("{one} and {two}"), text),
            Internal::Here(here) => self.heard.send_modify(|heard| {
                heard.people.apply(here);
            }),
            Internal::Lagged => self.heard.send_modify(|heard| {
                heard.state = self.state.load(SeqCst);
                heard.missed = false;
            }),
        }
        Command::none()
    }

    fn view(&self, _: &Model) -> impl View<()> {
        html! { <p>"Listening"</p> }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        let Wants { names, pattern, place } = &self.wants;
        if !model.listens {
            return Subscription::none();
        }
        let names = names.iter().enumerate().map(|(index, name)| {
            Subscription::topic(name.clone(), move |text| Internal::Said(index, text)).lagged(Internal::Lagged)
        });
        let pattern = pattern.map(|pattern| Subscription::topics(pattern, Internal::SaidTo).lagged(Internal::Lagged));
        let place = place.as_ref().map(|(place, me)| {
            let me = me.as_ref().map(|me| Person::new(me, 0));
            Subscription::presence(place.clone(), me, Internal::Here)
        });
        Subscription::batch(names.chain(pattern).chain(place))
    }
}

impl Ear {
    fn note(&self, model: &mut Model, topic: String, text: String) {
        model.listens &= text != STOP;
        self.heard.send_modify(|heard| {
            if text == PROBE {
                heard.ready.insert(topic);
                return;
            }
            if let Ok(state) = text.parse() {
                heard.missed |= state > heard.state + 1;
                heard.state = heard.state.max(state);
            }
            heard.messages.push((topic, text));
        });
    }
}

/// A process of the application.
pub(super) struct Process {
    engine: Arc<dyn crate::topics::PubSub>,
    pub(super) state: Arc<AtomicU64>,
    pub(super) publisher: Publisher,
    _live: Live,
}

/// An attached page.
pub(super) struct Listener {
    pub(super) heard: watch::Receiver<Heard>,
    publisher: Publisher,
    pub(super) wants: Wants,
    _connection: Connection,
    _live: Live,
}

impl Process {
    pub(super) async fn new<E: Engine>(engine: &E, state: &Arc<AtomicU64>) -> Self {
        let engine = engine.process().await;
        let (heard, _) = watch::channel(Heard::default());
        let ear = Ear { wants: Wants::default(), heard, state: Arc::clone(state) };
        let live = Live::builder(ear).pubsub(Arc::clone(&engine)).start();
        Self { engine, state: Arc::clone(state), publisher: live.publisher(), _live: live }
    }

    pub(super) fn say(&self, topic: &str, text: &str) -> Result<(), String> {
        self.publisher.publish(topic.to_owned(), text).map_err(|error| error.to_string())
    }

    /// Opens a page. Its engine may not have subscribed to its topics yet.
    pub(super) async fn open(&self, wants: Wants) -> Result<Listener, String> {
        let (heard, receiver) = watch::channel(Heard::default());
        let ear = Ear { wants: wants.clone(), heard, state: Arc::clone(&self.state) };
        let live = Live::builder(ear).pubsub(Arc::clone(&self.engine)).start();
        let html = live.page(PageRequest::new("/", ""), "/").await.map_err(|error| error.to_string())?;
        let mut connection = live.connect(PageRequest::new("/", ""));
        connection.receive(page::attach(&page::session_in(html.html())?, 0, 0).as_bytes());
        let mut answer = Vec::new();
        let answered = poll_fn(|cx| connection.poll_message(cx, &mut answer)).await;
        answered.map_err(|close| format!("the session was closed: {close:?}"))?;
        Ok(Listener { heard: receiver, publisher: self.publisher.clone(), wants, _connection: connection, _live: live })
    }

    /// Opens a page, and waits until messages of each of its topics come.
    pub(super) async fn listen(&self, wants: Wants) -> Result<Listener, String> {
        let mut listener = self.open(wants).await?;
        listener.ready().await?;
        Ok(listener)
    }
}

impl Listener {
    /// Sends probes until one has come on each topic.
    async fn ready(&mut self) -> Result<(), String> {
        let names = &self.wants.names;
        while !names.iter().all(|name| self.heard.borrow().ready.contains(name)) {
            let ready = self.heard.borrow().ready.clone();
            for name in names.iter().filter(|name| !ready.contains(*name)) {
                self.publisher.publish(name.clone(), PROBE).map_err(|error| error.to_string())?;
            }
            let is_ready = |heard: &Heard| names.iter().all(|name| heard.ready.contains(name));
            let _ = timeout(AGAIN, self.heard.wait_for(is_ready)).await;
        }
        Ok(())
    }

    /// Waits until the news is as expected.
    pub(super) async fn hears(&mut self, what: &str, is_it: impl Fn(&Heard) -> bool) -> Result<Heard, String> {
        let ended = match timeout(LIMIT / 2, self.heard.wait_for(|heard| is_it(heard))).await {
            Ok(Ok(heard)) => return Ok(heard.clone()),
            Ok(Err(_)) => "the session has ended",
            Err(_) => "it did not come",
        };
        let Heard { messages, people, state, .. } = &*self.heard.borrow();
        let last = &messages[messages.len().saturating_sub(10)..];
        Err(format!("{what}: {ended}. Last messages: {last:?}; people: {people:?}; state: {state}"))
    }
}
