//! Whether a list's keys are all different.

use super::fingerprint::mix;

/// The keys of the list that is looked at, and the storage for those of the next.
#[derive(Default)]
pub(super) struct Distinct {
    /// Each key at the first free place from its own on; 0 is free. At least half of them are.
    table: Vec<u64>,
}

impl Distinct {
    /// None has been seen of this many.
    pub(super) fn expect(&mut self, keys: u32) {
        self.table.clear();
        self.table.resize((2 * keys as usize).next_power_of_two(), 0);
    }

    /// False: it is there already.
    #[inline(always)]
    pub(super) fn insert(&mut self, key: u64) -> bool {
        let (key, last) = (key.max(1), self.table.len() - 1);
        let mut place = mix(key) as usize & last;
        while self.table[place] != 0 {
            if self.table[place] == key {
                return false;
            }
            place = (place + 1) & last;
        }
        self.table[place] = key;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Distinct;

    #[test]
    fn what_comes_twice_is_seen() {
        let mut seen = Distinct::default();
        for keys in [1, 2, 3, 100, 7] {
            seen.expect(keys);
            let all = || (0..u64::from(keys)).map(|key| key << 40);
            assert!(all().all(|key| seen.insert(key)));
            assert!(all().all(|key| !seen.insert(key)));
        }
    }
}
