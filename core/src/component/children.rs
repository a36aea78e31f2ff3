use std::borrow::Borrow;
use std::hash::Hash;
use std::slice;

use serde::{Deserialize, Serialize};

use super::{Child, ChildEvent, Component, EventFor, Mapped, Outcome};
use crate::{Command, Event, Subscription};

/// A list of [`Component`]s in their parent's model. Each has a key that no other one in the list has.
///
/// The list has an order. [`insert`](Self::insert) appends. To find a key, the list is searched from its head.
///
/// ```
/// use tealight_core::{ChildEvent, Children, Command, Component, Event, View, html};
///
/// #[derive(Default)]
/// struct Guest { cups: u32 }
///
/// #[derive(Hash)]
/// enum Press { More, Leave }
///
/// #[derive(Debug, PartialEq)]
/// struct Left { cups: u32 }
///
/// impl Component for Guest {
///     type ExternalEvent = Press;
///     type InternalEvent = ();
///     type Outcome = (Command<()>, Option<Left>);
///
///     fn update(&mut self, event: Event<Press, ()>) -> (Command<()>, Option<Left>) {
///         let mut left = None;
///         match event {
///             Event::External(Press::More) => self.cups += 1,
///             Event::External(Press::Leave) => left = Some(Left { cups: self.cups }),
///             Event::Internal(()) => {}
///         }
///         (Command::none(), left)
///     }
///
///     fn view(&self) -> impl View<Press> {
///         html! { {self.cups} <button on:click={Press::More}>"+"</button> <button on:click={Press::Leave}>"Leave"</button> }
///     }
/// }
///
/// #[derive(Hash)]
/// enum ExternalEvent { Guest(ChildEvent<Press, String>) }
///
/// enum InternalEvent { Guest(ChildEvent<(), String>) }
///
/// fn view(guests: &Children<String, Guest>) -> impl View<ExternalEvent> {
///     html! {
///         <ul>
///             for guest in guests, key = guest.key() {
///                 <li>{guest.key()} ": " {guest.view(ExternalEvent::Guest)}</li>
///             }
///         </ul>
///     }
/// }
///
/// fn update(guests: &mut Children<String, Guest>, event: ChildEvent<Press, String>) -> Command<InternalEvent> {
///     let name = event.key.clone();
///     let (command, left) = guests.update(Event::External(event), InternalEvent::Guest);
///     if let Some(Left { .. }) = left {
///         guests.remove(&name);
///     }
///     command
/// }
///
/// let mut guests = Children::from_iter([("Ada".to_owned(), Guest { cups: 2 })]);
/// let leave = guests.get("Ada").expect("a guest").event(Press::Leave);
/// let _ = update(&mut guests, leave);
/// assert!(guests.is_empty());
/// # let _ = view(&guests);
/// ```
///
/// Events of a component that has been removed are dropped, also if another one has its key now. Empty the list with
/// [`clear`](Self::clear) to keep it so: a new list numbers its components from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Children<K, C> {
    rows: Vec<Child<C, K>>,
    /// The generation of the next component.
    next: u64,
}

impl<K, C> Children<K, C> {
    /// Makes an empty list.
    pub const fn new() -> Self {
        Self { rows: Vec::new(), next: 0 }
    }

    /// Returns the number of components.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns true if there are no components.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the components in their order.
    pub fn iter(&self) -> slice::Iter<'_, Child<C, K>> {
        self.rows.iter()
    }

    /// Returns the components in their order, to change them.
    pub fn iter_mut(&mut self) -> slice::IterMut<'_, Child<C, K>> {
        self.rows.iter_mut()
    }

    /// Removes the components for which `is_kept` returns false.
    pub fn retain(&mut self, is_kept: impl FnMut(&Child<C, K>) -> bool) {
        self.rows.retain(is_kept);
    }

    /// Removes all components.
    pub fn clear(&mut self) {
        self.rows.clear();
    }
}

impl<K: Eq, C> Children<K, C> {
    /// Adds a component at the end. If there is one with this key, the new one takes its place, and the old one is returned.
    pub fn insert(&mut self, key: K, state: C) -> Option<C> {
        let generation = self.next;
        self.next += 1;
        let at = self.rows.iter().position(|child| *child.key() == key);
        let child = Child::with_key(key, generation, state);
        match at {
            Some(at) => Some(std::mem::replace(&mut self.rows[at], child).into_inner()),
            None => {
                self.rows.push(child);
                None
            }
        }
    }

    /// Removes the component with this key, and returns it.
    pub fn remove<Q: Eq + ?Sized>(&mut self, key: &Q) -> Option<C>
    where
        K: Borrow<Q>,
    {
        let at = self.position(key)?;
        Some(self.rows.remove(at).into_inner())
    }

    /// Moves the component with this key, so that `at` others come before it. A number that is too large means the end.
    pub fn move_to<Q: Eq + ?Sized>(&mut self, key: &Q, at: usize)
    where
        K: Borrow<Q>,
    {
        if let Some(from) = self.position(key) {
            let child = self.rows.remove(from);
            self.rows.insert(at.min(self.rows.len()), child);
        }
    }

    /// Returns the component with this key.
    pub fn get<Q: Eq + ?Sized>(&self, key: &Q) -> Option<&Child<C, K>>
    where
        K: Borrow<Q>,
    {
        self.position(key).map(|at| &self.rows[at])
    }

    /// Returns the component with this key, to change it.
    pub fn get_mut<Q: Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut Child<C, K>>
    where
        K: Borrow<Q>,
    {
        self.position(key).map(|at| &mut self.rows[at])
    }

    fn position<Q: Eq + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.rows.iter().position(|child| child.key().borrow() == key)
    }
}

impl<K: Clone + Eq + Hash + Send + 'static, C: Component> Children<K, C> {
    /// Hands an event to its component, and returns what the component's `update` returns, with a command of the parent.
    ///
    /// An event whose component has been removed is dropped.
    pub fn update<P: 'static>(
        &mut self,
        event: EventFor<C, K>,
        internal: fn(ChildEvent<C::InternalEvent, K>) -> P,
    ) -> Mapped<C, P> {
        let child = self.rows.iter_mut().find(|child| match &event {
            Event::External(event) => child.is_addressed(event),
            Event::Internal(event) => child.is_addressed(event),
        });
        match child {
            Some(child) => child.update(event, internal),
            None => C::Outcome::none(),
        }
    }

    /// Changes the component with this key for the parent, as [`Child::run`] does. Without such a component it does nothing.
    pub fn run<Q: Eq + ?Sized, P: 'static>(
        &mut self,
        key: &Q,
        change: impl FnOnce(&mut C) -> Command<C::InternalEvent>,
        internal: fn(ChildEvent<C::InternalEvent, K>) -> P,
    ) -> Command<P>
    where
        K: Borrow<Q>,
    {
        self.get_mut(key).map_or_else(Command::none, |child| child.run(change, internal))
    }

    /// Returns the subscriptions of all components.
    pub fn subscriptions<P: 'static>(&self, internal: fn(ChildEvent<C::InternalEvent, K>) -> P) -> Subscription<P> {
        Subscription::batch(self.rows.iter().map(|child| child.subscriptions(internal)))
    }
}

impl<K, C> Default for Children<K, C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Eq, C> Extend<(K, C)> for Children<K, C> {
    fn extend<I: IntoIterator<Item = (K, C)>>(&mut self, children: I) {
        for (key, state) in children {
            self.insert(key, state);
        }
    }
}

impl<K: Eq, C> FromIterator<(K, C)> for Children<K, C> {
    fn from_iter<I: IntoIterator<Item = (K, C)>>(children: I) -> Self {
        let mut all = Self::new();
        all.extend(children);
        all
    }
}

impl<'a, K, C> IntoIterator for &'a Children<K, C> {
    type Item = &'a Child<C, K>;
    type IntoIter = slice::Iter<'a, Child<C, K>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, K, C> IntoIterator for &'a mut Children<K, C> {
    type Item = &'a mut Child<C, K>;
    type IntoIter = slice::IterMut<'a, Child<C, K>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}
