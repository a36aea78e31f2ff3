use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Keep;
use super::parameter::TopicParameters;

/// The name of a topic whose messages have the type `M`.
///
/// Made by [`Topic::of`](super::Topic::of), or from a text.
pub struct TopicName<M: ?Sized> {
    name: Cow<'static, str>,
    keep: Keep,
    message: PhantomData<fn() -> M>,
}

impl<M: ?Sized> TopicName<M> {
    pub(super) fn new(name: Cow<'static, str>, keep: Keep) -> Self {
        Self { name, keep, message: PhantomData }
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    pub(crate) fn into_parts(self) -> (Cow<'static, str>, Keep) {
        (self.name, self.keep)
    }
}

impl<M: ?Sized> From<&'static str> for TopicName<M> {
    fn from(name: &'static str) -> Self {
        Self::new(name.into(), Keep::All)
    }
}

impl<M: ?Sized> From<String> for TopicName<M> {
    fn from(name: String) -> Self {
        Self::new(name.into(), Keep::All)
    }
}

impl<M: ?Sized> From<Cow<'static, str>> for TopicName<M> {
    fn from(name: Cow<'static, str>) -> Self {
        Self::new(name, Keep::All)
    }
}

impl<M: ?Sized> From<Arc<str>> for TopicName<M> {
    fn from(name: Arc<str>) -> Self {
        Self::from(name.as_ref().to_owned())
    }
}

impl<M: ?Sized> fmt::Debug for TopicName<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TopicName").field(&self.name).finish()
    }
}

/// The topics of a subscription: one name, or all names of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TopicFilter {
    text: Arc<str>,
    is_pattern: bool,
}

impl TopicFilter {
    /// Returns the filter of one name.
    pub fn name(name: impl Into<Arc<str>>) -> Self {
        Self { text: name.into(), is_pattern: false }
    }

    /// Returns the filter of a pattern: parts with a colon between them, where `*` stands for any part.
    ///
    /// ```
    /// use tealight_core::session::TopicFilter;
    ///
    /// let rooms = TopicFilter::pattern("room:*");
    /// assert!(rooms.matches("room:7"));
    /// assert!(!rooms.matches("room:7:door"));
    ///
    /// // Names that begin with `tealight:` are Tealight's own.
    /// assert!(!TopicFilter::pattern("*:*").matches("tealight:relays"));
    /// ```
    pub fn pattern(pattern: impl Into<Arc<str>>) -> Self {
        Self { text: pattern.into(), is_pattern: true }
    }

    /// Returns the name, or the pattern.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Returns true if it is a pattern.
    pub fn is_pattern(&self) -> bool {
        self.is_pattern
    }

    /// Returns true if a topic of this name is one of them.
    pub fn matches(&self, name: &str) -> bool {
        if !self.is_pattern {
            return *self.text == *name;
        }
        if self.text.starts_with('*') && is_own(name) {
            return false;
        }
        let (mut parts, mut names) = (self.text.split(':'), name.split(':'));
        loop {
            match (parts.next(), names.next()) {
                (None, None) => return true,
                (Some("*"), Some(_)) => {}
                (Some(part), Some(name)) if part == name => {}
                _ => return false,
            }
        }
    }
}

/// Returns true if a topic of this name is Tealight's own. No parameter of an application's topic stands for the first part of its name.
pub fn is_own(name: &str) -> bool {
    name.starts_with("tealight:")
}

/// Panics if a pattern is not one with `count` places.
pub(super) const fn check(pattern: &str, count: usize) {
    let bytes = pattern.as_bytes();
    let (mut at, mut places, mut begin) = (0, 0, 0);
    while at <= bytes.len() {
        if at < bytes.len() && bytes[at] == b'*' {
            panic!("a topic's pattern has no `*`: write `{{name}}` for a parameter");
        }
        if at == bytes.len() || bytes[at] == b':' {
            assert!(at > begin, "a part of a topic's pattern is empty");
            if bytes[begin] == b'{' && bytes[at - 1] == b'}' {
                assert!(at - begin > 2, "a parameter of a topic's pattern needs a name, such as `{{id}}`");
                places += 1;
                begin += 1;
                check_braces(bytes, begin, at - 1);
            } else {
                check_braces(bytes, begin, at);
            }
            begin = at + 1;
        }
        at += 1;
    }
    assert!(places == count, "a topic's pattern needs one `{{name}}` for each parameter of its type");
}

const fn check_braces(bytes: &[u8], mut at: usize, end: usize) {
    while at < end {
        assert!(
            bytes[at] != b'{' && bytes[at] != b'}',
            "a parameter of a topic's pattern is a whole part: write `room:{{id}}`"
        );
        at += 1;
    }
}

fn is_place(part: &str) -> bool {
    part.starts_with('{')
}

/// Writes a name.
pub(super) fn fill<P: TopicParameters>(pattern: &str, parameters: &P) -> String {
    let mut values = parameters.texts().into_iter();
    join(pattern, |name| values.next().into_iter().for_each(|value| escape(&value, name)))
}

/// Writes the pattern of all names.
pub(super) fn filter(pattern: &str) -> String {
    join(pattern, |text| text.push('*'))
}

fn join(pattern: &str, mut place: impl FnMut(&mut String)) -> String {
    let mut text = String::with_capacity(pattern.len());
    for (i, part) in pattern.split(':').enumerate() {
        if i > 0 {
            text.push(':');
        }
        if is_place(part) { place(&mut text) } else { text.push_str(part) }
    }
    text
}

/// Reads the parameters of a name.
pub(super) fn read<P: TopicParameters>(pattern: &str, name: &str) -> Option<P> {
    let (mut names, mut texts) = (name.split(':'), Vec::with_capacity(P::COUNT));
    for part in pattern.split(':') {
        let name = names.next()?;
        if is_place(part) {
            texts.push(unescape(name)?);
        } else if part != name {
            return None;
        }
    }
    if names.next().is_some() { None } else { P::read(&texts) }
}

/// Letters and digits of all scripts stay, and some signs. So no value has a colon, or a sign that an engine gives a meaning.
fn escape(value: &str, name: &mut String) {
    use fmt::Write as _;

    for char in value.chars() {
        if char.is_alphanumeric() || matches!(char, '-' | '_') {
            name.push(char);
        } else {
            let mut bytes = [0; 4];
            for byte in char.encode_utf8(&mut bytes).bytes() {
                let _ = write!(name, "%{byte:02X}");
            }
        }
    }
    if value.is_empty() {
        // An empty part would be no part for some engines.
        name.push('%');
    }
}

fn unescape(name: &str) -> Option<String> {
    if name == "%" {
        return Some(String::new());
    }
    let (mut bytes, mut rest) = (Vec::with_capacity(name.len()), name.as_bytes());
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
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::super::Topic;
    use super::*;

    const SEAT: Topic<(), (String, u32)> = Topic::new("hall:{hall}:seat:{row}");

    fn check_name(hall: &str, row: u32, expected: &str) {
        let name = SEAT.of((hall.to_owned(), row));
        assert_eq!(name.as_str(), expected);
        assert_eq!(SEAT.parameters(expected), Some((hall.to_owned(), row)));
        assert!(TopicFilter::pattern(SEAT.filter().into_parts().0).matches(expected));
    }

    #[test]
    fn names_are_written_and_read() {
        check_name("main", 7, "hall:main:seat:7");
        check_name("a:b", 0, "hall:a%3Ab:seat:0");
        check_name("", 1, "hall:%:seat:1");
        check_name("%", 1, "hall:%25:seat:1");
        check_name("*.> x", 1, "hall:%2A%2E%3E%20x:seat:1");
        check_name("größer", 1, "hall:größer:seat:1");
    }

    #[test]
    fn a_name_of_another_topic_has_no_parameters() {
        for name in [
            "",
            "hall",
            "hall:main:seat",
            "hall:main:seat:7:8",
            "hall:main:row:7",
            "hall:main:seat:x",
            "hall:%2:seat:1",
        ] {
            assert_eq!(SEAT.parameters(name), None, "{name}");
        }
    }

    #[test]
    fn a_wrong_pattern_is_refused() {
        let cases: [(&'static str, usize, &str); 8] = [
            ("", 0, "empty"),
            ("a::b", 0, "empty"),
            ("a:*", 0, "no `*`"),
            ("room:{id}", 0, "one `{name}`"),
            ("room", 1, "one `{name}`"),
            ("room{id}", 1, "whole part"),
            ("room:{}", 1, "needs a name"),
            ("room:{id", 1, "whole part"),
        ];
        for (pattern, count, expected) in cases {
            let panic = std::panic::catch_unwind(|| check(pattern, count)).expect_err(pattern);
            let text = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
            assert!(text.as_ref().is_some_and(|text| text.contains(expected)), "{pattern}: {text:?}");
        }
    }
}
