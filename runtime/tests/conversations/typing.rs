//! Typed text, and an event right after it.

use serde_json::json;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
use tealight_runtime::Live;

use crate::support::Tab;

struct Notes;

#[derive(Hash)]
enum External {
    Draft(String),
    Add,
}

impl LiveView for Notes {
    type Model = String;
    type ExternalEvent = External;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(String, Command<()>), MountError> {
        Ok((String::new(), Command::none()))
    }

    fn update(&self, model: &mut String, event: Event<External, ()>) -> Command<()> {
        *model = match event {
            Event::External(External::Draft(text)) => text,
            _ => String::new(),
        };
        Command::none()
    }

    fn view(&self, model: &String) -> impl View<External> {
        html! { <input value={model} on:input={External::Draft}> <button on:click={External::Add}>"Add"</button> }
    }
}

#[tokio::test(start_paused = true)]
async fn a_typed_text_is_rendered_before_the_next_event() {
    let live = Live::new(Notes);
    let mut tab = Tab::open(&live, "/").await;
    tab.send(&json!([1, 0, [1], "tea"]));
    assert!(tab.connection.wants_poll());
    assert_eq!(tab.next().await, Ok(json!([1, ["tea"], {"e": 1}])));
    assert!(!tab.connection.wants_poll());
    tab.send(&json!([2, 0, [2]]));
    assert!(!tab.connection.wants_poll(), "a click can wait for others");
    assert_eq!(tab.next().await, Ok(json!([2, [""], {"e": 2}])));
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_does_not_flush_loses_no_event() {
    let live = Live::new(Notes);
    let mut tab = Tab::open(&live, "/").await;
    tab.send(&json!([1, 0, [1], "tea"]));
    tab.send(&json!([2, 0, [2]]));
    tab.send(&json!([3, 0, [1], "milk"]));
    assert_eq!(tab.next().await, Ok(json!([1, ["milk"], {"e": 3}])));
    tab.send(&json!([4, 1, [1], "milk too"]));
    assert!(tab.connection.wants_poll());
    tab.connection.hang_up();
    tab.send(&json!([5, 1, [2]]));
    assert!(!tab.connection.wants_poll(), "nobody listens");
}
