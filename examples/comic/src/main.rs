//! A picture story. Each strip has an address. Links, the arrow keys, and back and forward turn the pages.
//!
//! ```text
//! cargo run -p comic        # http://127.0.0.1:3000
//! ```
//!
//! The pictures are SVG in `html!` (`pictures`, `figures`). The address `/` leads to the first strip, and `/random` to
//! any. A request gets a redirect. A live page follows `Command::go`, and the strip's address replaces the one in the
//! history.

mod app;
mod figures;
mod pictures;
mod story;

use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, request, routes, run_routes};

use crate::app::Comic;

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Pip").style(include_str!("style.css")).head(r#"<link rel="icon" href="data:,">"#);
    let comic = Live::builder(Comic).layout(layout).start();
    // `live` would serve the path `/` only.
    let pages = routes(&comic, request());
    run_routes(comic, pages).await
}
