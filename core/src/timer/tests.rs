use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// A simple and slow implementation, for comparison.
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
                self.insert(next.expect("the next deadline fits in a u64"), name, period);
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
    fn the_wheel_behaves_like_the_simple_one(
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
fn next_deadline_gets_closer_until_it_is_exact() {
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
fn the_largest_deadline_has_a_slot() {
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
fn an_old_key_does_not_cancel_a_later_timer() {
    let mut wheel = TimerWheel::new();
    let first = wheel.insert(1, 1);
    assert_eq!(wheel.cancel(first), Some(1));
    let second = wheel.insert(1, 2);
    assert_eq!(wheel.cancel(first), None);
    assert_eq!(wheel.cancel(second), Some(2));
}

#[test]
fn storage_is_freed_when_no_timer_is_left() {
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
