use std::fmt::{Display, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::RouteValue;

/// The bytes of a path that are percent-encoded. The derive macro encodes patterns with the same set.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b':').remove(b',');

/// An address that is being written.
#[derive(Default)]
pub struct Address {
    text: String,
    value: String,
    has_query: bool,
}

impl Address {
    /// Writes fixed text of a path, already encoded.
    pub fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Writes one segment.
    pub fn segment<T: RouteValue>(&mut self, value: &T) {
        self.show(value);
        push_segment(&mut self.text, &self.value);
    }

    /// Writes all further segments.
    pub fn rest<T: RouteValue>(&mut self, value: &T) {
        self.show(value);
        for (index, segment) in self.value.split('/').enumerate() {
            if index > 0 {
                self.text.push('/');
            }
            push_segment(&mut self.text, segment);
        }
    }

    /// Writes a parameter.
    pub fn once<T: RouteValue>(&mut self, name: &str, value: &T) {
        self.show(value);
        self.text.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        self.text.extend(form_urlencoded::byte_serialize(name.as_bytes()));
        self.text.push('=');
        self.text.extend(form_urlencoded::byte_serialize(self.value.as_bytes()));
    }

    /// Writes a parameter that may be absent.
    pub fn at_most_once<T: RouteValue>(&mut self, name: &str, value: &Option<T>) {
        self.often(name, value.as_slice());
    }

    /// Writes a parameter for each value.
    pub fn often<T: RouteValue>(&mut self, name: &str, values: &[T]) {
        for value in values {
            self.once(name, value);
        }
    }

    /// Writes a parameter if it is true.
    pub fn flag(&mut self, name: &str, value: &bool) {
        if *value {
            self.once(name, value);
        }
    }

    pub(super) fn into_string(self) -> String {
        self.text
    }

    fn show(&mut self, value: &impl Display) {
        self.value.clear();
        // Only a `Display` that fails by itself makes this fail. Its text so far is what it shows.
        let _ = write!(self.value, "{value}");
    }
}

/// Appends a segment, encoded.
pub(super) fn push_segment(out: &mut String, segment: &str) {
    let segment = if is_removed(segment) { "\u{FFFD}" } else { segment };
    out.extend(utf8_percent_encode(segment, SEGMENT));
}

/// Tells whether browsers would remove this segment from an address.
pub(super) fn is_removed(segment: &str) -> bool {
    matches!(segment, "" | "." | "..")
}
