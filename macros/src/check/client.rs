//! Attributes for the page's own script and for others: `do:…`, `hook`, `client-owned`.

use super::{Checker, attribute};
use crate::ast::{Attribute, AttributeValue, Handler};
use crate::bindings;

const PREFIX: &str = "do:";

/// What a page's script finds hooks by.
const HOOK: &str = "data-tealight-hook";

impl Checker<'_> {
    /// `do:click.prevent={…}`: its name is what the page is told of it.
    pub(super) fn effects(&mut self, tag: &str, attribute: &mut Attribute) {
        let name = attribute.name.clone();
        let value = attribute::expression(&attribute.value);
        if matches!(attribute.value, AttributeValue::Flag | AttributeValue::Static(_)) {
            self.fault(&name, format!("`{0}` needs an effect\nhelp: write {0}={{hide(\"#menu\")}}", name.text));
        }
        attribute.value = match (bindings::read(PREFIX, tag, &name.text[PREFIX.len()..]), value) {
            (Ok(binding), Some(value)) => {
                self.attribute_slot(&value);
                let is_named = |key: &String| key.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit());
                if let Some(key) = binding.keys.iter().find(|key| !is_named(key)) {
                    self.fault(&name, format!("`do:` cannot hear the key `{key}`: it is an attribute, and no attribute's name holds that\nhelp: write on:…={{Event::…}}, and return `Command::effect` from `update`"));
                }
                attribute.name.text = format!("{PREFIX}{}{}", binding.event, binding.conditions());
                AttributeValue::Effects(Handler { binding, value, is_posted: false })
            }
            (binding, value) => {
                for fault in binding.err().into_iter().flatten() {
                    self.fault(&name, fault);
                }
                AttributeValue::Refused(value)
            }
        };
    }

    /// `hook="Chart"`
    pub(super) fn hook(&mut self, attribute: &mut Attribute) {
        let is_name = matches!(&attribute.value, AttributeValue::Static(name) if !name.trim().is_empty());
        if is_name {
            attribute.name.text = HOOK.to_owned();
        } else {
            self.fault(
                &attribute.name,
                "a hook's name is written in quotes: the page's script knows it by that\nhelp: write hook=\"Chart\"; what changes is given to it in `data-` attributes",
            );
            attribute.value = AttributeValue::Refused(attribute::expression(&attribute.value));
        }
    }

    /// `client-owned`: known here and nowhere else. Whether it is.
    pub(super) fn client_owned(&mut self, attribute: &mut Attribute) -> bool {
        if !matches!(attribute.value, AttributeValue::Flag) {
            self.fault(
                &attribute.name,
                "`client-owned` takes no value: another script owns what is inside, or it does not",
            );
        }
        attribute.value = AttributeValue::Refused(attribute::expression(&attribute.value));
        true
    }
}
