//! A live page in an axum application that has its own routes, session cookie and state.
//!
//! ```text
//! cargo run -p embed_axum        # http://127.0.0.1:3000, and the page at /app/counter
//! ```

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use embed_counter::{Counter, layout, visit};
use tealight::axum::live_with;
use tealight::runtime::Live;

#[derive(Clone)]
struct App {
    greeting: &'static str,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let counter = Live::builder(Counter).layout(layout()).start();
    let routes = Router::new()
        .route("/", get(async |State(app): State<App>| app.greeting))
        .route("/login/{name}", get(login))
        // `nest` would not answer for `/app/counter/`
        .nest_service("/app/counter", live_with(counter, |(), request| visit(request)))
        .with_state(App { greeting: "Hello" });
    let address = std::env::args().nth(2).unwrap_or("127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    // the limits of each client need its address
    axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>()).await
}

async fn login(Path(name): Path<String>) -> impl IntoResponse {
    ([("set-cookie", format!("name={name}; Path=/; HttpOnly; SameSite=Lax"))], Redirect::to("/app/counter"))
}
