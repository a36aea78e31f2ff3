//! Checks that a list's keys are all different.

use super::list::{List, Row};
use super::pass::Pass;
use super::plan::{NEW, Plan};
use crate::html::template::Width;
use crate::html::value::fingerprint::mix;

/// A set of keys. Its storage is used again for the next list.
#[derive(Default)]
pub(super) struct Distinct {
    /// An open-addressing table. 0 is a free entry; at least half are free.
    table: Vec<u64>,
}

impl Distinct {
    /// Empties the set and makes room for this many keys.
    pub(super) fn expect(&mut self, keys: usize) {
        self.table.clear();
        self.table.resize((2 * keys).next_power_of_two().max(64), 0);
    }

    /// Returns false if the set has the key already.
    #[inline(always)]
    pub(super) fn insert(&mut self, key: u64) -> bool {
        let place = self.place(key);
        std::mem::replace(&mut self.table[place], key.max(1)) == 0
    }

    #[inline(always)]
    pub(super) fn has(&self, key: u64) -> bool {
        self.table[self.place(key)] != 0
    }

    /// The key's index in the table, or the free entry for it.
    #[inline(always)]
    fn place(&self, key: u64) -> usize {
        let (key, last) = (key.max(1), self.table.len() - 1);
        let mut place = mix(key) as usize & last;
        while self.table[place] != 0 && self.table[place] != key {
            place = (place + 1) & last;
        }
        place
    }
}

impl Pass<'_> {
    /// Reports a key that occurs twice in a new list.
    #[inline(never)]
    pub(super) fn check_keys<W: Width>(&mut self, list: List, head: usize, rows: u32) {
        if !list.has_keys() || rows < 2 {
            return;
        }
        let mut seen = std::mem::take(&mut self.r.keys);
        seen.expect(rows as usize);
        let mut place = head + Row::<W>::HEAD;
        let mut twice = None;
        for _ in 0..rows {
            let key = self.word(place);
            if !seen.insert(key) {
                twice = Some(key);
                break;
            }
            place = self.row_after::<W>(place);
        }
        self.r.keys = seen;
        if let Some(key) = twice {
            self.report_duplicate::<W>(list, head, key);
        }
    }

    /// Reports a new row whose key another row has. The plan has the keys of the rows from `from` on.
    #[inline(never)]
    pub(super) fn check_new_keys<W: Width>(&mut self, list: List, head: usize, from: u32, plan: &Plan) {
        if !list.has_keys() {
            return;
        }
        let (middle, tail) = plan.new.split_at(plan.source.len());
        let middle = || middle.iter().copied().zip(plan.source.iter().map(|source| *source == NEW));
        let mut seen = std::mem::take(&mut self.r.keys);
        seen.expect(middle().filter(|(_, is_new)| *is_new).count());
        let mut twice = None;
        for (key, _) in middle().filter(|(_, is_new)| *is_new) {
            if !seen.insert(key) {
                twice = Some(key);
            }
        }
        for (key, is_new) in middle() {
            if !is_new && seen.has(key) {
                twice = Some(key);
            }
        }
        twice = tail.iter().copied().find(|key| seen.has(*key)).or(twice);
        let mut place = head + Row::<W>::HEAD;
        for _ in 0..from {
            let key = self.word(place);
            if seen.has(key) {
                twice = Some(key);
            }
            place = self.row_after::<W>(place);
        }
        self.r.keys = seen;
        if let Some(key) = twice {
            self.report_duplicate::<W>(list, head, key);
        }
    }

    /// Reports two rows with this key. The page is correct all the same: the rows are identified by their order.
    #[cold]
    fn report_duplicate<W: Width>(&mut self, list: List, head: usize, key: u64) {
        let mut place = head + Row::<W>::HEAD;
        let mut next = 0;
        let mut find = || {
            while self.word(place) != key {
                place = self.row_after::<W>(place);
                next += 1;
            }
            place = self.row_after::<W>(place);
            next += 1;
            next - 1
        };
        let (first, second) = (find(), find());
        let source = list.source();
        self.r.duplicate();
        tracing::error!(
            list = source,
            first,
            second,
            "two rows of a list have the same key: they are told apart by position"
        );
        self.r.fault(|| {
            format!(
                "rows {first} and {second} have the same key in the list at {source}: they are told apart by position"
            )
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Distinct;

    #[test]
    fn a_key_that_occurs_twice_is_found() {
        let mut seen = Distinct::default();
        for keys in [1_u32, 2, 3, 100, 7] {
            seen.expect(keys as usize);
            let all = || (0..u64::from(keys)).map(|key| key << 40);
            assert!(all().all(|key| !seen.has(key) && seen.insert(key)));
            assert!(all().all(|key| seen.has(key) && !seen.insert(key)));
        }
    }
}
