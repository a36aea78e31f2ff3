//! What comes with an event, beside texts and forms, under the DOM's own names. What is zero, empty or false
//! is left out; anything but an object, a field of another type or name, and a number that is too large
//! makes the page's event be refused.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

/// A key, as `on:keydown` and `on:keyup` bring it.
///
/// ```
/// use tealight_core::{html, Key, View};
///
/// #[derive(Hash)]
/// enum Event { Pressed(Key), Save }
///
/// fn editor() -> impl View<Event> {
///     html! { <div tabindex="0" on:keydown={Event::Pressed} on:keydown.ctrl.s.prevent={Event::Save}>"…"</div> }
/// }
/// # let _ = editor();
/// ```
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Key {
    /// What it means: `KeyboardEvent.key`, such as `a`, `A`, `Enter` or `ArrowUp`.
    pub key: String,
    /// Which key of the keyboard it is, whatever its layout: `KeyboardEvent.code`, such as `KeyA`.
    pub code: String,
    /// It is held down and repeats.
    pub repeat: bool,
    /// Control is held.
    #[serde(rename = "ctrlKey")]
    pub ctrl: bool,
    /// Alt, or ⌥, is held.
    #[serde(rename = "altKey")]
    pub alt: bool,
    /// Shift is held.
    #[serde(rename = "shiftKey")]
    pub shift: bool,
    /// Meta, ⌘ or ⊞, is held.
    #[serde(rename = "metaKey")]
    pub meta: bool,
}

/// A mouse, pen or finger, as clicks and the `pointer…` and `mouse…` bindings bring it. In CSS pixels.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Pointer {
    /// From the left edge of the element that has the handler.
    pub x: f32,
    /// From its upper edge.
    pub y: f32,
    /// From the left edge of the window.
    #[serde(rename = "clientX")]
    pub left: f32,
    /// From its upper edge.
    #[serde(rename = "clientY")]
    pub top: f32,
    /// Which button has changed: 0 is the main one, 1 the middle, 2 the other; -1 is none.
    pub button: i16,
    /// Which buttons are down: 1 is the main one, 2 the other, 4 the middle; their sum.
    pub buttons: u16,
    /// Control is held.
    #[serde(rename = "ctrlKey")]
    pub ctrl: bool,
    /// Alt, or ⌥, is held.
    #[serde(rename = "altKey")]
    pub alt: bool,
    /// Shift is held.
    #[serde(rename = "shiftKey")]
    pub shift: bool,
    /// Meta, ⌘ or ⊞, is held.
    #[serde(rename = "metaKey")]
    pub meta: bool,
}

/// A turn of a wheel, as `on:wheel` brings it; in CSS pixels.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Wheel {
    /// To the right.
    #[serde(rename = "deltaX")]
    pub x: f32,
    /// Down.
    #[serde(rename = "deltaY")]
    pub y: f32,
    /// Control is held.
    #[serde(rename = "ctrlKey")]
    pub ctrl: bool,
    /// Alt, or ⌥, is held.
    #[serde(rename = "altKey")]
    pub alt: bool,
    /// Shift is held.
    #[serde(rename = "shiftKey")]
    pub shift: bool,
    /// Meta, ⌘ or ⊞, is held.
    #[serde(rename = "metaKey")]
    pub meta: bool,
    // of the pointer, and nobody reads them
    #[serde(rename = "x")]
    _x: IgnoredAny,
    #[serde(rename = "y")]
    _y: IgnoredAny,
    #[serde(rename = "clientX")]
    _left: IgnoredAny,
    #[serde(rename = "clientY")]
    _top: IgnoredAny,
    #[serde(rename = "button")]
    _button: IgnoredAny,
    #[serde(rename = "buttons")]
    _buttons: IgnoredAny,
}

/// How far an element, or the page, is scrolled, as `on:scroll` brings it; in CSS pixels.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Scroll {
    /// What is hidden to the left.
    #[serde(rename = "scrollLeft")]
    pub left: f32,
    /// What is hidden above.
    #[serde(rename = "scrollTop")]
    pub top: f32,
    /// The width of all that can be scrolled.
    #[serde(rename = "scrollWidth")]
    pub width: f32,
    /// Its height.
    #[serde(rename = "scrollHeight")]
    pub height: f32,
    /// The width of what can be seen of it.
    #[serde(rename = "clientWidth")]
    pub view_width: f32,
    /// Its height.
    #[serde(rename = "clientHeight")]
    pub view_height: f32,
}

/// The window, as `on:window:resize` brings it; in CSS pixels.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Size {
    /// Its width.
    #[serde(rename = "innerWidth")]
    pub width: f32,
    /// Its height.
    #[serde(rename = "innerHeight")]
    pub height: f32,
}

/// How far an audio or a video is, as its bindings bring it.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Media {
    /// Seconds from its beginning.
    #[serde(rename = "currentTime")]
    pub time: f64,
    /// Seconds in all; `None` if that is not known, or endless.
    pub duration: Option<f64>,
    /// It does not play.
    pub paused: bool,
    /// It cannot be heard.
    pub muted: bool,
    /// From 0 to 1.
    pub volume: f64,
    /// How fast it plays: 1 is as recorded.
    #[serde(rename = "playbackRate")]
    pub rate: f64,
    // as of all that can be scrolled, and nobody reads them
    #[serde(rename = "scrollLeft")]
    _left: IgnoredAny,
    #[serde(rename = "scrollTop")]
    _top: IgnoredAny,
    #[serde(rename = "scrollWidth")]
    _width: IgnoredAny,
    #[serde(rename = "scrollHeight")]
    _height: IgnoredAny,
    #[serde(rename = "clientWidth")]
    _view_width: IgnoredAny,
    #[serde(rename = "clientHeight")]
    _view_height: IgnoredAny,
}

/// What a page sends as an object. In its `Debug` and `Hash` is what is read of it.
pub(crate) trait Sent: DeserializeOwned {
    /// A number that is too large for its type is infinite when it is read.
    fn is_finite(&self) -> bool;
}

/// `None` for anything else than an object of this type.
pub(crate) fn read<T: Sent>(json: &str) -> Option<T> {
    // serde would take an array for it too
    let read: T = json.starts_with('{').then(|| serde_json::from_str(json).ok())??;
    read.is_finite().then_some(read)
}

trait Decimal {
    fn decimal(self) -> f64;
}

impl Decimal for f32 {
    fn decimal(self) -> f64 {
        self.into()
    }
}

impl Decimal for f64 {
    fn decimal(self) -> f64 {
        self
    }
}

/// What is not known is less than any that is.
impl Decimal for Option<f64> {
    fn decimal(self) -> f64 {
        self.unwrap_or(-1.0)
    }
}

macro_rules! sent {
    ($($kind:ident { $($decimal:ident)*; $($other:ident)* })*) => {$(
        impl Sent for $kind {
            fn is_finite(&self) -> bool {
                true $(&& self.$decimal.decimal().is_finite())*
            }
        }

        impl Hash for $kind {
            fn hash<H: Hasher>(&self, state: &mut H) {
                $(self.$decimal.decimal().to_bits().hash(state);)*
                $(self.$other.hash(state);)*
            }
        }

        impl fmt::Debug for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut shown = f.debug_struct(stringify!($kind));
                $(shown.field(stringify!($decimal), &self.$decimal);)*
                $(shown.field(stringify!($other), &self.$other);)*
                shown.finish()
            }
        }
    )*};
}
sent! {
    Key { ; key code repeat ctrl alt shift meta }
    Pointer { x y left top; button buttons ctrl alt shift meta }
    Wheel { x y; ctrl alt shift meta }
    Scroll { left top width height view_width view_height; }
    Size { width height; }
    Media { time duration volume rate; paused muted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: Sent + PartialEq + fmt::Debug>(json: &str, expected: T) {
        assert_eq!(read(json), Some(expected), "{json}");
    }

    #[track_caller]
    fn refused<T: Sent + fmt::Debug>(hostile: &[&str]) {
        for json in hostile {
            assert!(read::<T>(json).is_none(), "{json}");
        }
    }

    #[test]
    fn what_a_page_sends_is_read() {
        let key = Key { key: "s".into(), code: "KeyS".into(), ctrl: true, ..Key::default() };
        check(r#"{"key":"s","code":"KeyS","ctrlKey":true}"#, key);
        let pointer = Pointer { x: 1.5, y: -2.0, left: 10.0, top: 20.0, buttons: 1, button: -1, ..Pointer::default() };
        check(r#"{"x":1.5,"y":-2,"clientX":10,"clientY":20,"buttons":1,"button":-1}"#, pointer);
        let wheel = Wheel { y: 120.0, shift: true, ..Wheel::default() };
        check(r#"{"deltaY":120,"shiftKey":true,"x":1,"y":2,"clientX":3,"clientY":4,"button":1,"buttons":1}"#, wheel);
        let media = Media { time: 1.5, paused: true, volume: 0.5, rate: 1.0, ..Media::default() };
        check(r#"{"currentTime":1.5,"duration":null,"paused":true,"volume":0.5,"playbackRate":1}"#, media);
        let media = Media { duration: Some(9.0), ..Media::default() };
        let sizes = r#""scrollLeft":1,"scrollTop":1,"scrollWidth":1,"scrollHeight":1,"clientWidth":1,"clientHeight":1"#;
        check(&format!(r#"{{"duration":9,{sizes}}}"#), media);
        let scroll = Scroll { left: 1.0, top: 1.0, width: 1.0, height: 1.0, ..Scroll::default() };
        let scroll = Scroll { view_width: 1.0, view_height: 1.0, ..scroll };
        check(&format!("{{{sizes}}}"), scroll);
        check("{}", Size::default());
    }

    #[test]
    fn what_no_page_sends_is_refused() {
        let never = ["[]", "[1,2,3]", "7", "null", "[[[[", "", r#"{"more":1}"#, r#"[{"x":1}]"#];
        refused::<Scroll>(&[r#"{"accessKey":"s"}"#]);
        refused::<Media>(&[r#"{"accessKey":"s"}"#]);
        refused::<Key>(&never);
        refused::<Pointer>(&never);
        refused::<Wheel>(&never);
        refused::<Scroll>(&never);
        refused::<Size>(&never);
        refused::<Media>(&never);
        refused::<Key>(&[r#"{"key":1}"#, r#"{"key":"a","repeat":1}"#, r#"{"key":null}"#, r#"["a","KeyA",false]"#]);
        refused::<Pointer>(&[r#"{"x":"1"}"#, r#"{"buttons":-1}"#, r#"{"x":1e300}"#, r#"{"clientY":-1e39}"#]);
        refused::<Pointer>(&[r#"{"deltaX":1}"#, r#"{"x":1,"x":2}"#, r#"{"x":null}"#]);
        refused::<Wheel>(&[r#"{"deltaY":1e300}"#, r#"{"deltaZ":1}"#, r#"{"key":"a"}"#]);
        refused::<Scroll>(&[r#"{"scrollTop":1e300}"#, r#"{"currentTime":1}"#]);
        refused::<Size>(&[r#"{"innerWidth":1e300}"#]);
        refused::<Media>(&[r#"{"currentTime":1e999}"#, r#"{"x":1}"#, r#"{"muted":1}"#]);
    }

    #[test]
    fn what_nobody_reads_is_not_shown() {
        let wheel = Wheel { y: 1.0, ..Wheel::default() };
        let shown = "Wheel { x: 0.0, y: 1.0, ctrl: false, alt: false, shift: false, meta: false }";
        assert_eq!(format!("{wheel:?}"), shown);
    }
}
