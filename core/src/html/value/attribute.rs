use std::borrow::Cow;
use std::fmt;

use super::fingerprint::HashSeed;
use super::text::{Fixed, Grouped, Shown, Target, Text, TextOut};
use super::url;
use crate::effect::PageEffect;
use crate::html::template::AttrKind;
use crate::wire;

/// A value for an attribute: text, numbers, `bool`, and `Option` of these. `None` leaves the attribute out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of an attribute",
    label = "this is neither text nor `bool`",
    note = "text, numbers, `bool` and `Option` of these can; `class` and `style` take lists too"
)]
pub trait AttrValue {
    /// Equal for equal values, and (almost certainly) different for different values of the same type.
    fn fingerprint(&self, seed: &HashSeed) -> u64;

    /// Writes the value by exactly one call of one method of `out`.
    fn write(&self, out: &mut AttrOut<'_>);
}

/// A value for `class`: text, or a list of names with conditions:
/// `class={[("row", true), ("late", order.is_late())]}`. Without any name there is no attribute.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a `class`",
    label = "this is neither text nor a list of (name, condition)",
    note = "write `class={{[(\"row\", true), (\"late\", is_late)]}}`"
)]
pub trait ClassValue {
    /// As [`AttrValue::fingerprint`].
    fn fingerprint(&self, seed: &HashSeed) -> u64;

    /// As [`AttrValue::write`].
    fn write(&self, out: &mut AttrOut<'_>);
}

/// A value for `style`: text, or a list of properties with values:
/// `style={[("width", format_args!("{percent}%"))]}`.
///
/// In a list, `None` leaves a property out. A value that could end its declaration (with `;`, a brace, a backslash or a
/// comment) is left out too, and logged.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a `style`",
    label = "this is neither text nor a list of (property, value)",
    note = "write `style={{[(\"width\", \"50%\")]}}`"
)]
pub trait StyleValue {
    /// As [`AttrValue::fingerprint`].
    fn fingerprint(&self, seed: &HashSeed) -> u64;

    /// As [`AttrValue::write`].
    fn write(&self, out: &mut AttrOut<'_>);
}

/// The place that an attribute is written to.
pub struct AttrOut<'a> {
    bytes: &'a mut Vec<u8>,
    pub(super) scratch: &'a mut Vec<u8>,
    name: &'static str,
    kind: AttrKind,
    html: bool,
}

impl<'a> AttrOut<'a> {
    #[inline(always)]
    pub(crate) fn new(
        bytes: &'a mut Vec<u8>,
        scratch: &'a mut Vec<u8>,
        name: &'static str,
        kind: AttrKind,
        html: bool,
    ) -> Self {
        Self { bytes, scratch, name, kind, html }
    }

    /// Leaves the attribute out.
    pub fn absent(&mut self) {
        if !self.html {
            self.bytes.extend_from_slice(b"null,");
        }
    }

    /// Writes the attribute without a value, or leaves it out. In `aria-…`, `data-…` and other attributes that spell out
    /// booleans it writes `true` or `false`.
    pub fn flag(&mut self, on: bool) {
        match (self.kind, on) {
            (AttrKind::Word, _) => self.text(if on { "true" } else { "false" }),
            (_, false) => self.absent(),
            (_, true) if self.html => {
                self.bytes.push(b' ');
                self.bytes.extend_from_slice(self.name.as_bytes());
            }
            (_, true) => self.bytes.extend_from_slice(b"true,"),
        }
    }

    /// Writes the attribute with this text.
    pub fn text(&mut self, text: &(impl Text + ?Sized)) {
        self.open();
        if self.kind == AttrKind::Url {
            self.scratch.clear();
            text.write(&mut TextOut::new(self.scratch, Target::Raw));
            let shown = url::inert(std::str::from_utf8(self.scratch).unwrap_or_default(), self.name);
            TextOut::new(self.bytes, target(self.html)).text(shown);
        } else {
            text.write(&mut self.escaped());
        }
        self.close();
    }

    /// Writes the attribute with these effects as JSON.
    pub(crate) fn effects(&mut self, effects: &[PageEffect]) {
        if effects.is_empty() {
            return self.absent();
        }
        let mut json = std::mem::take(self.scratch);
        json.clear();
        wire::effects(&mut json, effects);
        self.text(std::str::from_utf8(&json).unwrap_or_default());
        *self.scratch = json;
    }

    /// The value between [`AttrOut::open`] and [`AttrOut::close`].
    pub(super) fn escaped(&mut self) -> TextOut<'_> {
        TextOut::new(self.bytes, target(self.html))
    }

    pub(super) fn open(&mut self) {
        if self.html {
            self.bytes.push(b' ');
            self.bytes.extend_from_slice(self.name.as_bytes());
            self.bytes.push(b'=');
        }
        self.bytes.push(b'"');
    }

    pub(super) fn close(&mut self) {
        self.bytes.push(b'"');
        if !self.html {
            self.bytes.push(b',');
        }
    }
}

fn target(html: bool) -> Target {
    if html { Target::Html } else { Target::Json }
}

macro_rules! texts {
    ($([$($generics:tt)*] $kind:ty),* $(,)?) => {$(
        texts!(@each [$($generics)*] $kind, AttrValue ClassValue StyleValue);
    )*};
    (@each $generics:tt $kind:ty, $($value:ident)*) => {$(
        texts!(@one $generics $kind, $value);
    )*};
    (@one [$($generics:tt)*] $kind:ty, $value:ident) => {
        impl<$($generics)*> $value for $kind {
            #[inline(always)]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                Text::fingerprint(self, seed)
            }

            fn write(&self, out: &mut AttrOut<'_>) {
                out.text(self);
            }
        }
    };
}
texts!(
    [] u8, [] u16, [] u32, [] u64, [] u128, [] usize, [] i8, [] i16, [] i32, [] i64, [] i128, [] isize, [] f32, [] f64,
    [] char, [] str, [] String, [] Cow<'_, str>, [] Fixed, [] Grouped, [] fmt::Arguments<'_>, [T: fmt::Display] Shown<T>,
);

impl AttrValue for bool {
    #[inline(always)]
    fn fingerprint(&self, _: &HashSeed) -> u64 {
        u64::from(*self)
    }

    fn write(&self, out: &mut AttrOut<'_>) {
        out.flag(*self);
    }
}

macro_rules! wrappers {
    ($($value:ident)*) => {$(
        impl<T: $value> $value for Option<T> {
            #[inline(always)]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                self.as_ref().map_or_else(|| seed.nothing(), |value| value.fingerprint(seed))
            }

            fn write(&self, out: &mut AttrOut<'_>) {
                match self {
                    Some(value) => value.write(out),
                    None => out.absent(),
                }
            }
        }

        impl<T: $value + ?Sized> $value for &T {
            #[inline(always)]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                (**self).fingerprint(seed)
            }

            fn write(&self, out: &mut AttrOut<'_>) {
                (**self).write(out);
            }
        }
    )*};
}
wrappers!(AttrValue ClassValue StyleValue);
