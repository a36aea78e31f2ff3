//! A shop's dashboard: new orders, sales and rating, read from a database each second.
//!
//! ```text
//! cargo run -p dashboard                      # http://127.0.0.1:3000, with a temporary database
//! cargo run -p dashboard -- --db shop.db      # with a database in a file
//! ```
//!
//! Each page asks for the figures once a second (`app`). One thread reads them for all pages (`shop`, `database`), while
//! customers order and review (`simulator`). Delete the file, overwrite it, or lock it: the page keeps its last figures,
//! shows the error, and continues when the file is usable again.
//!
//! ```text
//! cargo run -p dashboard --example lock -- shop.db
//! ```

mod app;
mod database;
mod shop;
mod simulator;

use std::convert::Infallible;
use std::error::Error;
use std::path::PathBuf;

use pico_args::Arguments;
use tealight::runtime::{Layout, Live};
use tealight::warp::run;

use crate::app::Dashboard;
use crate::database::Database;
use crate::shop::Shop;
use crate::simulator::Simulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let temporary = tempfile::tempdir()?;
    let path = database_argument()?.unwrap_or_else(|| temporary.path().join("shop.db"));
    let database = Database::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;

    let _customers = Simulator::start(database.clone())?;
    let layout = Layout::new("Sales Dashboard").style(include_str!("style.css")).head(ICON);
    let dashboard = Live::builder(Dashboard::new(Shop::open(database))).layout(layout).start();
    run(dashboard).await?;
    Ok(())
}

/// The value of `--db`; `run` reads `--listen`.
fn database_argument() -> Result<Option<PathBuf>, pico_args::Error> {
    Arguments::from_env().opt_value_from_os_str("--db", |path| Ok::<_, Infallible>(PathBuf::from(path)))
}

const ICON: &str = "<link rel=\"icon\" href=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' \
    viewBox='0 0 16 16'><circle cx='8' cy='8' r='7' fill='%23d9630c'/></svg>\">";
