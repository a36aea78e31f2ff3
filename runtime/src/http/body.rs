use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, BufMut};
use thiserror::Error;
use tokio::time::timeout;

use crate::limits::{Limit, Share};
use crate::live::Live;

/// A body that brings nothing for this part of [`Limits::body_time`](crate::Limits#structfield.body_time) is given up.
const PAUSE_PART: u32 = 6;

/// Reads a request's body to its end, into one buffer. `next` polls the body for its next piece, such as
/// `Stream::poll_next`. `client` is the address of [`Live::locate`].
///
/// ```
/// use std::convert::Infallible;
/// use std::task::Poll;
///
/// use tealight_runtime::http::{BodyError, read_body};
/// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// # struct Shop;
/// # impl LiveView for Shop {
/// #     type Model = ();
/// #     type ExternalEvent = ();
/// #     type InternalEvent = ();
/// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
/// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
/// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
/// # }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let live = tealight_runtime::Live::new(Shop);
/// let read = |limit| {
///     let pieces = [&b"name="[..], b"Ada"].into_iter();
///     read_body(&live, None, limit, pieces, |mut pieces, _| Poll::Ready(pieces.next().map(Ok::<_, Infallible>)))
/// };
/// assert_eq!(read(64).await, Ok(b"name=Ada".to_vec()));
/// assert_eq!(read(6).await, Err(BodyError::TooLong));
/// # }
/// ```
///
/// # Errors
/// [`BodyError::TooLong`] past `limit` bytes; the rest is not read. [`BodyError::Incomplete`] if `next` fails.
/// [`BodyError::TooSlow`] and [`BodyError::Busy`] beyond the [`Limits`](crate::Limits) of bodies.
pub fn read_body<B, D, E, F>(
    live: &Live,
    client: Option<IpAddr>,
    limit: usize,
    body: B,
    next: F,
) -> impl Future<Output = Result<Vec<u8>, BodyError>> + use<B, D, E, F>
where
    D: Buf,
    F: FnMut(Pin<&mut B>, &mut Context<'_>) -> Poll<Option<Result<D, E>>>,
{
    let (share, whole) = (live.hold(client, 0), live.limits().body_time);
    async move {
        let mut share = share.ok_or(BodyError::Busy)?;
        let pieces = read_pieces(&mut share, limit, whole / PAUSE_PART, body, next);
        let read = timeout(whole, pieces).await.unwrap_or(Err(BodyError::TooSlow));
        match read {
            Err(BodyError::TooSlow) => Limit::Body.count(client),
            Err(BodyError::Busy) => Limit::Held.count(client),
            _ => {}
        }
        read
    }
}

async fn read_pieces<B, D: Buf, E>(
    share: &mut Share,
    limit: usize,
    pause: Duration,
    body: B,
    mut next: impl FnMut(Pin<&mut B>, &mut Context<'_>) -> Poll<Option<Result<D, E>>>,
) -> Result<Vec<u8>, BodyError> {
    let mut body = pin!(body);
    let mut read = Vec::new();
    loop {
        let piece = timeout(pause, poll_fn(|cx| next(body.as_mut(), cx))).await;
        let Some(piece) = piece.map_err(|_| BodyError::TooSlow)? else { return Ok(read) };
        let piece = piece.map_err(|_| BodyError::Incomplete)?;
        if read.len() + piece.remaining() > limit {
            return Err(BodyError::TooLong);
        }
        if !share.grow(piece.remaining()) {
            return Err(BodyError::Busy);
        }
        read.put(piece);
    }
}

/// The reason why a request's body could not be read.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyError {
    /// The body is longer than the limit.
    #[error("the body is longer than the limit")]
    TooLong,
    /// The connection broke before the body's end.
    #[error("the body is incomplete")]
    Incomplete,
    /// The body takes too long: [`Limits::body_time`](crate::Limits#structfield.body_time).
    #[error("the body takes too long")]
    TooSlow,
    /// Too many bodies are being read: [`Limits::held_bytes`](crate::Limits#structfield.held_bytes).
    #[error("too many bodies are being read")]
    Busy,
}
