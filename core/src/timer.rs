//! Timers for many sessions, without a clock.

use std::fmt;
use std::num::NonZeroU32;

/// A timer wheel: inserting, cancelling and firing take constant time, for any number of timers.
///
/// The wheel has no clock. The caller passes the time in milliseconds since a start of its choice, so tests need not
/// wait.
///
/// This is the hierarchical timing wheel of G. Varghese and T. Lauck, *Hashed and Hierarchical Timing Wheels* (SOSP
/// 1987), scheme 7. It has eleven levels of 64 slots. Each level is 64 times as coarse as the one below, so every `u64`
/// has a slot. A timer's level is the position of the highest base-64 digit in which its deadline differs from the
/// current time. When the current time reaches its slot, the timer moves down, at most ten times. The next timers to
/// fire are in the lowest level that is not empty, and a bit set per level finds the first slot.
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
    /// One bit set per level: the slots that have timers.
    occupied: [u64; LEVELS],
    /// Circular lists. The first links belong to the slots, the others to `entries`.
    links: Vec<Link>,
    entries: Vec<Entry<T>>,
    free: u32,
    len: usize,
    generation: NonZeroU32,
}

/// Identifies a running timer, until it has fired or is cancelled. After that the key identifies no timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimerKey {
    index: u32,
    generation: NonZeroU32,
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
    generation: NonZeroU32,
    value: Option<T>,
}

const DIGIT: u32 = 6;
const SLOTS: u32 = 1 << DIGIT;
const LEVELS: usize = 11;
const FIRST_ENTRY: u32 = LEVELS as u32 * SLOTS;
const NONE: u32 = u32::MAX;
/// Storage for more timers than this is freed when no timer is left.
const KEPT: usize = 1024;

impl<T> TimerWheel<T> {
    /// Makes a wheel without timers, at time 0.
    pub fn new() -> Self {
        Self {
            now: 0,
            occupied: [0; LEVELS],
            links: (0..FIRST_ENTRY).map(Link::alone).collect(),
            entries: Vec::new(),
            free: NONE,
            len: 0,
            generation: NonZeroU32::MIN,
        }
    }

    /// Returns how many timers run.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns true if no timer runs.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Starts a timer that fires once, when [`advance`](Self::advance) reaches `deadline`.
    ///
    /// A deadline in the past fires at the next `advance`.
    pub fn insert(&mut self, deadline: u64, value: T) -> TimerKey {
        self.start(deadline, 0, value)
    }

    /// Starts a timer that fires at `first`, and then once per `period` until it is cancelled. A period is between 1 ms
    /// and 49 days; others are clamped.
    ///
    /// The timer keeps its rhythm. A late `advance` fires it once and skips the missed firings. The next firing is at
    /// `first` plus a whole number of periods.
    pub fn every(&mut self, first: u64, period: u64, value: T) -> TimerKey {
        self.start(first, u32::try_from(period).unwrap_or(u32::MAX).max(1), value)
    }

    /// Stops a timer and returns its value, or `None` if the timer has fired or was cancelled before.
    pub fn cancel(&mut self, key: TimerKey) -> Option<T> {
        let entry = self.entries.get(key.index as usize)?;
        if entry.generation != key.generation || entry.value.is_none() {
            return None;
        }
        self.unlink(key.index);
        self.release(key.index)
    }

    /// Sets the time to `now`, and passes each timer that is due to `fire`.
    ///
    /// Timers fire in the order of their deadlines, and those with equal deadlines in the order of insertion. The time
    /// never goes back: an earlier `now` counts as the latest one. The value of a repeating timer is cloned.
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

    /// Returns a time before which no timer is due, or `None` if there is no timer.
    ///
    /// This is the next deadline or, if the deadline is far away, an earlier time. Advancing to the earlier time fires
    /// nothing, but then this function returns a closer time.
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

    /// Returns the first slot with timers: its level, its number, and the time at which it begins.
    fn first_slot(&self) -> Option<(usize, u32, u64)> {
        let level = self.occupied.iter().position(|slots| *slots != 0)?;
        let slot = self.occupied[level].trailing_zeros();
        let shift = level as u32 * DIGIT;
        let above = self.now.checked_shr(shift + DIGIT).map_or(0, |digits| digits << (shift + DIGIT));
        Some((level, slot, above | u64::from(slot) << shift))
    }

    fn start(&mut self, deadline: u64, period: u32, value: T) -> TimerKey {
        self.generation = self.generation.checked_add(1).unwrap_or(NonZeroU32::MIN);
        let generation = self.generation;
        let deadline = deadline.max(self.now);
        let entry = Entry { deadline, period, generation, value: Some(value) };
        let index = if self.free == NONE {
            let index = self.entries.len() as u32;
            if self.entries.len() == self.entries.capacity() {
                // a doubled wheel would be half empty for long, and costs as much as the sessions that it serves
                let more = self.entries.len() / 4 + 16;
                self.entries.reserve_exact(more);
                self.links.reserve_exact(more);
            }
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

    /// Adds an entry at the end of its deadline's slot.
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
mod tests;
