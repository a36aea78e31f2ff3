//! What a page does by itself: effects that need no round trip.
//!
//! In a template they stand behind `do:` and an event, alone or beside an `on:` of the same event; they are
//! done at once, before the server hears of it. `update` sends the same values with
//! [`Command::effect`](crate::Command::effect).
//!
//! ```
//! use tealight_core::effect::{focus, hide, show};
//! use tealight_core::{View, html};
//!
//! fn menu() -> impl View<()> {
//!     html! {
//!         <button do:click={[show("#menu"), focus("#first")]}>"Menu"</button>
//!         <nav id="menu" hidden>
//!             <a id="first" href="/orders">"Orders"</a>
//!             <button do:click={hide("#menu")}>"Close"</button>
//!         </nav>
//!     }
//! }
//! # let _ = menu();
//! ```
//!
//! An effect whose target is not on the page does nothing. What it changes on an element stays until the
//! server itself changes that attribute.

use std::borrow::Cow;
use std::hash::Hash;
use std::time::Duration;

use serde::Serialize;

use crate::html::url::{BLOCKED, URL_ATTRIBUTES, inert};

pub(crate) type Words = Cow<'static, str>;

/// Which elements an effect is for. A text is a CSS selector, for all that it finds in the document.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target(pub(crate) Place);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    This,
    Document(Words),
    Closest(Words),
    Within(Words),
}

/// The element itself; for an effect that `update` sends, the view's root element.
pub const fn this() -> Target {
    Target(Place::This)
}

/// The nearest element around, or the element itself, that this CSS selector fits.
pub fn closest(selector: impl Into<Cow<'static, str>>) -> Target {
    Target(Place::Closest(selector.into()))
}

/// All elements inside that this CSS selector finds.
pub fn within(selector: impl Into<Cow<'static, str>>) -> Target {
    Target(Place::Within(selector.into()))
}

impl From<&'static str> for Target {
    fn from(selector: &'static str) -> Self {
        Self(Place::Document(selector.into()))
    }
}

impl From<String> for Target {
    fn from(selector: String) -> Self {
        Self(Place::Document(selector.into()))
    }
}

/// Something that a page does by itself. The functions of [this module](self) make them.
#[must_use = "an effect is done where it stands behind `do:`, or in `Command::effect`"]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageEffect(pub(crate) Kind);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Plain(Verb, Target),
    /// With a text: classes, the name of an attribute, a value.
    Worded(Verb, Target, Words),
    SetAttribute(Target, Words, Words),
    /// The detail is JSON.
    Dispatch(Target, Words, Option<String>),
    Transition(Target, Words, u32),
    Then(Box<(PageEffect, PageEffect)>),
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Verb {
    Show,
    Hide,
    Toggle,
    AddClass,
    RemoveClass,
    ToggleClass,
    RemoveAttribute,
    Focus,
    ScrollIntoView,
    Open,
    Close,
    SetValue,
}

macro_rules! plain {
    ($($(#[$about:meta])* $name:ident $verb:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(target: impl Into<Target>) -> PageEffect {
            PageEffect(Kind::Plain(Verb::$verb, target.into()))
        }
    )*};
}
plain! {
    /// Takes the attribute `hidden` away.
    show Show;
    /// Sets the attribute `hidden`.
    hide Hide;
    /// Shows what is hidden, and hides what is not.
    toggle Toggle;
    /// Gives the focus to the first of the targets that takes it.
    focus Focus;
    /// Scrolls until the element is to be seen: at once, or as the CSS `scroll-behavior` says.
    scroll_into_view ScrollIntoView;
    /// Opens a dialog (as a modal one), a popover or a `<details>`.
    open Open;
    /// Closes a dialog, a popover or a `<details>`.
    close Close;
}

macro_rules! worded {
    ($($(#[$about:meta])* $name:ident $verb:ident $words:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(target: impl Into<Target>, $words: impl Into<Cow<'static, str>>) -> PageEffect {
            PageEffect(Kind::Worded(Verb::$verb, target.into(), $words.into()))
        }
    )*};
}
worded! {
    /// Adds classes, which stay when the server changes the element's `class`. Several have spaces between
    /// them.
    add_class AddClass classes;
    /// Takes classes away. Those that the server gives come back when it changes the element's `class`.
    remove_class RemoveClass classes;
    /// Adds each of the classes that the element has not, and takes away those that it has.
    toggle_class ToggleClass classes;
    /// Takes an attribute away.
    remove_attribute RemoveAttribute name;
    /// Sets the value of an input, a select or a text area. No event tells of it, unless one is
    /// [dispatched](dispatch): `[set_value("#q", ""), dispatch("#q", "input")]`.
    set_value SetValue value;
}

/// Sets an attribute.
///
/// The name is the application's own. What would be run as a program (`onclick` and its like, `srcdoc`) is
/// left undone and logged; a `javascript:` URL is `about:blank`.
pub fn set_attribute(target: impl Into<Target>, name: &'static str, value: impl Into<Cow<'static, str>>) -> PageEffect {
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("on") || lower == "srcdoc" {
        tracing::error!(attribute = name, "attribute not set by an effect: it is a program");
        return PageEffect(Kind::Nothing);
    }
    let value = value.into();
    let value = if URL_ATTRIBUTES.contains(&&*lower) && inert(&value, name) != value { BLOCKED.into() } else { value };
    PageEffect(Kind::SetAttribute(target.into(), name.into(), value))
}

/// Dispatches a `CustomEvent` of this name, which bubbles.
pub fn dispatch(target: impl Into<Target>, name: impl Into<Cow<'static, str>>) -> PageEffect {
    PageEffect(Kind::Dispatch(target.into(), name.into(), None))
}

/// Dispatches a `CustomEvent` of this name and with this `detail`; it bubbles.
///
/// A detail that has no JSON form (a map whose keys are not strings) is logged and nothing is dispatched.
pub fn dispatch_with(
    target: impl Into<Target>,
    name: impl Into<Cow<'static, str>>,
    detail: &impl Serialize,
) -> PageEffect {
    let name = name.into();
    match serde_json::to_string(detail) {
        Ok(detail) => PageEffect(Kind::Dispatch(target.into(), name, Some(detail))),
        Err(error) => {
            tracing::error!(%name, %error, "event not dispatched: its detail has no JSON form");
            PageEffect(Kind::Nothing)
        }
    }
}

/// Gives an element these classes for this time, in whole milliseconds. It is skipped where a person wants
/// less motion.
///
/// What is to follow is said with [`PageEffect::then`]:
///
/// ```
/// use std::time::Duration;
/// use tealight_core::effect::{hide, transition};
///
/// let fade = transition("#menu", "fading", Duration::from_millis(200)).then(hide("#menu"));
/// # let _ = fade;
/// ```
pub fn transition(target: impl Into<Target>, classes: impl Into<Cow<'static, str>>, duration: Duration) -> PageEffect {
    let milliseconds = u32::try_from(duration.as_millis()).unwrap_or(u32::MAX);
    PageEffect(Kind::Transition(target.into(), classes.into(), milliseconds))
}

impl PageEffect {
    /// This, then `next`: after a [`transition`] when its time has passed, after any other at once.
    pub fn then(self, next: Self) -> Self {
        match (self.0, next.0) {
            (Kind::Nothing, only) | (only, Kind::Nothing) => Self(only),
            (first, next) => Self(Kind::Then(Box::new((Self(first), Self(next))))),
        }
    }
}

impl PageEffect {
    /// About how many bytes it is.
    pub(crate) fn weight(&self) -> usize {
        match &self.0 {
            Kind::Plain(_, target) => target.weight(),
            Kind::Worded(_, target, words) | Kind::Transition(target, words, _) => target.weight() + words.len(),
            Kind::SetAttribute(target, name, value) => target.weight() + name.len() + value.len(),
            Kind::Dispatch(target, name, detail) => {
                target.weight() + name.len() + detail.as_ref().map_or(0, String::len)
            }
            Kind::Then(both) => size_of_val(&**both) + both.0.weight() + both.1.weight(),
            Kind::Nothing => 0,
        }
    }
}

impl Target {
    fn weight(&self) -> usize {
        match &self.0 {
            Place::This => 0,
            Place::Document(selector) | Place::Closest(selector) | Place::Within(selector) => selector.len(),
        }
    }
}

/// So that one effect can stand where several can.
impl IntoIterator for PageEffect {
    type Item = Self;
    type IntoIter = std::iter::Once<Self>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self)
    }
}

/// What can stand behind `do:`: an effect, several (`[…]`, `Vec`), or an `Option` of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand behind `do:`",
    label = "expected a `PageEffect`, or a list of them",
    note = "such as do:click={{hide(\"#menu\")}}; an event for the server stands behind `on:`"
)]
pub trait Effects: Hash {
    #[doc(hidden)]
    fn effects(&self) -> &[PageEffect];
}

impl Effects for PageEffect {
    fn effects(&self) -> &[PageEffect] {
        std::slice::from_ref(self)
    }
}

impl<const N: usize> Effects for [PageEffect; N] {
    fn effects(&self) -> &[PageEffect] {
        self
    }
}

impl Effects for Vec<PageEffect> {
    fn effects(&self) -> &[PageEffect] {
        self
    }
}

impl<T: Effects> Effects for Option<T> {
    fn effects(&self) -> &[PageEffect] {
        self.as_ref().map_or(&[], Effects::effects)
    }
}

impl<T: Effects + ?Sized> Effects for &T {
    fn effects(&self) -> &[PageEffect] {
        (**self).effects()
    }
}
