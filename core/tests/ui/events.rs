use tealight_core::{Command, LiveView, MountError, PageRequest, View, html};

struct App;

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

#[derive(Hash)]
enum Measured {
    Warmed(f32),
}

fn main() {}
