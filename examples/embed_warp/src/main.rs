//! A live page in a warp application that has its own routes and session cookie.
//!
//! ```text
//! cargo run -p embed_warp        # http://127.0.0.1:3000, and the page at /app/counter
//! ```

use embed_counter::{Counter, visit};
use tealight::runtime::Live;
use tealight::warp::{RunError, request, routes, run_routes};
use warp::{Filter, Reply};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let live = Live::new(Counter);
    let home = warp::path::end().map(|| "Hello");
    let login = warp::path!("login" / String).map(|name| {
        let cookie = format!("name={name}; Path=/; HttpOnly; SameSite=Lax");
        let page = warp::redirect::found(warp::http::Uri::from_static("/app/counter"));
        warp::reply::with_header(page, "set-cookie", cookie).into_response()
    });
    let visitor = warp::path::end().and(request()).map(visit);
    let counter = warp::path!("app" / "counter" / ..).and(routes(&live, visitor));
    run_routes(live, home.or(login).or(counter)).await
}
