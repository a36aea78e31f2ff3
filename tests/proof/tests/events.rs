//! The law of events: a handler that the page showed fires, or none. A hostile page sends addresses of all kinds, with
//! right and wrong payloads, while the view changes.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tealight_proof::live::{Live, Shape, payload};
use tealight_proof::model::Item;
use tealight_proof::page::adopt;
use tealight_proof::random::Random;
use tealight_test::model::Page;

/// Every handler that was ever shown, by its address and its patch, with its type and the event that it fires.
type Shown = BTreeMap<(Vec<u64>, u64), (String, String)>;

const STEPS: usize = 8;
const EVENTS: usize = 40;

struct Attack {
    random: Random,
    shown: Shown,
    fired: usize,
    refused: BTreeMap<&'static str, usize>,
}

impl Attack {
    fn note(&mut self, page: &Page) {
        for handler in page.handlers() {
            let fires = page.dom.attribute(handler.element, &format!("data-{}", handler.binding.event));
            let fires = fires.expect("each handler is shown").to_owned();
            self.shown.insert((handler.address, page.patch), (handler.binding.event, fires));
        }
    }

    /// An address that exists, existed, or never did.
    fn address(&mut self) -> Vec<u64> {
        let any: Vec<u64> = (0..1 + self.random.below(6)).map(|_| self.random.below(12) as u64).collect();
        if self.shown.is_empty() || self.random.percent(10) {
            return any;
        }
        let at = self.random.below(self.shown.len());
        let mut address = self.shown.keys().nth(at).expect("it is within").0.clone();
        if self.random.percent(30) {
            let at = self.random.below(address.len());
            address[at] = [any[0], u64::from(u32::MAX), address[at] + 1][self.random.below(3)];
        }
        address
    }

    fn payload(&mut self, event: Option<&String>) -> Option<Value> {
        match self.random.below(8) {
            0 => None,
            1 => Some(json!(7)),
            2 => Some(json!({ "name": 7, "more": [null] })),
            3 => Some(json!([[[["name"], "typed"]], 7])),
            4 => Some(json!(null)),
            _ => event.and_then(|event| payload(event)),
        }
    }

    fn fire(&mut self, live: &mut dyn Live, patch: u64, shape: &Shape) {
        let at = (self.address(), patch.saturating_sub(self.random.below(3) as u64));
        // The page may name an older patch: handlers shown since then count too.
        let since = at.clone()..=(at.0.clone(), u64::MAX);
        let known: Vec<(String, String)> = self.shown.range(since).map(|(_, known)| known.clone()).collect();
        let given = self.payload(known.first().map(|(event, _)| event));
        match live.fire(at.1, &at.0, given) {
            Ok(event) => {
                let event = format!("{event:?}");
                assert!(
                    known.iter().any(|(_, fires)| *fires == event),
                    "{}: {at:?} fires {event}, but showed {known:?}",
                    shape.name
                );
                self.fired += 1;
            }
            Err(reason) => *self.refused.entry(reason).or_default() += 1,
        }
    }
}

fn deliver(page: &mut Page, live: &mut dyn Live) {
    for frame in live.frames() {
        page.receive(&frame);
    }
}

#[test]
fn only_handlers_that_were_shown_fire() {
    let random = Random::new(11);
    let mut attack = Attack { random, shown: Shown::new(), fired: 0, refused: BTreeMap::new() };
    for shape in tealight_proof::shapes() {
        attack.shown.clear();
        let mut model = Item::any(&mut attack.random);
        let mut live = (shape.start)(model.clone(), 3);
        let mut page = adopt(&live.paint());
        live.attach(0, 0);
        deliver(&mut page, &mut *live);
        for _ in 0..STEPS {
            attack.note(&page);
            let patch = page.patch;
            model = model.changed(&mut attack.random);
            live.show(&model);
            // half of the time the patch is delivered already, and the events are from before it
            if attack.random.percent(50) {
                deliver(&mut page, &mut *live);
                attack.note(&page);
            }
            for _ in 0..EVENTS {
                attack.fire(&mut *live, patch, &shape);
            }
            deliver(&mut page, &mut *live);
        }
        // the page still works
        attack.note(&page);
        for handler in page.handlers() {
            let (event, fires) = &attack.shown[&(handler.address.clone(), page.patch)];
            let fired = live.fire(page.patch, &handler.address, payload(event));
            assert_eq!(fired.map(|event| format!("{event:?}")).as_deref(), Ok(fires.as_str()), "{}", shape.name);
        }
    }
    assert!(attack.fired > 500, "{}", attack.fired);
    for reason in ["stale", "no-handler", "payload"] {
        assert!(attack.refused.get(reason).is_some_and(|count| *count > 100), "{reason}: {:?}", attack.refused);
    }
}
