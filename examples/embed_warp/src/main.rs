//! A live page in a warp application that has its own routes and session cookie.
//!
//! ```text
//! cargo run -p embed_warp        # http://127.0.0.1:3000, and the page at /app/counter
//! ```

use embed_counter::{Counter, visit};
use tealight::runtime::Live;
use tealight::sse::filters::stream;
use tealight::warp::{RunError, page, request, run_routes, script, socket};
use warp::{Filter, Reply};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let live = Live::builder(Counter).base("/app/counter/").start();
    let home = warp::path::end().map(|| "Hello");
    let login = warp::path!("login" / String).map(|name| {
        let cookie = format!("name={name}; Path=/; HttpOnly; SameSite=Lax");
        let page = warp::redirect::found(warp::http::Uri::from_static("/app/counter"));
        warp::reply::with_header(page, "set-cookie", cookie).into_response()
    });
    let visitor = || request().map(visit);
    let page = socket(&live, visitor()).or(stream(&live, visitor())).or(page(&live, visitor()));
    let counter = warp::path!("app" / "counter" / ..).and(script().or(warp::path::end().and(page)));
    run_routes(live, home.or(login).or(counter)).await
}
