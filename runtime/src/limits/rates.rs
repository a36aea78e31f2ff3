use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use tokio::time::Instant;

use super::address::group;
use crate::sync::lock;

/// A token bucket for each address.
pub(crate) struct Rates {
    rate: f64,
    burst: f64,
    start: Instant,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

struct Bucket {
    left: f64,
    /// Seconds since the start.
    filled: f64,
}

/// The most buckets. Beyond it, full buckets are removed: an address without a bucket has a full one.
const MOST: usize = 65_536;

impl Rates {
    pub(crate) fn new(rate: u32, burst: u32) -> Self {
        let (rate, burst) = (f64::from(rate), f64::from(burst.max(1)));
        Self { rate, burst, start: Instant::now(), buckets: Mutex::default() }
    }

    /// Takes a token of this address. Returns false if it has none.
    pub(crate) fn take(&self, address: IpAddr) -> bool {
        let now = self.start.elapsed().as_secs_f64();
        let mut buckets = lock(&self.buckets);
        if buckets.len() >= MOST {
            buckets.retain(|_, bucket| bucket.filled_by(now, self.rate) < self.burst);
            if buckets.len() >= MOST {
                // This many clients are no longer one.
                buckets.clear();
            }
        }
        let bucket = buckets.entry(group(address)).or_insert(Bucket { left: self.burst, filled: now });
        bucket.left = bucket.filled_by(now, self.rate).min(self.burst);
        bucket.filled = now;
        let has_token = bucket.left >= 1.0;
        if has_token {
            bucket.left -= 1.0;
        }
        has_token
    }
}

impl Bucket {
    fn filled_by(&self, now: f64, rate: f64) -> f64 {
        self.left + (now - self.filled) * rate
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_address_has_its_bucket() {
        let rates = Rates::new(10, 5);
        let [one, other] = [IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2])];
        let burst = |address| (0..100).take_while(|_| rates.take(address)).count();
        assert_eq!((burst(one), burst(one), burst(other)), (5, 0, 5));
        tokio::time::advance(Duration::from_millis(250)).await;
        assert_eq!((burst(one), burst(other)), (2, 2));
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(burst(one), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_a_bound_on_buckets() {
        let rates = Rates::new(1, 1);
        for n in 0..200_000 {
            rates.take(Ipv4Addr::from_bits(n).into());
        }
        assert!(lock(&rates.buckets).len() <= MOST);
    }
}
