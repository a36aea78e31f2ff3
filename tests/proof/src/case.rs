//! One case: a shape, a first model and its changes, all from one seed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tealight_test::model::{Handler, Id, Page};

use crate::live::{Live, Shape, payload};
use crate::model::Item;
use crate::page::{adopt, describe, identities, split};
use crate::random::Random;
use crate::strict;

/// The number of models after the first.
pub const STEPS: usize = 5;

/// The number of things that were checked.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs)]
pub struct Count {
    pub cases: u64,
    pub pairs: u64,
    pub silent: u64,
    pub events: u64,
    pub refused: u64,
    pub kept: u64,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.cases += other.cases;
        self.pairs += other.pairs;
        self.silent += other.silent;
        self.events += other.events;
        self.refused += other.refused;
        self.kept += other.kept;
    }
}

/// Makes the shape and the models of a seed.
pub fn of_seed(seed: u64) -> (Shape, Vec<Item>, Random) {
    let shapes = crate::shapes();
    let count = shapes.clone().count() as u64;
    let shape = shapes.clone().nth((seed % count) as usize).expect("less than there are");
    let mut random = Random::new(seed);
    let mut models = vec![Item::any(&mut random)];
    for _ in 0..STEPS {
        let last = models.last().expect("there is one");
        let next = if random.percent(3) { last.clone() } else { last.changed(&mut random) };
        models.push(next);
    }
    (shape, models, random)
}

/// Makes a case of five rows that move into every order and back. Some rows also change.
pub fn moves() -> (Shape, Vec<Item>) {
    let shape = crate::shapes().find(|shape| shape.name == "rows_with_state").expect("it has a name");
    let mut random = Random::new(1);
    let mut first = Item::any(&mut random);
    first.items = (0..5).map(|id| Item { id, name: format!("row {id}"), ..Item::any(&mut random) }).collect();
    let mut models = vec![first];
    let mut order = [0, 1, 2, 3, 4];
    // Heap's algorithm
    let mut turns = [0; 5];
    let mut at = 0;
    while at < order.len() {
        if turns[at] < at {
            order.swap(if at % 2 == 0 { 0 } else { turns[at] }, at);
            turns[at] += 1;
            at = 0;
            let mut next = models[0].clone();
            next.items = order.iter().map(|&row| models[0].items[row].clone()).collect();
            next.items[models.len() % 5].n = models.len() as i64;
            models.push(next);
            models.push(models[0].clone());
        } else {
            turns[at] = 0;
            at += 1;
        }
    }
    (shape, models)
}

/// Runs one case without a browser.
///
/// # Errors
/// The fault, with the seed that replays it.
pub fn run(seed: u64) -> Result<Count, String> {
    let (shape, models, random) = of_seed(seed);
    let mut log = String::new();
    let result = catch_unwind(AssertUnwindSafe(|| {
        let mut case = Case {
            behind: Vec::new(),
            shape,
            seed,
            random,
            count: Count { cases: 1, ..Count::default() },
            log: &mut log,
        };
        case.run(&models);
        case.count
    }));
    result.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        format!("SEED={seed} shape {}: {}\n{log}", shape.name, text.unwrap_or("a panic"))
    })
}

struct Case<'l> {
    /// Messages on their way to the page.
    behind: Vec<String>,
    shape: Shape,
    seed: u64,
    random: Random,
    count: Count,
    log: &'l mut String,
}

/// A handler that the page has shown, with the event that it fires.
#[derive(Clone)]
struct Known {
    patch: u64,
    element: Id,
    address: Vec<u64>,
    event: String,
    fires: String,
}

impl Case<'_> {
    fn run(&mut self, models: &[Item]) {
        let mut live = (self.shape.start)(models[0].clone(), self.seed);
        let paint = live.paint();
        self.note("page", &paint);
        let mut page = adopt(&paint);
        live.attach(0, 0);
        for frame in live.frames() {
            page.receive(&frame);
        }
        self.check(&page, &mut *live, &models[0]);
        let mut known = Vec::new();
        let lags = self.random.percent(25);
        for (number, pair) in (1..).zip(models.windows(2)) {
            if lags && number < STEPS && self.random.percent(70) {
                self.lag(&page, &mut *live, &pair[1]);
            } else {
                self.step(&mut page, &mut *live, &pair[0], &pair[1], &mut known);
            }
        }
    }

    /// Changes the model while the page still shows the last one, and sends events from there.
    fn lag(&mut self, page: &Page, live: &mut dyn Live, after: &Item) {
        self.count.pairs += 1;
        live.show(after);
        let frames = self.frames(live);
        self.behind.extend(frames);
        let shown = self.shown(page);
        self.fire_old(live, page, &shown, &[]);
        let frames = self.frames(live);
        self.behind.extend(frames);
    }

    fn note(&mut self, what: &str, text: &str) {
        writeln!(self.log, "{what}: {text}").expect("a String takes all");
    }

    fn step(&mut self, page: &mut Page, live: &mut dyn Live, before: &Item, after: &Item, known: &mut Vec<Known>) {
        self.count.pairs += 1;
        if !self.behind.is_empty() {
            for frame in std::mem::take(&mut self.behind) {
                page.receive(&frame);
            }
            self.check(page, live, before);
        }
        let shown = self.shown(page);
        self.fire_shown(page, live, &shown);
        if known.len() > 200 {
            known.drain(..100);
        }
        let has_duplicates = before.has_duplicates() || after.has_duplicates();
        let known_elements = identities(&page.dom, has_duplicates);

        live.show(after);
        // the model has changed, and the page does not show it yet
        self.fire_old(live, page, &shown, known);
        if self.random.percent(5) {
            live.remount(page.patch);
            let late = self.frames(live);
            self.fire_old(live, page, &shown, known);
            for frame in late {
                page.receive(&frame);
            }
            self.deliver(page, live);
            known.extend(shown);
            return self.check(page, live, after);
        }
        if self.random.percent(10) {
            self.cut(page, live, &shown);
            known.extend(shown);
            return self.check(page, live, after);
        }
        let frames = self.frames(live);
        if before == after {
            let patches = frames.iter().filter(|frame| frame.starts_with('[')).count();
            assert_eq!(patches, 0, "nothing has changed: {frames:?}");
        }
        if frames.is_empty() {
            self.count.silent += 1;
        }
        // the patch is on its way, and the page sends an event from before it
        let late = self.random.percent(30);
        if late {
            self.fire_old(live, page, &shown, known);
        }
        for frame in &frames {
            page.receive(frame);
        }
        if late {
            self.deliver(page, live);
        }
        self.check(page, live, after);
        self.check_identities(&known_elements, &identities(&page.dom, has_duplicates));
        self.check_untouched(live, page, &shown);
        known.extend(shown);
        self.deliver(page, live);
    }

    /// Loses the patch, and perhaps the full render after it, with the connection. Checks that events from before it still
    /// fire, if it left their handlers alone.
    fn cut(&mut self, page: &mut Page, live: &mut dyn Live, shown: &[Known]) {
        let mut ahead = page.clone();
        for frame in self.frames(live) {
            ahead.receive(&frame);
        }
        let untouched = self.untouched(&ahead, shown);
        for _ in 0..=self.random.below(2) {
            self.note("cut", "all messages since are lost");
            self.frames(live);
            let picked = self.pick(&untouched, 3);
            live.attach(page.patch, picked.len() as u32);
            self.deliver(page, live);
            for known in picked {
                let fired = live.fire(known.patch, &known.address, payload(&known.event));
                let fired = fired.map(|event| format!("{event:?}"));
                assert_eq!(fired.as_deref(), Ok(&*known.fires), "after a cut, at {:?}", known.address);
                self.count.events += 1;
            }
        }
        self.deliver(page, live);
    }

    fn frames(&mut self, live: &mut dyn Live) -> Vec<String> {
        let frames = live.frames();
        for frame in &frames {
            self.note("frame", frame);
        }
        frames
    }

    fn deliver(&mut self, page: &mut Page, live: &mut dyn Live) {
        for frame in self.frames(live) {
            page.receive(&frame);
        }
    }

    /// Checks that the page equals a fresh render, and that the session's store equals that of a fresh session.
    fn check(&mut self, page: &Page, live: &mut dyn Live, model: &Item) {
        let mut fresh = (self.shape.start)(model.clone(), self.seed);
        let paint = fresh.paint();
        let want = describe(&strict::parse(split(&paint).0));
        let got = describe(&page.dom);
        if got != want {
            let lines = got.lines().zip(want.lines()).find(|(got, want)| got != want);
            self.note("fresh", &paint);
            self.note("got", &got);
            self.note("want", &want);
            panic!("the page is not what a fresh render is; first {lines:?}");
        }
        page.check();
        let (tape, want) = (live.tape(), fresh.tape());
        assert!(same_but_for_serials(&tape, &want), "the session keeps\n{tape:x?}\nand a fresh one\n{want:x?}");
        live.show(model);
        let frames = live.frames();
        let patches = frames.iter().filter(|frame| frame.starts_with('[')).count();
        assert_eq!(patches, 0, "nothing has changed: {frames:?}");
    }

    fn check_identities(&mut self, before: &BTreeMap<(String, String), Id>, after: &BTreeMap<(String, String), Id>) {
        for (identity, element) in after {
            if let Some(known) = before.get(identity) {
                assert_eq!(known, element, "element {identity:?} is another one than before");
                self.count.kept += 1;
            }
        }
    }

    /// Returns the handlers on the page, with the events that they fire.
    fn shown(&self, page: &Page) -> Vec<Known> {
        let known = |Handler { element, binding, address, .. }: Handler| {
            let event = binding.event;
            let fires =
                page.dom.attribute(element, &format!("data-{event}")).expect("each handler is shown").to_owned();
            Known { patch: page.patch, element, address, event, fires }
        };
        page.handlers().into_iter().map(known).collect()
    }

    fn pick<'k>(&mut self, all: &'k [Known], most: usize) -> Vec<&'k Known> {
        if all.is_empty() {
            return Vec::new();
        }
        (0..most.min(all.len())).map(|_| &all[self.random.below(all.len())]).collect()
    }

    /// Checks that handlers on the page fire their events.
    fn fire_shown(&mut self, page: &mut Page, live: &mut dyn Live, shown: &[Known]) {
        for known in self.pick(shown, 4) {
            let fired = live.fire(known.patch, &known.address, payload(&known.event));
            let fired = fired.map(|event| format!("{event:?}"));
            assert_eq!(fired.as_deref(), Ok(&*known.fires), "a handler that is shown, at {:?}", known.address);
            self.count.events += 1;
        }
        self.deliver(page, live);
    }

    /// Checks that a handler from an earlier patch fires its event of that time, or is refused.
    fn fire_old(&mut self, live: &mut dyn Live, page: &Page, shown: &[Known], known: &[Known]) {
        let older = known.len().saturating_sub(60);
        // in order, since the patch number of a page only grows
        let mut picked = self.pick(&known[older..], 2);
        picked.extend(self.pick(shown, 3));
        picked.sort_by_key(|known| known.patch);
        for known in picked {
            assert!(known.patch <= page.patch);
            match live.fire(known.patch, &known.address, payload(&known.event)) {
                Ok(event) => {
                    assert_eq!(format!("{event:?}"), known.fires, "at {:?}, shown at {}", known.address, known.patch)
                }
                Err(reason) => {
                    assert!(matches!(reason, "stale" | "no-handler"), "refused: {reason}");
                    self.count.refused += 1;
                }
            }
            self.count.events += 1;
        }
    }

    /// Checks that a handler still fires after a patch that did not change it.
    fn check_untouched(&mut self, live: &mut dyn Live, page: &Page, before: &[Known]) {
        let untouched = self.untouched(page, before);
        // events of older patches are refused, since later events have named newer patches
        for known in self.pick(&untouched, 2) {
            let fired = live.fire(page.patch, &known.address, payload(&known.event));
            assert_eq!(fired.map(|event| format!("{event:?}")).as_deref(), Ok(&*known.fires), "at {:?}", known.address);
            self.count.events += 1;
        }
    }

    /// Returns the handlers that are on the page as they were before.
    fn untouched(&self, page: &Page, before: &[Known]) -> Vec<Known> {
        let now: BTreeMap<Vec<u64>, Known> =
            self.shown(page).into_iter().map(|known| (known.address.clone(), known)).collect();
        let same = |old: &&Known| {
            now.get(&old.address)
                .is_some_and(|new| (new.element, &new.event, &new.fires) == (old.element, &old.event, &old.fires))
        };
        before.iter().filter(same).cloned().collect()
    }
}

/// Compares two stores, without the serials of rows. A serial is in the upper half of the word after a row's key, and the
/// next serial is in the word after a list's head.
fn same_but_for_serials(one: &[u64], other: &[u64]) -> bool {
    const MOST: u64 = 1 << 20;
    one.len() == other.len()
        && one.iter().zip(other).all(|(one, other)| {
            let is_row = *one as u32 == *other as u32 && one >> 32 < MOST && other >> 32 < MOST;
            let is_next = *one < MOST && *other < MOST;
            one == other || is_row || is_next
        })
}
