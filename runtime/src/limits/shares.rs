use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use super::address::group;
use crate::sync::lock;

/// The connections or bytes that clients hold at this moment. There is a bound for each address and one for all.
///
/// A client without a known address counts only for the bound of all.
///
/// ```
/// use std::net::IpAddr;
/// use std::sync::Arc;
///
/// use tealight_runtime::Shares;
///
/// let (one, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
/// let shares = Arc::new(Shares::new(2, 3));
/// let held = [shares.take(Some(one), 1), shares.take(Some(one), 1)];
/// assert!(shares.take(Some(one), 1).is_none());
/// assert!(shares.take(Some(other), 1).is_some());
/// drop(held);
/// assert!(shares.take(Some(one), 2).is_some());
/// ```
#[derive(Debug)]
pub struct Shares {
    each: usize,
    all: usize,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    held: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A part of [`Shares`] that a client holds until it is dropped.
#[derive(Debug)]
#[must_use = "a share that is dropped is not held"]
pub struct Share {
    shares: Arc<Shares>,
    address: Option<IpAddr>,
    held: usize,
}

impl Shares {
    /// One address may hold `each`, and all together `all`.
    pub fn new(each: usize, all: usize) -> Self {
        Self { each, all, inner: Mutex::default() }
    }

    /// Takes `count` for an address. Returns `None` if that is too much.
    pub fn take(self: &Arc<Self>, address: Option<IpAddr>, count: usize) -> Option<Share> {
        let mut share = Share { shares: Arc::clone(self), address: address.map(group), held: 0 };
        share.grow(count).then_some(share)
    }

    /// Takes `count` for an address until [`give_back`](Self::give_back). Returns false, and takes nothing, if that is too much. The
    /// address is a [`group`].
    pub(crate) fn take_for(&self, address: Option<IpAddr>, count: usize) -> bool {
        let mut inner = lock(&self.inner);
        let all = inner.held.saturating_add(count);
        let each = address.map(|address| inner.by_address.get(&address).copied().unwrap_or(0));
        let fits = all <= self.all && each.is_none_or(|each| each.saturating_add(count) <= self.each);
        if fits {
            inner.add(address, count);
        }
        fits
    }

    /// Gives back what was taken for an address.
    pub(crate) fn give_back(&self, address: Option<IpAddr>, count: usize) {
        let mut inner = lock(&self.inner);
        inner.held -= count;
        let Some(address) = address else { return };
        if let Some(held) = inner.by_address.get_mut(&address) {
            *held -= count;
            if *held == 0 {
                inner.by_address.remove(&address);
            }
        }
    }

    /// Returns true if nobody holds anything.
    pub fn is_empty(&self) -> bool {
        let inner = lock(&self.inner);
        inner.held == 0 && inner.by_address.is_empty()
    }
}

impl Share {
    /// Takes `count` more, even if that is too much.
    #[cfg(feature = "http")]
    pub(crate) fn force(&mut self, count: usize) {
        lock(&self.shares.inner).add(self.address, count);
        self.held += count;
    }

    /// Takes `count` more. Returns false, and takes nothing, if that is too much.
    pub fn grow(&mut self, count: usize) -> bool {
        let is_taken = self.shares.take_for(self.address, count);
        if is_taken {
            self.held += count;
        }
        is_taken
    }
}

impl Inner {
    fn add(&mut self, address: Option<IpAddr>, count: usize) {
        self.held += count;
        if let Some(address) = address.filter(|_| count > 0) {
            *self.by_address.entry(address).or_default() += count;
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.shares.give_back(self.address, self.held);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_given_back() {
        let shares = Arc::new(Shares::new(10, 15));
        let [one, other] = [[10, 0, 0, 1], [10, 0, 0, 2]].map(|address| Some(IpAddr::from(address)));
        let mut first = shares.take(one, 4).expect("a share");
        assert!(first.grow(6) && !first.grow(1));
        assert!(shares.take(other, 6).is_none(), "all hold too much");
        let second = shares.take(other, 5).expect("a share");
        assert!(shares.take(None, 1).is_none());
        drop(first);
        assert!(shares.take(one, 11).is_none() && shares.take(one, 10).is_some());
        drop(second);
        assert!(shares.is_empty());
        assert!(shares.take(one, 0).is_some() && shares.is_empty());
    }
}
