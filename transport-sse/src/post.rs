//! A post of a page: its messages, each in a line.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use tealight_runtime::http::{BodyError, Refused, refused};
use tealight_runtime::{Close, Live, Relay};

use crate::connections::Connections;
use crate::forward::{answered, read_key, request, text};
use crate::shared::{Posted, SharedConnection};

/// The header with the key of the connection that a post belongs to.
pub(crate) const CONNECTION: &str = "tealight-connection";
/// The header with the number of a post: 1, 2, 3 … on each connection, or 0 for one that does not wait for others.
const POST: &str = "tealight-post";
/// The number of messages of full length that fit in a post.
const MAX_MESSAGES: usize = 4;

/// A post to an open connection, before its body is read.
pub(crate) struct Post {
    to: To,
    number: u32,
    limit: usize,
}

/// The process that has the stream of a post.
enum To {
    Here(Arc<SharedConnection>),
    /// Another one, which knows the stream by this name.
    Elsewhere {
        relay: Arc<Relay>,
        process: String,
        stream: String,
        live: Live,
        client: Option<IpAddr>,
    },
}

impl Post {
    pub(crate) fn of(
        live: &Live,
        (connections, relay): (&Connections, &Arc<Relay>),
        headers: &HeaderMap,
        client: Option<IpAddr>,
    ) -> Result<Self, Refused> {
        let key = headers.get(CONNECTION).and_then(|key| read_key(key.to_str().ok()?));
        let (stream, process) =
            key.ok_or(Refused(StatusCode::BAD_REQUEST, "Tealight-Connection is missing\n".into()))?;
        let number = headers.get(POST).and_then(|number| number.to_str().ok()?.parse().ok());
        let number = number.ok_or(Refused(StatusCode::BAD_REQUEST, "Tealight-Post is missing\n".into()))?;
        let to = match (connections.find(&stream), process) {
            (Some(connection), _) => To::Here(connection),
            (None, Some(process)) if relay.name().is_some_and(|own| own != process) => {
                let (relay, process) = (Arc::clone(relay), process.to_owned());
                To::Elsewhere { relay, process, stream, live: live.clone(), client }
            }
            (None, _) => return Err(gone()),
        };
        Ok(Self { to, number, limit: Self::limit_of(live) })
    }

    pub(crate) fn limit_of(live: &Live) -> usize {
        MAX_MESSAGES * live.message_limit()
    }

    /// The most bytes that its body may have.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// Reads the body in a task of its own and hands it in: a page may leave as soon as it has posted, and then
    /// nobody waits for the answer.
    pub(crate) fn start<R>(self, body: R) -> impl Future<Output = Response<Bytes>> + Send + use<R>
    where
        R: Future<Output = Result<Vec<u8>, BodyError>> + Send + 'static,
    {
        let reading = tokio::spawn(async {
            let body = body.await;
            self.hand_in(body).await
        });
        async {
            reading.await.unwrap_or_else(|_| refused(StatusCode::SERVICE_UNAVAILABLE, "the server is going down\n"))
        }
    }

    async fn hand_in(self, body: Result<Vec<u8>, BodyError>) -> Response<Bytes> {
        let lines = match body {
            Ok(lines) => lines,
            Err(BodyError::TooLong) => {
                self.to.refuse_length().await;
                return refused(StatusCode::PAYLOAD_TOO_LARGE, "the body is over the limit\n");
            }
            Err(BodyError::TooSlow) => {
                return refused(StatusCode::REQUEST_TIMEOUT, "the body took too long\n");
            }
            Err(BodyError::Busy) => return refused(StatusCode::SERVICE_UNAVAILABLE, "busy\n"),
            Err(_) => return refused(StatusCode::BAD_REQUEST, "the body did not come to its end\n"),
        };
        let posted = match &self.to {
            To::Here(connection) => connection.post(self.number, &lines, self.limit),
            To::Elsewhere { relay, process, stream, live, client } => {
                let Some(lines) = text(&lines) else {
                    return refused(StatusCode::BAD_REQUEST, "the body is no JSON\n");
                };
                // It is in memory until it is answered, also as it is passed on.
                let Some(_share) = live.hold(*client, 3 * lines.len()) else {
                    return refused(StatusCode::SERVICE_UNAVAILABLE, "busy\n");
                };
                answered(relay.ask(process, *client, request(stream, Some((self.number, lines)))).await)
            }
        };
        match posted {
            Posted::Taken => accepted(self.number),
            Posted::Early => refused(StatusCode::CONFLICT, "order\n"),
            Posted::Busy => refused(StatusCode::SERVICE_UNAVAILABLE, "busy\n"),
            Posted::Gone => gone().answer(),
        }
    }
}

impl To {
    /// Ends the stream, because the body of a post is too long.
    async fn refuse_length(&self) {
        match self {
            Self::Here(connection) => connection.refuse(Close::TooLong),
            Self::Elsewhere { relay, process, stream, client, .. } => {
                let _ = relay.ask(process, *client, request(stream, None)).await;
            }
        }
    }
}

fn gone() -> Refused {
    Refused(StatusCode::NOT_FOUND, "there is no such connection\n".into())
}

fn accepted(number: u32) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(format!("{{\"accepted\":{number}}}\n")));
    let headers = response.headers_mut();
    headers.insert("content-type", http::HeaderValue::from_static("application/json"));
    headers.insert("cache-control", http::HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", http::HeaderValue::from_static("nosniff"));
    response
}
