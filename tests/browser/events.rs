//! A page for the browser tests: one element for each binding, and a list of the received events.
//!
//! ```text
//! cargo run --example events
//! ```

use std::fmt::Debug;

use serde::Deserialize;
use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Events").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Events).layout(layout).start()).await
}

struct Events;

#[derive(Default)]
struct Model {
    heard: Vec<String>,
    /// The value that the server sets in the controlled field.
    field: String,
    far: bool,
    rows: u32,
    is_open: bool,
}

#[derive(Hash, Debug)]
enum ExternalEvent {
    Said(&'static str),
    Text(String),
    Upper(String),
    Key(Key),
    Pointer(Pointer),
    Wheel(Wheel),
    Scroll(Scroll),
    Size(Size),
    Flag(bool),
    Chosen(Vec<String>),
    Media(Media),
    Zoomed(Zoom),
    Dropped(&'static str, u32),
    Far,
    More,
    Open,
    Away,
}

#[derive(Hash, Debug, Deserialize)]
struct Zoom {
    level: u8,
}

use ExternalEvent as E;

impl LiveView for Events {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = ();

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        Ok((Model { rows: 1, ..Model::default() }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, ()>) -> Command<()> {
        let Event::External(event) = event else { return Command::none() };
        match &event {
            E::Upper(text) => model.field = text.to_uppercase(),
            E::Far => model.far = !model.far,
            E::More => model.rows += 1,
            E::Open => model.is_open = true,
            E::Away => model.is_open = false,
            _ => {}
        }
        model.heard.push(format!("{event:?}"));
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <ol id="heard">for line in &model.heard { <li>{line}</li> }</ol>
            <div id="pointer" on:pointerdown={E::Pointer} on:dblclick={E::Said("double")} on:contextmenu.prevent={E::Said("menu")}>"Pointer"</div>
            <div id="wheel" on:wheel.prevent={E::Wheel}>"Wheel"</div>
            <div id="outer" on:click.self={E::Said("self")}>
                "Outer" <b id="inner" on:click.stop={E::Said("inner")}>"inner"</b> <i id="deep">"deep"</i>
            </div>
            <div on:click.capture={E::Said("capture")}><button id="captured" on:click={E::Said("caught")}>"Captured"</button></div>
            <button id="once" on:click.once={E::Said("once")}>"Once"</button>
            <button id="confirm" data-confirm="Really?" on:click={E::Said("confirmed")}>"Confirm"</button>
            <a id="link" href="/elsewhere" on:click={E::Said("link")}>"Link"</a>
            <input
                id="keys"
                on:keydown.enter={E::Said("enter")}
                on:keydown.ctrl.s.prevent={E::Said("save")}
                on:keydown.shift.ArrowUp={E::Said("up")}
                on:keyup.space={E::Said("space")}
                on:paste={E::Text}
                on:focus={E::Said("focus")}
                on:blur={E::Said("blur")}
            >
            <input id="key" on:keydown={E::Key}>
            <div on:window:keydown.escape={E::Said("escape")} on:window:resize.debounce.50ms={E::Size} on:document:visibilitychange={E::Flag}></div>
            <input id="upper" value={&model.field} on:input={E::Upper}>
            <input id="slow" on:input.debounce.10s={E::Text}>
            <button id="after" on:click={E::Said("after")}>"After"</button>
            <input id="throttled" on:input.throttle.10s={E::Text}>
            <input id="box" type="checkbox" on:check={E::Flag}>
            <select id="one" on:change={E::Text}><option>"a"</option><option>"b"</option></select>
            <select id="many" multiple on:select={E::Chosen}><option>"a"</option><option>"b"</option><option>"c"</option></select>
            <details id="details" on:toggle={E::Flag}><summary>"More"</summary>"Text"</details>
            <div id="custom" on:custom:zoomed={E::Zoomed}>"Custom"</div>
            <div id="source" draggable="true" data-drag="42">"Drag"</div>
            <div id="target" on:drop={with("here", E::Dropped)}>"Drop"</div>
            <video id="video" on:volumechange={E::Media}></video>
            <button id="open" on:click={E::Open}>"Open"</button>
            if model.is_open { <p id="popup" on:click-away={E::Away}>"Popup"</p> }
            <div id="scroll" on:scroll={E::Scroll}>
                <p>"tall"</p>
                for row in 0..model.rows, key = row { <p>{row}</p> }
                <span id="end" on:viewport-enter={E::More}></span>
            </div>
            <div id="far" on:viewport-enter={E::Far} on:viewport-leave={E::Far}>{display(model.far)}</div>
        }
    }
}

const STYLE: &str = "
    #heard { height: 100px; overflow: auto }
    #pointer { width: 200px; height: 100px }
    #scroll { height: 200px; overflow: auto }
    #scroll p { height: 60px; margin: 0 }
    #far { margin-top: 3000px }
";
