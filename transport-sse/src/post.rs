//! A post of a page: its messages, each in a line.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use tealight_runtime::http::{BodyError, Refused, refused};
use tealight_runtime::{Close, Live, Token};

use crate::connections::Connections;
use crate::shared::{Posted, SharedConnection};

/// The header with the key of the connection that a post belongs to.
pub(crate) const CONNECTION: &str = "tealight-connection";
/// The header with the number of a post: 1, 2, 3 … on each connection, or 0 for one that does not wait for others.
const POST: &str = "tealight-post";
/// The number of messages of full length that fit in a post.
const MAX_MESSAGES: usize = 4;

/// A post to an open connection, before its body is read.
pub(crate) struct Post {
    connection: Arc<SharedConnection>,
    number: u32,
    limit: usize,
}

impl Post {
    pub(crate) fn of(live: &Live, connections: &Connections, headers: &HeaderMap) -> Result<Self, Refused> {
        let key = headers.get(CONNECTION).and_then(|key| Token::parse(key.to_str().ok()?));
        let key = key.ok_or(Refused(StatusCode::BAD_REQUEST, "Tealight-Connection is missing\n".into()))?;
        let number = headers.get(POST).and_then(|number| number.to_str().ok()?.parse().ok());
        let number = number.ok_or(Refused(StatusCode::BAD_REQUEST, "Tealight-Post is missing\n".into()))?;
        let connection = connections.find(&key).ok_or_else(gone)?;
        Ok(Self { connection, number, limit: MAX_MESSAGES * live.message_limit() })
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
        let reading = tokio::spawn(async { self.hand_in(body.await) });
        async {
            reading.await.unwrap_or_else(|_| refused(StatusCode::SERVICE_UNAVAILABLE, "the server is going down\n"))
        }
    }

    fn hand_in(self, body: Result<Vec<u8>, BodyError>) -> Response<Bytes> {
        let lines = match body {
            Ok(lines) => lines,
            Err(BodyError::TooLong) => {
                self.connection.refuse(Close::TooLong);
                return refused(StatusCode::PAYLOAD_TOO_LARGE, "the body is over the limit\n");
            }
            Err(BodyError::TooSlow) => {
                return refused(StatusCode::REQUEST_TIMEOUT, "the body took too long\n");
            }
            Err(BodyError::Busy) => return refused(StatusCode::SERVICE_UNAVAILABLE, "busy\n"),
            Err(_) => return refused(StatusCode::BAD_REQUEST, "the body did not come to its end\n"),
        };
        match self.connection.post(self.number, &lines, self.limit) {
            Posted::Taken => accepted(self.number),
            Posted::Early => refused(StatusCode::CONFLICT, "order\n"),
            Posted::Busy => refused(StatusCode::SERVICE_UNAVAILABLE, "busy\n"),
            Posted::Gone => gone().answer(),
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
