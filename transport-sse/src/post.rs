//! What a page posts: messages, each in a line.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use http::{HeaderMap, Response, StatusCode};
use tealight_runtime::http::{FormPost, Refused, refused};
use tealight_runtime::{Close, Live};
use tokio::task::JoinHandle;

use crate::wire::{Taken, Wire};
use crate::wires::{Key, Wires};

/// Names the wire that a post belongs to.
pub(crate) const CONNECTION: &str = "tealight-connection";
/// The number of a post on its wire, from 1; 0 is taken whenever it comes.
const POST: &str = "tealight-post";
/// A post may have so many messages of full length.
const MESSAGES: usize = 4;

/// A post that belongs to a wire, before its body is read.
pub(crate) struct Post {
    wire: Arc<Wire>,
    number: u32,
    limit: usize,
    lines: Vec<u8>,
}

impl Post {
    pub(crate) fn of(live: &Live, wires: &Wires, headers: &HeaderMap) -> Result<Self, Refused> {
        let key = headers.get(CONNECTION).and_then(|key| Key::parse(key.as_bytes()));
        let key = key.ok_or(Refused(StatusCode::BAD_REQUEST, "Tealight-Connection is missing\n"))?;
        let number = headers.get(POST).and_then(|number| number.to_str().ok()?.parse().ok());
        let number = number.ok_or(Refused(StatusCode::BAD_REQUEST, "Tealight-Post is missing\n"))?;
        let wire = wires.find(&key).ok_or(GONE)?;
        Ok(Self { wire, number, limit: MESSAGES * live.message_limit(), lines: Vec::new() })
    }

    /// Reads the body and hands it in, also when nobody waits for the answer any more: a page may go as soon as
    /// it has posted.
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

    /// Takes a piece of the body.
    pub(crate) fn push(&mut self, mut data: impl Buf) -> Result<(), Refused> {
        if self.lines.len() + data.remaining() > self.limit {
            self.wire.refuse(Close::TooLong);
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

    /// The body has come to its end.
    pub(crate) fn hand_in(self) -> Response<Bytes> {
        match self.wire.take(self.number, &self.lines, self.limit) {
            Taken::All => accepted(self.number),
            Taken::Early => refused(StatusCode::CONFLICT, "order\n"),
            Taken::Busy => refused(StatusCode::SERVICE_UNAVAILABLE, "busy\n"),
            Taken::Gone => GONE.answer(),
        }
    }
}

/// The answer to a post that is read in a task of its own.
pub(crate) async fn finished(reading: JoinHandle<Response<Bytes>>) -> Response<Bytes> {
    reading.await.unwrap_or_else(|_| refused(StatusCode::SERVICE_UNAVAILABLE, "the server is going down\n"))
}

/// Reads a form that a browser without scripts posts, and answers it.
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

/// The body has come to an end that is not its own.
pub(crate) const BROKEN: Refused = Refused(StatusCode::BAD_REQUEST, "the body did not come to its end\n");

const GONE: Refused = Refused(StatusCode::NOT_FOUND, "there is no such connection\n");

fn accepted(number: u32) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(format!("{{\"accepted\":{number}}}\n")));
    let headers = response.headers_mut();
    headers.insert("content-type", http::HeaderValue::from_static("application/json"));
    headers.insert("cache-control", http::HeaderValue::from_static("no-store"));
    response
}
