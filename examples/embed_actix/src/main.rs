//! A live page in an actix application that has routes, a session cookie and state of its own. Its types are
//! not those of `http`, so they are converted, and its websockets are its own:
//!
//! ```text
//! cargo run -p embed_actix        # http://127.0.0.1:3000, and the page at /app/counter
//! ```

#[path = "../../support/actix.rs"]
mod convert;
#[path = "../../support/counter.rs"]
mod counter;

use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, error, web};
use counter::{Counter, visit};
use tealight::runtime::{Live, http};
use tealight::sse::{Body, Sse};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let live = Live::builder(Counter).base("/app/counter/").start();
    live.offer("ws");
    let app = web::Data::new((Sse::new(live.clone()), live));
    let routes = move |config: &mut web::ServiceConfig| {
        let counter = web::scope("/app").route("/counter", web::to(page)).route("/counter/{rest}*", web::to(page));
        config.app_data(app.clone()).route("/", web::get().to(async || "Hello")).service(counter);
    };
    let listen = std::env::args().nth(2).unwrap_or("127.0.0.1:3000".to_owned());
    let server = HttpServer::new(move || App::new().configure(routes.clone())).workers(2).bind(listen)?;
    println!("listening on http://{}", server.addrs()[0]);
    server.run().await
}

async fn page(app: web::Data<(Sse, Live)>, request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Error> {
    let (sse, live) = app.get_ref();
    let parts = convert::parts(&request)?;
    let visit = visit(http::page_request(&parts));
    if parts.headers.contains_key("upgrade") && http::allows(live, &parts.uri, &parts.headers) {
        return convert::socket(&request, body, live.connect(visit));
    }
    let body = body.to_bytes_limited(4 * live.message_limit()).await.map_err(error::ErrorPayloadTooLarge)??;
    Ok(convert::answer(sse.clone().answer(parts, Body::from(body), visit).await))
}
