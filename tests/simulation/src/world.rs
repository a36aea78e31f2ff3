//! The scheduler: it chooses what happens next.

mod calm;
mod faults;
mod profile;

use std::collections::HashSet;
use std::time::Duration;

use fastrand::Rng;

use crate::line::Around;
use crate::page::{Act, Mistake, Outcome, Page};
use crate::server::{Policy, Server};
use crate::store::Store;
use crate::wire::Wires;
use crate::witness::Witness;

use self::profile::Profile;

/// All of one case.
#[derive(Debug)]
pub struct World {
    profile: Profile,
    random: Rng,
    now: u64,
    witness: Witness,
    store: Store,
    server: Server,
    /// When the server has begun to shut down.
    ending_since: u64,
    wires: Wires,
    pages: Vec<Page>,
    /// The tags of the sessions that a copied page has claimed too.
    shared: HashSet<u32>,
    mistake: Mistake,
    is_loud: bool,
    count: Count,
}

/// Counts of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Count {
    pub cases: u64,
    pub steps: u64,
    pub events: u64,
    pub done: u64,
    pub refused: u64,
    pub given_up: u64,
    pub cuts: u64,
    pub restarts: u64,
    pub kills: u64,
    pub pages: u64,
    /// A hash of all that happened.
    pub trace: u64,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.cases += other.cases;
        self.steps += other.steps;
        self.events += other.events;
        self.done += other.done;
        self.refused += other.refused;
        self.given_up += other.given_up;
        self.cuts += other.cuts;
        self.restarts += other.restarts;
        self.kills += other.kills;
        self.pages += other.pages;
        self.trace ^= other.trace;
    }
}

/// The first broken law of a case.
pub type Broken = String;

impl World {
    /// A server without pages.
    pub fn new(seed: u64, mistake: Mistake) -> Self {
        let mut random = Rng::with_seed(seed);
        let profile = Profile::any(&mut random);
        let witness = Witness::default();
        let store = Store::new(random.u64(..), profile.slow, profile.failing);
        let server = Server::start(&witness, &store, profile.policy);
        let wires = Wires::default();
        let count = Count { cases: 1, ..Count::default() };
        Self {
            profile,
            random,
            now: 0,
            witness,
            store,
            server,
            ending_since: 0,
            wires,
            pages: Vec::new(),
            shared: HashSet::new(),
            mistake,
            is_loud: false,
            count,
        }
    }

    /// Prints all that happens.
    #[must_use]
    pub fn loud(mut self, is_loud: bool) -> Self {
        self.is_loud = is_loud;
        self
    }

    /// Runs the case.
    ///
    /// # Errors
    /// Returns the first broken law.
    pub async fn run(mut self) -> Result<Count, Broken> {
        for _ in 0..self.profile.pages {
            self.open_page().await;
        }
        for _ in 0..self.profile.steps {
            self.step().await;
            self.check()?;
        }
        self.calm().await?;
        for page in &self.pages {
            let Outcome { done, refused, given_up } = page.outcome;
            self.count.events += u64::from(page.made());
            self.count.done += u64::from(done);
            self.count.refused += u64::from(refused);
            self.count.given_up += u64::from(given_up);
        }
        self.count.pages = self.pages.len() as u64;
        Ok(self.count)
    }

    fn check(&self) -> Result<(), Broken> {
        self.witness.take_fault().map_or(Ok(()), |fault| Err(format!("{fault}\n{:?}", self.profile)))
    }

    async fn step(&mut self) {
        match self.random.u32(0..1_000) {
            0..300 => self.act(),
            300..540 => self.deliver_up().await,
            540..820 => self.deliver_down(),
            820..920 => {
                let by = self.profile.wait(&mut self.random);
                self.advance(by).await;
            }
            _ if self.random.u32(0..100) < self.profile.faults => self.fault().await,
            _ => {}
        }
        self.settle().await;
        self.follow_shutdown();
    }

    /// Returns the number of a page that is open and awake.
    fn any_page(&mut self) -> Option<usize> {
        if self.pages.is_empty() {
            return None;
        }
        let at = self.random.usize(0..self.pages.len());
        let page = &self.pages[at];
        (!page.is_closed && page.asleep_until <= self.now).then_some(at)
    }

    fn act(&mut self) {
        let Some(at) = self.any_page() else { return };
        self.note(1);
        let act = self.profile.act(&mut self.random);
        let (page, mut around) = self.with(at);
        page.act(act, &mut around);
    }

    async fn deliver_up(&mut self) {
        let Some(number) = self.wires.any(&mut self.random) else { return };
        let Some(wire) = self.wires.get(number) else { return };
        let at = wire.page;
        let has_faults = self.profile.faults > 0;
        if self.random.bool() && self.pages[at].asleep_until <= self.now {
            if let Some(code) = wire.answer(&mut self.random, self.now, has_faults) {
                let (page, mut around) = self.with(at);
                page.give_up(number, code, &mut around);
            }
        } else if wire.has_up() {
            wire.deliver(&self.server, self.pages[at].path, &mut self.random, has_faults).await;
        } else if !wire.is_listened && !wire.is_cut {
            wire.server_notices();
        }
        self.note(2);
        self.wires.sweep();
    }

    fn deliver_down(&mut self) {
        let Some(number) = self.wires.any(&mut self.random) else { return };
        for _ in 0..self.random.usize(1..4) {
            self.deliver_one(number);
        }
    }

    /// Brings a page the next message of a wire. Returns true if there was one.
    fn deliver_one(&mut self, number: u32) -> bool {
        let Some(wire) = self.wires.get(number) else { return false };
        let at = wire.page;
        if self.pages[at].asleep_until > self.now || self.pages[at].is_closed {
            return false;
        }
        let Some(down) = wire.down.pop_front() else { return false };
        wire.wake();
        self.note(3);
        let (page, mut around) = self.with(at);
        page.take(number, down, &mut around);
        true
    }

    /// Lets time pass. Pages do what is due on the way.
    async fn advance(&mut self, by: u64) {
        let end = self.now + by;
        loop {
            let due = self.pages.iter().filter(|page| !page.is_closed).map(Page::next_due).min();
            let next = due.map_or(end, |due| due.clamp(self.now, end));
            if next > self.now {
                tokio::time::advance(Duration::from_millis(next - self.now)).await;
                self.now = next;
                self.settle().await;
            }
            let mut has_any = false;
            for at in 0..self.pages.len() {
                if !self.pages[at].is_closed && self.pages[at].next_due() <= self.now {
                    has_any = true;
                    let (page, mut around) = self.with(at);
                    page.run_due(&mut around);
                }
            }
            if has_any {
                self.note(4);
                self.settle().await;
            } else if self.now >= end {
                return;
            }
        }
    }

    /// Lets the server's tasks and its ends of wires do what they can.
    async fn settle(&mut self) {
        for _ in 0..20 {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            if !self.wires.pump() {
                return;
            }
        }
    }

    fn with(&mut self, at: usize) -> (&mut Page, Around<'_>) {
        let Self { pages, wires, random, now, .. } = self;
        (&mut pages[at], Around { wires, random, now: *now, page: at })
    }

    fn log(&self, what: &str) {
        if self.is_loud {
            println!("{:>9} {what}", self.now);
        }
    }

    /// Counts a step, and makes it part of the trace.
    fn note(&mut self, what: u64) {
        self.count.steps += 1;
        let seen = (self.now << 8 | what) ^ self.random.clone().u64(..);
        self.count.trace = (self.count.trace.rotate_left(5) ^ seen).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    /// The policy by which sessions are saved.
    pub fn policy(&self) -> Policy {
        self.profile.policy
    }
}

impl Profile {
    fn act(&self, random: &mut Rng) -> Act {
        match random.u32(0..200) {
            0..20 => Act::Later(random.u64(1..800)),
            20..26 => Act::Wrong,
            26..30 => Act::TooLong,
            30..34 => Act::Nowhere,
            34 if self.breaks => Act::Breaks,
            _ => Act::Plain,
        }
    }
}
