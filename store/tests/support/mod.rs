//! A page with a counter and a button, at a server with a store.

use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
use tealight_runtime::{Live, Saving};

struct Counter;

impl LiveView for Counter {
    type Model = u32;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<()>), MountError> {
        Ok((0, Command::none()))
    }

    fn update(&self, count: &mut u32, _: Event<(), ()>) -> Command<()> {
        *count += 1;
        Command::none()
    }

    fn view(&self, count: &u32) -> impl View<()> {
        html! { <p>{count}</p> <button on:click={()}></button> }
    }
}

/// The slot of the button.
pub(crate) const BUTTON: u64 = 1;

/// A server that saves its sessions in this store.
pub(crate) fn server(saving: impl Into<Saving<u32>>) -> Live {
    Live::builder(Counter).save_sessions(saving).start()
}
