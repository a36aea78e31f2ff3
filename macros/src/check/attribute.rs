//! Checks the attributes and `on:` bindings of one element.

use super::{Checker, client, without_nul};
use crate::ast::{Attribute, AttributeValue, Element, Handler, Name};
use crate::bindings;
use crate::closure;
use crate::html::{self, AttributeKind, Namespace};
use crate::parse::control;

impl Checker<'_> {
    pub(super) fn attributes(&mut self, element: &mut Element) {
        let mut attributes = std::mem::take(&mut element.attributes);
        for attribute in &mut attributes {
            let name = attribute.name.text.as_str();
            if let Some(binding) = name.strip_prefix("on:") {
                attribute.value = self.binding(&element.name.text, &attribute.name, binding, &attribute.value);
            } else if name.starts_with("do:") {
                self.effects(&element.name.text, attribute);
            } else if name == "hook" {
                self.hook(attribute);
            } else if name == "client-owned" {
                element.is_client_owned = self.client_owned(attribute);
            } else if name.starts_with("transition:") {
                self.transition(&element.name.text, attribute);
            } else {
                if name == "persist" {
                    self.persist(attribute);
                }
                self.attribute(element, attribute);
            }
        }
        attributes.retain(|attribute| !is_namespace(attribute));
        // A page runs the last handler of an element first, and effects come before events.
        attributes.sort_by_key(|attribute| matches!(attribute.value, AttributeValue::Effects(_)));
        self.duplicates(&attributes);
        self.combinations(element, &attributes);
        let is_posted = element.name.text == "form" && is_posted_here(&attributes);
        let is_link = element.name.text == "a" && attributes.iter().any(|attribute| attribute.name.text == "href");
        for attribute in &mut attributes {
            if let AttributeValue::Handler(handler) = &mut attribute.value {
                handler.is_posted = is_posted && handler.binding.event == "submit";
                handler.binding.prevent(is_link);
            }
        }
        element.attributes = attributes;
    }

    /// `on:click.prevent={…}`
    fn binding(&mut self, tag: &str, name: &Name, written: &str, value: &AttributeValue) -> AttributeValue {
        let value = match value {
            AttributeValue::Value(value) => Some(value.clone()),
            AttributeValue::Flag | AttributeValue::Static(_) => {
                self.fault(name, format!("`{0}` needs a handler\nhelp: write {0}={{Event::…}}", name.text));
                None
            }
            AttributeValue::Handler(_) | AttributeValue::Effects(_) | AttributeValue::Refused(_) => None,
        };
        match (bindings::read("on:", tag, written), value) {
            (Ok(binding), Some(value)) => {
                if let Some(span) = closure::find_parameterless(&value.tokens) {
                    let help = format!("help: write {}={{Event::…}}", name.text);
                    self.errors.at(span, format!("a handler is the event, and no function that returns it\n{help}"));
                    return AttributeValue::Refused(Some(value));
                }
                if let Some(span) = closure::find_move(&value.tokens) {
                    self.errors.at(span, format!("a handler's closure captures nothing, so it cannot `move` a value into itself\nhelp: hand it the value: {}={{with(value, |value, …| Event::…)}}, or {0}={{with(value, Event::…)}}", name.text));
                }
                self.attribute_slot(&value);
                AttributeValue::Handler(Handler { binding, value, is_posted: false })
            }
            (binding, value) => {
                for fault in binding.err().into_iter().flatten() {
                    self.fault(name, fault);
                }
                AttributeValue::Refused(value)
            }
        }
    }

    fn attribute(&mut self, element: &Element, attribute: &mut Attribute) {
        let name = attribute.name.clone();
        if name.text.is_empty() {
            return;
        }
        attribute.name.text = html::canonical_attribute(element.namespace, html::without_prefix(&name.text));
        if let AttributeValue::Static(text) = &mut attribute.value {
            *text = without_nul(text);
        }
        let (tag, canonical) = (element.name.text.as_str(), attribute.name.text.as_str());
        let fault = match &attribute.value {
            AttributeValue::Flag => static_fault(tag, canonical, None),
            AttributeValue::Static(text) => static_fault(tag, canonical, Some(text)),
            AttributeValue::Value(_) => value_fault(tag, canonical),
            AttributeValue::Handler(_) | AttributeValue::Effects(_) | AttributeValue::Refused(_) => None,
        };
        let fault = fault.or_else(|| name_fault(element.namespace, &name.text));
        if let Some(fault) = fault {
            self.fault(&name, fault);
            attribute.value = AttributeValue::Refused(attribute.value.expression());
        } else if let AttributeValue::Value(value) = &attribute.value {
            self.attribute_slot(value);
            if control::lacks_else(&value.tokens) {
                let help = match attribute.name.text.as_str() {
                    "class" => "class={[(\"open\", is_open)]}".to_owned(),
                    name => format!("{name}={{is_open.then_some(\"…\")}}"),
                };
                self.errors.at(value.span, format!("an `if` in a value needs an `else`\nhelp: write {help}"));
                attribute.value = AttributeValue::Refused(None);
            }
        }
    }

    fn duplicates(&mut self, attributes: &[Attribute]) {
        for (position, attribute) in attributes.iter().enumerate() {
            let before = &attributes[..position];
            let name = &attribute.name;
            match &attribute.value {
                AttributeValue::Handler(handler) => {
                    let twice = before.iter().any(|other| {
                        matches!(&other.value, AttributeValue::Handler(other) if other.binding.is_heard_with(&handler.binding))
                    });
                    if twice {
                        let written = name.text.split('.').next().unwrap_or_default();
                        self.fault(name, format!("this element has two handlers of `{written}`\nhelp: send one event, and let `update` do both"));
                    }
                }
                _ if !name.text.is_empty() && before.iter().any(|other| other.name.text == name.text) => {
                    let help = match name.text.as_str() {
                        "class" => {
                            "\nhelp: put all of them in one list: class={[(\"always\", true), (\"sometimes\", condition)]}"
                        }
                        "style" => "\nhelp: put all of them in one list: style={[(\"width\", …), (\"color\", …)]}",
                        _ => "",
                    };
                    let written = client::written(&name.text);
                    self.fault(name, format!("the attribute `{written}` is given twice{help}"));
                }
                _ => {}
            }
        }
    }

    /// Refuses attributes that are wrong beside another attribute.
    fn combinations(&mut self, element: &Element, attributes: &[Attribute]) {
        let is = |name: &str, wanted: fn(&str) -> bool| {
            attributes.iter().any(|attribute| {
                attribute.name.text == name && matches!(&attribute.value, AttributeValue::Static(text) if wanted(text))
            })
        };
        let has_value = |attribute: &&Attribute| matches!(attribute.value, AttributeValue::Value(_));
        let tag = element.name.text.as_str();
        let is_popover = attributes.iter().any(|attribute| attribute.name.text == "popover");
        if is_popover && !matches!(tag, "details" | "dialog") {
            for open in attributes.iter().filter(|attribute| attribute.name.text == "open" && !has_value(attribute)) {
                self.fault(&open.name, "a popover has no attribute `open` in HTML\nhelp: write open={true}");
            }
        }
        for attribute in attributes.iter().filter(has_value) {
            match attribute.name.text.as_str() {
                "value" if tag == "input" && is("type", |kind| kind.eq_ignore_ascii_case("file")) => {
                    self.fault(
                        &attribute.name,
                        "only a person can choose the files of an `<input>`: its `value` cannot be set",
                    );
                }
                "by" | "from" | "to" | "values"
                    if matches!(tag, "animate" | "set") && is("attributeName", |name| name.ends_with("href")) =>
                {
                    self.fault(&attribute.name, "a value cannot be animated into a URL: it cannot be made safe there\nhelp: set `href={…}` on the element itself");
                }
                "attributeName" if matches!(tag, "animate" | "set") => {
                    self.fault(
                        &attribute.name,
                        "a value cannot name the attribute that is animated\nhelp: write it in quotes",
                    );
                }
                _ => {}
            }
        }
    }

    pub(super) fn fault(&mut self, name: &Name, message: impl Into<String>) {
        self.errors.between(name.from, name.to, message);
    }
}

/// Returns true for `xmlns="…"`, which is redundant: an HTML parser knows the namespace by the tag.
fn is_namespace(attribute: &Attribute) -> bool {
    let name = attribute.name.text.as_str();
    (name == "xmlns" || name.starts_with("xmlns:")) && matches!(attribute.value, AttributeValue::Static(_))
}

/// Returns true if a browser without scripts posts this form to the page itself.
fn is_posted_here(attributes: &[Attribute]) -> bool {
    let is_post = |attribute: &Attribute| match &attribute.value {
        AttributeValue::Static(method) => attribute.name.text == "method" && method.eq_ignore_ascii_case("post"),
        _ => false,
    };
    attributes.iter().any(is_post) && attributes.iter().all(|attribute| attribute.name.text != "action")
}

fn name_fault(namespace: Namespace, name: &str) -> Option<String> {
    let fault = match name {
        "key" => "`key` is not an attribute: it belongs to a `for`\nhelp: write for row in rows, key = row.id { … }"
            .to_owned(),
        "className" => "the attribute is called `class`".to_owned(),
        _ if name.starts_with("data-tealight") => {
            format!("`{name}` is reserved for Tealight\nhelp: give it another name")
        }
        "htmlFor" => "the attribute is called `for`".to_owned(),
        _ if event_of(name).is_some() => {
            let event = event_of(name).unwrap_or_default();
            format!("there is no attribute `{name}`\nhelp: write on:{event}={{Event::…}}")
        }
        _ if name.ends_with(['-', ':', '.']) => format!("the attribute's name `{name}` is not finished"),
        _ if name.starts_with("xlink:") || name.starts_with("xml:") => {
            (name == html::without_prefix(name)).then(|| format!("`{name}` is obsolete in SVG and MathML"))?
        }
        _ if name.starts_with("class:") => {
            format!("there is no `{name}`\nhelp: write class={{[(\"{}\", condition)]}}", &name["class:".len()..])
        }
        _ if name.starts_with("style:") => {
            format!("there is no `{name}`\nhelp: write style={{[(\"{}\", …)]}}", &name["style:".len()..])
        }
        _ if namespace == Namespace::Html && name.contains(|c: char| c.is_ascii_uppercase()) => {
            format!("attribute names are in lower case\nhelp: write {}", name.to_ascii_lowercase())
        }
        _ => return None,
    };
    Some(fault)
}

/// Returns the event of `on-click`, `on_click` and `v-on:click`, which are bindings in other languages.
fn event_of(name: &str) -> Option<&str> {
    let event = ["on-", "on_", "v-on:"].iter().find_map(|prefix| name.strip_prefix(prefix))?;
    bindings::is_known(event).then_some(event)
}

fn static_fault(tag: &str, name: &str, text: Option<&str>) -> Option<String> {
    if html::is_boolean(tag, name) && text.is_some_and(|text| text == "false" || text.starts_with('{')) {
        let text = text.unwrap_or_default();
        return Some(format!(
            "`{name}` is on with any text, also with \"{text}\"\nhelp: write {name}={{…}} with a `bool`"
        ));
    }
    let is_url = html::attribute_kind(tag, name) == AttributeKind::Url;
    let fault = match (tag, name) {
        _ if is_url && text.is_some_and(html::is_active_url) => {
            "a `javascript:` URL is refused\nhelp: write on:click={Event::…}"
        }
        ("input", "indeterminate") => {
            "`indeterminate` is a property: HTML has no attribute of this name\nhelp: write indeterminate={true}"
        }
        _ => return no_such_attribute(tag, name),
    };
    Some(fault.to_owned())
}

fn value_fault(tag: &str, name: &str) -> Option<String> {
    let fault = match (tag, name) {
        _ if is_script(name) => return Some(script_fault(name)),
        (_, "srcdoc") => {
            "a value cannot be used in `srcdoc`: it is a whole document, and cannot be made safe\nhelp: serve the document at an address of its own: src={…}"
        }
        ("script", "type") => "a value cannot be the `type` of a script\nhelp: write it in quotes",
        _ => return no_such_attribute(tag, name),
    };
    Some(fault.to_owned())
}

/// Refuses attributes that do not exist, though an author may expect them, and one that hides the element's content.
fn no_such_attribute(tag: &str, name: &str) -> Option<String> {
    let fault = match (tag, name) {
        ("select", "value") => "`<select>` has no attribute `value`\nhelp: write `selected={…}` on the <option>",
        ("textarea", "value") => "`<textarea>` has no attribute `value`\nhelp: write <textarea>{…}</textarea>",
        ("template", "shadowrootmode") => {
            "a shadow root cannot be part of a view: a browser takes it out of the page\nhelp: create it in the custom element's own script"
        }
        _ => return None,
    };
    Some(fault.to_owned())
}

/// Returns true for `onclick` and its like, whose values are programs.
fn is_script(name: &str) -> bool {
    let name = name.as_bytes();
    name.len() > 2 && name[..2].eq_ignore_ascii_case(b"on") && name[2..].iter().all(u8::is_ascii_alphabetic)
}

fn script_fault(name: &str) -> String {
    let event = name[2..].to_ascii_lowercase();
    let event = if bindings::is_known(&event) { &event } else { "click" };
    format!("a value cannot be used in `{name}`: it would run as a program\nhelp: write on:{event}={{Event::…}}")
}
