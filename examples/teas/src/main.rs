//! A list of teas whose page, order and search are in the address.
//!
//! ```text
//! cargo run -p teas        # http://127.0.0.1:3000
//! ```
//!
//! The model is the address, and nothing else. The links are ordinary: a live page is patched and keeps its connection, and
//! without JavaScript the browser loads the next page. Each letter of a search is in the address, but not in the history.

mod app;
mod stock;

use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, request, routes, run_routes};

use crate::app::Teas;

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Teas").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    let teas = Live::builder(Teas::new()).layout(layout).start();
    // `live` would serve the path `/` only.
    let pages = routes(&teas, request());
    run_routes(teas, pages).await
}

const STYLE: &str = "
    :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; accent-color: #2f7d4f;
        --line: light-dark(#d8e2da, #2b3a30); --soft: light-dark(#5f6f64, #9db0a3); --card: light-dark(#fff, #18211b);
        color: light-dark(#17211b, #e9f2ec); background: light-dark(#f4f8f5, #0f1511) }
    body { margin: 0 }
    main { max-width: 44rem; margin: auto; padding: 3rem 1.25rem }
    h1 { margin: 0 0 1.25rem; font-size: 2.25rem; line-height: 1.1; letter-spacing: -.02em }
    a { color: light-dark(#23643e, #7fd0a0); text-underline-offset: .2em }
    :focus-visible { outline: 3px solid #2f7d4f; outline-offset: 2px; border-radius: .25rem }
    label { display: block; margin-bottom: .375rem; color: var(--soft); font-size: .9375rem }
    input { box-sizing: border-box; width: 100%; padding: .625rem .875rem; border: 1px solid var(--line);
        border-radius: .75rem; background: var(--card); color: inherit; font: inherit }
    [role=status] { min-height: 1.5em; margin: .75rem 0; color: var(--soft); font-variant-numeric: tabular-nums }
    table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
    th, td { padding: .5rem .75rem; border-bottom: 1px solid var(--line); text-align: start }
    th:last-child, td:last-child { text-align: end }
    [aria-sort] a::after { content: ' ↑' }
    nav ul { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1.25rem 0; padding: 0; list-style: none }
    nav a { display: block; min-width: 1.5rem; padding: .25rem .5rem; border: 1px solid var(--line); border-radius: .5rem;
        text-align: center; text-decoration: none }
    [aria-current] { background: #2f7d4f; color: #fff }
    dt { color: var(--soft); font-size: .9375rem } dd { margin: 0 0 .75rem }
";
