//! A page of the checks: its state, and its messages.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::desk::UP;
use super::{PageEnd, Transport};

/// A page that is or was connected.
pub(crate) struct Page<E> {
    pub(crate) end: E,
    pub(crate) session: String,
    pub(crate) patch: u64,
    pub(crate) event: u64,
    /// The last event that the server has acknowledged.
    pub(crate) applied: u64,
    pub(crate) count: String,
    pub(crate) ticks: String,
}

/// The longest time to wait for a message.
const SOON: Duration = Duration::from_secs(5);

impl<E: PageEnd> Page<E> {
    /// Gets a page, and attaches to its session.
    pub(crate) async fn open<T: Transport<PageEnd = E>>(
        transport: &T,
        server: &T::Server,
        path: &str,
    ) -> Result<Self, String> {
        let mut page = Self::get(transport, server, path).await?;
        page.attach().await?;
        Ok(page)
    }

    /// Gets a page, and opens a connection for it. It does not attach yet.
    pub(crate) async fn get<T: Transport<PageEnd = E>>(
        transport: &T,
        server: &T::Server,
        path: &str,
    ) -> Result<Self, String> {
        let html = transport.page(server, path).await;
        let session = session_in(&html)?;
        let end = transport.connect(server, path).await;
        Ok(Self { end, session, patch: 0, event: 0, applied: 0, count: "0".to_owned(), ticks: "0".to_owned() })
    }

    /// Drops the connection, opens another one, and attaches.
    pub(crate) async fn reconnect<T: Transport<PageEnd = E>>(
        &mut self,
        transport: &T,
        server: &T::Server,
    ) -> Result<(), String> {
        self.end = transport.connect(server, "/").await;
        self.attach().await
    }

    /// Attaches. The first answer must be that the session resumes.
    pub(crate) async fn attach(&mut self) -> Result<(), String> {
        self.send_attach().await;
        let answer = self.next().await?;
        match answer["resume"]["event"].as_u64() {
            Some(event) => self.applied = event,
            None => return Err(format!("the answer to the attach is {answer}")),
        }
        Ok(())
    }

    pub(crate) async fn send_attach(&mut self) {
        let Self { session, patch, event, .. } = self;
        self.end.send(&attach(session, *patch, *event)).await;
    }

    pub(crate) async fn press(&mut self) {
        self.event += 1;
        self.press_as(self.event).await;
    }

    pub(crate) async fn press_as(&mut self, event: u64) {
        self.end.send(&json!([event, self.patch, [UP]]).to_string()).await;
    }

    /// Receives the next message, and applies it.
    pub(crate) async fn next(&mut self) -> Result<Value, String> {
        let received = timeout(SOON, self.end.receive()).await.map_err(|_| "no message came in time")?;
        let message = received.map_err(|code| format!("the connection was closed with {code:?}"))?;
        let message: Value = serde_json::from_str(&message).map_err(|error| format!("{message}: {error}"))?;
        let applied = message.get("event").or_else(|| message.get(2)?.get("e")).and_then(Value::as_u64);
        self.applied = applied.unwrap_or(self.applied);
        if let Some(patch) = message.get(0).and_then(Value::as_u64) {
            if patch != self.patch + 1 {
                return Err(format!("patch {patch} came after {}", self.patch));
            }
            self.patch = patch;
            let mut slot = 0;
            for item in message[1].as_array().into_iter().flatten() {
                match item {
                    Value::Number(n) => slot = n.as_u64().unwrap_or_default(),
                    value => {
                        let text = value.as_str().unwrap_or_default().trim_end_matches('.').to_owned();
                        *(if slot == 0 { &mut self.count } else { &mut self.ticks }) = text;
                        slot += 1;
                    }
                }
            }
        }
        Ok(message)
    }

    /// Receives until all events are acknowledged.
    pub(crate) async fn settle(&mut self) -> Result<(), String> {
        while self.applied < self.event {
            self.next().await?;
        }
        Ok(())
    }

    /// Expects that no message comes for a moment.
    pub(crate) async fn silence(&mut self) -> Result<(), String> {
        match timeout(Duration::from_millis(100), self.end.receive()).await {
            Err(_) => Ok(()),
            Ok(received) => Err(format!("expected no message, received {received:?}")),
        }
    }

    /// Expects the end of the connection, with this code.
    pub(crate) async fn closed(&mut self, code: u16) -> Result<(), String> {
        loop {
            match timeout(SOON, self.end.receive()).await {
                Err(_) => return Err(format!("expected the connection to close with {code}, but it is open")),
                Ok(Err(Some(found))) if found == code => return Ok(()),
                Ok(Err(found)) => return Err(format!("expected the connection to close with {code}, not {found:?}")),
                Ok(Ok(_)) => {}
            }
        }
    }
}

pub(crate) fn expect<V: PartialEq + std::fmt::Debug>(what: &str, found: V, expected: V) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: expected {expected:?}, found {found:?}")) }
}

/// Returns the id of the session in a page's HTML.
pub(super) fn session_in(html: &str) -> Result<String, String> {
    let block = html.split("<script type=\"application/json\">").nth(1).and_then(|rest| rest.split("</script>").next());
    let block: Value = serde_json::from_str(block.ok_or("the page has no data block")?).map_err(|e| e.to_string())?;
    Ok(block["session"].as_str().ok_or("the page has no session")?.to_owned())
}

/// Returns the first message of a page.
pub(super) fn attach(session: &str, patch: u64, event: u64) -> String {
    json!({"tealight": 1, "session": session, "patch": patch, "event": event}).to_string()
}
