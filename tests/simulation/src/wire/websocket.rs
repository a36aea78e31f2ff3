use std::collections::VecDeque;
use std::task::{Context, Poll};

use fastrand::Rng;
use tealight_core::PageRequest;
use tealight_runtime::Connection;

use super::Down;
use crate::server::Server;

/// A websocket. The server's end works as `transport-warp/src/socket.rs` does.
#[derive(Debug, Default)]
pub(super) struct WebSocket {
    /// On its way to the server.
    up: VecDeque<String>,
    /// Has arrived, and was not read yet.
    inbox: VecDeque<String>,
    connection: Option<Connection>,
    has_opened: bool,
    /// No more will be sent, and the server will see the end after the rest.
    is_cut: bool,
}

impl WebSocket {
    pub(super) fn send(&mut self, message: String) {
        if !self.is_cut {
            self.up.push_back(message);
        }
    }

    /// Completes the handshake, if it is due. Returns true if it was.
    pub(super) fn open(&mut self, server: &Server, path: &str, down: &mut VecDeque<Down>) -> bool {
        if std::mem::replace(&mut self.has_opened, true) {
            return false;
        }
        self.connection = Some(server.live.connect(PageRequest::new(path, "")));
        down.push_back(Down::Open);
        true
    }

    /// Some messages arrive. Returns true if there were any.
    pub(super) fn deliver(&mut self, random: &mut Rng) -> bool {
        let count = if self.up.is_empty() { 0 } else { random.usize(1..=self.up.len()) };
        self.inbox.extend(self.up.drain(..count));
        count > 0
    }

    pub(super) fn pump(&mut self, cx: &mut Context<'_>, down: &mut VecDeque<Down>, room: usize) {
        loop {
            let Some(connection) = &mut self.connection else { return };
            loop {
                if down.len() >= room {
                    return;
                }
                let mut message = Vec::new();
                match connection.poll_message(cx, &mut message) {
                    Poll::Ready(Ok(())) => {
                        down.push_back(Down::Message(String::from_utf8(message).expect("messages are UTF-8")));
                    }
                    Poll::Ready(Err(close)) => {
                        down.push_back(Down::Close(close.code()));
                        self.connection = None;
                        self.inbox.clear();
                        return;
                    }
                    Poll::Pending => break,
                }
            }
            let mut has_read = false;
            while connection.is_ready()
                && !connection.wants_poll()
                && let Some(message) = self.inbox.pop_front()
            {
                connection.receive(message.as_bytes());
                has_read = true;
            }
            if !has_read {
                return;
            }
        }
    }

    pub(super) fn cut(&mut self, random: &mut Rng) {
        self.is_cut = true;
        self.up.truncate(random.usize(0..=self.up.len()));
    }

    /// The server takes everything that has arrived, and sees the end.
    pub(super) fn end(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            while connection.is_ready()
                && let Some(message) = self.inbox.pop_front()
            {
                connection.receive(message.as_bytes());
            }
        }
        self.is_cut = true;
        self.has_opened = true;
        self.up.clear();
        self.inbox.clear();
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.connection.is_none() && self.has_opened
    }

    pub(super) fn has_up(&self) -> bool {
        !self.up.is_empty() || !self.has_opened
    }
}
