//! Lists as the value of `class` and `style`.

use super::attribute::{AttrOut, ClassValue, StyleValue};
use super::fingerprint::{HashSeed, mix};
use super::text::{Target, Text, TextOut};

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
                out.escaped().plain(" ");
            }
            out.escaped().text(name.as_ref());
        }
        out.close();
    }
}

/// The value of one property in a list for `style`.
pub trait PropertyValue {
    /// Returns the text, or `None` to leave the property out.
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
            let mut value = std::mem::take(out.scratch);
            value.clear();
            text.write(&mut TextOut::new(&mut value, Target::Raw));
            if ends_declaration(&value) {
                tracing::warn!(property = name, "style property left out: its value could end the declaration");
            } else {
                let mut to = out.escaped();
                to.text(if first { "" } else { "; " });
                to.text(name);
                to.text(": ");
                to.text(std::str::from_utf8(&value).unwrap_or_default());
                first = false;
            }
            *out.scratch = value;
        }
        out.close();
    }
}

fn ends_declaration(value: &[u8]) -> bool {
    value.iter().any(|byte| matches!(byte, b';' | b'{' | b'}' | b'\\')) || value.windows(2).any(|two| two == b"/*")
}

macro_rules! lists {
    ($($value:ident [$($generics:tt)*] $list:ty;)*) => {$(
        impl<$($generics)*> $value for $list {
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
    ClassValue [T: AsRef<str>, const N: usize] [(T, bool); N];
    ClassValue [T: AsRef<str>] Vec<(T, bool)>;
    StyleValue [V: PropertyValue, const N: usize] [(&str, V); N];
    StyleValue [V: PropertyValue] Vec<(&str, V)>;
}
