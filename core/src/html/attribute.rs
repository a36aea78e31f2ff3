use std::borrow::Cow;
use std::fmt;

use super::fingerprint::{HashSeed, mix};
use super::template::AttrKind;
use super::text::{Fixed, Grouped, Shown, Target, Text, TextOut};
use super::url;
use crate::effect::PageEffect;
use crate::wire;

/// A value that can stand in an attribute: text, numbers, `bool`, and `Option` of these, where `None`
/// leaves the attribute out.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of an attribute",
    label = "this is neither text nor `bool`",
    note = "text, numbers, `bool` and `Option` of these can; `class` and `style` take lists too"
)]
pub trait AttrValue {
    /// Equal for equal values, and (as good as) different for different ones of the same type.
    fn fingerprint(&self, seed: &HashSeed) -> u64;

    /// Says what the attribute is to be, by one call of one method of `out`.
    fn write(&self, out: &mut AttrOut<'_>);
}

/// Where an attribute is written.
pub struct AttrOut<'a> {
    pub(crate) bytes: &'a mut Vec<u8>,
    pub(crate) scratch: &'a mut Vec<u8>,
    pub(crate) name: &'static str,
    pub(crate) kind: AttrKind,
    pub(crate) html: bool,
}

impl AttrOut<'_> {
    /// Leaves the attribute out.
    pub fn absent(&mut self) {
        if !self.html {
            self.bytes.extend_from_slice(b"null,");
        }
    }

    /// There or not; in `aria-…`, `data-…` and other attributes that spell it out, `true` or `false`.
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

    /// There, with this text.
    pub fn text(&mut self, text: &(impl Text + ?Sized)) {
        self.open();
        if self.kind == AttrKind::Url {
            self.scratch.clear();
            text.write(&mut TextOut::new(self.scratch, Target::Raw));
            let shown = url::inert(std::str::from_utf8(self.scratch).unwrap_or_default(), self.name);
            TextOut::new(self.bytes, if self.html { Target::Html } else { Target::Json }).text(shown);
        } else {
            text.write(&mut self.out());
        }
        self.close();
    }

    /// There, with these effects as JSON.
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

    fn out(&mut self) -> TextOut<'_> {
        TextOut::new(self.bytes, if self.html { Target::Html } else { Target::Json })
    }

    fn open(&mut self) {
        if self.html {
            self.bytes.push(b' ');
            self.bytes.extend_from_slice(self.name.as_bytes());
            self.bytes.push(b'=');
        }
        self.bytes.push(b'"');
    }

    fn close(&mut self) {
        self.bytes.push(b'"');
        if !self.html {
            self.bytes.push(b',');
        }
    }
}

macro_rules! texts {
    ($([$($generics:tt)*] $kind:ty),* $(,)?) => {$(
        impl<$($generics)*> AttrValue for $kind {
            #[inline(always)]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                Text::fingerprint(self, seed)
            }

            fn write(&self, out: &mut AttrOut<'_>) {
                out.text(self);
            }
        }

        impl<$($generics)*> ClassValue for $kind {
            #[inline(always)]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                Text::fingerprint(self, seed)
            }

            fn write(&self, out: &mut AttrOut<'_>) {
                out.text(self);
            }
        }

        impl<$($generics)*> StyleValue for $kind {
            #[inline(always)]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                Text::fingerprint(self, seed)
            }

            fn write(&self, out: &mut AttrOut<'_>) {
                out.text(self);
            }
        }
    )*};
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
                match self {
                    Some(value) => value.fingerprint(seed),
                    None => seed.nothing(),
                }
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

/// A value for `class`: text, or a list of names with their conditions:
/// `class={[("row", true), ("late", order.is_late())]}`. No name is left: no attribute.
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

impl<T: AsRef<str>> ClassValue for [(T, bool)] {
    #[inline]
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
        let names = self.iter().filter(|(_, on)| *on);
        names.fold(seed.nothing(), |fingerprint, (name, _)| mix(fingerprint ^ seed.str(name.as_ref())))
    }

    fn write(&self, out: &mut AttrOut<'_>) {
        if !self.iter().any(|(_, on)| *on) {
            return out.absent();
        }
        out.open();
        for (i, (name, _)) in self.iter().filter(|(_, on)| *on).enumerate() {
            if i > 0 {
                out.bytes.push(b' ');
            }
            out.out().text(name.as_ref());
        }
        out.close();
    }
}

/// A value for `style`: text, or a list of properties with their values:
/// `style={[("width", format_args!("{percent}%"))]}`.
///
/// In a list, `None` leaves a property out, and so does a value that could end its declaration
/// (one with `;`, a brace, a backslash or a comment), which is logged too.
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

/// The value of one property in a list for `style`.
pub trait PropertyValue {
    /// The text, or `None` to leave the property out.
    fn text(&self) -> Option<&dyn Text>;
}

impl<T: Text> PropertyValue for T {
    fn text(&self) -> Option<&dyn Text> {
        Some(self)
    }
}

impl<T: Text> PropertyValue for Option<T> {
    fn text(&self) -> Option<&dyn Text> {
        self.as_ref().map(|text| text as &dyn Text)
    }
}

impl<V: PropertyValue> StyleValue for [(&str, V)] {
    #[inline]
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
        self.iter().fold(seed.nothing(), |fingerprint, (name, value)| {
            let value = value.text().map_or(seed.nothing(), |text| text.fingerprint(seed));
            mix(mix(fingerprint ^ seed.str(name)) ^ value)
        })
    }

    fn write(&self, out: &mut AttrOut<'_>) {
        if self.iter().all(|(_, value)| value.text().is_none()) {
            return out.absent();
        }
        out.open();
        let mut first = true;
        for (name, value) in self {
            let Some(text) = value.text() else { continue };
            out.scratch.clear();
            text.write(&mut TextOut::new(out.scratch, Target::Raw));
            let value = std::str::from_utf8(out.scratch).unwrap_or_default();
            if value.contains([';', '{', '}', '\\']) || value.contains("/*") {
                tracing::warn!(property = name, "style property left out: its value could end the declaration");
                continue;
            }
            let mut to = TextOut::new(out.bytes, if out.html { Target::Html } else { Target::Json });
            if !first {
                to.text("; ");
            }
            to.text(name);
            to.text(": ");
            to.text(value);
            first = false;
        }
        out.close();
    }
}

macro_rules! lists {
    ($($value:ident $item:ty, [$($generics:tt)*];)*) => {$(
        impl<$($generics)*, const N: usize> $value for [$item; N] {
            #[inline]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                $value::fingerprint(&self[..], seed)
            }

            fn write(&self, out: &mut AttrOut<'_>) {
                $value::write(&self[..], out);
            }
        }

        impl<$($generics)*> $value for Vec<$item> {
            #[inline]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                $value::fingerprint(&self[..], seed)
            }

            fn write(&self, out: &mut AttrOut<'_>) {
                $value::write(&self[..], out);
            }
        }
    )*};
}
lists! {
    ClassValue (T, bool), [T: AsRef<str>];
    StyleValue (&str, V), [V: PropertyValue];
}
