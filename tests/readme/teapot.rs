use std::time::Duration;
use tealight::prelude::*;

struct Teapot;

struct Model { cups: u32, seconds: u32 }

#[derive(Hash)]
enum ExternalEvent { Pour, Drink }

enum InternalEvent { Tick }

impl LiveView for Teapot {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        Ok((Model { cups: 1, seconds: 0 }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Pour) => *model = Model { cups: model.cups + 1, seconds: 0 },
            Event::External(ExternalEvent::Drink) => model.cups = model.cups.saturating_sub(1),
            Event::Internal(InternalEvent::Tick) => model.seconds += 1,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <h1>"Cups of tea: " {model.cups}</h1>
            if model.cups > 0 {
                <p id="age">"Poured " {model.seconds} " seconds ago."</p>
            }
            <button id="pour" on:click={ExternalEvent::Pour}>"Pour"</button>
            <button id="drink" on:click={ExternalEvent::Drink} disabled={model.cups == 0}>"Drink"</button>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<InternalEvent> {
        if model.cups == 0 {
            return Subscription::none();
        }
        Subscription::every(Duration::from_secs(1), InternalEvent::Tick)
    }
}
