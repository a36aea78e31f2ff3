//! The table of `on:` and `do:` bindings: the DOM event of each, its payload and its modifiers.

mod modifiers;
#[cfg(test)]
mod tests;

use crate::errors::nearest;
use modifiers::{ANYWHERE, LINK, Modifiers, PREVENT, RESET};

/// A binding as the template's map describes it to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    /// The event's type, with `window:` or `document:` before it if the event happens there.
    pub(crate) event: String,
    pub(crate) payload: Payload,
    /// Modifiers as written, except that times are in milliseconds.
    pub(crate) modifiers: Vec<String>,
    /// The key and the modifier keys that must be held.
    pub(crate) keys: Vec<String>,
    /// The event does not pass through the element, so the page must search for the element.
    pub(crate) is_searched: bool,
}

/// The data that the page sends with an event. It decides which trait the handler implements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Payload {
    None,
    /// The control's value, or the pasted text.
    Text,
    /// The form's fields.
    Form,
    /// The `detail` of an event that another script dispatched.
    Detail,
    /// The `data-drag` of the dragged element.
    Drop,
    /// The state of a checkbox.
    Checked,
    /// The chosen options of a `<select>`.
    Chosen,
    Key,
    Pointer,
    Wheel,
    Scroll,
    Size,
    /// True for open, or for visible.
    Flag,
    Media,
}

/// The objects at which an event can be received.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Element,
    /// The element, the window and the document.
    Anywhere,
    Window,
    Document,
    /// Elements for which the page must search, since the event does not pass through them.
    Searched,
}

struct Known {
    name: &'static str,
    payload: Payload,
    source: Source,
}

const fn known(name: &'static str, payload: Payload, source: Source) -> Known {
    Known { name, payload, source }
}

const KNOWN: &[Known] = &[
    known("click", Payload::Pointer, Source::Anywhere),
    known("dblclick", Payload::Pointer, Source::Anywhere),
    known("contextmenu", Payload::Pointer, Source::Anywhere),
    known("pointerdown", Payload::Pointer, Source::Anywhere),
    known("pointerup", Payload::Pointer, Source::Anywhere),
    known("pointermove", Payload::Pointer, Source::Anywhere),
    known("pointercancel", Payload::Pointer, Source::Anywhere),
    known("pointerenter", Payload::Pointer, Source::Element),
    known("pointerleave", Payload::Pointer, Source::Element),
    known("mouseenter", Payload::Pointer, Source::Element),
    known("mouseleave", Payload::Pointer, Source::Element),
    known("wheel", Payload::Wheel, Source::Anywhere),
    known("click-away", Payload::None, Source::Searched),
    known("keydown", Payload::Key, Source::Anywhere),
    known("keyup", Payload::Key, Source::Anywhere),
    known("focus", Payload::None, Source::Anywhere),
    known("blur", Payload::None, Source::Anywhere),
    known("focusin", Payload::None, Source::Element),
    known("focusout", Payload::None, Source::Element),
    known("input", Payload::Text, Source::Element),
    known("change", Payload::Text, Source::Element),
    known("check", Payload::Checked, Source::Element),
    known("select", Payload::Chosen, Source::Element),
    known("paste", Payload::Text, Source::Anywhere),
    known("submit", Payload::Form, Source::Element),
    known("reset", Payload::None, Source::Element),
    known("dragstart", Payload::None, Source::Element),
    known("dragend", Payload::None, Source::Element),
    known("dragenter", Payload::None, Source::Element),
    known("dragleave", Payload::None, Source::Element),
    known("drop", Payload::Drop, Source::Element),
    known("scroll", Payload::Scroll, Source::Anywhere),
    known("scrollend", Payload::Scroll, Source::Anywhere),
    known("viewport-enter", Payload::None, Source::Searched),
    known("viewport-leave", Payload::None, Source::Searched),
    known("toggle", Payload::Flag, Source::Element),
    known("close", Payload::None, Source::Element),
    known("cancel", Payload::None, Source::Element),
    known("load", Payload::None, Source::Element),
    known("error", Payload::None, Source::Element),
    known("play", Payload::Media, Source::Element),
    known("pause", Payload::Media, Source::Element),
    known("ended", Payload::Media, Source::Element),
    known("seeked", Payload::Media, Source::Element),
    known("timeupdate", Payload::Media, Source::Element),
    known("volumechange", Payload::Media, Source::Element),
    known("ratechange", Payload::Media, Source::Element),
    known("loadedmetadata", Payload::Media, Source::Element),
    known("animationend", Payload::None, Source::Element),
    known("transitionend", Payload::None, Source::Element),
    known("resize", Payload::Size, Source::Window),
    known("online", Payload::None, Source::Window),
    known("offline", Payload::None, Source::Window),
    known("visibilitychange", Payload::Flag, Source::Document),
];

/// Returns true if there is a binding of this name.
pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.iter().any(|known| known.name == name)
}

/// Reads a binding on an element of this tag. `written` is the attribute's name without `prefix`, which is `on:` or `do:`.
///
/// # Errors
/// Returns every mistake, each with its help.
pub(crate) fn read(prefix: &str, tag: &str, written: &str) -> Result<Binding, Vec<String>> {
    let (head, modifiers) = match written.split_once('.') {
        Some((head, modifiers)) => (head, Some(modifiers)),
        None => (written, None),
    };
    let mut faults = Vec::new();
    let known = find(prefix, tag, head).map_err(|fault| faults.push(fault)).ok();
    let payload = known.as_ref().map_or(Payload::None, |binding| binding.payload);
    let own: &[&str] = match (prefix, head) {
        ("on:", "submit") => &[RESET],
        (_, head) if payload == Payload::Key && head.contains(':') => &[ANYWHERE],
        _ => &[],
    };
    let modifiers = Modifiers::read(modifiers, payload == Payload::Key, own, &mut faults);
    match known {
        Some(mut binding) if faults.is_empty() => {
            (binding.modifiers, binding.keys) = (modifiers.plain, modifiers.keys);
            Ok(binding)
        }
        _ => Err(faults),
    }
}

fn find(prefix: &str, tag: &str, head: &str) -> Result<Binding, String> {
    let binding = |event: &str, payload, is_searched| Binding {
        event: event.to_owned(),
        payload,
        modifiers: Vec::new(),
        keys: Vec::new(),
        is_searched,
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
                "there are no events at `{scope}`\nhelp: write {prefix}window:…, {prefix}document:… or {prefix}custom:…"
            ));
        }
        None => (None, head),
    };
    let Some(known) = KNOWN.iter().find(|known| known.name == name) else { return Err(unknown(prefix, name)) };
    match (known.source, scope) {
        (Source::Element | Source::Searched, Some(scope)) => {
            Err(format!("`{name}` does not happen at the {scope}\nhelp: write {prefix}{name}={{…}} on the element"))
        }
        (Source::Window, None | Some("document")) => {
            Err(format!("`{name}` happens at the window\nhelp: write {prefix}window:{name}={{…}}"))
        }
        (Source::Document, None | Some("window")) => {
            Err(format!("`{name}` happens at the document\nhelp: write {prefix}document:{name}={{…}}"))
        }
        (_, Some(_)) => Ok(binding(head, known.payload, true)),
        (source, None) => {
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
            Ok(binding(event, payload, source == Source::Searched))
        }
    }
}

fn unknown(prefix: &str, name: &str) -> String {
    let names = || KNOWN.iter().map(|known| known.name);
    let help = match nearest(&name.to_ascii_lowercase(), names()) {
        Some(known) => format!("did you mean `{prefix}{known}`?"),
        None => format!(
            "the bindings are {}; for an event of your own scripts write {prefix}custom:…",
            names().collect::<Vec<_>>().join(", ")
        ),
    };
    format!("there is no binding `{prefix}{name}`\nhelp: {help}")
}

/// Events that come with each frame. The page sends only the last one (`client/src/events/delays.ts`).
const CONTINUOUS: &[&str] = &["pointermove", "scroll", "resize", "timeupdate"];

impl Binding {
    /// Returns true if the page may send the event later.
    pub(crate) fn is_delayed(&self) -> bool {
        let (_, name) = self.event.split_once(':').unwrap_or(("", &self.event));
        CONTINUOUS.contains(&name) || modifiers::have_time(&self.modifiers)
    }

    /// Prevents the browser's default where the event goes to `update` instead: submits, drops and clicks on links.
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

    /// Returns true if one event can fire both bindings.
    pub(crate) fn is_heard_with(&self, other: &Self) -> bool {
        self.event == other.event
            && self.payload == other.payload
            && modifiers::are_met_together(&self.keys, &other.keys)
    }

    /// Returns the binding as a word of the map: the type, the payload if the type does not imply it, and the conditions.
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

    /// Returns the modifiers, then after two dots the key and the modifier keys.
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
