//! Decoding of dragged data to the type that the `on:drop` handler takes.

use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Decodes a dragged text. A `String` gets the text unchanged. Any other type is read from the text as JSON, and
/// otherwise from the text itself, as an enum or an IP address can be.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let as_text = || T::deserialize(text.into_deserializer()).map_err(|_: Error| ());
    let written = T::deserialize(Written(text)).ok();
    written.or_else(|| serde_json::from_str(text).ok()).or_else(|| as_text().ok())
}

/// Deserializes only a `String`, or a newtype of one. Reading such a text as JSON would strip its quotes.
struct Written<'a>(&'a str);

impl<'de> Deserializer<'de> for Written<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("the type is not a `String`"))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::net::Ipv4Addr;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Name(String);

    #[derive(Debug, PartialEq, Deserialize)]
    struct Row(u32);

    #[derive(Debug, PartialEq, Deserialize)]
    enum Tea {
        Green,
    }

    #[track_caller]
    fn check<T: DeserializeOwned + PartialEq + Debug>(text: &str, expected: T) {
        assert_eq!(read(text), Some(expected), "{text}");
    }

    #[test]
    fn a_string_is_unchanged() {
        for text in ["Tea", "\"Tea\"", "", "12", "null", " [1] ", "\"\\u0041"] {
            check(text, text.to_owned());
            check(text, Name(text.to_owned()));
        }
    }

    #[test]
    fn other_types_are_read_from_json_or_the_text() {
        check("12", 12);
        check("12", Row(12));
        check("[1,2]", vec![1, 2]);
        check("[\"Tea\"]", vec!["Tea".to_owned()]);
        check("{\"a\":1}", std::collections::BTreeMap::from([("a".to_owned(), 1)]));
        check("null", None::<u32>);
        check("\"Green\"", Tea::Green);
        check("Green", Tea::Green);
        check("127.0.0.1", Ipv4Addr::LOCALHOST);
        check("\"127.0.0.1\"", Ipv4Addr::LOCALHOST);
        assert_eq!(read::<u32>("twelve"), None);
    }
}
