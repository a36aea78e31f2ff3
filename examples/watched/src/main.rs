//! A kettle that all pages share, and everything that its server tells the people who look after it.
//!
//! ```text
//! cargo run -p watched        # pages at http://127.0.0.1:3000, metrics at http://127.0.0.1:9000/metrics
//! prometheus --config.file=examples/watched/ops/prometheus.yml --storage.tsdb.path=/tmp/watched
//! RUST_LOG=info,tealight::spans=debug cargo run -p watched    # log lines name their session
//! ```
//!
//! The folder `ops` has the configuration of Prometheus, alerts with their tests, and a dashboard for Grafana. The guide "Watching it
//! run" explains them.

mod kettle;
mod recorder;

use std::error::Error;
use std::net::SocketAddr;

use pico_args::Arguments;
use tealight::runtime::{Layout, Live};
use tealight::warp::run;
use tracing_subscriber::EnvFilter;

use crate::kettle::Kettle;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();

    let default = SocketAddr::from(([127, 0, 0, 1], 9000));
    let metrics = Arguments::from_env().opt_value_from_str("--metrics")?.unwrap_or(default);
    // Before the application starts: it counts only if there is a recorder.
    recorder::builder().with_http_listener(metrics).install()?;
    tealight::describe_metrics();
    tracing::info!("metrics at http://{metrics}/metrics");

    let layout = Layout::new("Kettle").head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Kettle).layout(layout).start()).await?;
    Ok(())
}
