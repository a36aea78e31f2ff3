//! Flash: a short text that a page leaves for the next one. A cookie brings it there.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The name of the cookie.
pub const FLASH_COOKIE: &str = "tealight-flash";

/// The seconds for which a browser keeps the cookie.
pub const FLASH_SECONDS: u32 = 60;

/// The most bytes of a text. Encoded, three times as many fit into a cookie of any browser.
const MOST: usize = 1024;

/// The bytes that `encodeURIComponent` encodes too, and a few more. No other byte has a meaning in a cookie.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes a text as the value of the cookie.
///
/// ```
/// use tealight_core::wire::{decode_flash, encode_flash};
///
/// let value = encode_flash("Saved; done");
/// assert_eq!(value, "Saved%3B%20done");
/// assert_eq!(decode_flash(&value).as_deref(), Some("Saved; done"));
/// ```
pub fn encode_flash(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

/// Reads the value of the cookie. Returns `None` for an empty text, and for a value that no page of this application has left.
pub fn decode_flash(value: &str) -> Option<String> {
    let text = percent_decode_str(value).decode_utf8().ok()?;
    (1..=MOST).contains(&text.len()).then(|| text.into_owned())
}

/// Cuts a text that is too long for the cookie, and logs that.
pub(crate) fn bounded_flash(text: Cow<'static, str>) -> Cow<'static, str> {
    if text.len() <= MOST {
        return text;
    }
    tracing::error!(bytes = text.len(), most = MOST, "the text of `Command::flash` is too long: it was cut");
    let end = (0..=MOST).rev().find(|end| text.is_char_boundary(*end)).expect("0 is a boundary");
    text[..end].to_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back() {
        for text in ["Saved", "Tee für 5 €; \"bald\"", "a=b, c\\d", "100 % + 1\r\nset-cookie: x=y", "\u{0}🫖<b>"] {
            let value = encode_flash(text);
            assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)), "{value}");
            assert_eq!(decode_flash(&value).as_deref(), Some(text));
        }
        // JavaScript encodes fewer bytes.
        assert_eq!(decode_flash("It's%20done!%20(*)").as_deref(), Some("It's done! (*)"));
    }

    #[test]
    fn a_forged_value_is_no_flash() {
        assert_eq!(decode_flash(""), None);
        assert_eq!(decode_flash("%ff"), None);
        assert_eq!(decode_flash(&"x".repeat(MOST + 1)), None);
        assert_eq!(decode_flash(&"x".repeat(MOST)).map(|text| text.len()), Some(MOST));
    }

    #[test]
    fn a_long_text_is_cut_between_two_letters() {
        assert_eq!(bounded_flash("ö".repeat(512).into()).len(), MOST);
        assert_eq!(bounded_flash(format!("x{}", "ö".repeat(512)).into()).len(), MOST - 1);
    }
}
