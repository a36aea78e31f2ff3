use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use crate::connection::{Close, Connection};

enum Next {
    Up(Option<Vec<u8>>),
    Down(Result<(), Close>),
}

impl Connection {
    /// Carries messages over a socket of a server's own, such as those of actix or axum, until either side ends:
    /// steps 3 to 6 of [the contract](crate#the-contract-of-a-transport).
    ///
    /// `receive` waits for the page's next message; `None` is the end of the socket. It also answers pings, and
    /// finds out whether the page is still there. `send` sends a message, and returns when the socket can take
    /// another. The compiler does not see that this may move between threads, though both may: it is for tasks that
    /// stay on theirs, as those of actix do. Answers with why the socket is to be closed, or `None` if it has ended.
    ///
    /// ```
    /// use tealight_core::PageRequest;
    /// use tealight_runtime::{Close, Live};
    /// use tokio::sync::mpsc::{Receiver, Sender};
    ///
    /// async fn serve(live: Live, request: PageRequest, mut up: Receiver<Vec<u8>>, down: Sender<String>) -> Option<Close> {
    ///     let receive = async || up.recv().await;
    ///     live.connect(request).carry(receive, async |message| drop(down.send(message).await)).await
    /// }
    /// # let _ = serve;
    /// ```
    pub async fn carry(
        mut self,
        mut receive: impl AsyncFnMut() -> Option<Vec<u8>>,
        mut send: impl AsyncFnMut(String),
    ) -> Option<Close> {
        loop {
            let mut coming = pin!(receive());
            let message = loop {
                let mut out = Vec::new();
                let next = poll_fn(|cx| match self.poll_message(cx, &mut out) {
                    Poll::Ready(said) => Poll::Ready(Next::Down(said)),
                    Poll::Pending if self.is_ready() => coming.as_mut().poll(cx).map(Next::Up),
                    Poll::Pending => Poll::Pending,
                });
                match next.await {
                    Next::Up(message) => break message?,
                    Next::Down(said) => {
                        if let Err(close) = said {
                            return Some(close);
                        }
                        send(String::from_utf8(out).expect("messages are texts")).await;
                    }
                }
            };
            self.receive(&message);
        }
    }
}
