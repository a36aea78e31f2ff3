//! A page for the browser tests: a form whose handlers take a type, and the values that they received.
//!
//! ```text
//! cargo run --example forms
//! ```

use serde::Deserialize;
use tealight::prelude::*;
use tealight::runtime::{Layout, Limits, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Forms").head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Forms).layout(layout).limits(Limits::default().message_bytes(4_096)).start()).await
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

/// The page had an event of this many bytes.
struct TooLong(usize);

impl LiveView for Forms {
    type Model = Vec<String>;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = TooLong;

    async fn mount(&self, _request: &PageRequest) -> Result<(Vec<String>, Command<TooLong>), MountError> {
        Ok((Vec::new(), Command::none()))
    }

    fn update(&self, heard: &mut Vec<String>, event: Event<ExternalEvent, TooLong>) -> Command<TooLong> {
        heard.push(match event {
            Event::External(ExternalEvent::Changed(order)) => format!("changed to {} cups", order.cups),
            Event::External(ExternalEvent::Ordered(order)) => format!("{order:?}"),
            Event::Internal(TooLong(length)) => format!("too long: {length} bytes"),
        });
        Command::none()
    }

    fn too_long(&self, length: usize) -> Option<TooLong> {
        Some(TooLong(length))
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
