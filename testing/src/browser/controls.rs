//! The state of controls, which is not in the HTML: what was typed, checked and chosen.

use std::collections::HashMap;

use crate::model::{Dom, Id, NodeKind, Property, ROOT};

/// Values that differ from what the attributes say.
#[derive(Clone, Debug, Default)]
pub(super) struct Controls {
    values: HashMap<Id, String>,
    /// Boxes that are checked or not, options that are selected or not.
    marked: HashMap<Id, bool>,
    /// For elements that a person has opened or closed: whether the server has them open.
    opened: HashMap<Id, bool>,
}

impl Controls {
    /// Takes over the properties that the server has written.
    pub(super) fn write(&mut self, dom: &Dom, properties: impl Iterator<Item = Property>) {
        for Property { element, name, value } in properties {
            match &*name {
                "value" => drop(self.values.insert(element, value.unwrap_or_default())),
                "checked" => self.mark(dom, element, value.is_some()),
                "selected" => drop(self.marked.insert(element, value.is_some())),
                "open" => drop(self.opened.remove(&element)),
                _ => {}
            }
        }
    }

    pub(super) fn set_value(&mut self, dom: &Dom, control: Id, value: &str) {
        if dom.tag(control) == "select" {
            self.choose(dom, control, &[value]);
        } else {
            self.values.insert(control, value.to_owned());
        }
    }

    /// Opens a `<details>`, or closes it.
    pub(super) fn toggle(&mut self, dom: &mut Dom, details: Id) {
        let was_open = dom.attribute(details, "open").is_some();
        self.opened.entry(details).or_insert(was_open);
        dom.set_attribute(details, "open", if was_open { None } else { Some("") });
    }

    /// Shows the server's value of a property that is no text.
    pub(super) fn take_back(&mut self, dom: &mut Dom, element: Id, property: &str) {
        match property {
            "checked" | "selected" => drop(self.marked.remove(&element)),
            "open" => {
                if let Some(is_open) = self.opened.remove(&element) {
                    dom.set_attribute(element, "open", is_open.then_some(""));
                }
            }
            _ => {}
        }
    }

    /// The control's `value`, as a script would read it.
    pub(super) fn value(&self, dom: &Dom, control: Id) -> String {
        if let Some(value) = self.values.get(&control) {
            return value.clone();
        }
        match dom.tag(control) {
            "select" => self.chosen(dom, control).into_iter().next().unwrap_or_default(),
            "option" => option_value(dom, control),
            "input" if is_box(dom, control) => dom.attribute(control, "value").unwrap_or("on").to_owned(),
            "input" | "button" => dom.attribute(control, "value").unwrap_or_default().to_owned(),
            _ => content(dom, control),
        }
    }

    pub(super) fn is_checked(&self, dom: &Dom, control: Id) -> bool {
        self.marked.get(&control).copied().unwrap_or_else(|| dom.attribute(control, "checked").is_some())
    }

    /// Checks a box or not. Of radio buttons of one name and form, one is checked at most.
    pub(super) fn mark(&mut self, dom: &Dom, control: Id, is_checked: bool) {
        if is_checked && dom.attribute(control, "type") == Some("radio") {
            let group = |other: Id| (dom.attribute(other, "name").map(str::to_owned), form_of(dom, other));
            for other in dom.elements(ROOT) {
                if dom.attribute(other, "type") == Some("radio") && group(other) == group(control) {
                    self.marked.insert(other, false);
                }
            }
        }
        self.marked.insert(control, is_checked);
    }

    /// Selects the options with these values, and no others. Returns false if a person cannot choose one of them.
    pub(super) fn choose(&mut self, dom: &Dom, select: Id, values: &[&str]) -> bool {
        let options = options(dom, select);
        let is_meant =
            |option: Id, value: &str| option_value(dom, option) == value || content(dom, option).trim() == value;
        for &option in &options {
            self.marked.insert(option, values.iter().any(|value| is_meant(option, value)));
        }
        let can_choose = |option: Id, value: &str| is_meant(option, value) && !is_disabled(dom, option);
        values.iter().all(|value| options.iter().any(|option| can_choose(*option, value)))
    }

    /// The values of the options that are selected.
    pub(super) fn chosen(&self, dom: &Dom, select: Id) -> Vec<String> {
        let options = options(dom, select);
        let is_marked = |option: &Id| {
            self.marked.get(option).copied().unwrap_or_else(|| dom.attribute(*option, "selected").is_some())
        };
        let mut chosen: Vec<Id> = options.iter().copied().filter(is_marked).collect();
        if dom.attribute(select, "multiple").is_none() {
            let first = || options.iter().copied().find(|option| !is_disabled(dom, *option));
            chosen = chosen.pop().or_else(first).into_iter().collect();
        }
        chosen.into_iter().map(|option| option_value(dom, option)).collect()
    }

    /// The fields that a form sends, without files.
    pub(super) fn form_data(&self, dom: &Dom, form: Id, submitter: Option<Id>) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        for control in dom.elements(ROOT) {
            let kind = dom.attribute(control, "type").unwrap_or_default();
            let is_field = match dom.tag(control) {
                "button" => submitter == Some(control),
                "input" => match kind {
                    "submit" | "image" => submitter == Some(control),
                    "button" | "reset" | "file" => false,
                    "checkbox" | "radio" => self.is_checked(dom, control),
                    _ => true,
                },
                "select" | "textarea" => true,
                _ => false,
            };
            let name = dom.attribute(control, "name").unwrap_or_default();
            if !is_field || name.is_empty() || form_of(dom, control) != Some(form) || is_disabled(dom, control) {
                continue;
            }
            let values = match dom.tag(control) {
                "select" => self.chosen(dom, control),
                _ => vec![self.value(dom, control)],
            };
            fields.extend(values.into_iter().map(|value| (name.to_owned(), value)));
        }
        fields
    }

    /// Puts a form's controls back to what the HTML says.
    pub(super) fn reset(&mut self, dom: &Dom, form: Id) {
        let is_inside = |control: Id| match dom.tag(control) {
            "option" => dom.ancestors(control).any(|around| form_of(dom, around) == Some(form)),
            _ => form_of(dom, control) == Some(form),
        };
        self.values.retain(|control, _| !is_inside(*control));
        self.marked.retain(|control, _| !is_inside(*control));
    }
}

/// The form that a control belongs to.
pub(super) fn form_of(dom: &Dom, control: Id) -> Option<Id> {
    match dom.attribute(control, "form") {
        Some(id) => dom.elements(ROOT).into_iter().find(|form| dom.attribute(*form, "id") == Some(id)),
        None => dom.ancestors(control).find(|around| dom.tag(*around) == "form"),
    }
}

pub(super) fn is_box(dom: &Dom, control: Id) -> bool {
    matches!(dom.attribute(control, "type"), Some("checkbox" | "radio"))
}

/// Returns true if the control, or a `<fieldset>` around it, is disabled.
pub(super) fn is_disabled(dom: &Dom, control: Id) -> bool {
    dom.attribute(control, "disabled").is_some()
        || dom
            .ancestors(control)
            .any(|around| dom.tag(around) == "fieldset" && dom.attribute(around, "disabled").is_some())
}

fn options(dom: &Dom, select: Id) -> Vec<Id> {
    dom.elements(select).into_iter().filter(|element| dom.tag(*element) == "option").collect()
}

fn option_value(dom: &Dom, option: Id) -> String {
    match dom.attribute(option, "value") {
        Some(value) => value.to_owned(),
        None => content(dom, option).split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

fn content(dom: &Dom, element: Id) -> String {
    let text = |child: &Id| match dom.kind(*child) {
        NodeKind::Text(text) => text.clone(),
        _ => content(dom, *child),
    };
    match dom.kind(element) {
        NodeKind::Element { .. } => dom.children(element).iter().map(text).collect(),
        _ => String::new(),
    }
}
