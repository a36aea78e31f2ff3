//! The `on:` bindings: which DOM event each listens to, and what its handler is given.

pub(crate) struct Binding {
    /// As written after `on:`.
    pub(crate) name: &'static str,
    /// The DOM's event type.
    pub(crate) event: &'static str,
    pub(crate) payload: Payload,
}

/// What the page sends with an event, hence which trait its handler implements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Payload {
    None,
    /// The control's value.
    Text,
    /// The form's fields.
    Form,
}

/// What may follow a binding: `on:submit.prevent`.
pub(crate) const MODIFIERS: &[&str] = &["prevent", "stop"];

const fn plain(name: &'static str) -> Binding {
    Binding { name, event: name, payload: Payload::None }
}

const fn text(name: &'static str) -> Binding {
    Binding { name, event: name, payload: Payload::Text }
}

const fn form(name: &'static str) -> Binding {
    Binding { name, event: name, payload: Payload::Form }
}

pub(crate) const BINDINGS: &[Binding] = &[
    plain("click"),
    plain("dblclick"),
    plain("contextmenu"),
    plain("mouseenter"),
    plain("mouseleave"),
    plain("focus"),
    plain("blur"),
    plain("focusin"),
    plain("focusout"),
    text("input"),
    text("change"),
    form("submit"),
    plain("reset"),
    plain("toggle"),
    plain("close"),
    plain("cancel"),
    plain("load"),
    plain("error"),
    plain("play"),
    plain("pause"),
    plain("ended"),
    plain("animationend"),
    plain("transitionend"),
];

pub(crate) fn find(name: &str) -> Option<&'static Binding> {
    BINDINGS.iter().find(|binding| binding.name == name)
}
