//! A live page in an actix application that has routes, a session cookie and state of its own. Its types are
//! not those of `http`, so it takes the page, the script and server-sent events through two conversions:
//!
//! ```text
//! cargo run -p embed_actix        # http://127.0.0.1:3000, and the page at /app/counter
//! ```

#[path = "../../support/counter.rs"]
mod counter;

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use counter::{Counter, Visitor};
use http_body::Body as _;
use tealight::runtime::{Live, http};
use tealight::sse::{Body, Sse};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let sse = Sse::new(Live::builder(Counter).base("/app/counter/").start());
    let routes = move |config: &mut web::ServiceConfig| {
        config.app_data(web::Data::new(sse.clone())).route("/", web::get().to(async || "Hello"));
        config.service(web::scope("/app").route("/counter", web::to(live)).route("/counter/{rest}*", web::to(live)));
    };
    let listen = std::env::args().nth(2).unwrap_or("127.0.0.1:3000".to_owned());
    let server = HttpServer::new(move || App::new().configure(routes.clone())).workers(2).bind(listen)?;
    println!("listening on http://{}", server.addrs()[0]);
    server.run().await
}

async fn live(sse: web::Data<Sse>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let mut parts = ::http::Request::builder().method(request.method().as_str()).uri(request.uri().to_string());
    for (name, value) in request.headers() {
        parts = parts.header(name.as_str(), value.as_bytes());
    }
    let Ok(parts) = parts.body(()).map(|request| request.into_parts().0) else {
        return HttpResponse::BadRequest().finish();
    };
    let mount = http::mount(&parts);
    let name = mount.cookie("name").unwrap_or("stranger").to_owned();
    let mount = mount.with(Visitor(name));
    let (parts, body) = Sse::clone(&sse).answer(parts, Body::from(body), mount).await.into_parts();
    let status = actix_web::http::StatusCode::from_u16(parts.status.as_u16()).expect("a status");
    let mut response = HttpResponse::build(status);
    for (name, value) in &parts.headers {
        response.append_header((name.as_str(), value.as_bytes()));
    }
    response.streaming(Flow(body))
}

struct Flow(Body);

impl futures_core::Stream for Flow {
    type Item = Result<web::Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.0).poll_frame(cx);
        next.map(|frame| frame?.map(|frame| frame.into_data().ok()).transpose())
    }
}
