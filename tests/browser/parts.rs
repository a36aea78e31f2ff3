//! A page for the browser tests: it needs parts of the script only when more of it is shown.
//!
//! ```text
//! cargo run --example parts
//! ```

use tealight::effect::{show, this, toggle_class};
use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Parts").head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Parts).layout(layout).start()).await
}

struct Parts;

#[derive(Default)]
struct Model {
    clicks: u32,
    is_open: bool,
    name: String,
}

#[derive(Hash)]
enum ExternalEvent {
    Click,
    Open,
    Name(String),
    Title,
}

impl LiveView for Parts {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = ();

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        Ok((Model::default(), Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, ()>) -> Command<()> {
        match event {
            Event::External(ExternalEvent::Click) => model.clicks += 1,
            Event::External(ExternalEvent::Open) => (model.is_open, model.name) = (true, "Tea".to_owned()),
            Event::External(ExternalEvent::Name(name)) => model.name = name,
            Event::External(ExternalEvent::Title) => return Command::title("Titled"),
            Event::Internal(()) => {}
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <button id="click" on:click={ExternalEvent::Click}>"Click"</button>
            <p id="clicks">{model.clicks}</p>
            <button id="open" on:click={ExternalEvent::Open}>"Open"</button>
            <button id="title" on:click={ExternalEvent::Title}>"Title"</button>
            if model.is_open {
                <input id="field" value={&model.name} on:input={ExternalEvent::Name}/>
                <p id="name">{&model.name}</p>
                <button id="more" do:click={[show("#hint"), toggle_class(this(), "used")]}>"More"</button>
                <p id="hint" hidden>"A hint"</p>
            }
        }
    }
}
