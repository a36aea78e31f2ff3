use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use super::Connection;
use crate::close::Close;

enum Next {
    /// The page has sent a message, or its socket has ended.
    FromPage(Option<Vec<u8>>),
    /// The session has a message for the page, or the connection has ended.
    ToPage(Result<(), Close>),
}

impl Connection {
    /// Runs the connection over a socket of another web server, such as actix or axum, until either side ends. These
    /// are steps 3 to 6 of [the contract](crate#the-contract-of-a-transport).
    ///
    /// `receive` waits for the page's next message and returns it, or `None` at the end of the socket. It must also
    /// answer pings, and detect pages that are gone. `send` sends a message, and returns when the socket can take
    /// another one.
    ///
    /// Returns the reason for which to close the socket, or `None` if the socket has ended.
    ///
    /// The compiler cannot see that the future is `Send`, even where it is. Run it in a task that stays on its thread,
    /// such as those of actix or of a `LocalSet`.
    ///
    /// ```
    /// use tealight_core::PageRequest;
    /// use tealight_runtime::{Close, Live};
    /// use tokio::sync::mpsc::{Receiver, Sender};
    ///
    /// async fn serve(live: Live, request: PageRequest, mut up: Receiver<Vec<u8>>, down: Sender<String>) -> Option<Close> {
    ///     let receive = async || up.recv().await;
    ///     live.connect(request).run(receive, async |message| drop(down.send(message).await)).await
    /// }
    /// # let _ = serve;
    /// ```
    pub async fn run(
        mut self,
        mut receive: impl AsyncFnMut() -> Option<Vec<u8>>,
        mut send: impl AsyncFnMut(String),
    ) -> Option<Close> {
        loop {
            let mut received = pin!(receive());
            let message = loop {
                let mut out = Vec::new();
                let next = poll_fn(|cx| match self.poll_message(cx, &mut out) {
                    Poll::Ready(polled) => Poll::Ready(Next::ToPage(polled)),
                    Poll::Pending if self.is_ready() => received.as_mut().poll(cx).map(Next::FromPage),
                    Poll::Pending => Poll::Pending,
                });
                match next.await {
                    Next::FromPage(message) => break message?,
                    Next::ToPage(Err(close)) => return Some(close),
                    Next::ToPage(Ok(())) => send(String::from_utf8(out).expect("messages are UTF-8")).await,
                }
            };
            self.receive(&message);
        }
    }
}
