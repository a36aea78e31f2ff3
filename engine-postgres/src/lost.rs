use std::collections::HashSet;
use std::sync::Arc;

use tealight_core::session::Message;

/// Topics of messages that are lost, or may be.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lost {
    topics: HashSet<Arc<str>>,
    /// The bytes of their names.
    bytes: usize,
    /// The topics are too many to name them.
    is_all: bool,
}

/// The topic on which processes say which topics have lost messages. The message is a list of them. An empty one stands for all.
pub(crate) const LOST: &str = "tealight:lost";
/// The most topics in such a list, and bytes of their names.
const MOST: usize = 1024;
const MOST_BYTES: usize = 64 << 10;

impl Lost {
    pub(crate) fn add(&mut self, topic: Arc<str>) {
        let bytes = topic.len();
        if !self.is_all && self.topics.insert(topic) {
            self.bytes += bytes;
            if self.topics.len() > MOST || self.bytes > MOST_BYTES {
                *self = Self { is_all: true, ..Self::default() };
            }
        }
    }

    pub(crate) fn add_all(&mut self, other: Self) {
        if other.is_all {
            *self = other;
        } else {
            other.topics.into_iter().for_each(|topic| self.add(topic));
        }
    }

    /// Makes the message that tells the others, if there is something to tell.
    pub(crate) fn notice(&self) -> Option<Message> {
        let topics: Vec<_> = self.topics.iter().collect();
        (self.is_all || !topics.is_empty()).then(|| Message::new(LOST, &topics).expect("texts are JSON"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: impl IntoIterator<Item = String>) -> Lost {
        let mut lost = Lost::default();
        names.into_iter().for_each(|name| lost.add(name.into()));
        lost
    }

    #[track_caller]
    fn check(lost: &Lost, notice: Option<&str>) {
        let found = lost.notice().map(|message| String::from_utf8_lossy(&message.payload).into_owned());
        assert_eq!(found.as_deref(), notice);
    }

    #[test]
    fn topics_are_told_once() {
        check(&of([]), None);
        let mut lost = of(["a".to_owned(), "a".to_owned()]);
        check(&lost, Some(r#"["a"]"#));
        lost.add_all(of(["a".to_owned()]));
        check(&lost, Some(r#"["a"]"#));
    }

    #[test]
    fn too_many_topics_are_all() {
        assert!(!of((0..MOST).map(|n| n.to_string())).is_all);
        let many = of((0..=MOST).map(|n| n.to_string()));
        check(&many, Some("[]"));
        check(&of(["n".repeat(MOST_BYTES + 1)]), Some("[]"));
        let mut lost = of(["a".to_owned()]);
        lost.add_all(many);
        lost.add("b".into());
        check(&lost, Some("[]"));
    }
}
