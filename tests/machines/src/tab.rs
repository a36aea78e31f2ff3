//! A page in the harness's own process, without a network.

use std::task::{Context, Poll, Waker};

use tealight::core::PageRequest;
use tealight::runtime::{Connection, Live};

pub(crate) struct Tab {
    connection: Connection,
    events: u32,
    /// The text of the first slot.
    pub(crate) shown: String,
}

impl Tab {
    pub(crate) async fn open(live: &Live, query: &str) -> Self {
        let request = || PageRequest::new("/", query.to_owned());
        let page = live.page(request(), "/").await.expect("a page");
        let (_, rest) = page.html().split_once("\"session\":\"").expect("a data block");
        let session = rest.split_once('"').expect("its end").0;
        let attach = serde_json::json!({"tealight": 1, "session": session, "patch": 0, "event": 0});
        let mut tab = Self { connection: live.connect(request()), events: 0, shown: String::new() };
        tab.connection.receive(attach.to_string().as_bytes());
        tab.read();
        tab
    }

    /// Makes an event for the handler in a slot.
    pub(crate) fn click(&mut self, slot: u32) {
        self.events += 1;
        self.connection.receive(format!("[{},0,[{slot}]]", self.events).as_bytes());
    }

    /// Takes all messages for the page.
    pub(crate) fn read(&mut self) {
        let mut cx = Context::from_waker(Waker::noop());
        let mut message = Vec::new();
        while let Poll::Ready(Ok(())) = self.connection.poll_message(&mut cx, &mut message) {
            let value: serde_json::Value = serde_json::from_slice(&message).expect("JSON");
            if let Some(text) = value[1][0].as_str() {
                text.clone_into(&mut self.shown);
            }
            message.clear();
        }
    }
}
