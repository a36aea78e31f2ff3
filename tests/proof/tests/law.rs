//! The law without a browser. `SEED=n` replays one case, `CASES=n` sets how many there are.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{panic, thread};

use tealight_proof::case::{self, Count};
use tealight_proof::event::Event;
use tealight_proof::model::Item;
use tealight_proof::page::adopt;
use tealight_proof::random::Random;
use tealight_test::model::Page;

const CASES: u64 = 4_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn a_patched_page_is_a_fresh_one() {
    let (first, count) = match number("SEED") {
        Some(seed) => (seed, 1),
        None => (1, number("CASES").unwrap_or(CASES)),
    };
    // the panic of a case is its result, and is printed later
    let loud = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().name() != Some("case") {
            loud(panic);
        }
    }));
    let next = AtomicU64::new(first);
    let results = Mutex::new((Count::default(), Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let cases = || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        return;
                    }
                    let result = case::run(seed);
                    let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                    match result {
                        Ok(tried) => results.0 += tried,
                        Err(failure) => results.1.push(failure),
                    }
                }
            };
            thread::Builder::new().name("case".to_owned()).spawn_scoped(scope, cases).expect("a thread");
        }
    });
    let (count, failures) = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    println!("{count:?}");
    if let Some(shortest) = failures.iter().min_by_key(|failure| failure.len()) {
        let heads: Vec<&str> = failures.iter().take(20).filter_map(|failure| failure.lines().next()).collect();
        panic!("{} cases fail:\n{}\n\nthe shortest:\n{shortest}", failures.len(), heads.join("\n"));
    }
}

/// Opens a page that shows a model of the shape with this name.
fn page(name: &str, model: &Item) -> (Box<dyn tealight_proof::live::Live>, Page) {
    let shape = tealight_proof::shapes().find(|shape| shape.name == name).expect("a shape of this name");
    let mut live = (shape.start)(model.clone(), 1);
    let mut page = adopt(&live.paint());
    live.attach(0, 0);
    for frame in live.frames() {
        page.receive(&frame);
    }
    (live, page)
}

fn rows(count: u32) -> Item {
    let mut random = Random::new(1);
    let items = (0..count).map(|id| Item { id, n: id.into(), ..Item::any(&mut random) }).collect();
    Item { items, ..Item::any(&mut random) }
}

/// LiveViewJS handles a burst of six out of order.
#[test]
fn liveviewjs_a_burst_of_six_events_is_handled_in_order() {
    let (mut live, page) = page("rows_by_position", &rows(6));
    let clicks: Vec<_> = page.handlers().into_iter().filter(|shown| shown.binding.event == "click").collect();
    assert_eq!(clicks.len(), 6);
    for (id, shown) in (0..).zip(&clicks) {
        assert_eq!(live.fire(page.patch, &shown.address, None), Ok(Event::Hit(2, id, id.into())));
    }
    assert_eq!(live.frames(), ["{\"event\":6}"]);
}

/// LiveViewJS sends an empty diff.
#[test]
fn liveviewjs_nothing_is_sent_when_nothing_changed() {
    for shape in tealight_proof::shapes() {
        let model = rows(4);
        let (mut live, _) = page(shape.name, &model);
        live.show(&model);
        assert_eq!(live.frames(), [""; 0], "{}", shape.name);
    }
}

/// A hostile page may send addresses that it was never shown.
#[test]
fn an_address_that_was_never_shown_is_refused() {
    let mut random = Random::new(5);
    for shape in tealight_proof::shapes() {
        let (mut live, page) = page(shape.name, &rows(4));
        let shown: Vec<Vec<u64>> = page.handlers().into_iter().map(|shown| shown.address).collect();
        for _ in 0..40 {
            let mut address: Vec<u64> = (0..1 + random.below(6)).map(|_| random.below(12) as u64).collect();
            if let (true, false) = (random.percent(60), shown.is_empty()) {
                address = shown[random.below(shown.len())].clone();
                let at = random.below(address.len());
                match random.below(4) {
                    0 => address[at] = random.below(12) as u64,
                    1 => address.truncate(at + 1),
                    2 => address.push(random.below(4) as u64),
                    _ => address[at] = u64::from(u32::MAX),
                }
            }
            if !shown.contains(&address) {
                let fired = live.fire(page.patch, &address, None);
                assert!(fired.is_err(), "{}: {address:?} fires {fired:?}", shape.name);
            }
        }
    }
}

#[test]
fn there_are_more_than_a_hundred_shapes() {
    let mut names: Vec<&str> = tealight_proof::shapes().map(|shape| shape.name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() == count && count >= 190, "{count} shapes");
}
