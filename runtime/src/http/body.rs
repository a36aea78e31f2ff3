use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::{Buf, BufMut};
use thiserror::Error;

/// Reads a request's body to its end, into one buffer. `next` polls the body for its next piece, such as
/// `Stream::poll_next`.
///
/// ```
/// use std::convert::Infallible;
/// use std::task::Poll;
///
/// use tealight_runtime::http::{BodyError, read_body};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let read = |limit| {
///     let pieces = [&b"name="[..], b"Ada"].into_iter();
///     read_body(limit, pieces, |mut pieces, _| Poll::Ready(pieces.next().map(Ok::<_, Infallible>)))
/// };
/// assert_eq!(read(64).await, Ok(b"name=Ada".to_vec()));
/// assert_eq!(read(6).await, Err(BodyError::TooLong));
/// # }
/// ```
///
/// # Errors
/// [`BodyError::TooLong`] past `limit` bytes; the rest is not read. [`BodyError::Incomplete`] if `next` fails.
pub async fn read_body<B, D: Buf, E>(
    limit: usize,
    body: B,
    mut next: impl FnMut(Pin<&mut B>, &mut Context<'_>) -> Poll<Option<Result<D, E>>>,
) -> Result<Vec<u8>, BodyError> {
    let mut body = pin!(body);
    let mut read = Vec::new();
    while let Some(piece) = poll_fn(|cx| next(body.as_mut(), cx)).await {
        let piece = piece.map_err(|_| BodyError::Incomplete)?;
        if read.len() + piece.remaining() > limit {
            return Err(BodyError::TooLong);
        }
        read.put(piece);
    }
    Ok(read)
}

/// The reason why a request's body could not be read.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum BodyError {
    /// The body is longer than the limit.
    #[error("the body is longer than the limit")]
    TooLong,
    /// The connection broke before the body's end.
    #[error("the body is incomplete")]
    Incomplete,
}
