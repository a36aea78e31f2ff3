use std::fmt::Display;
use std::str::FromStr;

/// A value in a topic's name.
///
/// ```
/// use tealight_core::topic::TopicParameter;
///
/// struct RoomId(u32);
///
/// impl TopicParameter for RoomId {
///     fn text(&self) -> String {
///         self.0.to_string()
///     }
///
///     fn read(text: &str) -> Option<Self> {
///         text.parse().ok().map(RoomId)
///     }
/// }
/// # assert_eq!(RoomId::read("7").expect("a number").text(), "7");
/// ```
pub trait TopicParameter: Sized {
    /// Returns the value as a text. Any text will do: it is escaped.
    fn text(&self) -> String;
    /// Reads a value from the text that [`text`](Self::text) has made of it. Returns `None` if it is no such text: the message is then logged
    /// and skipped.
    fn read(text: &str) -> Option<Self>;
}

/// The parameters of a topic's name: none, one, or a tuple of two or three.
pub trait TopicParameters: Sized {
    /// Their number.
    const COUNT: usize;
    /// Returns their texts in order.
    fn texts(&self) -> Vec<String>;
    /// Reads as many texts.
    fn read(texts: &[String]) -> Option<Self>;
}

macro_rules! parameters {
    ($($type:ty)*) => {
        $(impl TopicParameter for $type {
            fn text(&self) -> String {
                text_of(self)
            }

            fn read(text: &str) -> Option<Self> {
                parse(text)
            }
        })*
    };
}

parameters!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize bool char String);

fn text_of(value: &impl Display) -> String {
    value.to_string()
}

fn parse<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

impl TopicParameters for () {
    const COUNT: usize = 0;

    fn texts(&self) -> Vec<String> {
        Vec::new()
    }

    fn read(_: &[String]) -> Option<Self> {
        Some(())
    }
}

impl<A: TopicParameter> TopicParameters for A {
    const COUNT: usize = 1;

    fn texts(&self) -> Vec<String> {
        vec![self.text()]
    }

    fn read(texts: &[String]) -> Option<Self> {
        let [a] = texts else { return None };
        A::read(a)
    }
}

impl<A: TopicParameter, B: TopicParameter> TopicParameters for (A, B) {
    const COUNT: usize = 2;

    fn texts(&self) -> Vec<String> {
        vec![self.0.text(), self.1.text()]
    }

    fn read(texts: &[String]) -> Option<Self> {
        let [a, b] = texts else { return None };
        Some((A::read(a)?, B::read(b)?))
    }
}

impl<A: TopicParameter, B: TopicParameter, C: TopicParameter> TopicParameters for (A, B, C) {
    const COUNT: usize = 3;

    fn texts(&self) -> Vec<String> {
        vec![self.0.text(), self.1.text(), self.2.text()]
    }

    fn read(texts: &[String]) -> Option<Self> {
        let [a, b, c] = texts else { return None };
        Some((A::read(a)?, B::read(b)?, C::read(c)?))
    }
}
