//! A live page in a server of hyper alone, among the server's own routes.
//!
//! ```text
//! cargo run -p embed_hyper        # http://127.0.0.1:3000, and the page at /counter
//! ```

use std::convert::Infallible;

use embed_counter::{Counter, layout, visit};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tealight::runtime::{Live, http};
use tealight::sse::{Body, Sse};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let live = Live::builder(Counter).base("/counter/").layout(layout()).start();
    live.offer("ws");
    let sse = Sse::new(live.clone());
    let listener = TcpListener::bind(std::env::args().nth(2).unwrap_or("127.0.0.1:3000".to_owned())).await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, peer) = listener.accept().await?;
        let (live, sse) = (live.clone(), sse.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            // for the limits of each client
            request.extensions_mut().insert(http::Peer(peer.ip()));
            answer(live.clone(), sse.clone(), request)
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades());
    }
}

async fn answer(live: Live, sse: Sse, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    Ok(match request.uri().path() {
        "/" => Response::new(Body::from("Hello")),
        "/counter" | "/counter/" => live_page(live, sse, request).await,
        // the page's script
        path if path.strip_prefix("/counter/tealight/").is_some_and(|script| !script.contains('/')) => {
            live_page(live, sse, request).await
        }
        _ => Response::builder().status(404).body(Body::from("There is nothing here")).expect("a response"),
    })
}

async fn live_page(live: Live, sse: Sse, request: Request<Incoming>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if let Some(socket) = tealight::warp::upgrade(&live, &parts, visit(http::page_request(&parts))) {
        return socket.map(|_| Body::from(Bytes::new()));
    }
    sse.answer(visit(http::page_request(&parts)), parts, body).await
}
