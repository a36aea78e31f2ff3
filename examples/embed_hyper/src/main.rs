//! A live page in a server of hyper alone, among the server's own routes.
//!
//! ```text
//! cargo run -p embed_hyper        # http://127.0.0.1:3000, and the page at /counter
//! ```

use std::convert::Infallible;

use embed_counter::{Counter, layout, visit};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tealight::runtime::Live;
use tealight::runtime::http::{Peer, page_request};
use tealight::sse::Body;
use tealight::warp::LiveService;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let counter = Live::builder(Counter).layout(layout()).start();
    let counter = LiveService::new(counter).at("/counter").request(|parts| visit(page_request(parts)));
    let listener = TcpListener::bind(std::env::args().nth(2).unwrap_or("127.0.0.1:3000".to_owned())).await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, peer) = listener.accept().await?;
        let counter = counter.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            // for the limits of each client
            request.extensions_mut().insert(Peer(peer.ip()));
            let counter = counter.clone();
            async move {
                Ok::<_, Infallible>(match request.uri().path() {
                    "/" => Response::new(Body::from("Hello")),
                    _ => counter.answer(request).await,
                })
            }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades());
    }
}
