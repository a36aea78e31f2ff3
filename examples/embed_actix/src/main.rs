//! A live page in an actix application. actix has its own types and its own websockets, so `convert` translates
//! between them and the types of the crate `http`.
//!
//! ```text
//! cargo run -p embed_actix        # http://127.0.0.1:3000, and the page at /app/counter
//! ```

mod convert;

use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, error, web};
use embed_counter::{Counter, layout, visit};
use tealight::runtime::{Live, http};
use tealight::sse::{Body, Sse};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let live = Live::builder(Counter).base("/app/counter/").layout(layout()).start();
    live.offer("ws");
    let app = web::Data::new((Sse::new(live.clone()), live));
    let routes = move |config: &mut web::ServiceConfig| {
        let counter = web::scope("/app")
            .route("/counter", web::to(page))
            .route("/counter/", web::to(page))
            .route("/counter/tealight/{script}", web::to(page));
        config.app_data(app.clone()).route("/", web::get().to(async || "Hello")).service(counter);
    };
    let address = std::env::args().nth(2).unwrap_or("127.0.0.1:3000".to_owned());
    let server = HttpServer::new(move || App::new().configure(routes.clone())).workers(2).bind(address)?;
    println!("listening on http://{}", server.addrs()[0]);
    server.run().await
}

async fn page(app: web::Data<(Sse, Live)>, request: HttpRequest, body: web::Payload) -> Result<HttpResponse, Error> {
    let (sse, live) = app.get_ref();
    let parts = convert::parts(&request)?;
    let visit = visit(http::page_request(&parts));
    if parts.headers.contains_key("upgrade") && http::allows(live, &parts.uri, &parts.headers) {
        return convert::socket(&request, body, live.connect_over("ws", visit));
    }
    let body = body.to_bytes_limited(4 * live.message_limit()).await.map_err(error::ErrorPayloadTooLarge)??;
    Ok(convert::answer(sse.clone().answer(visit, parts, Body::from(body)).await))
}
