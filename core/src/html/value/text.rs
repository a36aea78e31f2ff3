use std::borrow::Cow;
use std::fmt::{self, Display, Write};
use std::rc::Rc;
use std::sync::Arc;

use super::decimal;
use super::escape;
use super::fingerprint::HashSeed;

/// The place that a text is written to. It escapes the text as the place needs.
pub struct TextOut<'a> {
    bytes: &'a mut Vec<u8>,
    to: Target,
}

/// The escape for a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Html,
    Json,
    /// None.
    Raw,
}

impl<'a> TextOut<'a> {
    pub(crate) fn new(bytes: &'a mut Vec<u8>, to: Target) -> Self {
        Self { bytes, to }
    }

    /// Begins a JSON string.
    #[inline(always)]
    pub(crate) fn json_string(bytes: &'a mut Vec<u8>) -> Self {
        bytes.push(b'"');
        Self::new(bytes, Target::Json)
    }

    /// Ends a JSON string, with a comma.
    #[inline(always)]
    pub(crate) fn end_json_string(self) {
        self.bytes.extend_from_slice(b"\",");
    }

    /// Writes a text, escaped.
    #[inline]
    pub fn text(&mut self, text: &str) {
        match self.to {
            Target::Json => escape::json(self.bytes, text),
            Target::Html => escape::html(self.bytes, text),
            Target::Raw => self.bytes.extend_from_slice(text.as_bytes()),
        }
    }

    /// Writes a text that needs no escape anywhere: digits, signs, letters.
    #[inline]
    pub(crate) fn plain(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

impl Write for TextOut<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text(text);
        Ok(())
    }
}

/// A value that a page shows as text: strings, characters, numbers, and the results of [`fixed`], [`grouped`] and
/// [`display`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no text form in a page",
    label = "this is not text",
    note = "texts and integers have one; write a decimal as `fixed(value, digits)`, and any value with `Display` as `display(value)`"
)]
pub trait Text {
    /// Equal for equal texts, and (almost certainly) different for different texts of the same type.
    fn fingerprint(&self, seed: &HashSeed) -> u64;

    /// Writes the text.
    fn write(&self, out: &mut TextOut<'_>);

    /// Writes the text as a JSON string, and a comma.
    #[doc(hidden)]
    #[inline]
    fn write_json(&self, out: &mut Vec<u8>) {
        let mut out = TextOut::json_string(out);
        self.write(&mut out);
        out.end_json_string();
    }
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl Text for $integer {
            #[inline(always)]
            fn fingerprint(&self, _: &HashSeed) -> u64 {
                *self as u64
            }

            #[inline(always)]
            #[allow(unused_comparisons)]
            fn write(&self, out: &mut TextOut<'_>) {
                if *self < 0 {
                    out.bytes.push(b'-');
                }
                decimal::whole(out.bytes, self.abs_diff(0) as u64);
            }

            #[inline(always)]
            #[allow(unused_comparisons)]
            fn write_json(&self, out: &mut Vec<u8>) {
                if *self < 0 {
                    out.extend_from_slice(b"\"-");
                    decimal::whole(out, self.abs_diff(0) as u64);
                    out.extend_from_slice(b"\",");
                } else {
                    decimal::between(out, b'"', *self as u64, *b"\",");
                }
            }
        }
    )*};
}
integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);

macro_rules! long_integers {
    ($($integer:ty)*) => {$(
        impl Text for $integer {
            #[inline]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                seed.of(self)
            }

            fn write(&self, out: &mut TextOut<'_>) {
                out.plain(itoa::Buffer::new().format(*self));
            }
        }
    )*};
}
long_integers!(u128 i128);

macro_rules! floats {
    ($($float:ty)*) => {$(
        impl Text for $float {
            #[inline(always)]
            fn fingerprint(&self, _: &HashSeed) -> u64 {
                self.to_bits().into()
            }

            fn write(&self, out: &mut TextOut<'_>) {
                let mut buffer = zmij::Buffer::new();
                let text = buffer.format(*self);
                match text.strip_suffix(".0") {
                    Some(whole) => out.plain(whole),
                    // like `Display`, without exponents
                    None if text.contains('e') => {
                        let _ = write!(out, "{self}");
                    }
                    None => out.plain(text),
                }
            }
        }
    )*};
}
floats!(f32 f64);

impl Text for str {
    #[inline(always)]
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
        seed.str(self)
    }

    #[inline]
    fn write(&self, out: &mut TextOut<'_>) {
        out.text(self);
    }
}

impl Text for char {
    #[inline(always)]
    fn fingerprint(&self, _: &HashSeed) -> u64 {
        u64::from(*self)
    }

    fn write(&self, out: &mut TextOut<'_>) {
        out.text(self.encode_utf8(&mut [0; 4]));
    }
}

impl Text for fmt::Arguments<'_> {
    #[inline]
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
        display(self).fingerprint(seed)
    }

    fn write(&self, out: &mut TextOut<'_>) {
        display(self).write(out);
    }
}

macro_rules! through {
    ($([$($generics:tt)*] $kind:ty),*) => {$(
        impl<$($generics)*> Text for $kind {
            #[inline(always)]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                (**self).fingerprint(seed)
            }

            #[inline]
            fn write(&self, out: &mut TextOut<'_>) {
                (**self).write(out);
            }

            #[inline(always)]
            fn write_json(&self, out: &mut Vec<u8>) {
                (**self).write_json(out);
            }
        }
    )*};
}
through!([] String, [] Cow<'_, str>, [T: Text + ?Sized] &T, [T: Text + ?Sized] Box<T>, [T: Text + ?Sized] Rc<T>, [T: Text + ?Sized] Arc<T>);

/// Shows a number with this many digits after the point, rounded half to even: `fixed(4.25, 1)` is `4.2`.
///
/// It shows at most nine digits. NaN and the infinities are shown as `–`.
pub fn fixed(value: impl Into<f64>, digits: u8) -> Fixed {
    Fixed { value: value.into(), digits: digits.min(9) }
}

/// The result of [`fixed`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fixed {
    value: f64,
    digits: u8,
}

impl Text for Fixed {
    #[inline(always)]
    fn fingerprint(&self, _: &HashSeed) -> u64 {
        self.value.to_bits() ^ u64::from(self.digits).rotate_right(6)
    }

    #[inline(always)]
    fn write(&self, out: &mut TextOut<'_>) {
        const POWERS: [f64; 10] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
        // past 2⁵¹ neither this sum nor the value has digits after the point
        const ROUND: f64 = 3.0 * (1u64 << 51) as f64;
        let behind = usize::from(self.digits);
        let scaled = self.value * POWERS[behind];
        if scaled.abs() < (1u64 << 51) as f64 {
            // both sums are in 2⁵²..2⁵³, where the bits count in ones: this spares the checks of `as i64`
            let rounded = (scaled + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i64;
            if rounded < 0 {
                out.bytes.push(b'-');
            }
            decimal::fixed(out.bytes, rounded.unsigned_abs(), behind);
        } else {
            self.write_long(out);
        }
    }
}

impl Fixed {
    #[cold]
    #[inline(never)]
    fn write_long(self, out: &mut TextOut<'_>) {
        if self.value.is_finite() {
            let _ = write!(out, "{:.*}", usize::from(self.digits), self.value);
        } else {
            out.text("–");
        }
    }
}

/// Shows a whole number with a separator between groups of three digits: `grouped(1008870, ',')` is `1,008,870`.
pub fn grouped(value: impl Into<i128>, separator: char) -> Grouped {
    Grouped { value: value.into(), separator }
}

/// The result of [`grouped`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouped {
    value: i128,
    separator: char,
}

impl Text for Grouped {
    #[inline]
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
        let value = i64::try_from(self.value).map_or_else(|_| seed.of(&self.value), |value| value as u64);
        value ^ u64::from(self.separator).rotate_right(16)
    }

    fn write(&self, out: &mut TextOut<'_>) {
        if self.value < 0 {
            out.plain("-");
        }
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(self.value.unsigned_abs());
        let head = (digits.len() - 1) % 3 + 1;
        out.plain(&digits[..head]);
        for group in digits.as_bytes()[head..].chunks(3) {
            self.separator.write(out);
            out.plain(std::str::from_utf8(group).unwrap_or_default());
        }
    }
}

/// Shows any value that has `Display`.
///
/// The value is formatted at every render, and once more when it has changed. A number or a string costs less.
pub fn display<T: Display>(value: T) -> Shown<T> {
    Shown(value)
}

/// The result of [`display`].
#[derive(Clone, Copy, Debug)]
pub struct Shown<T>(T);

impl<T: Display> Text for Shown<T> {
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
        struct Pieces<'s>(&'s HashSeed, u64, u64);
        impl Write for Pieces<'_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                // `Display` writes the same value in the same pieces
                self.1 = super::fingerprint::mix(self.1 ^ self.0.str(text));
                self.2 += text.len() as u64;
                Ok(())
            }
        }
        let mut pieces = Pieces(seed, seed.nothing(), 0);
        // an error of `Display` ends the text early, here as in `write`
        let _ = write!(pieces, "{}", self.0);
        pieces.1 ^ pieces.2
    }

    fn write(&self, out: &mut TextOut<'_>) {
        let _ = write!(out, "{}", self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: impl Text, expected: &str) {
        let mut bytes = Vec::new();
        value.write(&mut TextOut::new(&mut bytes, Target::Raw));
        assert_eq!(String::from_utf8(bytes).expect("text"), expected);
    }

    #[test]
    fn numbers_are_shown_as_display_shows_them() {
        check(-7i8, "-7");
        check(u128::MAX, "340282366920938463463374607431768211455");
        check(5.0f64, "5");
        check(0.1f32, "0.1");
        check(1e21f64, "1000000000000000000000");
        check(f64::NAN, "NaN");
        check('🥡', "🥡");
        check(format_args!("{}-{}", 1, "b"), "1-b");
        check(display(std::time::Duration::from_millis(5).as_millis()), "5");
    }

    #[test]
    fn fixed_rounds_half_to_even() {
        check(fixed(5.0, 1), "5.0");
        check(fixed(4.25, 1), "4.2");
        check(fixed(-0.05, 2), "-0.05");
        check(fixed(1.005e3f32, 0), "1005");
        check(fixed(1e15, 3), "1000000000000000.000");
        check(fixed(1e300, 0), &format!("{:.0}", 1e300));
        check(fixed(f64::INFINITY, 2), "–");
        check(fixed(0.000_000_001, 9), "0.000000001");
    }

    #[test]
    fn grouped_separates_every_three_digits() {
        check(grouped(0, ','), "0");
        check(grouped(999, ','), "999");
        check(grouped(1_008_870u64, ','), "1,008,870");
        check(grouped(-12_345, '\u{a0}'), "-12\u{a0}345");
        for value in [0, 5, i64::MAX] {
            let seed = HashSeed::new(7);
            assert_ne!(grouped(value, ',').fingerprint(&seed), grouped(!value, ',').fingerprint(&seed));
        }
    }
}
