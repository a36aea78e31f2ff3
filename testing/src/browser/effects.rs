//! Effects, which a page carries out by itself.

use super::{Browser, Event};
use crate::model::Id;
use crate::select::select;
use crate::wire::{Scope, Step, Verb};

impl Browser {
    /// Carries out the steps of an effect. A selector that matches nothing, or is none, has no effect, as in a browser.
    pub(super) fn run(&mut self, steps: &[Step], from: Id) {
        for Step { scope, verb } in steps {
            for element in self.targets(scope, from) {
                self.run_on(element, verb);
            }
        }
    }

    fn targets(&self, scope: &Scope, from: Id) -> Vec<Id> {
        let dom = &self.page.dom;
        let find = |selector: &str| select(dom, selector).unwrap_or_default();
        match scope {
            Scope::This => vec![from],
            Scope::Document(selector) => find(selector),
            Scope::Closest(selector) => {
                let found = find(selector);
                dom.ancestors(from).find(|around| found.contains(around)).into_iter().collect()
            }
            Scope::Within(selector) => {
                let inside = |element: &Id| *element != from && dom.ancestors(*element).any(|around| around == from);
                find(selector).into_iter().filter(inside).collect()
            }
        }
    }

    fn run_on(&mut self, element: Id, verb: &Verb) {
        let dom = &mut self.page.dom;
        let toggled = |is_there: bool| if is_there { None } else { Some("") };
        match verb {
            Verb::SetAttribute(name, value) => dom.set_attribute(element, name, value.as_deref()),
            Verb::ToggleHidden => {
                let hidden = toggled(dom.attribute(element, "hidden").is_some());
                dom.set_attribute(element, "hidden", hidden);
            }
            Verb::Classes(words, to) => {
                let mut classes: Vec<String> =
                    dom.attribute(element, "class").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
                for word in words.split_whitespace() {
                    let is_there = classes.iter().any(|class| class == word);
                    classes.retain(|class| class != word);
                    if to.unwrap_or(!is_there) {
                        classes.push(word.to_owned());
                    }
                }
                dom.set_attribute(element, "class", Some(&classes.join(" ")));
            }
            Verb::Open(to) => dom.set_attribute(element, "open", toggled(!to)),
            Verb::SetValue(value) => self.controls.set_value(dom, element, value),
            Verb::SetChecked(is_checked) => self.controls.mark(dom, element, *is_checked),
            Verb::Dispatch(name, detail) => {
                let event = Event { payload: Some(detail.clone()), ..Event::new(name) };
                self.tell(element, &event);
            }
            // A test could not see these.
            Verb::Focus | Verb::Scroll | Verb::Transition(..) => {}
        }
    }
}
