//! One transport between a page and a server, with everything that is on its way.
//!
//! A wire delivers in order until it is cut. Then a part of what is on its way still arrives, and each end notices later, or only
//! by its own deadline.

mod events;
mod websocket;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Wake, Waker};

use fastrand::Rng;

use crate::server::Server;

use self::events::Events;
use self::websocket::WebSocket;

/// A transport that a page can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Way {
    WebSocket,
    Events,
}

/// Something that a page hears from a transport.
#[derive(Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Down {
    Open,
    Message(String),
    /// A stream's key.
    Key(String),
    /// A comment.
    Heard,
    /// The last one, with the websocket's code, the HTTP status, or 0.
    Close(u16),
}

/// All wires of all pages, by their numbers.
#[derive(Debug, Default)]
pub struct Wires {
    all: BTreeMap<u32, Wire>,
    next: u32,
}

/// One transport.
#[derive(Debug)]
pub struct Wire {
    /// The number of its page.
    pub page: usize,
    /// The messages on their way to the page.
    pub down: VecDeque<Down>,
    /// The page still listens to it.
    pub is_listened: bool,
    /// Nothing more is delivered, either way.
    pub is_cut: bool,
    /// The most messages that may be on their way to the page.
    pub room: usize,
    kind: Kind,
    flag: Arc<Flag>,
}

#[derive(Debug)]
enum Kind {
    WebSocket(WebSocket),
    Events(Events),
}

/// Set by a waker.
#[derive(Debug, Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

const ROOM: usize = 6;

impl Wires {
    /// Opens a transport for a page. Returns its number.
    pub fn dial(&mut self, page: usize, way: Way) -> u32 {
        self.next += 1;
        let mut down = VecDeque::new();
        let kind = match way {
            Way::WebSocket => Kind::WebSocket(WebSocket::default()),
            Way::Events => {
                down.push_back(Down::Open);
                Kind::Events(Events::default())
            }
        };
        let flag = Arc::default();
        let wire = Wire { page, down, is_listened: true, is_cut: false, room: ROOM, kind, flag };
        self.all.insert(self.next, wire);
        self.next
    }

    /// Sends a message of the page.
    pub fn send(&mut self, wire: u32, message: String, now: u64) {
        let Some(wire) = self.all.get_mut(&wire) else { return };
        match &mut wire.kind {
            Kind::WebSocket(socket) => socket.send(message),
            Kind::Events(events) => events.send(message, now),
        }
    }

    /// The page gives up a transport.
    pub fn close(&mut self, wire: u32) {
        if let Some(wire) = self.all.get_mut(&wire) {
            wire.is_listened = false;
            wire.down.clear();
        }
    }

    /// Returns the wire of this number.
    pub fn get(&mut self, wire: u32) -> Option<&mut Wire> {
        self.all.get_mut(&wire)
    }

    /// Returns the numbers of all wires.
    pub fn numbers(&self) -> Vec<u32> {
        self.all.keys().copied().collect()
    }

    /// Returns the number of any wire.
    pub fn any(&self, random: &mut Rng) -> Option<u32> {
        if self.all.is_empty() {
            return None;
        }
        self.all.keys().nth(random.usize(0..self.all.len())).copied()
    }

    /// Lets the server's ends send what they can. Returns true if any had something to do.
    pub fn pump(&mut self) -> bool {
        let mut has_any = false;
        for wire in self.all.values_mut() {
            if wire.flag.0.swap(false, Relaxed) {
                has_any = true;
                wire.pump();
            }
        }
        has_any
    }

    /// Removes wires that both ends have left.
    pub fn sweep(&mut self) {
        self.all.retain(|_, wire| wire.is_listened || !wire.is_at_end());
    }

    /// The server is gone: everything that has not arrived is lost.
    pub fn lose_server(&mut self, random: &mut Rng) {
        for wire in self.all.values_mut() {
            wire.cut(random);
            wire.server_notices();
            wire.page_notices();
        }
    }
}

impl Wire {
    /// Delivers some of what is on its way to the server. Returns true if there was anything.
    pub async fn deliver(&mut self, server: &Server, path: &str, random: &mut Rng, has_faults: bool) -> bool {
        let is_open = !self.is_cut;
        let has_any = match &mut self.kind {
            Kind::WebSocket(socket) => {
                let opened = is_open && socket.open(server, path, &mut self.down);
                socket.deliver(random) || opened
            }
            Kind::Events(events) => events.deliver(server, path, random, is_open, has_faults).await,
        };
        self.pump();
        has_any
    }

    /// Lets the server's end send what fits.
    fn pump(&mut self) {
        let waker = Waker::from(Arc::clone(&self.flag));
        let mut cx = Context::from_waker(&waker);
        // A cut wire takes what the kernel's buffer holds, and loses it.
        let Self { down, room, is_cut, is_listened, .. } = self;
        let mut lost = VecDeque::new();
        let down = if *is_cut || !*is_listened { &mut lost } else { down };
        match &mut self.kind {
            Kind::WebSocket(socket) => socket.pump(&mut cx, down, *room),
            Kind::Events(events) => events.pump(&mut cx, down, *room),
        }
    }

    /// The page reads again, or no longer.
    pub fn set_room(&mut self, has_room: bool) {
        self.room = if has_room { ROOM } else { 0 };
        self.flag.0.store(true, Relaxed);
    }

    /// Makes the server's end look again for something to send.
    pub fn wake(&self) {
        self.flag.0.store(true, Relaxed);
    }

    /// Cuts the wire: a part of what is on its way still arrives.
    pub fn cut(&mut self, random: &mut Rng) {
        if self.is_cut {
            return;
        }
        self.is_cut = true;
        self.down.truncate(random.usize(0..=self.down.len()));
        match &mut self.kind {
            Kind::WebSocket(socket) => socket.cut(random),
            Kind::Events(events) => events.cut(random),
        }
    }

    /// The page hears of the end, after everything that still arrives.
    pub fn page_notices(&mut self) {
        if self.is_listened && !self.down.iter().any(|down| matches!(down, Down::Close(_))) {
            self.down.push_back(Down::Close(if matches!(self.kind, Kind::Events(_)) { 0 } else { 1006 }));
        }
    }

    /// The server's end is gone.
    pub fn server_notices(&mut self) {
        match &mut self.kind {
            Kind::WebSocket(socket) => socket.end(),
            Kind::Events(events) => events.end(),
        }
    }

    /// Returns true if nothing is on its way to the server, and the server's end is gone or was never there.
    fn is_at_end(&self) -> bool {
        match &self.kind {
            Kind::WebSocket(socket) => socket.is_at_end(),
            Kind::Events(events) => events.is_at_end(),
        }
    }

    /// Returns true if something is on its way to the server.
    pub fn has_up(&self) -> bool {
        match &self.kind {
            Kind::WebSocket(socket) => socket.has_up(),
            Kind::Events(events) => events.has_up(),
        }
    }

    /// The page hears an event of a stream. Returns the code with which the page then gives up the stream, if it does.
    pub fn hear(&mut self, down: &Down, now: u64) -> Option<u16> {
        match &mut self.kind {
            Kind::WebSocket(_) => None,
            Kind::Events(events) => events.hear(down, now),
        }
    }

    /// Brings the page the answer to a post, if one is there. Returns the code with which the page then gives up the stream.
    pub fn answer(&mut self, random: &mut Rng, now: u64, has_faults: bool) -> Option<u16> {
        match &mut self.kind {
            Kind::WebSocket(_) => None,
            Kind::Events(events) => events.answer(random, now, has_faults, self.is_listened),
        }
    }

    /// The page is closed: it posts once more what was not answered.
    pub fn part(&mut self) {
        if let Kind::Events(events) = &mut self.kind {
            events.part();
        }
    }
}
