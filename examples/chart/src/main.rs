//! A chart that another library draws: [uPlot](https://github.com/leeoniya/uPlot), from npm.
//!
//! ```text
//! cargo run -p chart        # http://127.0.0.1:3000
//! ```
//!
//! `script/chart.mjs` is a hook around it: the hook asks for what has been, hears of each new point, and says
//! which point a person picks. Its bundle in `dist/` is committed, so that only who changes it needs Node:
//!
//! ```text
//! npm --prefix examples/chart/script ci && npm --prefix examples/chart/script run build
//! ```

mod app;

use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, live, run_routes};
use warp::{Filter, Reply};

use crate::app::Kettle;

/// Nothing that is not served from here, and no text that becomes a program or markup.
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
