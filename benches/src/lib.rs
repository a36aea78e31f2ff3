//! The measured applications, with other implementations of the same work for comparison.

mod by_hand;
pub mod counter;
pub mod dashboard;
mod runtime;
pub mod table;
mod text_tree;

use tealight_core::session::{HashSeed, Input, Output, Scratch, Session};
use tealight_core::{Command, LiveView};

/// A step that is measured many times.
pub trait Case {
    /// Runs the measured step once, from the event to the frame.
    fn step(&mut self);

    /// Undoes a step that could not run again otherwise. This is not measured.
    fn undo(&mut self) {}

    /// The last frame.
    fn frame(&self) -> &[u8];

    /// The bytes on the heap that are kept for the page.
    fn kept(&self) -> usize;
}

/// A session with its page attached.
pub struct Attached<A: LiveView> {
    app: A,
    session: Session<A>,
    scratch: Scratch,
    outputs: Vec<Output<A::InternalEvent>>,
    frame: Vec<u8>,
}

impl<A: LiveView> Attached<A> {
    /// Starts a session with this model.
    pub fn new(app: A, model: A::Model) -> Self {
        let mut scratch = Scratch::new(HashSeed::new(42));
        let mut session = Session::new(model, Command::none());
        session.first_paint(&app, &mut scratch, "session", &mut Vec::new());
        let mut attached = Self { app, session, scratch, outputs: Vec::new(), frame: Vec::new() };
        attached.tell(Input::Attach { patch: 0, event: 0 });
        // The first outputs start the subscriptions.
        attached.outputs.clear();
        attached
    }

    /// Handles an internal event, and encodes the frame.
    #[inline(always)]
    pub fn event(&mut self, event: A::InternalEvent) {
        self.tell(Input::Event(event));
    }

    /// The bytes kept of the last render.
    pub fn kept(&self) -> usize {
        self.session.kept_bytes()
    }

    /// The last frame.
    pub fn frame(&self) -> &[u8] {
        &self.frame
    }

    #[inline(always)]
    fn tell(&mut self, input: Input<'_, A::InternalEvent>) {
        let taken = self.session.handle(&self.app, &mut self.scratch, input, &mut self.outputs);
        debug_assert!(taken.is_ok());
        self.frame.clear();
        self.session.flush(&self.app, &mut self.scratch, "session", &mut self.frame);
    }
}

/// Makes the case with this name.
pub type Named = (&'static str, fn() -> Box<dyn Case>);

/// All cases, in the table's order.
pub const CASES: &[Named] = &[
    ("dashboard, 3 of 3 slots: tealight", || Box::new(dashboard::tealight())),
    ("dashboard, 3 of 3 slots: by hand", || Box::new(by_hand::Dashboard::default())),
    ("dashboard, 3 of 3 slots: text tree", || Box::new(dashboard::text_tree())),
    ("counter, 1 slot: tealight", || Box::new(counter::tealight())),
    ("counter, 1 slot: by hand", || Box::new(by_hand::Counter::default())),
    ("counter, 1 slot: text tree", || Box::new(counter::text_tree())),
    ("1000×5, one cell: tealight", || table::plain(1_000, table::Change::OneCell)),
    ("1000×5, one cell: tealight, lazy rows", || table::lazy_rows(1_000, table::Change::OneCell)),
    ("1000×5, one cell: by hand", || Box::new(by_hand::Cell::default())),
    ("1000×5, one cell: text tree", || table::text_tree(1_000, table::Change::OneCell)),
    ("1000×5, 100 rows: tealight", || table::plain(1_000, table::Change::HundredRows)),
    ("1000×5, 100 rows: tealight, lazy rows", || table::lazy_rows(1_000, table::Change::HundredRows)),
    ("1000×5, 100 rows: text tree", || table::text_tree(1_000, table::Change::HundredRows)),
    ("1000×5, insert at head: tealight", || table::plain(1_000, table::Change::Insert)),
    ("1000×5, insert at head: tealight, lazy rows", || table::lazy_rows(1_000, table::Change::Insert)),
    ("1000×5, insert at head: text tree", || table::text_tree(1_000, table::Change::Insert)),
    ("1000×5, swap two: tealight", || table::plain(1_000, table::Change::Swap)),
    ("1000×5, swap two: tealight, lazy rows", || table::lazy_rows(1_000, table::Change::Swap)),
    ("1000×5, swap two: text tree", || table::text_tree(1_000, table::Change::Swap)),
    ("1000×5, remove one: tealight", || table::plain(1_000, table::Change::Remove)),
    ("1000×5, remove one: tealight, lazy rows", || table::lazy_rows(1_000, table::Change::Remove)),
    ("1000×5, remove one: text tree", || table::text_tree(1_000, table::Change::Remove)),
    ("10000×5, one cell: tealight", || table::plain(10_000, table::Change::OneCell)),
    ("10000×5, one cell: tealight, lazy rows", || table::lazy_rows(10_000, table::Change::OneCell)),
    ("1000 rich rows, one cell: tealight", || table::rich(1_000, table::Change::OneCell)),
    ("1000 rich rows, one cell: tealight, lazy rows", || table::rich_lazy(1_000, table::Change::OneCell)),
    ("1000 rich rows, a branch: tealight", || table::rich(1_000, table::Change::Branch)),
    ("1000 rich rows, a branch: tealight, lazy rows", || table::rich_lazy(1_000, table::Change::Branch)),
    ("1000 rich rows, insert at head: tealight", || table::rich(1_000, table::Change::Insert)),
    ("1000 rich rows, swap two: tealight", || table::rich(1_000, table::Change::Swap)),
    ("1000 rich rows, remove one: tealight", || table::rich(1_000, table::Change::Remove)),
    // These come last: a recorder stays for the rest of the process.
    ("dashboard, a click through the runtime: telemetry off", runtime::unwatched),
    ("dashboard, a click through the runtime: telemetry on", runtime::watched),
    ("one value of a histogram: a session's", runtime::own),
    ("one value of a histogram: the exporter's", runtime::exporter),
];
