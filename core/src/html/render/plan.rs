//! Finds which rows of a list stayed, moved, were removed or are new, from the keys before and after.
//!
//! First it trims the rows at both ends that are the same. One moved row and two swapped rows have a fast path. The rest
//! is matched through a map, and a longest increasing subsequence (Fredman 1975) keeps as many rows in place as possible.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::html::value::fingerprint::mix;

/// The source of a row that is new.
pub(crate) const NEW: u32 = u32::MAX;

/// The plan and its working storage. All indices count from the first row whose key differs.
#[derive(Default)]
pub(crate) struct Plan {
    /// The old rows' keys, and their positions on the tape.
    pub(crate) old: Vec<(u64, u32)>,
    pub(crate) new: Vec<u64>,
    /// The number of rows at the end that are the same.
    pub(crate) tail: usize,
    /// For each new row before the tail, the index of the old row, or [`NEW`].
    pub(crate) source: Vec<u32>,
    /// For each new row before the tail, true if it moves.
    pub(crate) moves: Vec<bool>,
    /// The old rows that are removed.
    pub(crate) removed: Vec<u32>,
    /// The allocation of the last list's items, to be used again.
    pub(crate) items: Vec<&'static ()>,
    by_key: HashMap<u64, u32, BuildHasherDefault<Mixer>>,
    piles: Vec<u32>,
    below: Vec<u32>,
}

#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    #[inline]
    fn write_u64(&mut self, word: u64) {
        self.0 = mix(word);
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = mix(self.0 ^ u64::from(byte));
        }
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

impl Plan {
    pub(crate) fn clear(&mut self) {
        self.old.clear();
        self.new.clear();
    }

    /// Makes the plan from `old` and `new`.
    #[inline(never)]
    pub(crate) fn make(&mut self) {
        let ends = self.old.iter().rev().zip(self.new.iter().rev());
        self.tail = ends.take_while(|((old, _), new)| old == *new).count();
        self.source.clear();
        self.moves.clear();
        self.removed.clear();
        let (old, new) = (self.old.len() - self.tail, self.new.len() - self.tail);
        if old == 0 {
            self.source.resize(new, NEW);
            self.moves.resize(new, false);
        } else if new == 0 {
            self.removed.extend(0..old as u32);
        } else if !self.one_moved(old, new) {
            self.match_keys(old, new);
            self.keep_most(new);
        }
    }

    /// Handles two rows that swapped, or one that moved, if that is the only change.
    fn one_moved(&mut self, old: usize, new: usize) -> bool {
        if old != new || old < 2 {
            return false;
        }
        let (from, to) = (&self.old[..old], &self.new[..new]);
        let last = old - 1;
        let same = |a: usize, b: usize, n: usize| (0..n).all(|i| from[a + i].0 == to[b + i]);
        let first_to_last = from[0].0 == to[last];
        let last_to_first = from[last].0 == to[0];
        self.moves.resize(new, false);
        if first_to_last && last_to_first && same(1, 1, old - 2) {
            self.source.extend(0..old as u32);
            self.source.swap(0, last);
            self.moves[0] = true;
            self.moves[last] = true;
        } else if last_to_first && same(0, 1, last) {
            self.source.push(last as u32);
            self.source.extend(0..last as u32);
            self.moves[0] = true;
        } else if first_to_last && same(1, 0, last) {
            self.source.extend(1..old as u32);
            self.source.push(0);
            self.moves[last] = true;
        } else {
            self.moves.clear();
            return false;
        }
        true
    }

    /// Finds each new row's source. Rows with the same key take the old rows with that key in order.
    fn match_keys(&mut self, old: usize, new: usize) {
        self.by_key.clear();
        for (row, (key, _)) in (0..old as u32).zip(&self.old[..old]).rev() {
            self.by_key.insert(*key, row);
        }
        self.below.clear();
        self.below.resize(old, NEW);
        for (row, key) in (0..).zip(&self.new[..new]) {
            let source = match self.by_key.get(key) {
                Some(&source) if self.below[source as usize] == NEW => {
                    self.below[source as usize] = row;
                    source
                }
                Some(&taken) => match next_of_key(&self.old[..old], *key, taken) {
                    Some(next) => {
                        self.by_key.insert(*key, next);
                        self.below[next as usize] = row;
                        next
                    }
                    None => {
                        self.by_key.remove(key);
                        NEW
                    }
                },
                None => NEW,
            };
            self.source.push(source);
        }
        self.removed.extend((0..old as u32).filter(|&row| self.below[row as usize] == NEW));
    }

    /// Marks as few rows as possible as moving.
    fn keep_most(&mut self, new: usize) {
        let Self { source, piles, below, moves, .. } = self;
        piles.clear();
        below.clear();
        below.resize(new, NEW);
        for (row, &from) in source.iter().enumerate().filter(|(_, from)| **from != NEW) {
            let pile = match piles.last() {
                Some(&top) if source[top as usize] > from => piles.partition_point(|&top| source[top as usize] < from),
                _ => piles.len(),
            };
            if pile > 0 {
                below[row] = piles[pile - 1];
            }
            if pile == piles.len() {
                piles.push(row as u32);
            } else {
                piles[pile] = row as u32;
            }
        }
        moves.extend(source.iter().map(|&from| from != NEW));
        let mut stays = piles.last().copied();
        while let Some(row) = stays.filter(|&row| row != NEW) {
            moves[row as usize] = false;
            stays = Some(below[row as usize]);
        }
    }
}

/// The next old row with this key after the taken one.
#[cold]
fn next_of_key(old: &[(u64, u32)], key: u64, taken: u32) -> Option<u32> {
    (taken + 1..old.len() as u32).find(|&next| old[next as usize].0 == key)
}

/// Makes an empty vector for items of another type of the same size. The standard library reuses the allocation when it
/// collects in place.
pub(crate) fn recycle<A, B>(mut items: Vec<A>) -> Vec<B> {
    items.clear();
    items.into_iter().filter_map(|_| None).collect()
}
