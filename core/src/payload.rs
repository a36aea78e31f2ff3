//! The payloads of events other than texts and forms.
//!
//! A page sends a payload as a JSON object, whose fields have the DOM's names. It leaves out fields that are zero,
//! empty or false. An event is refused if its payload is not an object, if a field is unknown or has the wrong type, or
//! if a number is too large.

mod dropped;
mod received;

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

pub(crate) use self::received::Payload;

/// Adds the modifier keys to the fields of a payload. Serde's `flatten` cannot: it excludes `deny_unknown_fields`.
macro_rules! with_modifier_keys {
    ($(#[$attribute:meta])* pub struct $name:ident { $($fields:tt)* }) => {
        $(#[$attribute])*
        pub struct $name {
            $($fields)*
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
    };
}

with_modifier_keys! {
    /// A key: the payload of `on:keydown` and `on:keyup`.
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
        /// The key's meaning: `KeyboardEvent.key`, such as `a`, `A`, `Enter` or `ArrowUp`.
        pub key: String,
        /// The physical key, independent of the keyboard's layout: `KeyboardEvent.code`, such as `KeyA`.
        pub code: String,
        /// The key is held down and repeats.
        pub repeat: bool,
    }
}

with_modifier_keys! {
    /// A mouse, pen or finger: the payload of clicks and of the `pointer…` and `mouse…` bindings.
    ///
    /// Distances are in CSS pixels.
    #[derive(Clone, Copy, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    #[non_exhaustive]
    pub struct Pointer {
        /// The distance from the left edge of the handler's element.
        pub x: f32,
        /// The distance from the upper edge of the handler's element.
        pub y: f32,
        /// The distance from the left edge of the window.
        #[serde(rename = "clientX")]
        pub left: f32,
        /// The distance from the upper edge of the window.
        #[serde(rename = "clientY")]
        pub top: f32,
        /// The button that was pressed or released: 0 for the main one, 1 for the middle, 2 for the secondary, -1 for
        /// none.
        pub button: i16,
        /// The sum of the buttons that are held down: 1 for the main one, 2 for the secondary, 4 for the middle.
        pub buttons: u16,
    }
}

with_modifier_keys! {
    /// A turn of the wheel: the payload of `on:wheel`, in CSS pixels.
    #[derive(Clone, Copy, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    #[non_exhaustive]
    pub struct Wheel {
        /// The distance to scroll to the right; negative to the left.
        #[serde(rename = "deltaX")]
        pub x: f32,
        /// The distance to scroll down; negative for up.
        #[serde(rename = "deltaY")]
        pub y: f32,
        // A page sends the pointer's fields too. They are accepted and not used.
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
}

/// The scroll position of an element or the page: the payload of `on:scroll`, in CSS pixels.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Scroll {
    /// The width that is hidden on the left.
    #[serde(rename = "scrollLeft")]
    pub left: f32,
    /// The height that is hidden above.
    #[serde(rename = "scrollTop")]
    pub top: f32,
    /// The width of the content.
    #[serde(rename = "scrollWidth")]
    pub width: f32,
    /// The height of the content.
    #[serde(rename = "scrollHeight")]
    pub height: f32,
    /// The width of the visible part.
    #[serde(rename = "clientWidth")]
    pub view_width: f32,
    /// The height of the visible part.
    #[serde(rename = "clientHeight")]
    pub view_height: f32,
}

/// The size of the window: the payload of `on:window:resize`, in CSS pixels.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Size {
    /// The window's width.
    #[serde(rename = "innerWidth")]
    pub width: f32,
    /// The window's height.
    #[serde(rename = "innerHeight")]
    pub height: f32,
}

/// The state of an `<audio>` or `<video>`: the payload of the media bindings, such as `on:timeupdate`.
#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Media {
    /// The position, in seconds from the start.
    #[serde(rename = "currentTime")]
    pub time: f64,
    /// The length in seconds; `None` if it is unknown or endless.
    pub duration: Option<f64>,
    /// True if it is not playing.
    pub paused: bool,
    /// True if the sound is off.
    pub muted: bool,
    /// The volume, from 0 to 1.
    pub volume: f64,
    /// The playback speed; 1 is normal speed.
    #[serde(rename = "playbackRate")]
    pub rate: f64,
    // A page sends the scroll position of every element. It is accepted and not used.
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

/// A payload that a page sends as a JSON object.
pub(crate) trait Sent: DeserializeOwned {
    /// Returns true if all numbers are finite. Serde reads a number that is too large for its type as infinite.
    fn is_finite(&self) -> bool;
}

/// Reads an object of this type. Returns `None` for anything else.
pub(crate) fn read<T: Sent>(json: &str) -> Option<T> {
    // Serde would also accept an array for a struct.
    let read: T = json.starts_with('{').then(|| serde_json::from_str(json).ok())??;
    read.is_finite().then_some(read)
}

/// A number that can be compared and hashed as an `f64`.
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

/// `None` counts as -1, which is never a duration.
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
    fn payloads_of_a_page_are_read() {
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
    fn malformed_payloads_are_refused() {
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
    fn unused_fields_are_not_in_debug() {
        let wheel = Wheel { y: 1.0, ..Wheel::default() };
        let shown = "Wheel { x: 0.0, y: 1.0, ctrl: false, alt: false, shift: false, meta: false }";
        assert_eq!(format!("{wheel:?}"), shown);
    }
}
