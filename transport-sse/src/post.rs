//! A post of a page: its messages, each in a line.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use http::{HeaderMap, Response, StatusCode};
use tealight_runtime::http::{FormPost, Refused, refused};
use tealight_runtime::{Close, Live, Token};
use tokio::task::JoinHandle;

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
    lines: Vec<u8>,
}

impl Post {
    pub(crate) fn of(live: &Live, connections: &Connections, headers: &HeaderMap) -> Result<Self, Refused> {
        let key = headers.get(CONNECTION).and_then(|key| Token::parse(key.to_str().ok()?));
        let key = key.ok_or(Refused(StatusCode::BAD_REQUEST, "Tealight-Connection is missing\n"))?;
        let number = headers.get(POST).and_then(|number| number.to_str().ok()?.parse().ok());
        let number = number.ok_or(Refused(StatusCode::BAD_REQUEST, "Tealight-Post is missing\n"))?;
        let connection = connections.find(&key).ok_or(GONE)?;
        Ok(Self { connection, number, limit: MAX_MESSAGES * live.message_limit(), lines: Vec::new() })
    }

    /// Reads the body in a task and hands it in, even if nobody waits for the answer: a page may leave as soon as it
    /// has posted.
    pub(crate) fn start<B>(self, body: B) -> impl Future<Output = Response<Bytes>> + Send + use<B>
    where
        B: http_body::Body<Data: Send> + Send + 'static,
    {
        finished(tokio::spawn(self.read(body)))
    }

    async fn read<B: http_body::Body>(mut self, body: B) -> Response<Bytes> {
        let mut body = pin!(body);
        loop {
            let pushed = match poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
                None => return self.hand_in(),
                Some(Err(_)) => Err(BROKEN),
                Some(Ok(frame)) => frame.into_data().map_or(Ok(()), |data| self.push(data)),
            };
            if let Err(refusal) = pushed {
                return refusal.answer();
            }
        }
    }

    /// Adds a part of the body.
    pub(crate) fn push(&mut self, mut data: impl Buf) -> Result<(), Refused> {
        if self.lines.len() + data.remaining() > self.limit {
            self.connection.refuse(Close::TooLong);
            return Err(Refused(StatusCode::PAYLOAD_TOO_LARGE, "the body is over the limit\n"));
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            self.lines.extend_from_slice(chunk);
            let length = chunk.len();
            data.advance(length);
        }
        Ok(())
    }

    /// Delivers the complete body.
    pub(crate) fn hand_in(self) -> Response<Bytes> {
        match self.connection.post(self.number, &self.lines, self.limit) {
            Posted::Taken => accepted(self.number),
            Posted::Early => refused(StatusCode::CONFLICT, "order\n"),
            Posted::Busy => refused(StatusCode::SERVICE_UNAVAILABLE, "busy\n"),
            Posted::Gone => GONE.answer(),
        }
    }
}

/// Waits for the task that reads a post.
pub(crate) async fn finished(reading: JoinHandle<Response<Bytes>>) -> Response<Bytes> {
    reading.await.unwrap_or_else(|_| refused(StatusCode::SERVICE_UNAVAILABLE, "the server is going down\n"))
}

/// Reads and answers a form that a browser without JavaScript posts.
pub(crate) async fn read_form<B: http_body::Body>(post: FormPost, body: B) -> Response<Bytes> {
    match whole(post, body).await {
        Ok(post) => post.answer().await,
        Err(refusal) => refusal.answer(),
    }
}

async fn whole<B: http_body::Body>(mut post: FormPost, body: B) -> Result<FormPost, Refused> {
    let mut body = pin!(body);
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.map_err(|_| BROKEN)?;
        frame.into_data().map_or(Ok(()), |data| post.push(data))?;
    }
    Ok(post)
}

/// The body ended too early.
pub(crate) const BROKEN: Refused = Refused(StatusCode::BAD_REQUEST, "the body did not come to its end\n");

const GONE: Refused = Refused(StatusCode::NOT_FOUND, "there is no such connection\n");

fn accepted(number: u32) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(format!("{{\"accepted\":{number}}}\n")));
    let headers = response.headers_mut();
    headers.insert("content-type", http::HeaderValue::from_static("application/json"));
    headers.insert("cache-control", http::HeaderValue::from_static("no-store"));
    response
}
