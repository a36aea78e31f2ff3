//! Takes back what a person has chosen or opened if `update` has refused it, by the rules of `client/src/events/edits.ts`.

use super::Browser;
use super::controls::{form_of, is_box};
use crate::model::{Dom, Id};

/// A choice that an event reports.
#[derive(Debug)]
pub(super) struct Choice {
    event: u64,
    target: Id,
}

impl Browser {
    /// Notes that the last event that was made reports a choice.
    pub(super) fn report_choice(&mut self, target: Id) {
        self.choices.push(Choice { event: self.made, target });
    }

    /// Keeps the choices of a form that the server has refused: the person corrects them.
    pub(super) fn keep_choices(&mut self, event: u64) {
        self.choices.retain(|choice| choice.event != event);
    }

    /// Once the event of a choice is settled, shows what the view says.
    pub(super) fn settle_choices(&mut self) {
        let settled = self.page.event;
        for Choice { target, .. } in self.choices.extract_if(.., |choice| choice.event <= settled).collect::<Vec<_>>() {
            for (element, name) in self.page.property_slots() {
                let dom = &self.page.dom;
                let is_chosen = |target: Id| is_part(dom, target, element);
                if is_chosen(target) && !self.choices.iter().any(|later| is_chosen(later.target)) {
                    self.controls.take_back(&mut self.page.dom, element, &name);
                }
            }
        }
    }
}

/// Returns true if the event says what was chosen or opened. `element` has the handler.
pub(super) fn is_choice(dom: &Dom, event: &str, target: Id, element: Id) -> bool {
    match event {
        "input" | "change" | "toggle" => true,
        "click" => element == target && is_box(dom, target),
        _ => false,
    }
}

/// Returns true if a change of the target also changes the element: it is inside, or a radio button of the same group.
fn is_part(dom: &Dom, target: Id, element: Id) -> bool {
    let group = |radio: Id| (dom.attribute(radio, "name"), form_of(dom, radio));
    let is_radio = |control: Id| dom.attribute(control, "type") == Some("radio");
    dom.ancestors(element).any(|around| around == target)
        || (is_radio(target) && is_radio(element) && group(target) == group(element))
}
