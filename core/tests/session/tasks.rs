//! The application of the conversations.

use std::time::Duration;

use expect_test::Expect;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};

/// A list of tasks, with a title that can be typed and a clock that can be paused.
pub(crate) struct Tasks;

#[derive(Clone, Default)]
pub(crate) struct Model {
    pub(crate) title: String,
    pub(crate) tasks: Vec<(u32, &'static str)>,
    pub(crate) ticks: u32,
    pub(crate) is_paused: bool,
    pub(crate) log: Vec<String>,
}

#[derive(Clone, Debug, Hash)]
pub(crate) enum External {
    Pause,
    Remove(u32),
    Rename(String),
    Boom,
}

#[derive(Clone, Debug)]
pub(crate) enum Internal {
    Tick,
    Add(u32, &'static str),
    Reverse,
    Said(String),
    Nothing,
    Retitle(&'static str),
}

impl LiveView for Tasks {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        Ok((Model::default(), Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<External, Internal>) -> Command<Internal> {
        match event {
            Event::External(External::Pause) => model.is_paused = !model.is_paused,
            Event::External(External::Remove(id)) => model.tasks.retain(|task| task.0 != id),
            Event::External(External::Rename(title)) => {
                model.title = title;
                return Command::publish("titles", &model.title);
            }
            Event::External(External::Boom) => panic!("boom"),
            Event::Internal(Internal::Tick) => model.ticks += 1,
            Event::Internal(Internal::Add(id, task)) => model.tasks.insert(0, (id, task)),
            Event::Internal(Internal::Reverse) => model.tasks.reverse(),
            Event::Internal(Internal::Said(word)) => model.log.push(word),
            Event::Internal(Internal::Nothing) => {}
            Event::Internal(Internal::Retitle(title)) => model.title = title.to_owned(),
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<External> {
        html! {
            <h1>{model.title}</h1>
            <input on:input={External::Rename}/>
            <p>{model.ticks}</p>
            <button on:click={External::Pause}>if model.is_paused { "go on" } else { "pause" }</button>
            <ul>
                for (id, task) in &model.tasks, key = id {
                    <li>{task} <button on:click={External::Remove(*id)}>"×"</button></li>
                }
            </ul>
            for word in &model.log { <i>{word}</i> }
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        if model.is_paused {
            return Subscription::topic("news", Internal::Said);
        }
        Subscription::batch([
            Subscription::every(Duration::from_secs(1), Internal::Tick),
            Subscription::topic("news", Internal::Said),
        ])
    }
}

pub(crate) fn three() -> Model {
    Model { title: "Today".to_owned(), tasks: vec![(1, "tea"), (2, "milk"), (3, "honey")], ..Model::default() }
}

pub(crate) fn check(said: impl AsRef<str>, expected: Expect) {
    expected.assert_eq(said.as_ref());
}
