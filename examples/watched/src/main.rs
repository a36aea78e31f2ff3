//! A kettle that all pages share, and everything that its server tells the people who look after it.
//!
//! ```text
//! cargo run -p watched        # pages at http://127.0.0.1:3000, metrics at http://127.0.0.1:9000/metrics
//! prometheus --config.file=examples/watched/ops/prometheus.yml --storage.tsdb.path=/tmp/watched
//! RUST_LOG=info,tealight::spans=debug cargo run -p watched    # log lines name their session
//! ```
//!
//! The log says where the status page is: its address has a secret, unless you set one of 22 characters as `STATUS_SECRET`. The folder `ops` has
//! the configuration of Prometheus, alerts with their tests, and a dashboard for Grafana. The guide "Watching it run" explains them.

mod kettle;
mod recorder;

use std::env;
use std::error::Error;
use std::future::ready;
use std::net::SocketAddr;

use pico_args::Arguments;
use tealight::prelude::*;
use tealight::runtime::{Layout, Live, Router, Token};
use tealight::status::Status;
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

    let secret = match env::var("STATUS_SECRET") {
        Ok(text) => Token::parse(&text).ok_or("STATUS_SECRET needs 22 characters")?,
        Err(_) => {
            let secret = Token::random();
            tracing::info!("the status page is at /status?secret={}", secret.as_str());
            secret
        }
    };
    let layout = Layout::new("Kettle").head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(router(secret)).layout(layout).start()).await?;
    Ok(())
}

/// The kettle, and the status page for those who know the secret.
fn router(secret: Token) -> Router {
    let status = Status::new(move |request: PageRequest| {
        let given = request.query("secret").and_then(|text| Token::parse(&text));
        // It takes the same time for every wrong secret.
        ready(if given == Some(secret) { Ok(request) } else { Err(MountError::NotFound) })
    });
    Router::new().live_at("/", Kettle).merge(status.version(env!("CARGO_PKG_VERSION")).at("/status"))
}

#[cfg(test)]
mod tests {
    use tealight_test::TestApp;

    use super::*;

    #[test]
    fn the_status_page_needs_the_secret() {
        let secret = Token::random();
        let app = TestApp::with(|| Live::builder(router(secret)).start());
        for wrong in ["", "secret=", "secret=AAAAAAAAAAAAAAAAAAAAAA"] {
            let refused = app.visit(|| PageRequest::new("/status", wrong));
            assert!(matches!(refused, Err(MountError::NotFound)), "{wrong}");
        }
        let page = app.open(&format!("/status?secret={}", secret.as_str()));
        assert_eq!(page.text("h1"), "Status");
    }
}
