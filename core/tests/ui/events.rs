use std::collections::HashMap;
use std::rc::Rc;

use tealight_core::{Command, LiveView, MountError, PageRequest, View, html, lazy, with};

struct App;

struct Shared;

enum Event {
    Refresh,
}

impl LiveView for App {
    type Model = ();
    type ExternalEvent = Event;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> {
        Ok(((), Command::none()))
    }

    fn update(&self, _: &mut (), _: tealight_core::Event<Event, ()>) -> Command<()> {
        Command::none()
    }

    fn view(&self, _: &()) -> impl View<Event> {
        html! { <button on:click={Event::Refresh}>"Refresh"</button> }
    }
}

struct Cup;

fn wrapped() -> impl View<Event> {
    html! { <button on:click={tealight_core::Event::<Event, ()>::External(Event::Refresh)}>"Refresh"</button> }
}

#[derive(Hash)]
enum Measured {
    Off,
    Warmed(f32),
    Cooled { by: f64, places: HashMap<u32, u32> },
    Held(Cup),
}

impl LiveView for Shared {
    type Model = Rc<u32>;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(Rc<u32>, Command<()>), MountError> {
        Ok((Rc::new(1), Command::none()))
    }

    fn update(&self, _: &mut Rc<u32>, _: tealight_core::Event<(), ()>) -> Command<()> {
        Command::none()
    }

    fn view(&self, _: &Rc<u32>) -> impl View<()> {
        html! {}
    }
}

fn decimals(degrees: f32, rows: &[f32]) -> impl View<Measured> {
    html! {
        for row in rows, key = *row { <p>{row}</p> }
        <input on:input={with(degrees, |_, _: String| Measured::Off)}>
        {lazy(degrees, |_| "text")}
    }
}

fn main() {}
