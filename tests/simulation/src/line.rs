//! A page's line to its server: one transport after another. It follows `client/src/connection/line.ts`, step by step.

use fastrand::Rng;

use crate::wire::{Way, Wires};

const ATTACH_WITHIN: u64 = 10_000;
const ATTACH_SOON: u64 = 4_000;
const ANSWER_WITHIN: u64 = 5_000;
const STEADY_AFTER: u64 = 5_000;
const SILENT_AFTER: u64 = 25_000;
const LOOK_EVERY: u64 = 5_000;
const RETURN_EVERY: u64 = 60_000;

/// The state of a line. All times are in milliseconds.
#[derive(Debug)]
pub struct Line {
    ways: Vec<Way>,
    way: usize,
    best: usize,
    transport: Option<u32>,
    /// Takes over from `transport`, at `next_way`.
    next: Option<u32>,
    next_way: usize,
    /// When the session answered.
    live: Option<u64>,
    /// The time after which the server wants the page back.
    back: Option<u64>,
    attempt: u32,
    ended_with: u16,
    deadline: Option<(u64, Otherwise)>,
    /// When a way that has not opened is given up.
    change_until: Option<(u64, u32)>,
    improve_at: Option<u64>,
    heard: u64,
    look_at: u64,
    return_at: u64,
}

/// The act at a deadline.
#[derive(Clone, Copy, Debug)]
enum Otherwise {
    Drop,
    Probe,
    Start,
}

/// A request of the line to its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Send the attach: the transport before ended with this code.
    Attach(u16),
    /// Send a ping.
    Ping,
    /// The last transport has ended, with this code.
    Lost(u16),
}

/// The simulation, as a line sees it.
#[derive(Debug)]
pub struct Around<'a> {
    /// All wires.
    pub wires: &'a mut Wires,
    /// The scheduler's random numbers.
    pub random: &'a mut Rng,
    /// The time.
    pub now: u64,
    /// The number of the page.
    pub page: usize,
}

impl Line {
    /// A line that is not open yet.
    pub fn new(ways: Vec<Way>, now: u64) -> Self {
        Self {
            ways,
            way: 0,
            best: 0,
            transport: None,
            next: None,
            next_way: 0,
            live: None,
            back: None,
            attempt: 0,
            ended_with: 0,
            deadline: None,
            change_until: None,
            improve_at: None,
            heard: now,
            look_at: now + LOOK_EVERY,
            return_at: now + RETURN_EVERY,
        }
    }

    /// Opens the first transport.
    pub fn start(&mut self, around: &mut Around<'_>) {
        self.forget();
        let wire = around.wires.dial(around.page, self.ways[self.way]);
        self.take_up(wire, around.now);
    }

    fn take_up(&mut self, wire: u32, now: u64) {
        self.transport = Some(wire);
        let within = if self.ways.len() > 1 { ATTACH_SOON } else { ATTACH_WITHIN };
        self.expect(within, Otherwise::Drop, now);
    }

    /// The transport has opened.
    pub fn opened(&mut self, wire: u32, around: &mut Around<'_>) -> Option<Ask> {
        if self.transport == Some(wire) {
            return Some(Ask::Attach(self.ended_with));
        }
        if self.next == Some(wire) {
            self.leave(around);
        }
        None
    }

    /// Returns true if messages of this transport count.
    pub fn uses(&self, wire: u32) -> bool {
        self.transport == Some(wire)
    }

    /// The transport has brought something.
    pub fn heard(&mut self, now: u64) {
        self.heard = now;
    }

    /// The transport has brought a message; `is_answer` if it says which events were applied, or answers a ping. `back` is the
    /// time after which the server wants the page back.
    pub fn hear(&mut self, is_answer: bool, back: Option<u64>, now: u64) {
        self.heard = now;
        self.back = back;
        if is_answer && (self.live.is_some() || self.next.is_none()) {
            self.forget();
        }
    }

    /// Sends a message.
    pub fn send(&self, message: String, around: &mut Around<'_>) {
        if let Some(wire) = self.transport {
            around.wires.send(wire, message, around.now);
        }
    }

    /// Expects an answer to an event.
    pub fn expect_answer(&mut self, now: u64) {
        self.expect(ANSWER_WITHIN, Otherwise::Probe, now);
    }

    /// Returns true if the session has answered the attach.
    pub fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// The session has answered the attach. Returns true if the line was not live, and is now.
    pub fn go_live(&mut self, now: u64) -> bool {
        if self.live.is_some() || self.next.is_some() {
            return false;
        }
        self.live = Some(now);
        self.heard = now;
        true
    }

    /// Connects at once, or checks that the server is still there.
    pub fn wake(&mut self, around: &mut Around<'_>) -> Option<Ask> {
        if self.transport.is_none() {
            self.start(around);
            None
        } else {
            self.is_live().then(|| self.probe(around.now))
        }
    }

    /// Changes to this transport, as an application can ask for.
    pub fn prefer(&mut self, to: usize, around: &mut Around<'_>) {
        self.best = to % self.ways.len();
        self.improve(around);
        self.improve_at = Some(around.now + ATTACH_SOON);
        if self.transport.is_none() {
            self.way = self.best;
            self.start(around);
        }
    }

    fn improve(&mut self, around: &mut Around<'_>) {
        if self.way != self.best {
            self.change(self.best, around);
        }
    }

    fn change(&mut self, to: usize, around: &mut Around<'_>) {
        if self.live.is_none() || self.next.is_some() {
            return;
        }
        self.next_way = to;
        let wire = around.wires.dial(around.page, self.ways[to]);
        self.next = Some(wire);
        self.change_until = Some((around.now + ATTACH_SOON, wire));
    }

    fn leave(&mut self, around: &mut Around<'_>) {
        self.live = None;
        self.send("null".to_owned(), around);
        self.forget();
        self.expect(ANSWER_WITHIN, Otherwise::Drop, around.now);
    }

    fn probe(&mut self, now: u64) -> Ask {
        self.expect(ANSWER_WITHIN, Otherwise::Drop, now);
        Ask::Ping
    }

    fn expect(&mut self, within: u64, otherwise: Otherwise, now: u64) {
        self.deadline.get_or_insert((now + within, otherwise));
    }

    fn forget(&mut self) {
        self.deadline = None;
    }

    /// Gives up the transport.
    pub fn give_up(&mut self, code: u16, around: &mut Around<'_>) -> Ask {
        if let Some(wire) = self.transport {
            around.wires.close(wire);
        }
        self.lose(code, around)
    }

    /// A transport has ended with this code.
    pub fn closed(&mut self, wire: u32, code: u16, around: &mut Around<'_>) -> Option<Ask> {
        if self.transport == Some(wire) {
            return Some(self.lose(code, around));
        }
        if self.next == Some(wire) {
            self.next = None;
        }
        None
    }

    fn lose(&mut self, code: u16, around: &mut Around<'_>) -> Ask {
        self.forget();
        self.ended_with = code;
        let other = self.next.take();
        if let Some(other) = other {
            if self.live.is_none() {
                self.way = self.next_way;
                self.take_up(other, around.now);
                return Ask::Attach(code);
            }
            around.wires.close(other);
        }
        let mut wait = true;
        if self.live.is_some_and(|live| around.now - live > STEADY_AFTER) {
            self.attempt = 0;
        } else if self.live.is_none() || self.attempt > 1 {
            self.way = (self.way + 1) % self.ways.len();
            wait = self.way == self.best;
        }
        self.live = None;
        self.transport = None;
        let pause = self.back.take().unwrap_or_else(|| {
            let pause = if wait { backoff(self.attempt, around.random.f64()) } else { 0 };
            self.attempt += u32::from(wait);
            pause
        });
        self.expect(pause, Otherwise::Start, around.now);
        Ask::Lost(code)
    }

    /// Does nothing more: the page is closed.
    pub fn end(&mut self, around: &mut Around<'_>) {
        for wire in self.transport.take().into_iter().chain(self.next.take()) {
            around.wires.close(wire);
        }
        self.forget();
    }

    /// The next time at which the line has something to do.
    pub fn next_due(&self) -> u64 {
        let others = [self.deadline.map(|(at, _)| at), self.change_until.map(|(at, _)| at), self.improve_at];
        others.into_iter().flatten().chain([self.look_at, self.return_at]).min().expect("there are some")
    }

    /// Does what is due.
    pub fn run_due(&mut self, around: &mut Around<'_>) -> Option<Ask> {
        let now = around.now;
        if let Some((_, otherwise)) = self.deadline.take_if(|(at, _)| *at <= now) {
            return match otherwise {
                Otherwise::Drop => Some(self.give_up(0, around)),
                Otherwise::Probe => Some(self.probe(now)),
                Otherwise::Start => {
                    self.start(around);
                    None
                }
            };
        }
        if let Some((_, wire)) = self.change_until.take_if(|(at, _)| *at <= now)
            && self.next == Some(wire)
            && self.is_live()
        {
            around.wires.close(wire);
            self.next = None;
        }
        if self.improve_at.take_if(|at| *at <= now).is_some() {
            self.improve(around);
        }
        if self.return_at <= now {
            self.return_at = now + RETURN_EVERY;
            self.improve(around);
        }
        if self.look_at <= now {
            self.look_at = now + LOOK_EVERY;
            if self.is_live() && self.deadline.is_none() && now - self.heard >= SILENT_AFTER {
                return Some(self.probe(now));
            }
        }
        None
    }
}

/// The wait before the next attempt; `random` is from 0 to 1.
pub fn backoff(attempt: u32, random: f64) -> u64 {
    (random * (250.0 * 1.5_f64.powi(attempt.min(20) as i32)).min(10_000.0)) as u64
}
