//! A page that shows the messages of its topics.

use std::iter;
use std::sync::Arc;
use std::time::Duration;

use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::{Live, PubSub};
use tealight_test::protocol::Tab;
use tokio::time::timeout;

/// The page at `/a/b` listens to the topics `a` and `b`.
pub(crate) struct Board;

pub(crate) struct Model {
    topics: Vec<String>,
    shown: String,
}

pub(crate) enum Internal {
    Said(usize, String),
    Lagged(usize),
    Connected(bool),
}

impl LiveView for Board {
    type Model = Model;
    type ExternalEvent = ();
    type InternalEvent = Internal;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        let topics = request.path().split('/').skip(1).map(str::to_owned).collect();
        Ok((Model { topics, shown: String::new() }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<(), Internal>) -> Command<Internal> {
        let Event::Internal(event) = event else { return Command::none() };
        let said = match event {
            Internal::Said(topic, text) => format!("{}={text} ", model.topics[topic]),
            Internal::Lagged(topic) => format!("{} lagged ", model.topics[topic]),
            Internal::Connected(true) => "connected ".to_owned(),
            Internal::Connected(false) => "cut off ".to_owned(),
        };
        model.shown.push_str(&said);
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<()> {
        html! { <p>{&model.shown}</p> }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        let topics = model.topics.iter().enumerate().map(|(index, topic)| {
            Subscription::topic(topic.clone(), move |text| Internal::Said(index, text)).lagged(Internal::Lagged(index))
        });
        Subscription::batch(iter::once(Subscription::engine_connected(Internal::Connected)).chain(topics))
    }
}

/// A process with one page.
pub(crate) struct Process {
    live: Live,
    tab: Tab,
    shown: String,
}

impl Process {
    /// Opens a page, and waits until it shows `first`.
    pub(crate) async fn open(engine: Arc<dyn PubSub>, path: &str, first: &str) -> Self {
        let live = Live::builder(Board).pubsub(engine).start();
        let tab = Tab::open(&live, path).await;
        let mut process = Self { live, tab, shown: String::new() };
        process.shows(first).await;
        process
    }

    pub(crate) fn say(&self, topic: &str, text: &str) {
        self.live.publisher().publish(topic.to_owned(), text).expect("a text is JSON");
    }

    /// Publishes until the page shows a message. What was sent before the process knew of a cut is lost.
    pub(crate) async fn hears_itself(&mut self, topic: &str) {
        for number in 0.. {
            let text = format!("alone {number}");
            self.say(topic, &text);
            if timeout(Duration::from_millis(100), self.shows(&text)).await.is_ok() {
                break;
            }
        }
    }

    /// Waits until the page shows this, after what it has shown before. Returns all that it shows since.
    pub(crate) async fn shows(&mut self, text: &str) -> String {
        let before = self.shown.len();
        while !self.shown[before..].contains(text) {
            let message = self.tab.next().await.expect("a session");
            if let Some(shown) = message[1][0].as_str() {
                shown.clone_into(&mut self.shown);
            }
        }
        self.shown[before..].to_owned()
    }
}
