//! A page: its nodes, its events and what became of them. It follows `client/src/connection/connection.ts`, step by step.

mod receive;

use std::collections::VecDeque;

use serde_json::{Value, json};
use tealight_test::model;
use tealight_test::protocol::{adopted, attach_of};

use crate::app::Told;
use crate::line::{Around, Ask, Line, backoff};
use crate::server::LIMIT;
use crate::wire::{Down, Way};
use crate::witness::Witness;

const SAY_AFTER: usize = 16;
const MOST_WAITING: usize = 5_000;
const OLDEST_WAITING: u64 = 300_000;
const REMEMBER: u64 = 60_000;
const TAKEN_OVER: u16 = 4001;
const OUTDATED: u16 = 4406;
const UNREADABLE: [u16; 3] = [413, 1009, 4400];
/// No handler has this address.
const NOWHERE: [u64; 1] = [u32::MAX as u64];

/// A mistake that a page can be made with, to see that the laws notice it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mistake {
    /// It works as the client does.
    #[default]
    None,
    /// It makes a new event of each one that it sends again.
    SendsTwice,
    /// It forgets the events that wait for an answer when its line is lost.
    Forgets,
    /// It sends its waiting events in the wrong order after an attach, with new numbers.
    Reorders,
    /// It misses a patch now and then.
    SkipsPatches,
}

/// A page of a person.
#[derive(Debug)]
pub struct Page {
    /// Its number among all pages.
    pub id: usize,
    /// The path at which it was opened.
    pub path: &'static str,
    /// The HTML that it was made from.
    pub html: String,
    /// It is closed, or was reloaded.
    pub is_closed: bool,
    /// It does nothing until this time.
    pub asleep_until: u64,
    /// An event that the page heard of stays applied: no server was killed that saves seldom.
    pub is_strict: bool,
    /// It prints its messages.
    pub is_loud: bool,
    /// The fates of its events.
    pub outcome: Outcome,
    /// The messages that it has sent or received, without pings and their answers.
    pub messages: u64,
    /// The commands that it has carried out: the session and the command's number there.
    pub commands: Vec<(u32, u32)>,
    nodes: model::Page,
    line: Line,
    session: String,
    mistake: Mistake,
    witness: Witness,
    /// The number of the last event.
    last: u64,
    unsettled: VecDeque<Unsettled>,
    held: VecDeque<Held>,
    /// Counts what the person did.
    made: u32,
    unsaid: usize,
    is_broken: bool,
    is_unreadable: bool,
    remounts: u32,
    timers: Vec<(u64, Timer)>,
}

/// How many events were applied, refused, or given up. The person heard of all but the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Outcome {
    pub done: u32,
    pub refused: u32,
    pub given_up: u32,
}

#[derive(Clone, Debug)]
struct Unsettled {
    message: String,
    made: Made,
    since: u64,
}

/// An event that the person made.
#[derive(Clone, Copy, Debug)]
struct Made {
    /// The session that the page showed.
    tag: u32,
    number: u32,
}

/// An event that is sent later.
#[derive(Clone, Debug)]
struct Held {
    due: u64,
    patch: u64,
    session: String,
    address: Vec<u64>,
    payload: Value,
    made: Made,
}

#[derive(Clone, Copy, Debug)]
enum Timer {
    AskForRender,
    ForgetRender,
}

/// An act of a person at a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Act {
    Plain,
    /// The event waits for this long, as a debounced one does.
    Later(u64),
    /// The handler does not take it.
    Wrong,
    TooLong,
    /// The view has no such handler.
    Nowhere,
    /// `update` panics.
    Breaks,
}

impl Page {
    /// Adopts a page's HTML and opens its line.
    pub fn open(
        html: String,
        path: &'static str,
        ways: Vec<Way>,
        mistake: Mistake,
        witness: Witness,
        around: &mut Around<'_>,
    ) -> Self {
        let (session, nodes) = adopted(&html);
        let mut line = Line::new(ways, around.now);
        line.start(around);
        Self {
            id: around.page,
            path,
            html,
            is_closed: false,
            asleep_until: 0,
            is_strict: true,
            is_loud: false,
            outcome: Outcome::default(),
            messages: 0,
            commands: Vec::new(),
            nodes,
            line,
            session,
            mistake,
            witness,
            last: 0,
            unsettled: VecDeque::new(),
            held: VecDeque::new(),
            made: 0,
            unsaid: 0,
            is_broken: false,
            is_unreadable: false,
            remounts: 0,
            timers: Vec::new(),
        }
    }

    /// The nodes that it shows.
    pub fn nodes(&self) -> &model::Page {
        &self.nodes
    }

    /// The number of the session that it shows.
    pub fn tag(&self) -> u32 {
        let dom = &self.nodes.dom;
        let main = dom.children(self.nodes.holder)[0];
        dom.attribute(main, "data-tag").and_then(|tag| tag.parse().ok()).expect("the view has a tag")
    }

    /// Returns true if its line is live and nothing is open.
    pub fn is_settled(&self) -> bool {
        self.line.is_live() && self.unsettled.is_empty() && self.held.is_empty() && !self.is_broken
    }

    /// The events that wait for an answer.
    pub fn waiting(&self) -> usize {
        self.unsettled.len() + self.held.len()
    }

    /// The number of the last event that the person made.
    pub fn made(&self) -> u32 {
        self.made
    }

    /// A person uses any handler on the page.
    pub fn act(&mut self, act: Act, around: &mut Around<'_>) {
        let handlers = self.nodes.handlers();
        let handler = &handlers[around.random.usize(0..handlers.len())];
        let place = self.nodes.dom.attribute(handler.element, "data-place").expect("each handler says what it does");
        self.made += 1;
        let told =
            Told { page: self.id as u32, number: self.made, place: place.to_owned(), breaks: act == Act::Breaks };
        let made = Made { tag: self.tag(), number: self.made };
        let mut address = handler.address.clone();
        let payload = match act {
            // A payload that begins with `[` may be what a person has typed.
            Act::Plain | Act::Later(_) if around.random.bool() => {
                json!([told.page, told.number, told.place, told.breaks])
            }
            Act::Wrong => json!({"page": "none"}),
            Act::TooLong => json!(" ".repeat(LIMIT)),
            Act::Nowhere => {
                address.push(around.random.u64(1_000..2_000));
                json!(told)
            }
            Act::Plain | Act::Later(_) | Act::Breaks => json!(told),
        };
        let (patch, session) = (self.nodes.patch, self.session.clone());
        let due = around.now + if let Act::Later(wait) = act { wait } else { 0 };
        self.held.push_back(Held { due, patch, session, address, payload, made });
        if !matches!(act, Act::Later(_)) {
            self.flush(around);
        }
    }

    /// Sends all events that were held back, to keep their order.
    pub fn flush(&mut self, around: &mut Around<'_>) {
        while let Some(held) = self.held.pop_front() {
            if self.unsettled.len() >= MOST_WAITING {
                self.outcome.given_up += 1;
                continue;
            }
            self.last += 1;
            let patch = if held.session == self.session { held.patch } else { 0 };
            let mut message = json!([self.last, patch, held.address, held.payload]).to_string();
            if message.len() > LIMIT {
                message = json!([self.last, patch, NOWHERE, message.len()]).to_string();
            }
            self.unsettled.push_back(Unsettled { message: message.clone(), made: held.made, since: around.now });
            if self.line.is_live() {
                self.unsaid = 0;
                self.say(message, around);
                self.line.expect_answer(around.now);
            }
        }
    }

    /// Another script has changed the page, so that the next patch cannot be applied.
    pub fn break_nodes(&mut self, around: &mut Around<'_>) {
        self.is_broken = true;
        self.remount(around);
    }

    /// The person closes the page.
    pub fn close(&mut self, around: &mut Around<'_>) {
        for wire in around.wires.numbers() {
            if self.line.uses(wire)
                && let Some(wire) = around.wires.get(wire)
            {
                wire.part();
            }
        }
        self.line.end(around);
        self.is_closed = true;
    }

    /// The tab or the network is back.
    pub fn wake(&mut self, around: &mut Around<'_>) {
        let ask = self.line.wake(around);
        self.answer_line(ask, around);
    }

    /// The application asks for another transport.
    pub fn prefer(&mut self, way: usize, around: &mut Around<'_>) {
        self.line.prefer(way, around);
    }

    /// The next time at which the page has something to do.
    pub fn next_due(&self) -> u64 {
        let own = self.held.iter().map(|held| held.due).chain(self.timers.iter().map(|(at, _)| *at)).min();
        own.map_or(self.line.next_due(), |own| own.min(self.line.next_due())).max(self.asleep_until)
    }

    /// Does what is due.
    pub fn run_due(&mut self, around: &mut Around<'_>) {
        let now = around.now;
        if self.held.iter().any(|held| held.due <= now) {
            self.flush(around);
        }
        while let Some(at) = self.timers.iter().position(|(at, _)| *at <= now) {
            match self.timers.remove(at).1 {
                Timer::ForgetRender => self.remounts -= 1,
                Timer::AskForRender if self.line.is_live() && self.is_broken => {
                    self.say(json!({"remount": self.nodes.patch}).to_string(), around);
                }
                Timer::AskForRender => {}
            }
        }
        let ask = self.line.run_due(around);
        self.answer_line(ask, around);
    }

    /// A transport has brought something.
    pub fn take(&mut self, wire: u32, down: Down, around: &mut Around<'_>) {
        let gives_up = around.wires.get(wire).and_then(|wire| wire.hear(&down, around.now));
        let ask = match down {
            Down::Open => self.line.opened(wire, around),
            Down::Close(code) => {
                around.wires.close(wire);
                self.line.closed(wire, code, around)
            }
            Down::Message(message) => {
                self.line.heard(around.now);
                if self.line.uses(wire) {
                    self.receive(&message, around);
                }
                None
            }
            Down::Key(_) | Down::Heard => {
                self.line.heard(around.now);
                None
            }
        };
        self.answer_line(ask, around);
        if let Some(code) = gives_up {
            self.give_up(wire, code, around);
        }
    }

    /// The page gives up a stream, because a post has failed.
    pub fn give_up(&mut self, wire: u32, code: u16, around: &mut Around<'_>) {
        around.wires.close(wire);
        let ask = self.line.closed(wire, code, around);
        self.answer_line(ask, around);
    }

    fn answer_line(&mut self, ask: Option<Ask>, around: &mut Around<'_>) {
        match ask {
            Some(Ask::Attach(code)) => {
                self.is_unreadable = UNREADABLE.contains(&code);
                self.say(attach_of(self.id as u32 + 1, &self.session, self.nodes.patch, self.last), around);
            }
            Some(Ask::Ping) => {
                self.log("▲", "ping", around.now);
                self.line.send(json!({"ping": self.last}).to_string(), around);
            }
            Some(Ask::Lost(code)) => {
                self.log("✕", &code.to_string(), around.now);
                if self.mistake == Mistake::Forgets {
                    self.last -= self.unsettled.len() as u64;
                    self.unsettled.clear();
                }
                if code == TAKEN_OVER {
                    self.session.clear();
                }
                if code == OUTDATED {
                    self.close(around);
                }
            }
            None => {}
        }
    }

    fn say(&mut self, message: String, around: &mut Around<'_>) {
        self.log("▲", &message, around.now);
        self.messages += 1;
        self.line.send(message, around);
    }

    /// Prints a message, if one case is replayed.
    fn log(&self, direction: &str, message: &str, now: u64) {
        if self.is_loud {
            println!("{now:>9} page {} {direction} {message}", self.id);
        }
    }

    fn remount(&mut self, around: &mut Around<'_>) {
        if !self.line.is_live() || !self.is_broken {
            return;
        }
        let wait = if self.remounts > 0 { backoff(self.remounts, 1.0) } else { 0 };
        self.timers.push((around.now + wait, Timer::AskForRender));
        self.timers.push((around.now + REMEMBER, Timer::ForgetRender));
        self.remounts += 1;
    }
}
