//! An application that does everything a session can do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
pub(crate) use tealight_test::protocol::{Tab, attach, next, request, session_in, session_of, settle};
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

pub(crate) const UP: u64 = 3;
pub(crate) const LOAD: u64 = 4;
pub(crate) const SAY: u64 = 5;
pub(crate) const LISTEN: u64 = 6;
pub(crate) const REMIND: u64 = 7;
pub(crate) const TICK: u64 = 8;
pub(crate) const BREAK_UPDATE: u64 = 9;
pub(crate) const BREAK_VIEW: u64 = 10;
pub(crate) const BREAK_COMMAND: u64 = 11;

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
