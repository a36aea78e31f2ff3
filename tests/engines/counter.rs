//! A page that counts clicks, and moves between processes.

use serde::{Deserialize, Serialize};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
use tealight_runtime::Live;
use tealight_test::protocol::Tab;

pub(crate) struct Counter;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    count: u32,
}

#[derive(Hash)]
pub(crate) struct Up;

impl LiveView for Counter {
    type Model = Model;
    type ExternalEvent = Up;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        Ok((Model { count: 0 }, Command::none()))
    }

    fn update(&self, model: &mut Model, _: Event<Up, ()>) -> Command<()> {
        model.count += 1;
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<Up> {
        html! { <p>{model.count}</p> <button on:click={Up}>"Up"</button> }
    }
}

/// Clicks, and waits until the page shows this count.
pub(crate) async fn click(tab: &mut Tab, count: u32) {
    tab.click(1);
    let patch = tab.next().await.expect("a patch");
    assert_eq!(patch[1][0], count.to_string(), "{patch}");
}

/// Connects a page to a process, where it goes on after this event.
pub(crate) async fn resume(tab: &mut Tab, live: &Live, event: u64) {
    tab.reconnect(live);
    let answer = tab.next().await.expect("an answer");
    assert_eq!(answer["resume"]["event"], event, "{answer}");
}

/// Moves a page between two processes. It goes on in each where it was.
pub(crate) async fn move_between(processes: [&Live; 2]) {
    let mut tab = Tab::open(processes[0], "/").await;
    for count in 1..=10_u32 {
        click(&mut tab, count).await;
        resume(&mut tab, processes[count as usize % 2], count.into()).await;
    }
    assert_eq!(processes.map(|process| process.stats().sessions()), [1, 0]);
}
