//! The page's end of one connection, message by message: for tests of the protocol itself.

use std::future::poll_fn;
use std::time::Duration;

use serde_json::Value;
use tealight_core::PageRequest;
use tealight_runtime::{Close, Connection, Live};

use crate::model::Page;
use crate::{adopt, wire};

/// The numbers that a page keeps, and its connection. It shows nothing: a test reads the messages.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Tab {
    pub connection: Connection,
    pub session: String,
    pub patch: u64,
    pub event: u64,
}

impl Tab {
    /// Gets a page and attaches to its session.
    pub async fn open(live: &Live, path: &str) -> Self {
        let session = session_of(live, path).await;
        let mut tab = Self::connect(live, path, session);
        tab.attach();
        let answer = tab.next().await.expect("an answer").to_string();
        assert!(matches!(wire::decode(&answer), wire::Down::Resume { event: 0 }), "{answer}");
        tab
    }

    /// Makes a connection for a session, and sends nothing.
    pub fn connect(live: &Live, path: &str, session: String) -> Self {
        Self { connection: live.connect(request(path)), session, patch: 0, event: 0 }
    }

    /// Attaches with another connection.
    pub fn reconnect(&mut self, live: &Live) {
        self.connection = live.connect(request("/"));
        self.attach();
    }

    /// Sends the attach.
    pub fn attach(&mut self) {
        let attach = wire::attach(&self.session, self.patch, self.event, 0);
        self.connection.receive(attach.as_bytes());
    }

    /// Sends the next event, to the handler in a slot of the root template.
    pub fn click(&mut self, slot: u64) {
        self.event += 1;
        let event = wire::event(self.event, self.patch, &[slot], None);
        self.connection.receive(event.as_bytes());
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) {
        self.connection.receive(message.to_string().as_bytes());
    }

    /// Returns the next message, or the reason why the connection has ended.
    ///
    /// # Errors
    /// If the connection has ended.
    pub async fn next(&mut self) -> Result<Value, Close> {
        let message = next(&mut self.connection).await?;
        match wire::decode(&message.to_string()) {
            wire::Down::Patch(patch) => self.patch = patch.number,
            wire::Down::Mount(mount) => {
                (self.session, self.patch, self.event) = (mount.session, mount.patch, mount.event);
            }
            _ => {}
        }
        Ok(message)
    }

    /// Returns the message that waits now, if there is one.
    pub async fn now(&mut self) -> Option<Result<Value, Close>> {
        tokio::time::timeout(Duration::ZERO, self.next()).await.ok()
    }
}

/// Returns the next message of a connection.
///
/// # Errors
/// If the connection has ended.
pub async fn next(connection: &mut Connection) -> Result<Value, Close> {
    let mut message = Vec::new();
    poll_fn(|cx| connection.poll_message(cx, &mut message)).await?;
    Ok(serde_json::from_slice(&message).expect("messages are JSON"))
}

/// Returns the first message of a connection.
pub fn attach(session: &str, patch: u64, event: u64) -> String {
    attach_of(0, session, patch, event)
}

/// Returns the first message of a connection, for a page that names itself by this number.
pub fn attach_of(page: u32, session: &str, patch: u64, event: u64) -> String {
    wire::attach(session, patch, event, page)
}

/// Makes a request without a query.
pub fn request(path: &str) -> PageRequest {
    PageRequest::new(path, "")
}

/// Gets a page, and returns the id of its session.
pub async fn session_of(live: &Live, path: &str) -> String {
    session_in(live.page(request(path), "/").await.expect("a page").html())
}

/// Returns the id of the session in a page's HTML.
pub fn session_in(html: &str) -> String {
    let (_, rest) = html.split_once("<script type=\"application/json\">").expect("a data block");
    wire::block(rest.split_once("</script>").expect("its end").0).session
}

/// Parses a page's HTML and adopts it. Returns the id of its session too.
pub fn adopted(html: &str) -> (String, Page) {
    let (session, _, page) = adopt::adopt(html);
    (session, page)
}

/// Lets all tasks run that can.
pub async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}
