use std::collections::BTreeMap;
use std::mem;

use serde::{Deserialize, Serialize};

use super::Here;

/// The people at a place, by their keys. A model holds it.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tealight_core::presence::{Here, People, Person};
/// use tealight_core::{Subscription, Topic};
///
/// /// The value that others see of a person.
/// #[derive(Clone, Serialize, Deserialize)]
/// struct Guest { name: String, is_typing: bool }
///
/// const ROOM: Topic<Guest, u32> = Topic::new("room:{id}");
///
/// struct Model { room: u32, user: String, me: Guest, people: People<Guest> }
///
/// enum InternalEvent { Here(Here<Guest>) }
///
/// fn update(model: &mut Model, event: InternalEvent) {
///     match event {
///         InternalEvent::Here(here) => {
///             model.people.apply(here);
///         }
///     }
/// }
///
/// fn subscriptions(model: &Model) -> Subscription<InternalEvent> {
///     let me = Person::new(&model.user, model.me.clone());
///     Subscription::presence(ROOM.of(model.room), Some(me), InternalEvent::Here)
/// }
/// # let _ = (update as fn(&mut _, _), subscriptions as fn(&_) -> _);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct People<M>(BTreeMap<String, Vec<M>>);

/// The change of a person at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The person with this key is here now.
    Joined(String),
    /// A device of this person has come, gone or changed. News of all may name people who have not changed.
    Changed(String),
    /// Their last device has gone.
    Left(String),
}

impl<M> People<M> {
    /// Nobody.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Takes news of the place. Returns what is new, in the order of keys.
    pub fn apply(&mut self, here: Here<M>) -> Vec<Change> {
        let Here { all, people } = here;
        let mut before = if all { mem::take(&mut self.0) } else { BTreeMap::new() };
        let mut changes = Vec::new();
        for (key, devices) in people {
            let was_here = before.remove(&key).is_some() | self.0.remove(&key).is_some();
            match (was_here, devices.is_empty()) {
                (true, true) => changes.push(Change::Left(key)),
                (false, true) => {}
                (was_here, false) => {
                    self.0.insert(key.clone(), devices);
                    changes.push(if was_here { Change::Changed(key) } else { Change::Joined(key) });
                }
            }
        }
        changes.extend(before.into_keys().map(Change::Left));
        changes.sort_unstable_by(|a, b| a.key().cmp(b.key()));
        changes
    }

    /// Returns the number of people. A person with several devices is one.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns true if nobody is here.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the devices of the person with this key, or an empty slice. The one that has come or changed last is the last.
    pub fn devices(&self, key: &str) -> &[M] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// Returns all people, in the order of their keys, with their devices.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[M])> {
        self.0.iter().map(|(key, devices)| (key.as_str(), devices.as_slice()))
    }
}

impl<M> Default for People<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl Change {
    /// Returns the person's key.
    pub fn key(&self) -> &str {
        match self {
            Self::Joined(key) | Self::Changed(key) | Self::Left(key) => key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(people: &mut People<u32>, here: &str, expected: &str, now: &str) {
        let here = serde_json::from_str(here).expect("news");
        let changes: Vec<_> = people.apply(here).iter().map(|change| format!("{change:?}")).collect();
        assert_eq!(changes.join(" "), expected);
        assert_eq!(serde_json::to_string(people).expect("JSON"), now);
    }

    #[test]
    fn news_change_the_list() {
        let mut people = People::new();
        check(&mut people, r#"{"all":true,"people":[["b",[1]]]}"#, r#"Joined("b")"#, r#"{"b":[1]}"#);
        check(&mut people, r#"{"all":false,"people":[["a",[2,3]]]}"#, r#"Joined("a")"#, r#"{"a":[2,3],"b":[1]}"#);
        check(&mut people, r#"{"all":false,"people":[["a",[3]],["c",[]]]}"#, r#"Changed("a")"#, r#"{"a":[3],"b":[1]}"#);
        check(
            &mut people,
            r#"{"all":true,"people":[["c",[4]],["b",[1]]]}"#,
            r#"Left("a") Changed("b") Joined("c")"#,
            r#"{"b":[1],"c":[4]}"#,
        );
        check(&mut people, r#"{"all":false,"people":[["b",[]],["c",[]]]}"#, r#"Left("b") Left("c")"#, "{}");
    }
}
