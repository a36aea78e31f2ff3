//! Timers for many sessions, told the time by whoever has a clock.

use std::fmt;

/// Timers by the hundred thousand: insert, cancel and fire each cost the same few nanoseconds,
/// however many there are.
///
/// The wheel has no clock. It is told the time, in milliseconds since a start of the caller's
/// choice, so a test can tell it any time it likes.
///
/// It is the hierarchical timing wheel of G. Varghese and T. Lauck, *Hashed and Hierarchical Timing
/// Wheels* (SOSP 1987), scheme 7: eleven levels of 64 slots, each level 64 times as coarse as the
/// one below, so that every `u64` has its slot. A timer's level is that of the highest digit (to
/// base 64) in which its deadline differs from the present; it moves down when the present reaches
/// its slot, at most ten times in its life. The timers of the lowest level that has any are the
/// next to be due, and a bit set per level finds the first slot.
///
/// ```
/// use tealight_core::timer::TimerWheel;
///
/// let mut wheel = TimerWheel::new();
/// wheel.insert(1_500, "tea is ready");
/// let tick = wheel.every(1_000, 1_000, "tick");
///
/// let mut fired = Vec::new();
/// for now in [500, 1_000, 2_000] {
///     wheel.advance(now, &mut |_, what| fired.push(what));
/// }
/// assert_eq!(fired, ["tick", "tea is ready", "tick"]);
///
/// assert!(wheel.next_deadline() <= Some(3_000));
/// assert_eq!(wheel.cancel(tick), Some("tick"));
/// assert_eq!(wheel.next_deadline(), None);
/// ```
pub struct TimerWheel<T> {
    now: u64,
    /// For each level, which of its slots have timers.
    occupied: [u64; LEVELS],
    /// Circular lists: the first are the slots' own, the others those of `entries`.
    links: Vec<Link>,
    entries: Vec<Entry<T>>,
    free: u32,
    len: usize,
    generation: u32,
}

/// Names a timer that runs, until it has fired or is cancelled. A key that is kept longer names
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimerKey {
    index: u32,
    generation: u32,
}

#[derive(Clone, Copy)]
struct Link {
    next: u32,
    previous: u32,
}

struct Entry<T> {
    deadline: u64,
    /// Milliseconds between two firings; 0 for a timer that fires once.
    period: u32,
    generation: u32,
    value: Option<T>,
}

const DIGIT: u32 = 6;
const SLOTS: u32 = 1 << DIGIT;
const LEVELS: usize = 11;
const FIRST_ENTRY: u32 = LEVELS as u32 * SLOTS;
const NONE: u32 = u32::MAX;
/// Storage above this many timers is given back when the last of them is gone.
const KEPT: usize = 1024;

impl<T> TimerWheel<T> {
    /// A wheel without timers, at time 0.
    pub fn new() -> Self {
        Self {
            now: 0,
            occupied: [0; LEVELS],
            links: (0..FIRST_ENTRY).map(Link::alone).collect(),
            entries: Vec::new(),
            free: NONE,
            len: 0,
            generation: 0,
        }
    }

    /// How many timers run.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no timer runs.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Starts a timer that fires once, when [`advance`](Self::advance) is told `deadline` or later.
    /// A deadline that has passed is due at the next `advance`.
    pub fn insert(&mut self, deadline: u64, value: T) -> TimerKey {
        self.start(deadline, 0, value)
    }

    /// Starts a timer that fires at `first` and then each `period` (from 1 ms to 49 days) until it
    /// is cancelled.
    ///
    /// It keeps its rhythm: a late `advance` fires it once, skips what was missed, and the next
    /// firing is at `first` plus a whole number of periods.
    pub fn every(&mut self, first: u64, period: u64, value: T) -> TimerKey {
        self.start(first, u32::try_from(period).unwrap_or(u32::MAX).max(1), value)
    }

    /// Stops a timer, and gives back its value; `None` if it has fired or was cancelled before.
    pub fn cancel(&mut self, key: TimerKey) -> Option<T> {
        let entry = self.entries.get(key.index as usize)?;
        if entry.generation != key.generation || entry.value.is_none() {
            return None;
        }
        self.unlink(key.index);
        self.release(key.index)
    }

    /// Tells the time, and fires what is due: in the order of the deadlines, and among equal ones
    /// in the order in which they were inserted. A time before one that was told already is taken
    /// for that one.
    ///
    /// The value of a timer that goes on is cloned.
    pub fn advance(&mut self, now: u64, fire: &mut impl FnMut(TimerKey, T))
    where
        T: Clone,
    {
        while let Some((level, slot, start)) = self.first_slot() {
            if start > now {
                break;
            }
            self.now = start;
            while let Some(index) = self.pop(level, slot) {
                if level > 0 {
                    self.link(index);
                } else {
                    self.fire(index, now, fire);
                }
            }
        }
        self.now = self.now.max(now);
    }

    /// A time up to which nothing is due: the next deadline, or a little earlier when that is far
    /// away (then `advance` fires nothing, and the next answer is closer).
    pub fn next_deadline(&self) -> Option<u64> {
        self.first_slot().map(|(_, _, start)| start)
    }

    fn fire(&mut self, index: u32, now: u64, fire: &mut impl FnMut(TimerKey, T))
    where
        T: Clone,
    {
        let entry = &mut self.entries[index as usize];
        let key = TimerKey { index, generation: entry.generation };
        let value = if entry.period == 0 {
            self.release(index)
        } else {
            let period = u64::from(entry.period);
            let missed = (now - entry.deadline) / period;
            entry.deadline = entry.deadline.saturating_add(period.saturating_mul(missed + 1));
            let value = entry.value.clone();
            self.link(index);
            value
        };
        fire(key, value.expect("a linked entry has a value"));
    }

    /// The first slot with timers: its level, its number, and the time at which it begins.
    fn first_slot(&self) -> Option<(usize, u32, u64)> {
        let level = self.occupied.iter().position(|slots| *slots != 0)?;
        let slot = self.occupied[level].trailing_zeros();
        let shift = level as u32 * DIGIT;
        let above = self.now.checked_shr(shift + DIGIT).map_or(0, |digits| digits << (shift + DIGIT));
        Some((level, slot, above | u64::from(slot) << shift))
    }

    fn start(&mut self, deadline: u64, period: u32, value: T) -> TimerKey {
        self.generation = self.generation.wrapping_add(1);
        let generation = self.generation;
        let deadline = deadline.max(self.now);
        let entry = Entry { deadline, period, generation, value: Some(value) };
        let index = if self.free == NONE {
            let index = self.entries.len() as u32;
            self.entries.push(entry);
            self.links.push(Link::alone(FIRST_ENTRY + index));
            index
        } else {
            let index = self.free;
            self.free = self.links[(FIRST_ENTRY + index) as usize].next;
            self.entries[index as usize] = entry;
            index
        };
        self.len += 1;
        self.link(index);
        TimerKey { index, generation }
    }

    /// Frees an entry that is in no list.
    fn release(&mut self, index: u32) -> Option<T> {
        let value = self.entries[index as usize].value.take();
        self.links[(FIRST_ENTRY + index) as usize].next = self.free;
        self.free = index;
        self.len -= 1;
        if self.len == 0 && self.entries.len() > KEPT {
            self.entries = Vec::new();
            self.links.truncate(FIRST_ENTRY as usize);
            self.links.shrink_to_fit();
            self.free = NONE;
        }
        value
    }

    /// Puts an entry last into the slot of its deadline.
    fn link(&mut self, index: u32) {
        let deadline = self.entries[index as usize].deadline;
        let level = match (deadline ^ self.now).checked_ilog2() {
            Some(bit) => bit / DIGIT,
            None => 0,
        };
        let slot = (deadline >> (level * DIGIT)) as u32 % SLOTS;
        self.occupied[level as usize] |= 1 << slot;

        let (head, this) = (level * SLOTS + slot, FIRST_ENTRY + index);
        let last = self.links[head as usize].previous;
        self.links[this as usize] = Link { next: head, previous: last };
        self.links[last as usize].next = this;
        self.links[head as usize].previous = this;
    }

    fn unlink(&mut self, index: u32) {
        let Link { next, previous } = self.links[(FIRST_ENTRY + index) as usize];
        self.links[next as usize].previous = previous;
        self.links[previous as usize].next = next;
        if next == previous {
            // Only a slot's own link is on both sides of its last timer.
            self.occupied[(next / SLOTS) as usize] &= !(1 << (next % SLOTS));
        }
    }

    fn pop(&mut self, level: usize, slot: u32) -> Option<u32> {
        let first = self.links[level * SLOTS as usize + slot as usize].next;
        let index = first.checked_sub(FIRST_ENTRY)?;
        self.unlink(index);
        Some(index)
    }
}

impl Link {
    fn alone(at: u32) -> Self {
        Self { next: at, previous: at }
    }
}

impl<T> Default for TimerWheel<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for TimerWheel<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimerWheel").field("now", &self.now).field("len", &self.len).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// The same promises, kept the slow way.
    #[derive(Default)]
    struct Model {
        now: u64,
        sequence: u64,
        timers: BTreeMap<(u64, u64), (u32, u64)>,
    }

    impl Model {
        fn insert(&mut self, deadline: u64, name: u32, period: u64) {
            self.sequence += 1;
            self.timers.insert((deadline.max(self.now), self.sequence), (name, period));
        }

        fn cancel(&mut self, name: u32) -> Option<u32> {
            let at = *self.timers.iter().find(|(_, timer)| timer.0 == name)?.0;
            self.timers.remove(&at).map(|timer| timer.0)
        }

        fn advance(&mut self, now: u64) -> Vec<u32> {
            let mut fired = Vec::new();
            while let Some(first) = self.timers.first_entry() {
                let (deadline, _) = *first.key();
                if deadline > now {
                    break;
                }
                let (name, period) = first.remove();
                fired.push(name);
                self.now = deadline;
                if period > 0 {
                    let next = (deadline..).step_by(period as usize).find(|next| *next > now);
                    self.insert(next.expect("time goes on"), name, period);
                }
            }
            self.now = self.now.max(now);
            fired
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u64),
        Every(u64, u64),
        Cancel(prop::sample::Index),
        Advance(u64),
    }

    fn span() -> impl Strategy<Value = u64> {
        prop_oneof![0..4_u64, 0..200_u64, 0..10_000_u64, 0..1_000_000_u64]
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => span().prop_map(Step::Insert),
            2 => (span(), 1..5_000_u64).prop_map(|(first, period)| Step::Every(first, period)),
            2 => any::<prop::sample::Index>().prop_map(Step::Cancel),
            4 => span().prop_map(Step::Advance),
        ]
    }

    proptest! {
        #[test]
        fn it_does_what_the_model_does(
            start in prop_oneof![Just(0), any::<u64>().prop_map(|n| n / 2)],
            steps in prop::collection::vec(step(), 1..200),
        ) {
            let (mut wheel, mut model) = (TimerWheel::new(), Model::default());
            wheel.advance(start, &mut |_, _: u32| ());
            model.advance(start);
            let (mut now, mut keys) = (start, Vec::new());
            for (name, step) in steps.into_iter().enumerate() {
                let name = name as u32;
                match step {
                    Step::Insert(span) => {
                        keys.push((name, wheel.insert(now + span, name)));
                        model.insert(now + span, name, 0);
                    }
                    Step::Every(span, period) => {
                        keys.push((name, wheel.every(now + span, period, name)));
                        model.insert(now + span, name, period);
                    }
                    Step::Cancel(which) => if !keys.is_empty() {
                        let (name, key) = keys[which.index(keys.len())];
                        prop_assert_eq!(wheel.cancel(key), model.cancel(name));
                        prop_assert_eq!(wheel.cancel(key), None);
                    }
                    Step::Advance(span) => {
                        now += span;
                        let mut fired = Vec::new();
                        wheel.advance(now, &mut |_, name| fired.push(name));
                        prop_assert_eq!(fired, model.advance(now));
                    }
                }
                prop_assert_eq!(wheel.len(), model.timers.len());
                let deadline = model.timers.first_key_value().map(|((deadline, _), _)| *deadline);
                match (wheel.next_deadline(), deadline) {
                    (Some(bound), Some(exact)) => prop_assert!(now <= bound && bound <= exact),
                    (bound, exact) => prop_assert_eq!(bound, exact),
                }
            }
        }
    }

    #[test]
    fn the_bounds_come_closer_until_they_are_exact() {
        let mut wheel = TimerWheel::new();
        wheel.insert(1_000_003, ());
        let mut bounds = Vec::new();
        let mut fired = 0;
        while let Some(bound) = wheel.next_deadline() {
            bounds.push(bound);
            wheel.advance(bound, &mut |_, ()| fired += 1);
        }
        assert_eq!((fired, bounds.last()), (1, Some(&1_000_003)));
        assert!(bounds.len() <= LEVELS, "{bounds:?}");
    }

    #[test]
    fn the_end_of_time_has_its_slot() {
        let mut wheel = TimerWheel::new();
        wheel.insert(u64::MAX, "last");
        wheel.advance(u64::MAX - 1, &mut |_, _| unreachable!("it is not due yet"));
        let mut fired = Vec::new();
        wheel.advance(u64::MAX, &mut |_, name| fired.push(name));
        assert_eq!(fired, ["last"]);
    }

    #[test]
    fn a_late_timer_fires_once_and_keeps_its_rhythm() {
        let mut wheel = TimerWheel::new();
        wheel.every(1_000, 1_000, ());
        let mut fired = 0;
        wheel.advance(5_700, &mut |_, ()| fired += 1);
        assert_eq!(fired, 1);
        wheel.advance(5_999, &mut |_, ()| fired += 1);
        assert_eq!(fired, 1);
        wheel.advance(6_000, &mut |_, ()| fired += 1);
        assert_eq!(fired, 2);
    }

    #[test]
    fn a_key_of_a_timer_that_is_gone_names_nothing() {
        let mut wheel = TimerWheel::new();
        let first = wheel.insert(1, 1);
        assert_eq!(wheel.cancel(first), Some(1));
        let second = wheel.insert(1, 2);
        assert_eq!(wheel.cancel(first), None);
        assert_eq!(wheel.cancel(second), Some(2));
    }

    #[test]
    fn a_crowd_that_has_gone_leaves_no_storage() {
        let mut wheel = TimerWheel::new();
        let keys: Vec<_> = (0..5_000).map(|n| wheel.insert(n, n)).collect();
        wheel.advance(2_000, &mut |_, _| ());
        for key in keys {
            wheel.cancel(key);
        }
        assert_eq!((wheel.len(), wheel.entries.capacity(), wheel.links.len()), (0, 0, FIRST_ENTRY as usize));
        let key = wheel.insert(3_000, 7);
        assert_eq!(wheel.cancel(key), Some(7));
    }
}
