use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::stream::EventStream;

/// The body of a response: a page, a script, or an event stream.
pub struct Body(Content);

enum Content {
    Whole(Bytes),
    Stream(EventStream),
}

impl Body {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self(Content::Whole(bytes))
    }

    pub(crate) fn stream(stream: EventStream) -> Self {
        Self(Content::Stream(stream))
    }
}

/// Makes a body from bytes, for the other responses of a server.
impl<B: Into<Bytes>> From<B> for Body {
    fn from(bytes: B) -> Self {
        Self::whole(bytes.into())
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = match &mut self.0 {
            Content::Whole(bytes) => Poll::Ready((!bytes.is_empty()).then(|| std::mem::take(bytes))),
            Content::Stream(stream) => stream.poll_next(cx),
        };
        next.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.0, Content::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Stream(_) => SizeHint::default(),
        }
    }
}

/// For servers that make bodies from streams, such as warp and actix.
impl futures_core::Stream for Body {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = http_body::Body::poll_frame(self, cx);
        next.map(|frame| frame?.map(|frame| frame.into_data().ok()).transpose())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Content::Whole(bytes) => f.debug_tuple("Whole").field(&bytes.len()).finish(),
            Content::Stream(_) => f.write_str("Stream"),
        }
    }
}

/// Polls the body of a request for its next piece. Trailers are skipped.
pub(crate) fn poll_data<B: http_body::Body>(
    mut body: Pin<&mut B>,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<B::Data, B::Error>>> {
    loop {
        match ready!(body.as_mut().poll_frame(cx)).map(|frame| frame.map(Frame::into_data)) {
            None => return Poll::Ready(None),
            Some(Ok(Ok(data))) => return Poll::Ready(Some(Ok(data))),
            Some(Ok(Err(_trailers))) => {}
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
        }
    }
}
