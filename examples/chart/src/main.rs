//! A chart that another library draws: [uPlot](https://github.com/leeoniya/uPlot), from npm.
//!
//! ```text
//! cargo run -p chart        # http://127.0.0.1:3000
//! ```
//!
//! `script/chart.mjs` is a hook around it. The hook asks for past points, gets each new point, and sends the point that a
//! person picks. Its bundle in `dist/` is committed, so you need Node only to change it:
//!
//! ```text
//! npm --prefix examples/chart/script ci && npm --prefix examples/chart/script run build
//! ```

mod app;

use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, live, run_routes};
use warp::{Filter, Reply};

use crate::app::Kettle;

/// Allows only resources of this server, and no text that is run as a script or parsed as markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
    base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Kettle")
        .policy(POLICY)
        .without_own_style()
        .stylesheet("/chart.css")
        .head(r#"<link rel="icon" href="data:,">"#)
        .body("", r#"<script src="/chart.js" defer></script>"#);
    let kettle = Live::builder(Kettle).layout(layout).start();
    let script = file("chart.js", "text/javascript", include_str!("../dist/chart.js"));
    let style = file("chart.css", "text/css", include_str!("../dist/chart.css"));
    let routes = live(kettle.clone()).or(script).or(style);
    run_routes(kettle, routes).await
}

fn file(
    name: &'static str,
    kind: &'static str,
    content: &'static str,
) -> impl Filter<Extract = (impl Reply,), Error = warp::Rejection> + Clone {
    warp::path(name)
        .and(warp::path::end())
        .and(warp::get())
        .map(move || warp::reply::with_header(content, "content-type", kind))
}
