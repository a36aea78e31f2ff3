//! Turns events of the page into messages to the server, by the rules of `client/src/events/events.ts`.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::Browser;
use super::actions::Keys;
use super::choices::is_choice;
use crate::model::{Delay, Handler, Id};
use crate::wire;

/// An event of the page.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// The event's name in the DOM.
    pub(crate) name: String,
    pub(crate) keys: Option<Keys>,
    /// The button that submits the form.
    pub(crate) submitter: Option<Id>,
    /// The payload, unless the page's controls determine it.
    pub(crate) payload: Option<Value>,
}

/// An event that waits for its delay to pass.
pub(super) struct Held {
    key: (Id, Vec<u64>),
    due: Instant,
    event: Option<Due>,
    delay: Delay,
}

/// An event that was read when it happened, and is sent later.
struct Due {
    patch: u64,
    handler: Handler,
    payload: Option<Value>,
    /// The element that a person has chosen or opened, if the event says so.
    choice: Option<Id>,
}

/// The outcome of an event.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    /// A handler took the event, or an effect was run.
    pub(super) is_heard: bool,
    /// The browser does not do its default action.
    pub(super) is_prevented: bool,
}

const DOES_NOT_BUBBLE: &[&str] = &[
    "blur",
    "cancel",
    "close",
    "ended",
    "error",
    "focus",
    "load",
    "loadedmetadata",
    "mouseenter",
    "mouseleave",
    "pause",
    "play",
    "pointerenter",
    "pointerleave",
    "ratechange",
    "scroll",
    "scrollend",
    "seeked",
    "timeupdate",
    "toggle",
    "viewport-enter",
    "viewport-leave",
    "volumechange",
];

impl Event {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), keys: None, submitter: None, payload: None }
    }

    fn bubbles(&self) -> bool {
        !DOES_NOT_BUBBLE.contains(&&*self.name)
    }
}

impl Browser {
    /// Calls the handlers of an event: those around the target, then those of the document and of the window.
    pub(super) fn tell(&mut self, target: Id, event: &Event) -> Outcome {
        let mut outcome = Outcome::default();
        if event.name == "click" {
            for element in self.listeners("click-away") {
                if !self.page.dom.ancestors(target).any(|around| around == element) {
                    self.hear(element, "click-away", event, false, &mut outcome);
                }
            }
        }
        self.hear(target, &event.name, event, event.bubbles(), &mut outcome);
        for scope in ["document", "window"] {
            let name = format!("{scope}:{}", event.name);
            for element in self.listeners(&name) {
                self.hear(element, &name, event, false, &mut outcome);
            }
        }
        outcome
    }

    /// The elements with a handler for an event that does not pass through them.
    fn listeners(&self, name: &str) -> Vec<Id> {
        let dom = &self.page.dom;
        let is_one = |element: &Id| {
            let names = dom.attribute(*element, "data-tealight-on").unwrap_or_default();
            names.split_whitespace().any(|named| named == name)
        };
        dom.elements(self.page.holder).into_iter().filter(is_one).collect()
    }

    fn hear(&mut self, target: Id, name: &str, event: &Event, bubbles: bool, outcome: &mut Outcome) {
        let around: HashSet<Id> = self.page.dom.ancestors(target).take(if bubbles { usize::MAX } else { 1 }).collect();
        let mut handlers = self.page.bindings();
        handlers.retain(|handler| handler.binding.event == name && around.contains(&handler.element));
        let has = |handler: &Handler, modifier: &str| handler.binding.modifiers.iter().any(|name| name == modifier);
        // Capturing handlers run first, from outside in. The others run from inside out, on one element from the last.
        let (mut ordered, mut others): (Vec<_>, Vec<_>) =
            handlers.into_iter().partition(|handler| has(handler, "capture"));
        others.reverse();
        ordered.append(&mut others);
        let keys = event.keys.clone().or_else(|| Keys::of(event.payload.as_ref()?));
        let mut stopped = None;
        for handler in ordered {
            if stopped.is_some_and(|element| element != handler.element) {
                break;
            }
            if has(&handler, "self") && target != handler.element {
                continue;
            }
            let wanted = &handler.binding.keys;
            if !wanted.is_empty() && !keys.as_ref().is_some_and(|keys| keys.are(wanted)) {
                continue;
            }
            outcome.is_prevented |= has(&handler, "link") || has(&handler, "prevent");
            outcome.is_heard = true;
            let key = (handler.element, handler.address.clone());
            if self.over.contains(&key) {
                continue;
            }
            if has(&handler, "once") {
                self.over.insert(key);
            }
            let element = handler.element;
            let stops = has(&handler, "stop");
            self.fire(handler, target, event);
            if stops {
                stopped = Some(element);
            }
        }
    }

    fn fire(&mut self, handler: Handler, target: Id, event: &Event) {
        let payload = self.payload(&handler, target, event);
        let choice = is_choice(&self.page.dom, &event.name, target, handler.element).then_some(target);
        let due = Due { patch: self.page.patch, handler, payload, choice };
        let Some(delay) = due.handler.binding.delay else {
            self.flush();
            return self.send_event(due);
        };
        let key = (due.handler.element, due.handler.address.clone());
        let now = Instant::now();
        let known = self.held.iter().position(|held| held.key == key);
        let wait = Duration::from_millis(match delay {
            Delay::Debounce(time) | Delay::Throttle(time) => time,
        });
        match (delay, known) {
            (Delay::Debounce(_), Some(at)) => {
                self.held.remove(at);
                self.held.push(Held { key, due: now + wait, event: Some(due), delay });
            }
            (Delay::Debounce(_), None) => self.held.push(Held { key, due: now + wait, event: Some(due), delay }),
            (Delay::Throttle(_), Some(at)) => self.held[at].event = Some(due),
            (Delay::Throttle(_), None) => {
                self.flush();
                self.send_event(due);
                self.held.push(Held { key, due: now + wait, event: None, delay });
            }
        }
    }

    /// Sends all events that wait, so that a later one does not overtake them.
    pub(super) fn flush(&mut self) {
        let waiting: Vec<Due> = self.held.iter_mut().filter_map(|held| held.event.take()).collect();
        self.held.retain(|held| matches!(held.delay, Delay::Throttle(_)));
        for due in waiting {
            self.send_event(due);
        }
    }

    /// The time at which the next delay has passed.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.held.iter().map(|held| held.due).min()
    }

    /// Sends the events whose delays have passed.
    pub(crate) fn send_due(&mut self, now: Instant) {
        while let Some(at) = self.held.iter().position(|held| held.due <= now) {
            let mut held = self.held.remove(at);
            let Some(event) = held.event.take() else { continue };
            if let Delay::Throttle(time) = held.delay {
                self.held.push(Held { due: held.due + Duration::from_millis(time), ..held });
            }
            self.send_event(event);
        }
    }

    /// Tells the server of a link to an address of this host, if the model hears routes.
    pub(super) fn follow(&mut self, url: &str) {
        let (address, fragment) = url.split_once('#').unwrap_or((url, ""));
        let is_here = !fragment.is_empty() && self.url.split('#').next() == Some(address);
        if self.hears_routes && address.starts_with('/') && !address.starts_with("//") && !is_here {
            self.made += 1;
            let link = wire::link(address, self.flash());
            self.send(&wire::event(self.made, self.page.patch, &[wire::ROUTE], Some(link)));
        }
    }

    fn send_event(&mut self, Due { patch, handler, payload, choice }: Due) {
        if let Some(attribute) = &handler.effects {
            let text = self.page.dom.attribute(handler.element, attribute).unwrap_or("[]").to_owned();
            for command in wire::effects(&text) {
                self.run(&command.steps, handler.element);
                self.commands.push(command.said);
            }
            return;
        }
        self.emptied = None;
        self.made += 1;
        self.unsaid = 0;
        if let Some(target) = choice {
            self.report_choice(target);
        }
        self.send(&wire::event(self.made, patch, &handler.address, payload));
    }

    fn payload(&self, handler: &Handler, target: Id, event: &Event) -> Option<Value> {
        let modifiers = &handler.binding.modifiers;
        if modifiers.iter().any(|modifier| modifier == "detail") {
            return Some(event.payload.clone().unwrap_or(Value::Null));
        }
        if event.payload.is_some() {
            return event.payload.clone();
        }
        let (dom, controls) = (&self.page.dom, &self.controls);
        let kinds = modifiers.iter().chain([&event.name]);
        for kind in kinds {
            return Some(match kind.as_str() {
                "form" | "submit" => {
                    let named = dom.attribute(event.submitter.unwrap_or(target), "name").unwrap_or_default();
                    json!([controls.form_data(dom, handler.element, event.submitter), named])
                }
                "input" | "change" => controls.value(dom, target).into(),
                "check" => controls.is_checked(dom, target).into(),
                "select" => controls.chosen(dom, target).into(),
                "toggle" => dom.attribute(target, "open").is_some().into(),
                _ => continue,
            });
        }
        if let Some(keys) = &event.keys {
            return Some(keys.payload());
        }
        let has_pointer = ["click", "dblclick", "contextmenu"].contains(&&*event.name)
            || event.name.starts_with("pointer")
            || event.name.starts_with("mouse");
        has_pointer.then(|| Value::Object(Map::new()))
    }
}
