//! An application with a handler for each kind of payload.

use serde::{Deserialize, Serialize};
use tealight_core::{
    Call, Command, Event, Key, LiveView, Media, MountError, PageRequest, Pointer, Scroll, Size, View, Wheel, html, with,
};

pub(crate) struct Desk;

#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Model {
    n: u32,
    text: String,
    rows: Vec<u32>,
    is_open: bool,
}

#[derive(Hash)]
pub(crate) enum External {
    Click,
    Open,
    Row(u32),
    Text(String),
    TextOf(u32, String),
    Check(bool),
    Select(Vec<String>),
    Form(Form),
    Key(Key),
    Pointer(Pointer),
    Wheel(Wheel),
    Scroll(Scroll),
    Size(Size),
    Media(Media),
    Detail(Detail),
    Call(Call<Detail>),
    Drop(u32),
}

#[derive(Hash, Deserialize)]
#[allow(dead_code, reason = "they are only decoded")]
pub(crate) struct Form {
    name: String,
    age: Option<u8>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    friends: Vec<Friend>,
    agreed: bool,
}

#[derive(Hash, Deserialize)]
#[allow(dead_code, reason = "they are only decoded")]
pub(crate) struct Friend {
    email: String,
    kind: Kind,
}

#[derive(Hash, Deserialize)]
pub(crate) enum Kind {
    Near,
    Far,
}

#[derive(Hash, Serialize, Deserialize)]
pub(crate) struct Detail {
    list: Vec<Option<i16>>,
    name: String,
}

/// The longest text of a model. A real application bounds its texts too.
const LONGEST: usize = 100;
const MOST_ROWS: usize = 20;

impl LiveView for Desk {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        Ok((Model { rows: vec![1, 2, 3], ..Model::default() }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<External, ()>) -> Command<()> {
        model.n = model.n.wrapping_add(1);
        match event {
            Event::External(External::Open) => model.is_open = !model.is_open,
            Event::External(External::Row(row)) => model.rows.retain(|other| *other != row),
            Event::External(External::Click) if model.rows.len() < MOST_ROWS => model.rows.insert(0, model.n),
            Event::External(External::Text(text) | External::TextOf(_, text)) if text.len() < LONGEST => {
                model.text = text;
                return Command::announce(model.text.clone());
            }
            Event::External(External::Call(call)) => return Command::reply(&call, &call.detail),
            Event::External(External::Check(is_reversed)) if is_reversed => model.rows.reverse(),
            _ => {}
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<External> {
        html! {
            <p>{model.n} {&model.text}</p>
            <button on:click={External::Click} on:pointerdown={External::Pointer} on:wheel={External::Wheel}>"Click"</button>
            <input value={&model.text} on:input={External::Text} on:keydown={External::Key}>
            <input type="checkbox" on:check={External::Check}>
            <select multiple on:select={External::Select}><option>"a"</option></select>
            <form method="post" on:submit={External::Form}><input name="name"></form>
            <div on:scroll={External::Scroll} on:window:resize={External::Size} on:custom:detail={External::Detail}
                on:custom:call={External::Call} on:drop={External::Drop}></div>
            <video on:timeupdate={External::Media}></video>
            <ul>
                for row in &model.rows, key = row {
                    <li on:click={External::Row(*row)}>{row} <input on:input={with(*row, External::TextOf)}></li>
                }
            </ul>
            if model.is_open { <b on:click={External::Open}>"close"</b> } else { <i on:click={External::Open}>"open"</i> }
        }
    }
}
