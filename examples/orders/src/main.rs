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
//! Several processes may share the file: each listens for its own pages. Run the others with `--no-customers`.

mod beat;
mod customers;
mod database;
mod detail;
mod figures;
mod list;
mod listener;
mod order;
mod routes;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::error::Error;
use std::path::PathBuf;

use pico_args::Arguments;
use tealight::runtime::{Layout, Live, Router};
use tealight::warp::{request, run_routes};

use crate::database::Database;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // `run_routes` reads `--listen`.
    let mut arguments = Arguments::from_env();
    let has_customers = !arguments.contains("--no-customers");
    let file = arguments.opt_value_from_os_str("--db", |path| Ok::<_, Infallible>(PathBuf::from(path)))?;
    let temporary = tempfile::tempdir()?;
    let file = file.unwrap_or_else(|| temporary.path().join("orders.db"));
    let database = Database::create(&file).map_err(|error| format!("{}: {error}", file.display()))?;

    let live = start(&database);
    let _listener = listener::listen(&database, live.publisher())?;
    let _customers = if has_customers { Some(customers::open_shop(database)?) } else { None };
    let pages = tealight::warp::routes(&live, request());
    run_routes(live, pages).await?;
    Ok(())
}

/// Starts both views. Messages stay in this process: every process has a listener, so the database is what they share.
fn start(database: &Database) -> Live {
    let router = Router::new()
        .live::<routes::List>(list::Dashboard(database.clone()))
        .live::<routes::Detail>(detail::Desk(database.clone()));
    let layout = Layout::new("Orders").style(include_str!("style.css")).head(r#"<link rel="icon" href="data:,">"#);
    Live::builder(router).layout(layout).start()
}
