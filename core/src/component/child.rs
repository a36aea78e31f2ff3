use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use super::{Component, Mapped, Outcome};
use crate::html::wrapped;
use crate::{Command, Event, Subscription, View};

/// A [`Component`] in its parent's model. In [`Children`](super::Children) it has a key.
///
/// The holder dereferences to the component, so the parent can read and change its state. `view`, `update` and `subscriptions`
/// take a constructor of the parent's events: a variant that holds a [`ChildEvent`], or a closure that captures nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child<C, K = ()> {
    key: K,
    /// Tells the component from those that had the same place before.
    generation: u64,
    state: C,
}

/// An event of a component, with its address: the key, and a number that no later component with the same key has.
///
/// A variant of the parent's events holds it. [`Child::update`] drops an event of a component that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChildEvent<E, K = ()> {
    /// The key of the component in its [`Children`](super::Children).
    pub key: K,
    generation: u64,
    /// The component's event.
    pub event: E,
}

/// The events that a component `C` with keys `K` gets from its parent. A function of the parent that handles both kinds takes it.
pub type EventFor<C, K = ()> =
    Event<ChildEvent<<C as Component>::ExternalEvent, K>, ChildEvent<<C as Component>::InternalEvent, K>>;

impl<C> Child<C> {
    /// Makes a child without a key.
    pub const fn new(state: C) -> Self {
        Self { key: (), generation: 0, state }
    }

    /// Puts a new component in the place of this one, and returns the old one.
    ///
    /// Events and results of commands that belong to the old component do not reach the new one.
    pub fn replace(&mut self, state: C) -> C {
        self.generation += 1;
        std::mem::replace(&mut self.state, state)
    }
}

impl<C, K> Child<C, K> {
    pub(super) const fn with_key(key: K, generation: u64, state: C) -> Self {
        Self { key, generation, state }
    }

    /// Returns the key.
    pub const fn key(&self) -> &K {
        &self.key
    }

    /// Returns the component.
    pub fn into_inner(self) -> C {
        self.state
    }

    pub(super) fn is_addressed<E>(&self, event: &ChildEvent<E, K>) -> bool
    where
        K: PartialEq,
    {
        self.generation == event.generation && self.key == event.key
    }
}

impl<C, K: Clone> Child<C, K> {
    /// Addresses an event to this component, for a handler in the parent's own view.
    ///
    /// ```
    /// # use tealight_core::{Child, ChildEvent, Command, Component, Event, View, html};
    /// # struct Menu;
    /// # #[derive(Hash)]
    /// # enum MenuEvent { Close }
    /// # impl Component for Menu {
    /// #     type ExternalEvent = MenuEvent;
    /// #     type InternalEvent = ();
    /// #     type Outcome = Command<()>;
    /// #     fn update(&mut self, _: Event<MenuEvent, ()>) -> Command<()> { Command::none() }
    /// #     fn view(&self) -> impl View<MenuEvent> { "" }
    /// # }
    /// #[derive(Hash)]
    /// enum ExternalEvent { Menu(ChildEvent<MenuEvent>) }
    ///
    /// fn view(menu: &Child<Menu>) -> impl View<ExternalEvent> {
    ///     html! { <main on:click={ExternalEvent::Menu(menu.event(MenuEvent::Close))}>{menu.view(ExternalEvent::Menu)}</main> }
    /// }
    /// # let _ = view(&Child::new(Menu));
    /// ```
    pub fn event<E>(&self, event: E) -> ChildEvent<E, K> {
        ChildEvent { key: self.key.clone(), generation: self.generation, event }
    }

    /// Returns a function that wraps the component's events for the parent.
    fn wrap<E, P>(&self, event: fn(ChildEvent<E, K>) -> P) -> impl Fn(E) -> P + Clone + use<E, P, C, K> {
        let (key, generation) = (self.key.clone(), self.generation);
        move |inner| event(ChildEvent { key: key.clone(), generation, event: inner })
    }
}

impl<C: Component, K: Clone + Eq + Hash + Send + 'static> Child<C, K> {
    /// Returns the component's view.
    pub fn view<P: 'static>(&self, event: fn(ChildEvent<C::ExternalEvent, K>) -> P) -> impl View<P> {
        let Self { key, generation, state } = self;
        // A form that is posted without JavaScript reaches a new session, whose components have other numbers.
        let (identity, mark) = ((key, generation), key);
        wrapped(state.view(), event as usize, identity, mark, move |inner| event(self.event(inner)))
    }

    /// Hands an event to the component, and returns what its `update` returns, with a command of the parent.
    ///
    /// An event of an earlier component at this place is dropped.
    pub fn update<P: 'static>(
        &mut self,
        event: EventFor<C, K>,
        internal: fn(ChildEvent<C::InternalEvent, K>) -> P,
    ) -> Mapped<C, P> {
        let event = match event {
            Event::External(event) if self.is_addressed(&event) => Event::External(event.event),
            Event::Internal(event) if self.is_addressed(&event) => Event::Internal(event.event),
            _ => return C::Outcome::none(),
        };
        let wrap = self.wrap(internal);
        let scope = self.scope(internal as usize);
        self.state.update(event).map(scope, wrap)
    }

    /// Changes the component for the parent, and returns its command.
    ///
    /// Use it to give a component what it does not have, such as a service of the application:
    ///
    /// ```
    /// # use tealight_core::{Child, ChildEvent, Command, Component, Event, View, html};
    /// # #[derive(Clone)]
    /// # struct Library;
    /// # impl Library { async fn blurb(self) -> String { String::new() } }
    /// # struct Book { blurb: String }
    /// # enum BookEvent { Blurb(String) }
    /// impl Book {
    ///     fn load(&mut self, library: &Library) -> Command<BookEvent> {
    ///         Command::perform(library.clone().blurb(), BookEvent::Blurb)
    ///     }
    /// }
    /// # impl Component for Book {
    /// #     type ExternalEvent = ();
    /// #     type InternalEvent = BookEvent;
    /// #     type Outcome = Command<BookEvent>;
    /// #     fn update(&mut self, _: Event<(), BookEvent>) -> Command<BookEvent> { Command::none() }
    /// #     fn view(&self) -> impl View<()> { "" }
    /// # }
    ///
    /// enum InternalEvent { Book(ChildEvent<BookEvent>) }
    ///
    /// fn open(book: &mut Child<Book>, library: &Library) -> Command<InternalEvent> {
    ///     book.run(|book| book.load(library), InternalEvent::Book)
    /// }
    /// # let _ = open(&mut Child::new(Book { blurb: String::new() }), &Library);
    /// ```
    pub fn run<P: 'static>(
        &mut self,
        change: impl FnOnce(&mut C) -> Command<C::InternalEvent>,
        internal: fn(ChildEvent<C::InternalEvent, K>) -> P,
    ) -> Command<P> {
        let wrap = self.wrap(internal);
        let scope = self.scope(internal as usize);
        change(&mut self.state).within(scope).map(wrap)
    }

    /// Tells the work of this component from that of all others.
    fn scope(&self, constructor: usize) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.key, self.generation, constructor).hash(&mut hasher);
        hasher.finish()
    }

    /// Returns the component's subscriptions.
    pub fn subscriptions<P: 'static>(&self, internal: fn(ChildEvent<C::InternalEvent, K>) -> P) -> Subscription<P> {
        let own = self.state.subscriptions();
        if own.is_none() { Subscription::none() } else { own.within(self.generation).map(self.wrap(internal)) }
    }
}

impl<C, K> Deref for Child<C, K> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.state
    }
}

impl<C, K> DerefMut for Child<C, K> {
    fn deref_mut(&mut self) -> &mut C {
        &mut self.state
    }
}
