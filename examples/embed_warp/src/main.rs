//! A live page in a warp application that has routes, a session cookie and state of its own:
//!
//! ```text
//! cargo run -p embed_warp        # http://127.0.0.1:3000, and the page at /app/counter
//! ```

#[path = "../../support/counter.rs"]
mod counter;

use counter::{Counter, visit};
use tealight::runtime::Live;
use tealight::sse::filters::stream;
use tealight::warp::{page, request, script, serve, socket};
use warp::{Filter, Reply};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let live = Live::builder(Counter).base("/app/counter/").start();
    let greeting = "Hello";
    let home = warp::path::end().map(move || greeting);
    let login = warp::path!("login" / String).map(|name| {
        let cookie = format!("name={name}; Path=/; HttpOnly; SameSite=Lax");
        let there = warp::redirect::found(warp::http::Uri::from_static("/app/counter"));
        warp::reply::with_header(there, "set-cookie", cookie).into_response()
    });
    let visitor = || request().map(visit);
    let here = socket(&live, visitor()).or(stream(&live, visitor())).or(page(&live, visitor()));
    let counter = warp::path!("app" / "counter" / ..).and(script().or(here));
    let listen = std::env::args().nth(2).unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve(listener, home.or(login).or(counter)).await;
    Ok(())
}
