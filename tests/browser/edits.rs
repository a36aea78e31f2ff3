//! A page for the browser tests: choices that `update` refuses, texts that a person edits, and a dialog.
//!
//! ```text
//! cargo run --example edits
//! ```

use tealight::effect::open;
use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Edits").head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Edits).layout(layout).start()).await
}

struct Edits;

struct Model {
    /// The number of choices that were refused.
    refused: u32,
    note: String,
    title: String,
    heard: String,
    is_open: bool,
}

#[derive(Hash)]
enum ExternalEvent {
    Choose,
    Check(bool),
    Note(String),
    Title(String),
    Typed(String),
    Open(bool),
}

impl LiveView for Edits {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = ();

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        let empty = String::new;
        let model = Model { refused: 0, note: empty(), title: "Tea".into(), heard: empty(), is_open: false };
        Ok((model, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, ()>) -> Command<()> {
        match event {
            Event::External(ExternalEvent::Choose | ExternalEvent::Check(_)) => model.refused += 1,
            Event::External(ExternalEvent::Note(text)) => model.note = text,
            Event::External(ExternalEvent::Title(text)) => model.title = text.to_uppercase(),
            Event::External(ExternalEvent::Typed(text)) => model.heard = text,
            Event::External(ExternalEvent::Open(is_open)) => model.is_open = is_open,
            Event::Internal(()) => {}
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <input id="box" type="checkbox" checked={false} on:check={ExternalEvent::Check}/>
            for (plan, is_chosen) in [("free", true), ("paid", false)], key = plan {
                <input type="radio" name="plan" value={plan} checked={is_chosen} on:change={ExternalEvent::Choose}/>
            }
            <select on:change={ExternalEvent::Choose}>
                for (tea, is_chosen) in [("Assam", false), ("Sencha", true)], key = tea {
                    <option selected={is_chosen}>{tea}</option>
                }
            </select>
            <details open={true} on:toggle={ExternalEvent::Choose}><summary>"More"</summary></details>
            <p id="refused">{model.refused}</p>
            <p id="note" contenteditable="true" on:input={ExternalEvent::Note}>{&model.note}</p>
            <h2 id="title" contenteditable="true" on:input={ExternalEvent::Title}>{&model.title}</h2>
            <p id="copy">{&model.note}</p>
            <tea-field on:input={ExternalEvent::Typed}/>
            <p id="heard">{&model.heard}</p>
            <button id="effect" do:click={open("dialog")}>"At once"</button>
            <button id="model" on:click={ExternalEvent::Open(true)}>"By the model"</button>
            <dialog open={model.is_open} on:toggle={ExternalEvent::Open}>
                <button id="close" on:click={ExternalEvent::Open(false)}>"Close"</button>
            </dialog>
            <p id="hint" popover="manual" open={model.is_open}>"It is open."</p>
        }
    }
}
