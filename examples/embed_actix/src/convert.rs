//! Translates requests, responses and websockets between actix and the types of the crate `http`.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::Payload;
use actix_web::{Error, HttpRequest, HttpResponse, error};
use actix_ws::{CloseCode, Message};
use http::request::Parts;
use http::{Request, Response};
use tealight::runtime::Connection;
use tealight::runtime::http::Peer;
use tealight::sse::Body;
use tokio::time::timeout;

/// After this time without a frame the page is pinged, and after as long again it is given up.
const SILENCE: Duration = Duration::from_secs(30);

/// Returns the head of a request.
pub(crate) fn parts(request: &HttpRequest) -> Result<Parts, Error> {
    let mut parts = Request::builder().method(request.method().as_str()).uri(request.uri().to_string());
    for (name, value) in request.headers() {
        parts = parts.header(name.as_str(), value.as_bytes());
    }
    if let Some(peer) = request.peer_addr() {
        // for the limits of each client
        parts = parts.extension(Peer(peer.ip()));
    }
    Ok(parts.body(()).map_err(error::ErrorBadRequest)?.into_parts().0)
}

/// Returns a response that actix can send.
pub(crate) fn answer(response: Response<Body>) -> HttpResponse {
    let (parts, body) = response.into_parts();
    let status = StatusCode::from_u16(parts.status.as_u16()).expect("both crates know the same statuses");
    let mut answer = HttpResponse::build(status);
    for (name, value) in &parts.headers {
        answer.append_header((name.as_str(), value.as_bytes()));
    }
    answer.streaming(body)
}

/// Accepts a websocket, and connects the page to its session in a task.
pub(crate) fn socket(request: &HttpRequest, body: Payload, connection: Connection) -> Result<HttpResponse, Error> {
    let (answer, session, mut up) = actix_ws::handle(request, body)?;
    actix_web::rt::spawn(async move {
        let (mut pings, mut down) = (session.clone(), session.clone());
        let receive = async || {
            let mut is_pinged = false;
            loop {
                match timeout(SILENCE, up.recv()).await {
                    Ok(Some(Ok(Message::Text(text)))) => return Some(text.as_bytes().to_vec()),
                    Ok(Some(Ok(Message::Ping(bytes)))) => pings.pong(&bytes).await.ok()?,
                    Ok(Some(Ok(Message::Pong(_)))) => is_pinged = false,
                    Err(_) if !is_pinged => is_pinged = pings.ping(b"").await.is_ok(),
                    _ => return None,
                }
            }
        };
        let close = connection.run(receive, async |text| drop(down.text(text).await)).await;
        session.close(close.map(|close| CloseCode::Other(close.code()).into())).await
    });
    Ok(answer)
}
