//! Components with state: parts of a page that have a model, events, commands and subscriptions of their own.
//!
//! A type that implements [`Component`] is the state of such a part. The parent's model holds it in a [`Child`], or a list of
//! them in [`Children`]. The holder routes events: it gives each of the component's events an address, and accepts only
//! events for a component that still exists.

mod child;
mod children;
mod outcome;

use std::hash::Hash;

use crate::{Event, Subscription, View};

pub use child::{Child, ChildEvent, EventFor};
pub use children::Children;
pub use outcome::{Mapped, Outcome};

/// A part of a page with a state and events of its own.
///
/// The component is its own model. Its functions are those of a [`LiveView`](crate::LiveView) without
/// [`mount`](crate::LiveView::mount). A model holds it in a [`Child`] or in [`Children`], and routes its events with one line in
/// each function:
///
/// ```
/// use std::time::Duration;
/// use tealight_core::{
///     Child, ChildEvent, Command, Component, Event, LiveView, MountError, PageRequest, Subscription, View, html,
/// };
///
/// /// A clock that people can stop.
/// #[derive(Default)]
/// struct Clock { seconds: u32, is_stopped: bool }
///
/// #[derive(Hash)]
/// struct Toggle;
///
/// struct Tick;
///
/// impl Component for Clock {
///     type ExternalEvent = Toggle;
///     type InternalEvent = Tick;
///     type Outcome = Command<Tick>;
///
///     fn update(&mut self, event: Event<Toggle, Tick>) -> Command<Tick> {
///         match event {
///             Event::External(Toggle) => self.is_stopped = !self.is_stopped,
///             Event::Internal(Tick) => self.seconds += 1,
///         }
///         Command::none()
///     }
///
///     fn view(&self) -> impl View<Toggle> {
///         html! { <button on:click={Toggle}>{self.seconds} " s"</button> }
///     }
///
///     fn subscriptions(&self) -> Subscription<Tick> {
///         if self.is_stopped {
///             return Subscription::none();
///         }
///         Subscription::every(Duration::from_secs(1), Tick)
///     }
/// }
///
/// struct Kitchen;
///
/// struct Model { clock: Child<Clock> }
///
/// #[derive(Hash)]
/// enum ExternalEvent { Clock(ChildEvent<Toggle>) }
///
/// enum InternalEvent { Clock(ChildEvent<Tick>) }
///
/// impl LiveView for Kitchen {
///     # type Model = Model;
///     # type ExternalEvent = ExternalEvent;
///     # type InternalEvent = InternalEvent;
///     # async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
///     #     Ok((Model { clock: Child::default() }, Command::none()))
///     # }
///     // …
///     fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
///         match event {
///             Event::External(ExternalEvent::Clock(event)) => {
///                 model.clock.update(Event::External(event), InternalEvent::Clock)
///             }
///             Event::Internal(InternalEvent::Clock(event)) => {
///                 model.clock.update(Event::Internal(event), InternalEvent::Clock)
///             }
///         }
///     }
///
///     fn view(&self, model: &Model) -> impl View<ExternalEvent> {
///         html! { <h1>"Tea"</h1> {model.clock.view(ExternalEvent::Clock)} }
///     }
///
///     fn subscriptions(&self, model: &Model) -> Subscription<InternalEvent> {
///         model.clock.subscriptions(InternalEvent::Clock)
///     }
/// }
/// ```
pub trait Component: Sized + 'static {
    /// The events of the page. They are hashed to tell one handler from another, and never leave the server.
    type ExternalEvent: Hash + Send + 'static; // help: #[derive(Hash)]; a decimal number is a `Decimal`
    /// The events of the server. [`Infallible`](std::convert::Infallible) means that there are none.
    type InternalEvent: Send + 'static;
    /// The value that `update` returns: `Command<Self::InternalEvent>`, or a tuple of this command and a value for the parent,
    /// such as `(Command<Self::InternalEvent>, Option<Wish>)`.
    type Outcome: Outcome<Self::InternalEvent>;

    /// Changes the component, and returns the work that follows. It is pure, as [`LiveView::update`](crate::LiveView::update) is.
    fn update(&mut self, event: Event<Self::ExternalEvent, Self::InternalEvent>) -> Self::Outcome;

    /// Returns the component's part of the page. It must depend on nothing but `self`.
    fn view(&self) -> impl View<Self::ExternalEvent>;

    /// Returns the timers and topics that the component wants. By default there are none.
    ///
    /// Each component has timers of its own. They keep their rhythm when other components come and go.
    fn subscriptions(&self) -> Subscription<Self::InternalEvent> {
        Subscription::none()
    }
}
