//! Effects that a page performs by itself, without a round trip.
//!
//! In a template, write them after `do:` and an event's name, with or without an `on:` for the same event. The page
//! performs them at once, before the server receives the event. `update` can send the same effects with
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
//! An effect whose target is not on the page does nothing. A changed attribute stays changed until the server itself
//! changes that attribute.

use std::borrow::Cow;
use std::hash::Hash;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::html::url::{BLOCKED, URL_ATTRIBUTES, inert};

/// The elements that an effect changes.
///
/// A string is a CSS selector, and means all elements of the document that match it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Target(pub(crate) Scope);

/// The place where the target's selector is matched.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Scope {
    This,
    Document(Cow<'static, str>),
    Closest(Cow<'static, str>),
    Within(Cow<'static, str>),
}

/// Returns the element itself. For an effect that `update` sends, it is the view's root element.
pub const fn this() -> Target {
    Target(Scope::This)
}

/// Returns the nearest enclosing element that matches this CSS selector. It may be the element itself.
pub fn closest(selector: impl Into<Cow<'static, str>>) -> Target {
    Target(Scope::Closest(selector.into()))
}

/// Returns all elements inside the element that match this CSS selector.
pub fn within(selector: impl Into<Cow<'static, str>>) -> Target {
    Target(Scope::Within(selector.into()))
}

impl From<&'static str> for Target {
    fn from(selector: &'static str) -> Self {
        Self(Scope::Document(selector.into()))
    }
}

impl From<String> for Target {
    fn from(selector: String) -> Self {
        Self(Scope::Document(selector.into()))
    }
}

/// An effect that a page performs by itself. The functions of [this module](self) make effects.
#[must_use = "an effect does nothing unless it follows `do:` or is passed to `Command::effect`"]
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PageEffect(pub(crate) Operation);

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Operation {
    Plain(Verb, Target),
    /// The text is a list of classes, an attribute's name, or a value.
    WithText(Verb, Target, Cow<'static, str>),
    SetAttribute(Target, Cow<'static, str>, Cow<'static, str>),
    /// The detail is JSON.
    Dispatch(Target, Cow<'static, str>, Option<String>),
    Transition(Target, Cow<'static, str>, u32),
    Then(Box<(PageEffect, PageEffect)>),
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    Check,
    Uncheck,
    SetValue,
}

macro_rules! plain {
    ($($(#[$about:meta])* $name:ident $verb:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(target: impl Into<Target>) -> PageEffect {
            PageEffect(Operation::Plain(Verb::$verb, target.into()))
        }
    )*};
}
plain! {
    /// Removes the attribute `hidden`.
    show Show;
    /// Sets the attribute `hidden`.
    hide Hide;
    /// Shows hidden elements, and hides the others.
    toggle Toggle;
    /// Focuses the first of the targets that can be focused.
    focus Focus;
    /// Scrolls the element into view, at once or as the CSS `scroll-behavior` says.
    scroll_into_view ScrollIntoView;
    /// Opens a dialog (as a modal dialog), a popover or a `<details>`.
    open Open;
    /// Closes a dialog, a popover or a `<details>`.
    close Close;
}

macro_rules! with_text {
    ($($(#[$about:meta])* $name:ident $verb:ident $words:ident;)*) => {$(
        $(#[$about])*
        pub fn $name(target: impl Into<Target>, $words: impl Into<Cow<'static, str>>) -> PageEffect {
            PageEffect(Operation::WithText(Verb::$verb, target.into(), $words.into()))
        }
    )*};
}
with_text! {
    /// Adds classes, separated by spaces. They stay when the server changes the element's `class`.
    add_class AddClass classes;
    /// Removes classes. When the server changes the element's `class`, its own classes come back.
    remove_class RemoveClass classes;
    /// Adds the classes that the element does not have, and removes those that it has.
    toggle_class ToggleClass classes;
    /// Removes an attribute.
    remove_attribute RemoveAttribute name;
    /// Sets the value of an input, a select or a text area.
    ///
    /// This fires no event. [Dispatch](dispatch) one if a handler must know:
    /// `[set_value("#q", ""), dispatch("#q", "input")]`.
    set_value SetValue value;
}

/// Checks a checkbox or a radio button, or unchecks it.
///
/// This fires no event, as [`set_value`] fires none. It lasts until the view's `checked` changes, or until `update` has seen
/// the person's next change of this control: then the page shows what the view says.
pub fn set_checked(target: impl Into<Target>, is_checked: bool) -> PageEffect {
    let verb = if is_checked { Verb::Check } else { Verb::Uncheck };
    PageEffect(Operation::Plain(verb, target.into()))
}

/// Sets an attribute.
///
/// An attribute that a browser would run as a program (`srcdoc`, or a name that starts with `on`) is logged and not
/// set. A `javascript:` URL becomes `about:blank`.
pub fn set_attribute(target: impl Into<Target>, name: &'static str, value: impl Into<Cow<'static, str>>) -> PageEffect {
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("on") || lower == "srcdoc" {
        tracing::error!(attribute = name, "an effect did not set an attribute: browsers run it as a program");
        return PageEffect(Operation::Nothing);
    }
    let value = value.into();
    let value = if URL_ATTRIBUTES.contains(&&*lower) && inert(&value, name) != value { BLOCKED.into() } else { value };
    PageEffect(Operation::SetAttribute(target.into(), name.into(), value))
}

/// Dispatches a `CustomEvent` with this name. It bubbles.
pub fn dispatch(target: impl Into<Target>, name: impl Into<Cow<'static, str>>) -> PageEffect {
    PageEffect(Operation::Dispatch(target.into(), name.into(), None))
}

/// Dispatches a `CustomEvent` with this name and `detail`. It bubbles.
///
/// A detail that cannot be encoded as JSON, such as a map whose keys are not strings, is logged and not dispatched.
pub fn dispatch_with(
    target: impl Into<Target>,
    name: impl Into<Cow<'static, str>>,
    detail: &impl Serialize,
) -> PageEffect {
    let name = name.into();
    match serde_json::to_string(detail) {
        Ok(detail) => PageEffect(Operation::Dispatch(target.into(), name, Some(detail))),
        Err(error) => {
            tracing::error!(?name, %error, "could not dispatch an event: its detail cannot be encoded as JSON");
            PageEffect(Operation::Nothing)
        }
    }
}

/// Gives an element these classes for `duration`, in whole milliseconds.
///
/// It is skipped for people who prefer reduced motion. [`PageEffect::then`] adds an effect that follows it:
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
    PageEffect(Operation::Transition(target.into(), classes.into(), milliseconds))
}

impl PageEffect {
    /// Performs `next` after this effect. After a [`transition`], `next` waits for its duration.
    pub fn then(self, next: Self) -> Self {
        match (self.0, next.0) {
            (Operation::Nothing, only) | (only, Operation::Nothing) => Self(only),
            (first, next) => Self(Operation::Then(Box::new((Self(first), Self(next))))),
        }
    }
}

impl PageEffect {
    /// Returns the approximate size in bytes.
    pub(crate) fn weight(&self) -> usize {
        match &self.0 {
            Operation::Plain(_, target) => target.weight(),
            Operation::WithText(_, target, words) | Operation::Transition(target, words, _) => {
                target.weight() + words.len()
            }
            Operation::SetAttribute(target, name, value) => target.weight() + name.len() + value.len(),
            Operation::Dispatch(target, name, detail) => {
                target.weight() + name.len() + detail.as_ref().map_or(0, String::len)
            }
            Operation::Then(both) => size_of_val(&**both) + both.0.weight() + both.1.weight(),
            Operation::Nothing => 0,
        }
    }
}

impl Target {
    fn weight(&self) -> usize {
        match &self.0 {
            Scope::This => 0,
            Scope::Document(selector) | Scope::Closest(selector) | Scope::Within(selector) => selector.len(),
        }
    }
}

/// Allows one effect wherever several are accepted.
impl IntoIterator for PageEffect {
    type Item = Self;
    type IntoIter = std::iter::Once<Self>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self)
    }
}

/// The values that `do:` takes: an effect, an array or `Vec` of effects, or an `Option` of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot follow `do:`",
    label = "expected a `PageEffect`, or a list of them",
    note = "such as do:click={{hide(\"#menu\")}}; an event for the server follows `on:`"
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
