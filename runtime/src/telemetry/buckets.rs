use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The distribution of many whole numbers: how many have fallen into each bucket.
///
/// Each power of two has eight buckets, so that the middle of a bucket is at most a sixteenth away from its values. Larger values than
/// [`MOST`] are in the last bucket.
pub(super) struct Buckets([AtomicU64; BUCKETS]);

/// The buckets of a power of two, and their number as a power of two.
const PART: usize = 1 << PART_BITS;
const PART_BITS: u32 = 3;
/// 69 s in nanoseconds, or 64 GiB.
const MOST: u64 = (1 << MOST_BITS) - 1;
const MOST_BITS: u32 = 36;
pub(super) const BUCKETS: usize = bucket_of(MOST) + 1;

impl Buckets {
    pub(super) const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; BUCKETS])
    }

    #[inline]
    pub(super) fn record(&self, value: u64) {
        self.0[bucket_of(value)].fetch_add(1, Relaxed);
    }

    /// The number of values in a bucket.
    pub(super) fn count(&self, bucket: usize) -> u64 {
        self.0[bucket].load(Relaxed)
    }
}

#[inline]
const fn bucket_of(value: u64) -> usize {
    let value = if value > MOST { MOST } else { value };
    if value < PART as u64 {
        return value as usize;
    }
    let power = value.ilog2() - PART_BITS;
    power as usize * PART + (value >> power) as usize
}

/// The middle of a bucket.
pub(super) fn middle_of(bucket: usize) -> f64 {
    if bucket < 2 * PART {
        return bucket as f64;
    }
    let power = bucket / PART - 1;
    let first = ((bucket % PART + PART) as u64) << power;
    first as f64 + ((1_u64 << power) - 1) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_near_the_middle_of_its_bucket() {
        let mut values: Vec<u64> = (0..2_000).collect();
        values.extend((11..MOST_BITS).flat_map(|bits| [1 << bits, (1 << bits) - 1, (1 << bits) + (1 << (bits - 2))]));
        values.push(MOST);
        for value in values {
            let away = (middle_of(bucket_of(value)) - value as f64).abs();
            assert!(away <= value as f64 / 16.0, "{value}: {away}");
        }
    }

    #[test]
    fn buckets_are_in_order_and_none_is_beyond_the_last() {
        let middles: Vec<_> = (0..BUCKETS).map(middle_of).collect();
        assert!(middles.is_sorted_by(|a, b| a < b));
        assert_eq!(bucket_of(u64::MAX), BUCKETS - 1);
        let buckets = Buckets::new();
        buckets.record(u64::MAX);
        assert_eq!(buckets.count(BUCKETS - 1), 1);
    }
}
