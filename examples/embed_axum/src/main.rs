//! A live page in an axum application that has routes, a session cookie and state of its own:
//!
//! ```text
//! cargo run -p embed_axum        # http://127.0.0.1:3000, and the page at /app/counter
//! ```

#[path = "../../support/counter.rs"]
mod counter;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get};
use counter::{Counter, visit};
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
    let live = Live::builder(Counter).base("/app/counter/").start();
    live.offer("ws");
    let app = App { greeting: "Hello", sse: Sse::new(live.clone()), live };
    let routes = Router::new()
        .route("/", get(async |State(app): State<App>| app.greeting))
        .route("/login/{name}", get(login))
        .nest("/app", Router::new().route("/counter", any(live_page)).route("/counter/{*script}", any(live_page)))
        .with_state(app);
    let listen = std::env::args().nth(2).unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, routes).await
}

async fn login(Path(name): Path<String>) -> impl IntoResponse {
    ([("set-cookie", format!("name={name}; Path=/; HttpOnly; SameSite=Lax"))], Redirect::to("/app/counter"))
}

async fn live_page(State(App { live, sse, .. }): State<App>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let request = visit(http::page_request(&parts));
    if let Some(socket) = tealight::warp::upgrade(&live, &mut parts, request) {
        return socket.map(Body::new);
    }
    let request = visit(http::page_request(&parts));
    sse.answer(parts, body, request).await.map(Body::new)
}
