use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use tealight_core::session::TopicFilter;

/// Writes the subject of a topic's name, below a prefix. The parts of a name are its tokens.
pub(crate) fn of_name(prefix: &str, name: &str) -> String {
    let mut subject = String::with_capacity(prefix.len() + name.len() + 1);
    subject.push_str(prefix);
    for part in name.split(':') {
        subject.push('.');
        escape(part, &mut subject);
    }
    subject
}

/// Writes the subject of the topics of a filter.
pub(crate) fn of_filter(prefix: &str, filter: &TopicFilter) -> String {
    if !filter.is_pattern() {
        return of_name(prefix, filter.text());
    }
    let mut subject = prefix.to_owned();
    for part in filter.text().split(':') {
        subject.push('.');
        if part == "*" { subject.push('*') } else { escape(part, &mut subject) }
    }
    subject
}

/// Reads the name of a subject. Returns `None` if it is no subject of a topic.
pub(crate) fn name_of(prefix: &str, subject: &str) -> Option<String> {
    let mut name = String::with_capacity(subject.len());
    for (i, token) in subject.strip_prefix(prefix)?.strip_prefix('.')?.split('.').enumerate() {
        if i > 0 {
            name.push(':');
        }
        name.push_str(&unescape(token)?);
    }
    Some(name)
}

/// The characters that are written in hexadecimal digits.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

fn escape(part: &str, subject: &mut String) {
    subject.extend(utf8_percent_encode(part, ESCAPED));
    if part.is_empty() {
        subject.push('%');
    }
}

fn unescape(token: &str) -> Option<Cow<'_, str>> {
    let part = if token == "%" { "".into() } else { percent_decode_str(token).decode_utf8().ok()? };
    // Each part has one form only.
    let mut again = String::with_capacity(token.len());
    escape(&part, &mut again);
    (again == token).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, subject: &str) {
        assert_eq!(of_name("t", name), subject);
        assert_eq!(name_of("t", subject).as_deref(), Some(name));
    }

    #[test]
    fn names_are_subjects() {
        check("orders", "t.orders");
        check("room:7", "t.room.7");
        check("a.b:*:>", "t.a%2Eb.%2A.%3E");
        check("room:a%3Ab", "t.room.a%253Ab");
        check("größe", "t.gr%C3%B6%C3%9Fe");
        check("", "t.%");
        check("a::b", "t.a.%.b");
        check("two words\r\n", "t.two%20words%0D%0A");
    }

    #[test]
    fn patterns_are_subjects() {
        assert_eq!(of_filter("t", &TopicFilter::pattern("room:*")), "t.room.*");
        assert_eq!(of_filter("t", &TopicFilter::name("room:*")), "t.room.%2A");
    }

    #[test]
    fn other_subjects_have_no_name() {
        for subject in ["t", "tt.a", "u.a", "t.%2", "t.%zz", "t.%FF", "t.%61", "t.%2f", "t.", "t.é"] {
            assert_eq!(name_of("t", subject), None, "{subject}");
        }
    }
}
