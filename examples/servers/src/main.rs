//! A list of servers, each with an address of its own.
//!
//! ```text
//! cargo run -p servers        # http://127.0.0.1:3000, best in two windows
//! ```
//!
//! The links are ordinary: they patch a live page, and its title and history follow. All pages share the switches of
//! the servers (`rack`). A page that uses one publishes the change on a topic, as in the example `counter`. Everything
//! works without JavaScript too: the browser loads the links and posts the switch.

mod app;
mod rack;

use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, request, routes, run_routes};

use crate::app::Servers;

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Servers").style(include_str!("style.css")).head(r#"<link rel="icon" href="data:,">"#);
    let servers = Live::builder(Servers::default()).layout(layout).start();
    // `live` would serve the path `/` only.
    let pages = routes(&servers, request());
    run_routes(servers, pages).await
}
