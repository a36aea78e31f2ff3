//! Orders in a database, and pages that show each change, whoever makes it.
//!
//! ```text
//! cargo run -p orders                        # http://127.0.0.1:3000, with a temporary database
//! cargo run -p orders -- --db orders.db      # with a database in a file
//! sqlite3 orders.db "UPDATE orders SET state = 'cancelled' WHERE number = 7"
//! ```
//!
//! One thread of the process listens to the database (`listener`), outside of all sessions. It publishes the changes, and the pages of
//! this process hear them: the dashboard (`list`) those of all orders, and the page of an order (`detail`) its own. So a page never asks.
//! If two people change an order at once, one of them is told (`Answer::TooLate`).
//!
//! Several processes may share the file: each listens for its own pages. Run the others with `--no-customers`. With `--nats`, they also
//! share a NATS server, where sessions are saved, so that a page keeps its state when it comes back to another process:
//!
//! ```text
//! cargo run -p orders -- --db orders.db --nats nats://127.0.0.1:4222
//! ```

mod beat;
mod customers;
mod database;
mod detail;
mod figures;
mod list;
mod listener;
mod order;
mod placing;
mod routes;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pico_args::Arguments;
use tealight::runtime::{Layout, Live, Router, Saving, SessionStore};
use tealight::warp::{request, run_routes};
use tealight_nats::NatsOptions;
use tealight_store::Key;

use crate::database::Database;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // `run_routes` reads `--listen`.
    let mut arguments = Arguments::from_env();
    let has_customers = !arguments.contains("--no-customers");
    let file = arguments.opt_value_from_os_str("--db", |path| Ok::<_, Infallible>(PathBuf::from(path)))?;
    let nats = arguments.opt_value_from_str::<_, String>("--nats")?;
    let temporary = tempfile::tempdir()?;
    let file = file.unwrap_or_else(|| temporary.path().join("orders.db"));
    let database = Database::create(&file).map_err(|error| format!("{}: {error}", file.display()))?;

    let sessions = match nats {
        Some(nats) => Some(open_sessions(&nats, &file.with_extension("key")).await?),
        None => None,
    };
    let live = start(&database, sessions);
    let _listener = listener::listen(&database, live.publisher())?;
    let _customers = if has_customers { Some(customers::open_shop(database)?) } else { None };
    let pages = tealight::warp::routes(&live, request());
    run_routes(live, pages).await?;
    Ok(())
}

/// Opens the saved sessions on a NATS server. The file has the key that seals them; it is made if there is none.
async fn open_sessions(server: &str, key: &Path) -> Result<Arc<dyn SessionStore>, Box<dyn Error>> {
    let nats = NatsOptions::default().prefix("orders").connect(server).await?;
    Ok(Arc::new(nats.store(Key::from_file(key)?).open().await?))
}

/// Starts both views. If sessions are saved, a page may come back to any process.
///
/// Messages stay in this process: every process has a listener, so the database is what they share. So the processes cannot ask each other
/// for a session either. Each session is therefore saved after each event, before its page hears of it.
fn start(database: &Database, sessions: Option<Arc<dyn SessionStore>>) -> Live {
    let (list, detail) = (list::Dashboard(database.clone()), detail::Desk(database.clone()));
    let router = match sessions {
        Some(sessions) => Router::new()
            .live_saved::<routes::List, _>(list, saving(&sessions))
            .live_saved::<routes::Detail, _>(detail, saving(&sessions)),
        None => Router::new().live::<routes::List>(list).live::<routes::Detail>(detail),
    };
    let layout = Layout::new("Orders").style(include_str!("style.css")).head(r#"<link rel="icon" href="data:,">"#);
    Live::builder(router).layout(layout).start()
}

fn saving<M>(sessions: &Arc<dyn SessionStore>) -> Saving<M> {
    Saving::new(Arc::clone(sessions)).every(Duration::ZERO)
}
