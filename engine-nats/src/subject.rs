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
        unescape(token, &mut name)?;
    }
    Some(name)
}

fn escape(part: &str, subject: &mut String) {
    use std::fmt::Write as _;

    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            subject.push(byte.into());
        } else {
            let _ = write!(subject, "%{byte:02X}");
        }
    }
    if part.is_empty() {
        subject.push('%');
    }
}

fn unescape(token: &str, name: &mut String) -> Option<()> {
    if token == "%" {
        return Some(());
    }
    let (mut bytes, mut rest) = (Vec::with_capacity(token.len()), token.as_bytes());
    while let [first, after @ ..] = rest {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, after @ ..] = rest else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
        rest = after;
    }
    name.push_str(std::str::from_utf8(&bytes).ok()?);
    Some(())
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
        for subject in ["t", "tt.a", "u.a", "t.%2", "t.%zz", "t.%FF"] {
            assert_eq!(name_of("t", subject), None, "{subject}");
        }
    }
}
