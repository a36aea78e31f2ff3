use super::Slot;
use crate::ast::{AttributeValue, Element};
use crate::bindings::{Binding, Payload};
use crate::check::client;
use crate::html::AttributeKind;

/// The parts of the client's script that a template needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// The template has something that a person fills in, chooses or opens, or hears of it.
    pub(crate) controls: bool,
    pub(crate) effects: bool,
    /// The template has transitions, hooks or elements that persist, or hears of positions, of media, or of events that do not pass through their
    /// element.
    pub(crate) rare: bool,
}

impl Needs {
    /// Adds what an element needs without its slots.
    pub(super) fn add_element(&mut self, element: &Element) {
        let tag = &*element.name.text;
        // A custom element may be a control.
        self.controls |= matches!(tag, "input" | "select" | "textarea")
            || tag.contains('-')
            || element.attributes.iter().any(|attribute| matches!(&*attribute.name.text, "contenteditable" | "leave"));
        for attribute in &element.attributes {
            self.rare |= client::is_rare(&attribute.name.text);
            if let AttributeValue::Handler(handler) | AttributeValue::Effects(handler) = &attribute.value {
                self.controls |= hears_controls(&handler.binding);
                self.rare |= is_rare(&handler.binding);
            }
            self.effects |= matches!(attribute.value, AttributeValue::Effects(_));
        }
    }

    /// Adds what a slot needs.
    pub(super) fn add_slot(&mut self, slot: &Slot<'_>) {
        self.controls |= matches!(slot, Slot::Attribute { kind: AttributeKind::Property, .. });
    }
}

/// Returns true if the event does not pass through its element, or says how something is scrolled or plays.
fn is_rare(Binding { is_searched, payload, .. }: &Binding) -> bool {
    *is_searched || matches!(payload, Payload::Scroll | Payload::Media)
}

/// Returns true if the event may come from a control, from something that opens or is dragged, or from an input method; or
/// if it may wait, as such events do.
fn hears_controls(binding: &Binding) -> bool {
    let Binding { event, payload, .. } = binding;
    binding.is_delayed()
        || matches!(payload, Payload::Text | Payload::Form | Payload::Checked | Payload::Chosen | Payload::Key)
        || matches!(&**event, "reset" | "drop" | "toggle" | "close" | "cancel" | "volumechange")
}
