//! The actions of a person, with a browser's own reactions: a click on a submit button submits its form.

use serde_json::{Map, Value};

use super::controls::{form_of, is_box, is_disabled};
use super::{Browser, Event};
use crate::model::{Handler, Id, ROOT};

/// A key, and those that are held with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    key: String,
    held: Vec<&'static str>,
}

impl Keys {
    /// Reads `Enter`, `a`, `Ctrl+z`, `Alt+Shift+ArrowUp`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let split = text.char_indices().rev().skip(1).find(|(_, char)| *char == '+');
        let (held, key) = split.map_or(("", text), |(at, _)| (&text[..at], &text[at + 1..]));
        let name = |name: &str| match name.to_ascii_lowercase().as_str() {
            "ctrl" | "control" => Some("ctrl"),
            "alt" => Some("alt"),
            "shift" => Some("shift"),
            "meta" => Some("meta"),
            _ => None,
        };
        let held = held.split('+').filter(|held| !held.is_empty()).map(name).collect::<Option<_>>()?;
        let key = if key == "Space" { " " } else { key };
        (!key.is_empty()).then(|| Self { key: key.to_owned(), held })
    }

    /// Reads the payload of a key event. Returns `None` if it has no key.
    pub(super) fn of(payload: &Value) -> Option<Self> {
        let key = payload.get("key")?.as_str()?.to_owned();
        let is_held = |held: &&str| payload[format!("{held}Key")] == true;
        Some(Self { key, held: ["ctrl", "alt", "shift", "meta"].into_iter().filter(is_held).collect() })
    }

    /// Returns true if a binding is for this key. Keys that it does not name must not be held, except Shift.
    pub(super) fn are(&self, wanted: &[String]) -> bool {
        let name = match &*self.key {
            " " => "space".to_owned(),
            "." => "period".to_owned(),
            key => key.to_lowercase(),
        };
        let is_held = |wanted: &str| self.held.contains(&wanted);
        wanted.iter().all(|wanted| match wanted.as_str() {
            modifier @ ("ctrl" | "alt" | "shift" | "meta") => is_held(modifier),
            key => key == name,
        }) && ["ctrl", "alt", "meta"].iter().all(|held| !is_held(held) || wanted.iter().any(|wanted| wanted == held))
    }

    pub(super) fn payload(&self) -> Value {
        let code = match self.key.chars().next() {
            Some(' ') => "Space".to_owned(),
            Some(letter) if self.key.len() == 1 && letter.is_ascii_alphabetic() => {
                format!("Key{}", letter.to_ascii_uppercase())
            }
            Some(digit) if self.key.len() == 1 && digit.is_ascii_digit() => format!("Digit{digit}"),
            _ => self.key.clone(),
        };
        let mut payload = Map::new();
        payload.insert("key".to_owned(), self.key.clone().into());
        payload.insert("code".to_owned(), code.into());
        for held in &self.held {
            payload.insert(format!("{held}Key"), true.into());
        }
        Value::Object(payload)
    }
}

/// The reason why an action is not possible.
pub(crate) type Impossible = String;

impl Browser {
    pub(crate) fn click(&mut self, element: Id) -> Result<(), Impossible> {
        let dom = &self.page.dom;
        let button = dom.ancestors(element).find(|around| dom.tag(*around) == "button");
        if is_disabled(dom, button.unwrap_or(element)) {
            return Err("the element is disabled, so a click does nothing".to_owned());
        }
        let was_checked = is_box(dom, element).then(|| self.controls.is_checked(dom, element));
        let is_radio = dom.attribute(element, "type") == Some("radio");
        if let Some(was_checked) = was_checked {
            self.controls.mark(dom, element, is_radio || !was_checked);
        }
        let outcome = self.tell(element, &Event::new("click"));
        let mut has_effect = outcome.is_heard;
        if outcome.is_prevented {
            if let Some(was_checked) = was_checked {
                self.controls.mark(&self.page.dom, element, was_checked);
            }
        } else if let Some(was_checked) = was_checked {
            if !(is_radio && was_checked) {
                for name in ["input", "change"] {
                    has_effect |= self.tell(element, &Event::new(name)).is_heard;
                }
            }
            has_effect |= form_of(&self.page.dom, element).is_some();
        } else {
            has_effect |= self.activate(element)?;
        }
        if has_effect { Ok(()) } else { Err(self.unheard("click")) }
    }

    /// Reacts to a click as a browser does. Returns false if it does nothing.
    fn activate(&mut self, element: Id) -> Result<bool, Impossible> {
        let dom = &self.page.dom;
        let around = dom.ancestors(element).find_map(|around| {
            let kind = dom.attribute(around, "type");
            match (dom.tag(around), kind) {
                ("button", None | Some("submit")) | ("input", Some("submit" | "image")) => Some((around, "submit")),
                ("button" | "input", Some("reset")) => Some((around, "reset")),
                ("button", _) => Some((around, "")),
                ("a", _) if dom.attribute(around, "href").is_some() => Some((around, "link")),
                ("label", _) => Some((around, "label")),
                ("summary", _) => Some((around, "summary")),
                _ => None,
            }
        });
        let Some((element, action)) = around else { return Ok(false) };
        match action {
            "submit" => match form_of(dom, element) {
                Some(form) => self.submit_by(form, Some(element)).map(|()| true),
                None => Ok(false),
            },
            "reset" => match form_of(dom, element) {
                Some(form) => {
                    if !self.tell(form, &Event::new("reset")).is_prevented {
                        self.controls.reset(&self.page.dom, form);
                    }
                    Ok(true)
                }
                None => Ok(false),
            },
            "link" => {
                let attribute = |name| dom.attribute(element, name);
                let url = attribute("href").unwrap_or_default().to_owned();
                let is_here =
                    matches!(attribute("target"), None | Some("" | "_self")) && attribute("download").is_none();
                if is_here {
                    self.follow(&url);
                }
                self.url = url;
                Ok(true)
            }
            "label" => match labelled(self, element) {
                Some(control) => self.click(control).map(|()| true),
                None => Ok(false),
            },
            "summary" => {
                let Some(details) = dom.parent(element) else { return Ok(false) };
                self.controls.toggle(&mut self.page.dom, details);
                self.tell(details, &Event::new("toggle"));
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Types a text over the content of a control.
    pub(crate) fn fill(&mut self, control: Id, text: &str) -> Result<(), Impossible> {
        let dom = &self.page.dom;
        if is_disabled(dom, control) {
            return Err("the control is disabled, so nobody can type there".to_owned());
        }
        if dom.attribute(control, "readonly").is_some() {
            return Err("the control is read-only, so nobody can type there".to_owned());
        }
        match (dom.tag(control), dom.attribute(control, "type")) {
            ("input", Some("checkbox" | "radio")) => return Err("a box cannot be filled. Use `click`".to_owned()),
            ("select", _) => return Err("a `<select>` cannot be filled. Use `choose`".to_owned()),
            ("input" | "textarea", _) => {}
            (tag, _) => return Err(format!("a `<{tag}>` cannot be filled; an `<input>` or a `<textarea>` can")),
        }
        self.controls.set_value(dom, control, text);
        self.tell(control, &Event::new("input"));
        Ok(())
    }

    /// Commits the text that was typed.
    pub(crate) fn change(&mut self, control: Id) {
        self.tell(control, &Event::new("change"));
    }

    pub(crate) fn choose(&mut self, select: Id, values: &[&str]) -> Result<(), Impossible> {
        let dom = &self.page.dom;
        if dom.tag(select) != "select" {
            return Err(format!("a `<{}>` has nothing to choose; a `<select>` has", dom.tag(select)));
        }
        if is_disabled(dom, select) {
            return Err("the `<select>` is disabled, so nobody can choose there".to_owned());
        }
        if !self.controls.choose(dom, select, values) {
            return Err(format!("the `<select>` has no option {values:?}, or the option is disabled"));
        }
        self.tell(select, &Event::new("input"));
        self.tell(select, &Event::new("change"));
        Ok(())
    }

    /// Submits the form that the element is, or belongs to, with no button.
    pub(crate) fn submit(&mut self, element: Id) -> Result<(), Impossible> {
        match form_of(&self.page.dom, element) {
            Some(form) => self.submit_by(form, None),
            None => Err("the element is no form, and no control of one".to_owned()),
        }
    }

    fn submit_by(&mut self, form: Id, submitter: Option<Id>) -> Result<(), Impossible> {
        let outcome = self.tell(form, &Event { submitter, ..Event::new("submit") });
        let has_reset =
            |handler: &Handler| handler.element == form && handler.binding.modifiers.iter().any(|name| name == "reset");
        if self.page.bindings().iter().any(has_reset) {
            self.emptied = Some(self.controls.clone());
            self.controls.reset(&self.page.dom, form);
        }
        if outcome.is_heard { Ok(()) } else { Err(self.unheard("submit")) }
    }

    /// Presses and releases a key.
    pub(crate) fn press(&mut self, element: Id, keys: &Keys) -> Result<(), Impossible> {
        let event = |name: &str| Event { keys: Some(keys.clone()), ..Event::new(name) };
        let down = self.tell(element, &event("keydown"));
        let mut is_heard = down.is_heard;
        if !down.is_prevented && keys.held.is_empty() {
            is_heard |= self.activate_by(element, &keys.key)?;
        }
        is_heard |= self.tell(element, &event("keyup")).is_heard;
        if is_heard { Ok(()) } else { Err(self.unheard("keydown")) }
    }

    fn activate_by(&mut self, element: Id, key: &str) -> Result<bool, Impossible> {
        let dom = &self.page.dom;
        let is_box = is_box(dom, element);
        match (key, dom.tag(element)) {
            ("Enter" | " ", "button" | "summary") | ("Enter", "a") => self.click(element).map(|()| true),
            (" ", "input") if is_box => self.click(element).map(|()| true),
            ("Enter", "input") => {
                let Some(form) = form_of(dom, element) else { return Ok(false) };
                let is_default = |button: &Id| {
                    let kind = dom.attribute(*button, "type");
                    form_of(dom, *button) == Some(form)
                        && match dom.tag(*button) {
                            "button" => matches!(kind, None | Some("submit")),
                            "input" => matches!(kind, Some("submit" | "image")),
                            _ => false,
                        }
                };
                match dom.elements(ROOT).into_iter().find(is_default) {
                    Some(button) => self.click(button).map(|()| true),
                    None => self.submit_by(form, None).map(|()| true),
                }
            }
            _ => Ok(false),
        }
    }

    /// Dispatches any other event at the element.
    pub(crate) fn dispatch(&mut self, element: Id, name: &str, payload: Value) -> Result<(), Impossible> {
        let payload = Some(payload).filter(|payload| !payload.is_null());
        let outcome = self.tell(element, &Event { payload, ..Event::new(name) });
        if outcome.is_heard { Ok(()) } else { Err(self.unheard(name)) }
    }

    pub(crate) fn value(&self, control: Id) -> String {
        self.controls.value(&self.page.dom, control)
    }

    pub(crate) fn is_checked(&self, control: Id) -> bool {
        self.controls.is_checked(&self.page.dom, control)
    }

    fn unheard(&self, name: &str) -> Impossible {
        let names: std::collections::BTreeSet<String> =
            self.page.bindings().into_iter().map(|handler| handler.binding.event).collect();
        let names: Vec<String> = names.into_iter().collect();
        format!(
            "neither the element nor one around it has `on:{name}` or `do:{name}`, and a browser would do nothing. \
             The page has handlers of: {}",
            if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
        )
    }
}

/// The control of a label.
fn labelled(browser: &Browser, label: Id) -> Option<Id> {
    let dom = &browser.page.dom;
    match dom.attribute(label, "for") {
        Some(id) => dom.elements(ROOT).into_iter().find(|element| dom.attribute(*element, "id") == Some(id)),
        None => dom
            .elements(label)
            .into_iter()
            .find(|element| ["button", "input", "select", "textarea"].contains(&dom.tag(*element))),
    }
}
