//! A live page in a server of hyper alone, with routes, a session cookie and state of its own:
//!
//! ```text
//! cargo run -p embed_hyper        # http://127.0.0.1:3000, and the page at /counter
//! ```

#[path = "../../support/counter.rs"]
mod counter;

use std::convert::Infallible;

use counter::{Counter, visit};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tealight::runtime::{Live, http};
use tealight::sse::{Body, Sse};

#[derive(Clone)]
struct App {
    greeting: &'static str,
    live: Live,
    sse: Sse,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let live = Live::builder(Counter).base("/counter/").start();
    live.offer("ws");
    let app = App { greeting: "Hello", sse: Sse::new(live.clone()), live };
    let listener =
        tokio::net::TcpListener::bind(std::env::args().nth(2).unwrap_or("127.0.0.1:3000".to_owned())).await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let app = app.clone();
        let service = service_fn(move |request| answer(app.clone(), request));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades());
    }
}

async fn answer(app: App, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let (mut parts, body) = request.into_parts();
    Ok(match parts.uri.path() {
        "/" => Response::new(Body::from(app.greeting)),
        path if path.starts_with("/counter") => {
            let request = visit(http::page_request(&parts));
            match tealight::warp::upgrade(&app.live, &mut parts, request) {
                Some(socket) => socket.map(|_| Body::from(Bytes::new())),
                None => {
                    let request = visit(http::page_request(&parts));
                    app.sse.answer(parts, body, request).await
                }
            }
        }
        _ => Response::builder().status(404).body(Body::from("There is nothing here")).expect("a response"),
    })
}
