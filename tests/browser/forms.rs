//! A page for the browser tests: a form whose handlers take a type, and the values that they received.
//!
//! ```text
//! cargo run --example forms
//! ```

use serde::Deserialize;
use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Forms").head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Forms).layout(layout).start()).await
}

struct Forms;

#[derive(Debug, Hash, Deserialize)]
struct Order {
    tea: String,
    cups: u8,
    address: Address,
    #[serde(default)]
    extras: Vec<String>,
    gift: bool,
}

#[derive(Debug, Hash, Deserialize)]
struct Address {
    city: String,
    floor: Option<i8>,
}

#[derive(Hash)]
enum ExternalEvent {
    Changed(Order),
    Ordered(Order),
}

impl LiveView for Forms {
    type Model = Vec<String>;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = ();

    async fn mount(&self, _request: &PageRequest) -> Result<(Vec<String>, Command<()>), MountError> {
        Ok((Vec::new(), Command::none()))
    }

    fn update(&self, heard: &mut Vec<String>, event: Event<ExternalEvent, ()>) -> Command<()> {
        heard.extend(match event {
            Event::External(ExternalEvent::Changed(order)) => Some(format!("changed to {} cups", order.cups)),
            Event::External(ExternalEvent::Ordered(order)) => Some(format!("{order:?}")),
            Event::Internal(()) => None,
        });
        Command::none()
    }

    fn view(&self, heard: &Vec<String>) -> impl View<ExternalEvent> {
        html! {
            <form method="post" on:change={ExternalEvent::Changed} on:submit={ExternalEvent::Ordered}>
                <select name="tea"><option>"Assam"</option><option>"Sencha"</option></select>
                <input name="cups"/>
                <input name="address[city]"/>
                <input name="address[floor]"/>
                <select name="extras" multiple><option>"milk"</option><option>"honey"</option></select>
                <input name="gift" type="checkbox"/>
                <button>"Order"</button>
            </form>
            <ol>for line in heard { <li>{line}</li> }</ol>
        }
    }
}
