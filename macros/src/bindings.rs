//! The `on:` bindings: which DOM event each listens to, what its handler is given, and what may follow it.

mod modifiers;
#[cfg(test)]
mod tests;

use crate::errors::nearest;
use modifiers::{LINK, Modifiers, PREVENT};

/// What stands after `on:`, as the page is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    /// The event's type; `window:` or `document:` before it where it happens there.
    pub(crate) event: String,
    pub(crate) payload: Payload,
    /// As written, but for times, which are in milliseconds.
    pub(crate) modifiers: Vec<String>,
    /// The key that it is for, and those that are held.
    pub(crate) keys: Vec<String>,
    /// Whether no event passes by the element: the page must find the element itself.
    pub(crate) is_sought: bool,
}

/// What the page sends with an event, hence which trait its handler implements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Payload {
    None,
    /// The control's value, or what is pasted.
    Text,
    /// The form's fields.
    Form,
    /// The `detail` of an event of the page's own scripts.
    Detail,
    /// What was dragged here.
    Drop,
    /// Whether a box is checked.
    Checked,
    /// The options that are chosen.
    Chosen,
    Key,
    Pointer,
    Wheel,
    Scroll,
    Size,
    /// Whether it is open, or can be seen.
    Flag,
    Media,
}

/// Where an event can be heard.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Element,
    /// There, and at the window and the document too.
    Anywhere,
    Window,
    Document,
    /// At elements which the page must find.
    Sought,
}

struct Known {
    name: &'static str,
    payload: Payload,
    place: Place,
}

const fn known(name: &'static str, payload: Payload, place: Place) -> Known {
    Known { name, payload, place }
}

const KNOWN: &[Known] = &[
    known("click", Payload::Pointer, Place::Anywhere),
    known("dblclick", Payload::Pointer, Place::Anywhere),
    known("contextmenu", Payload::Pointer, Place::Anywhere),
    known("pointerdown", Payload::Pointer, Place::Anywhere),
    known("pointerup", Payload::Pointer, Place::Anywhere),
    known("pointermove", Payload::Pointer, Place::Anywhere),
    known("pointercancel", Payload::Pointer, Place::Anywhere),
    known("pointerenter", Payload::Pointer, Place::Element),
    known("pointerleave", Payload::Pointer, Place::Element),
    known("mouseenter", Payload::Pointer, Place::Element),
    known("mouseleave", Payload::Pointer, Place::Element),
    known("wheel", Payload::Wheel, Place::Anywhere),
    known("click-away", Payload::None, Place::Sought),
    known("keydown", Payload::Key, Place::Anywhere),
    known("keyup", Payload::Key, Place::Anywhere),
    known("focus", Payload::None, Place::Anywhere),
    known("blur", Payload::None, Place::Anywhere),
    known("focusin", Payload::None, Place::Element),
    known("focusout", Payload::None, Place::Element),
    known("input", Payload::Text, Place::Element),
    known("change", Payload::Text, Place::Element),
    known("check", Payload::Checked, Place::Element),
    known("select", Payload::Chosen, Place::Element),
    known("paste", Payload::Text, Place::Anywhere),
    known("submit", Payload::Form, Place::Element),
    known("reset", Payload::None, Place::Element),
    known("dragstart", Payload::None, Place::Element),
    known("dragend", Payload::None, Place::Element),
    known("dragenter", Payload::None, Place::Element),
    known("dragleave", Payload::None, Place::Element),
    known("drop", Payload::Drop, Place::Element),
    known("scroll", Payload::Scroll, Place::Anywhere),
    known("scrollend", Payload::Scroll, Place::Anywhere),
    known("viewport-enter", Payload::None, Place::Sought),
    known("viewport-leave", Payload::None, Place::Sought),
    known("toggle", Payload::Flag, Place::Element),
    known("close", Payload::None, Place::Element),
    known("cancel", Payload::None, Place::Element),
    known("load", Payload::None, Place::Element),
    known("error", Payload::None, Place::Element),
    known("play", Payload::Media, Place::Element),
    known("pause", Payload::Media, Place::Element),
    known("ended", Payload::Media, Place::Element),
    known("seeked", Payload::Media, Place::Element),
    known("timeupdate", Payload::Media, Place::Element),
    known("volumechange", Payload::Media, Place::Element),
    known("ratechange", Payload::Media, Place::Element),
    known("loadedmetadata", Payload::Media, Place::Element),
    known("animationend", Payload::None, Place::Element),
    known("transitionend", Payload::None, Place::Element),
    known("resize", Payload::Size, Place::Window),
    known("online", Payload::None, Place::Window),
    known("offline", Payload::None, Place::Window),
    known("visibilitychange", Payload::Flag, Place::Document),
];

/// The binding of an `on…` attribute that an author may know from HTML.
pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.iter().any(|known| known.name == name)
}

/// Reads what stands after the colon of an attribute (`prefix`: `on:`) on an element of this tag.
///
/// # Errors
/// What is wrong with it, each with its help.
pub(crate) fn read(prefix: &str, tag: &str, written: &str) -> Result<Binding, Vec<String>> {
    let (head, modifiers) = match written.split_once('.') {
        Some((head, modifiers)) => (head, Some(modifiers)),
        None => (written, None),
    };
    let mut faults = Vec::new();
    let known = find(prefix, tag, head).map_err(|fault| faults.push(fault)).ok();
    let payload = known.as_ref().map_or(Payload::None, |binding| binding.payload);
    let modifiers = Modifiers::read(modifiers, payload == Payload::Key, &mut faults);
    match known {
        Some(mut binding) if faults.is_empty() => {
            (binding.modifiers, binding.keys) = (modifiers.plain, modifiers.keys);
            Ok(binding)
        }
        _ => Err(faults),
    }
}

fn find(prefix: &str, tag: &str, head: &str) -> Result<Binding, String> {
    let binding = |event: &str, payload, is_sought| Binding {
        event: event.to_owned(),
        payload,
        modifiers: Vec::new(),
        keys: Vec::new(),
        is_sought,
    };
    if let Some(name) = head.strip_prefix("custom:") {
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.ends_with(['-', ':']);
        return if is_name {
            Ok(binding(name, Payload::Detail, false))
        } else {
            Err(format!("`{prefix}custom:` needs the name of an event\nhelp: write {prefix}custom:moved={{Event::…}}"))
        };
    }
    let (scope, name) = match head.split_once(':') {
        Some((scope @ ("window" | "document"), name)) => (Some(scope), name),
        Some((scope, _)) => {
            return Err(format!(
                "an event does not happen at `{scope}`\nhelp: there are {prefix}window:…, {prefix}document:… and {prefix}custom:…"
            ));
        }
        None => (None, head),
    };
    let Some(known) = KNOWN.iter().find(|known| known.name == name) else { return Err(unknown(prefix, name)) };
    match (known.place, scope) {
        (Place::Element | Place::Sought, Some(scope)) => {
            Err(format!("`{name}` does not happen at the {scope}\nhelp: write {prefix}{name}={{…}} on the element"))
        }
        (Place::Window, None | Some("document")) => {
            Err(format!("`{name}` happens at the window\nhelp: write {prefix}window:{name}={{…}}"))
        }
        (Place::Document, None | Some("window")) => {
            Err(format!("`{name}` happens at the document\nhelp: write {prefix}document:{name}={{…}}"))
        }
        (_, Some(_)) => Ok(binding(head, known.payload, true)),
        (place, None) => {
            let (event, payload) = match (name, tag) {
                ("check" | "select", _) => ("change", known.payload),
                ("input" | "change", "form") => (name, Payload::Form),
                _ => (name, known.payload),
            };
            let misplaced = match (known.payload, tag) {
                (Payload::Checked, tag) => tag != "input",
                (Payload::Chosen, tag) => tag != "select",
                _ => false,
            };
            if misplaced {
                let of =
                    if known.payload == Payload::Checked { "an `<input type=\"checkbox\">`" } else { "a `<select>`" };
                return Err(format!(
                    "`{prefix}{name}` is a binding of {of}\nhelp: write {prefix}change={{…}} for any other control"
                ));
            }
            Ok(binding(event, payload, place == Place::Sought))
        }
    }
}

fn unknown(prefix: &str, name: &str) -> String {
    let names = || KNOWN.iter().map(|known| known.name);
    let help = match nearest(&name.to_ascii_lowercase(), names()) {
        Some(known) => format!("did you mean `{prefix}{known}`?"),
        None => format!(
            "the bindings are {}; an event of your own scripts is {prefix}custom:…",
            names().collect::<Vec<_>>().join(", ")
        ),
    };
    format!("there is no binding `{prefix}{name}`\nhelp: {help}")
}

impl Binding {
    /// What is sent to `update` instead is not done by the browser too.
    pub(crate) fn prevent(&mut self, is_link: bool) {
        let instead = match self.event.as_str() {
            "submit" | "drop" => PREVENT,
            "click" if is_link => LINK,
            _ => return,
        };
        let is_custom = self.payload == Payload::Detail;
        if !is_custom && self.modifiers.iter().all(|known| known != PREVENT) {
            self.modifiers.push(instead.to_owned());
        }
    }

    /// Whether there are events that both hear; with other modifiers they are for others.
    pub(crate) fn is_heard_with(&self, other: &Self) -> bool {
        self.event == other.event
            && self.payload == other.payload
            && modifiers::are_met_together(&self.keys, &other.keys)
    }

    /// As the map has it: the type, what is sent where the type does not tell, and the conditions.
    pub(crate) fn word(&self) -> String {
        let mut word = self.event.clone();
        let sent = match self.payload {
            Payload::Form if self.event != "submit" => ".form",
            Payload::Checked => ".check",
            Payload::Chosen => ".select",
            Payload::Detail => ".detail",
            _ => "",
        };
        word.push_str(sent);
        word.push_str(&self.conditions());
        word
    }

    /// The modifiers; and, after an empty one, the key and those that are held.
    pub(crate) fn conditions(&self) -> String {
        let mut word = String::new();
        for modifier in &self.modifiers {
            word.push('.');
            word.push_str(modifier);
        }
        let mut before = "..";
        for key in &self.keys {
            word.push_str(before);
            word.push_str(key);
            before = ".";
        }
        word
    }
}
