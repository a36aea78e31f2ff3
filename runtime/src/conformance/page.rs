//! What a page knows of itself, and does.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use super::desk::UP;
use super::{Transport, Wire};

/// A page that is, or was, connected.
pub(crate) struct Page<W> {
    pub(crate) wire: W,
    pub(crate) session: String,
    pub(crate) patch: u64,
    pub(crate) event: u64,
    /// The last event of which it knows that it was applied.
    pub(crate) applied: u64,
    pub(crate) count: String,
    pub(crate) ticks: String,
}

/// An answer must come after so long.
const SOON: Duration = Duration::from_secs(5);

impl<W: Wire> Page<W> {
    /// Gets a page, and attaches to its session.
    pub(crate) async fn open<T: Transport<Wire = W>>(
        transport: &T,
        server: &T::Server,
        path: &str,
    ) -> Result<Self, String> {
        let mut page = Self::get(transport, server, path).await?;
        page.attach().await?;
        Ok(page)
    }

    /// Gets a page, and opens a connection for it.
    pub(crate) async fn get<T: Transport<Wire = W>>(
        transport: &T,
        server: &T::Server,
        path: &str,
    ) -> Result<Self, String> {
        let html = transport.page(server, path).await;
        let block =
            html.split("<script type=\"application/json\">").nth(1).and_then(|rest| rest.split("</script>").next());
        let block: Value =
            serde_json::from_str(block.ok_or("the page has no data block")?).map_err(|e| e.to_string())?;
        let session = block["session"].as_str().ok_or("the page has no session")?.to_owned();
        let wire = transport.connect(server, path).await;
        Ok(Self { wire, session, patch: 0, event: 0, applied: 0, count: "0".to_owned(), ticks: "0".to_owned() })
    }

    /// Loses its connection, and opens another one.
    pub(crate) async fn reconnect<T: Transport<Wire = W>>(
        &mut self,
        transport: &T,
        server: &T::Server,
    ) -> Result<(), String> {
        self.wire = transport.connect(server, "/").await;
        self.attach().await
    }

    /// Attaches; the first answer must be that the session goes on.
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
        let attach = json!({"tealight": 1, "session": session, "patch": patch, "event": event});
        self.wire.send(&attach.to_string()).await;
    }

    pub(crate) async fn press(&mut self) {
        self.event += 1;
        self.press_as(self.event).await;
    }

    pub(crate) async fn press_as(&mut self, event: u64) {
        self.wire.send(&json!([event, self.patch, [UP]]).to_string()).await;
    }

    /// The next message, and what it changes.
    pub(crate) async fn next(&mut self) -> Result<Value, String> {
        let received = timeout(SOON, self.wire.receive()).await.map_err(|_| "no message comes")?;
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

    /// Receives until all its events are known to have been applied.
    pub(crate) async fn settle(&mut self) -> Result<(), String> {
        while self.applied < self.event {
            self.next().await?;
        }
        Ok(())
    }

    /// Nothing must come for a moment.
    pub(crate) async fn silence(&mut self) -> Result<(), String> {
        match timeout(Duration::from_millis(100), self.wire.receive()).await {
            Err(_) => Ok(()),
            Ok(received) => Err(format!("nothing was to come, but {received:?} did")),
        }
    }

    /// The connection must be ended, with this code.
    pub(crate) async fn closed(&mut self, code: u16) -> Result<(), String> {
        loop {
            match timeout(SOON, self.wire.receive()).await {
                Err(_) => return Err(format!("the connection was to be closed with {code}, and was not")),
                Ok(Err(Some(found))) if found == code => return Ok(()),
                Ok(Err(found)) => return Err(format!("the connection was to be closed with {code}, not {found:?}")),
                Ok(Ok(_)) => {}
            }
        }
    }
}

pub(crate) fn expect<V: PartialEq + std::fmt::Debug>(what: &str, found: V, expected: V) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?}, and not {expected:?}")) }
}
