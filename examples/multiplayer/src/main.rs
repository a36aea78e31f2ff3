//! A board on which many people work at once: notes, the pointers of the others, a list of who is here, and a chat.
//!
//! ```text
//! cargo run -p multiplayer                       # http://127.0.0.1:3000, best in two browsers
//! cargo run -p multiplayer -- --db board.db      # with a database in a file
//! cargo run -p multiplayer -- --db board.db --nats nats://127.0.0.1:4222   # as one of several processes
//! ```
//!
//! The notes and the chat are in a SQLite file (`database`). A page stores a change there, and then publishes it; the others hear it, and
//! a page that may have missed something reads again. So several processes may share the file, if they share an engine too (`shared`).
//! Presence says who is here. The pointers are only published (`hands`): each process collects those of its pages, so that a full room
//! costs each page ten messages a second, and not a thousand. A note that is dragged is in a hand, and is stored when it is dropped.

mod board;
mod database;
mod door;
mod guest;
mod hands;
mod model;
mod note;
mod shared;
#[cfg(test)]
mod tests;
mod view;
mod writer;

use std::convert::Infallible;
use std::error::Error;
use std::path::PathBuf;

use pico_args::Arguments;
use tealight::runtime::{Layout, Live, Router};
use tealight::warp::{request, routes, run_routes};
use warp::Filter;

use crate::board::Board;
use crate::database::Database;
use crate::hands::Tray;
use crate::shared::Shared;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // `run_routes` reads `--listen`.
    let mut arguments = Arguments::from_env();
    let file = arguments.opt_value_from_os_str("--db", |path| Ok::<_, Infallible>(PathBuf::from(path)))?;
    let nats = arguments.opt_value_from_str::<_, String>("--nats")?;
    let temporary = tempfile::tempdir()?;
    let file = file.unwrap_or_else(|| temporary.path().join("board.db"));
    let database = Database::create(&file).map_err(|error| format!("{}: {error}", file.display()))?;

    let shared = match nats {
        Some(nats) => Shared::over_nats(&nats, &file.with_extension("key")).await?,
        None => Shared::default(),
    };
    let tray = Tray::default();
    let live = start(database, &tray, shared);
    let _hands = tray.publish(live.publisher());
    let pages = door::enter(&live).or(routes(&live, request()));
    run_routes(live, pages).await?;
    Ok(())
}

/// Starts the board and its door.
fn start(database: Database, tray: &Tray, Shared { engine, sessions }: Shared) -> Live {
    let board = Board { database, tray: tray.clone() };
    let router = match sessions {
        Some(sessions) => Router::new()
            .live_saved::<board::Home, _>(board, shared::saving(&sessions))
            .live_saved::<door::Enter, _>(door::Door, shared::saving(&sessions)),
        None => Router::new().live::<board::Home>(board).live::<door::Enter>(door::Door),
    };
    let layout = Layout::new("Board").style(include_str!("style.css")).head(r#"<link rel="icon" href="data:,">"#);
    Live::builder(router).pubsub(engine).layout(layout).start()
}
