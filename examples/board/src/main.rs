//! A board of cards. Each card is a component with a state, events and timers of its own.
//!
//! ```text
//! cargo run -p board        # http://127.0.0.1:3000
//! ```
//!
//! A card is edited, moved between columns and removed. It counts the seconds that it spends in "Doing", and a removed card can
//! come back for five seconds. The board knows nothing of this: it holds the cards in a `Children`, and hears only wishes that a
//! card cannot fulfil by itself. The cards live as long as their page.

mod app;
mod card;

use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

use crate::app::Board;

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Board").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Board).layout(layout).start()).await
}

const STYLE: &str = "
    :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; accent-color: #2563a8;
        --line: light-dark(#d6dee8, #2c3644); --soft: light-dark(#5b6878, #9aa8ba); --card: light-dark(#fff, #19212b);
        color: light-dark(#17202b, #e8eef5); background: light-dark(#f2f5f9, #0f141b) }
    body { margin: 0 }
    main { max-width: 62rem; margin: auto; padding: 3rem 1.25rem }
    h1 { margin: 0 0 1.25rem; font-size: 2.25rem; line-height: 1.1; letter-spacing: -.02em }
    h2 { margin: 0 0 .75rem; font-size: 1.0625rem } h2 span { color: var(--soft); font-weight: normal }
    input, button { box-sizing: border-box; font: inherit; color: inherit; border: 1px solid var(--line);
        border-radius: .5rem; padding: .375rem .625rem; background: var(--card) }
    button { cursor: pointer } button:hover { border-color: #2563a8 }
    :focus-visible { outline: 3px solid #2563a8; outline-offset: 1px }
    form { display: flex; gap: .5rem } form input { flex: 1; min-width: 0 }
    .new { max-width: 30rem; margin-bottom: 2rem }
    .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1.25rem }
    section { padding: 1rem; border-radius: .75rem; background: light-dark(#e6ecf3, #161c25) }
    ul { display: grid; grid-template-columns: minmax(0, 1fr); gap: .625rem; margin: 0; padding: 0; list-style: none }
    li { padding: .75rem; border: 1px solid var(--line); border-radius: .625rem; background: var(--card) }
    li p { margin: 0 0 .5rem; overflow-wrap: anywhere } li time { color: var(--soft); font-size: .9375rem }
    .tools { display: flex; flex-wrap: wrap; gap: .375rem } .tools button { padding: .125rem .5rem; font-size: .9375rem }
";
