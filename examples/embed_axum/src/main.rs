//! A live page in an axum application that has its own routes, session cookie and state.
//!
//! ```text
//! cargo run -p embed_axum        # http://127.0.0.1:3000, and the page at /app/counter
//! ```

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use embed_counter::{Counter, layout, visit};
use tealight::runtime::{Live, http};
use tealight::sse::Sse;

#[derive(Clone)]
struct App {
    greeting: &'static str,
    live: Live,
    sse: Sse,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let live = Live::builder(Counter).base("/app/counter/").layout(layout()).start();
    live.offer("ws");
    // the page, with or without a slash at its end, and its script; other paths below it are not found
    let counter = Router::new()
        .route("/counter", any(live_page))
        .route("/counter/", any(live_page))
        .route("/counter/tealight/{script}", any(live_page));
    let routes = Router::new()
        .route("/", get(async |State(app): State<App>| app.greeting))
        .route("/login/{name}", get(login))
        .nest("/app", counter)
        .with_state(App { greeting: "Hello", sse: Sse::new(live.clone()), live });
    let address = std::env::args().nth(2).unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>()).await
}

async fn login(Path(name): Path<String>) -> impl IntoResponse {
    ([("set-cookie", format!("name={name}; Path=/; HttpOnly; SameSite=Lax"))], Redirect::to("/app/counter"))
}

async fn live_page(
    State(App { live, sse, .. }): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    // for the limits of each client
    parts.extensions.insert(http::Peer(peer.ip()));
    if let Some(socket) = tealight::warp::upgrade(&live, &parts, visit(http::page_request(&parts))) {
        return socket.map(Body::new);
    }
    sse.answer(visit(http::page_request(&parts)), parts, body).await.map(Body::new)
}
