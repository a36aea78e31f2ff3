//! One of the processes.

use std::env;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tealight::runtime::{Limits, Live, Saving};
use tealight::warp::run;
use tealight_nats::NatsOptions;
use tealight_store::Key;

use crate::database::Database;
use crate::rooms::Rooms;

/// Serves the rooms until the process is told to end. The environment names the process (`PROCESS`), its NATS server (`NATS`), the folder
/// of the database and the key (`FOLDER`), and how often a session is saved, in milliseconds (`SAVE_EVERY`).
pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stderr).init();
    let folder = env::var("FOLDER")?;
    let folder = Path::new(&folder);
    let every = Duration::from_millis(env::var("SAVE_EVERY")?.parse()?);
    let nats = NatsOptions::default().prefix("rooms").connect(env::var("NATS")?).await?;
    let sessions = nats.store(Key::from_file(folder.join("key"))?).open().await?;
    let rooms = Rooms { database: Database::open(&folder.join("counts.db"))?, process: env::var("PROCESS")? };
    // All pages have one address.
    let limits =
        Limits::default().requests_per_second(1_000_000).requests_burst(1_000_000).connections_per_address(1_000_000);
    let live = Live::builder(rooms)
        .limits(limits)
        .save_sessions(Saving::new(Arc::new(sessions)).every(every))
        .pubsub(Arc::new(nats))
        .shutdown_timeout(Duration::from_secs(60));
    run(live.start()).await?;
    Ok(())
}
