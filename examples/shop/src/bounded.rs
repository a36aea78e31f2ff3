//! A map that cannot grow without a bound.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// The values that were set last. Visitors decide how many there are, so the oldest one goes when there are too many.
pub(crate) struct Bounded<K, V> {
    most: usize,
    values: HashMap<K, (u64, V)>,
    /// The keys, by the time at which their values were set.
    keys: BTreeMap<u64, K>,
    now: u64,
}

impl<K: Clone + Eq + Hash, V> Bounded<K, V> {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, values: HashMap::new(), keys: BTreeMap::new(), now: 0 }
    }

    pub(crate) fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.values.get(key).map(|(_, value)| value)
    }

    pub(crate) fn set(&mut self, key: K, value: V) {
        self.now += 1;
        if let Some((before, _)) = self.values.insert(key.clone(), (self.now, value)) {
            self.keys.remove(&before);
        }
        self.keys.insert(self.now, key);
        if self.keys.len() > self.most
            && let Some((_, oldest)) = self.keys.pop_first()
        {
            self.values.remove(&oldest);
        }
    }

    pub(crate) fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
    {
        if let Some((time, _)) = self.values.remove(key) {
            self.keys.remove(&time);
        }
    }

    /// Returns the values, the newest first.
    pub(crate) fn newest(&self) -> impl Iterator<Item = &V> {
        self.keys.values().rev().filter_map(|key| self.get(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_value_goes() {
        let mut map = Bounded::new(2);
        for (key, value) in [("a", 1), ("b", 2), ("a", 3), ("c", 4)] {
            map.set(key, value);
        }
        assert_eq!([map.get("a"), map.get("b"), map.get("c")], [Some(&3), None, Some(&4)]);
        map.remove("a");
        assert_eq!((map.newest().collect::<Vec<_>>(), map.values.len(), map.keys.len()), (vec![&4], 1, 1));
    }
}
