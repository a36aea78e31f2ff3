//! Checks the attributes for scripts on the page: `do:…`, `hook`, `client-owned`, `persist` and `transition:…`.

use super::Checker;
use crate::ast::{Attribute, AttributeValue, Handler};
use crate::bindings;

const PREFIX: &str = "do:";

/// The attribute by which the page's script finds hooks.
const HOOK: &str = "data-tealight-hook";

/// The attribute by which the page's script leaves an element's content alone.
const OWNED: &str = "data-tealight-owned";

/// The attributes in which the page's script finds the classes of a transition.
const ENTER: &str = "data-tealight-enter";
const LEAVE: &str = "data-tealight-leave";

/// The message for a `persist` without a text.
const NO_NAME: &str = "`persist` needs a name: other views find the element by it\nhelp: write persist=\"player\", and give no other element of a page this name";

/// Returns the name of an attribute as an author writes it.
pub(super) fn written(name: &str) -> &str {
    match name {
        HOOK => "hook",
        OWNED => "client-owned",
        ENTER => "transition:enter",
        LEAVE => "transition:leave",
        _ => name,
    }
}

/// Returns true if few templates have this attribute, so that their pages load a part of the script for it.
pub(crate) fn is_rare(name: &str) -> bool {
    matches!(name, HOOK | ENTER | LEAVE | "persist")
}

impl Checker<'_> {
    /// Checks `do:click.prevent={…}`. The attribute's name in the page tells the script when to run the effects.
    pub(super) fn effects(&mut self, tag: &str, attribute: &mut Attribute) {
        let name = attribute.name.clone();
        let value = attribute.value.expression();
        if matches!(attribute.value, AttributeValue::Flag | AttributeValue::Static(_)) {
            self.fault(&name, format!("`{0}` needs an effect\nhelp: write {0}={{hide(\"#menu\")}}", name.text));
        }
        attribute.value = match (bindings::read(PREFIX, tag, &name.text[PREFIX.len()..]), value) {
            (Ok(binding), Some(value)) => {
                self.attribute_slot(&value);
                let is_named = |key: &String| key.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit());
                if let Some(key) = binding.keys.iter().find(|key| !is_named(key)) {
                    self.fault(&name, format!("`do:` cannot hear the key `{key}`: it becomes an attribute, and an attribute's name cannot contain that\nhelp: write on:…={{Event::…}}, and return `Command::effect` from `update`"));
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

    /// Checks `hook="Chart"`.
    pub(super) fn hook(&mut self, attribute: &mut Attribute) {
        let is_name = matches!(&attribute.value, AttributeValue::Static(name) if !name.trim().is_empty());
        if is_name {
            attribute.name.text = HOOK.to_owned();
        } else {
            self.fault(
                &attribute.name,
                "a hook's name must be in quotes: the page's script finds the hook by it\nhelp: write hook=\"Chart\", and pass values that change in `data-` attributes",
            );
            attribute.value = AttributeValue::Refused(attribute.value.expression());
        }
    }

    /// Checks `client-owned`. Returns true.
    pub(super) fn client_owned(&mut self, attribute: &mut Attribute) -> bool {
        if matches!(attribute.value, AttributeValue::Flag) {
            attribute.name.text = OWNED.to_owned();
        } else {
            self.fault(&attribute.name, "`client-owned` takes no value: leave it out if the children are Tealight's");
            attribute.value = AttributeValue::Refused(attribute.value.expression());
        }
        true
    }

    /// Checks `persist="player"`.
    pub(super) fn persist(&mut self, attribute: &mut Attribute) {
        let fault = match &attribute.value {
            AttributeValue::Flag => NO_NAME,
            AttributeValue::Static(name) if name.trim().is_empty() => NO_NAME,
            AttributeValue::Static(_) if self.is_in_list => {
                "all rows would persist by the same name, and only the first one of a name counts\nhelp: write persist={format!(\"player-{}\", …)}, with something that no other row has"
            }
            _ => return,
        };
        self.fault(&attribute.name, fault);
        attribute.value = AttributeValue::Refused(attribute.value.expression());
    }

    /// Checks `transition:leave="fading"`.
    pub(super) fn transition(&mut self, tag: &str, attribute: &mut Attribute) {
        match self.transition_name(tag, attribute) {
            Ok(name) => {
                name.clone_into(&mut attribute.name.text);
                if let AttributeValue::Value(value) = &attribute.value {
                    self.attribute_slot(value);
                }
            }
            Err(fault) => {
                self.fault(&attribute.name, fault);
                attribute.value = AttributeValue::Refused(attribute.value.expression());
            }
        }
    }

    /// Returns the name of the attribute in the page.
    fn transition_name(&self, tag: &str, attribute: &Attribute) -> Result<&'static str, String> {
        let written = attribute.name.text.as_str();
        let name = match written {
            "transition:enter" => ENTER,
            "transition:leave" => LEAVE,
            _ => {
                return Err(format!(
                    "there is no `{written}`\nhelp: write transition:enter=\"…\" or transition:leave=\"…\"; the style sheet says how long it takes"
                ));
            }
        };
        if let Some(holder) = &self.holder {
            return Err(format!(
                "this `<{tag}>` comes and goes with the `<{holder}>` around it, so it has no transition of its own\nhelp: write `{written}` on an element that an `if`, a `match` or a `for` adds and removes"
            ));
        }
        match &attribute.value {
            AttributeValue::Value(_) | AttributeValue::Refused(_) => Ok(name),
            AttributeValue::Static(classes) if !classes.trim().is_empty() => Ok(name),
            _ => Err(format!(
                "`{written}` needs classes\nhelp: write {written}=\"fading\", and give `.fading` an animation in the style sheet"
            )),
        }
    }
}
