//! What comes with an event, beside texts and forms, under the DOM's own names. What is zero, empty or false
//! is left out; a field of another type or name makes the page's event be refused.

use std::hash::{Hash, Hasher};

use serde::Deserialize;

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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
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
}

/// How far an element, or the page, is scrolled, as `on:scroll` brings it; in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
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
}

/// Events are `Hash`, so what they hold is too: a decimal is its bits.
macro_rules! hash {
    ($($kind:ident { $($decimal:ident)* $(; $($other:ident)*)? })*) => {$(
        impl Hash for $kind {
            fn hash<H: Hasher>(&self, state: &mut H) {
                $(self.$decimal.to_bits().hash(state);)*
                $($(self.$other.hash(state);)*)?
            }
        }
    )*};
}
hash! {
    Pointer { x y left top; button buttons ctrl alt shift meta }
    Wheel { x y; ctrl alt shift meta }
    Scroll { left top width height view_width view_height }
    Size { width height }
}

impl Hash for Media {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { time, duration, paused, muted, volume, rate } = self;
        (time.to_bits(), duration.map(f64::to_bits), paused, muted, volume.to_bits(), rate.to_bits()).hash(state);
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;

    fn decode<T: DeserializeOwned>(json: &str) -> Option<T> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn they_decode_strictly() {
        let key = decode::<Key>(r#"{"key":"s","code":"KeyS","ctrlKey":true}"#);
        assert_eq!(key, Some(Key { key: "s".into(), code: "KeyS".into(), ctrl: true, ..Key::default() }));
        let pointer = decode::<Pointer>(r#"{"x":1.5,"y":-2,"clientX":10,"clientY":20,"buttons":1,"button":-1}"#);
        let expected = Pointer { x: 1.5, y: -2.0, left: 10.0, top: 20.0, buttons: 1, button: -1, ..Pointer::default() };
        assert_eq!(pointer, Some(expected));
        let media =
            decode::<Media>(r#"{"currentTime":1.5,"duration":null,"paused":true,"volume":0.5,"playbackRate":1}"#);
        assert_eq!(media, Some(Media { time: 1.5, paused: true, volume: 0.5, rate: 1.0, ..Media::default() }));
        assert_eq!(decode::<Size>("{}"), Some(Size::default()));
        for hostile in [r#"{"x":"1"}"#, r#"{"x":1,"more":1}"#, r#"{"buttons":-1}"#, "7", "null", "[[[[", ""] {
            assert_eq!(decode::<Pointer>(hostile), None, "{hostile}");
        }
        for hostile in [r#"{"key":1}"#, r#"{"key":"a","repeat":1}"#, r#"{"key":null}"#] {
            assert_eq!(decode::<Key>(hostile), None, "{hostile}");
        }
    }
}
