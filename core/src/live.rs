use std::future::Future;
use std::hash::Hash;

use thiserror::Error;

use crate::{Command, Event, PageRequest, Refusal, Subscription, View};

/// An application: a model, two enums of events and pure functions.
///
/// All sessions share `&self`, which holds services, handles and configuration. Each session has its own model.
///
/// ```
/// use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
///
/// struct Counter;
///
/// #[derive(Hash)]
/// enum Pressed { Up, Down }
///
/// impl LiveView for Counter {
///     type Model = i64;
///     type ExternalEvent = Pressed;
///     type InternalEvent = ();
///
///     async fn mount(&self, _: &PageRequest) -> Result<(i64, Command<()>), MountError> {
///         Ok((0, Command::none()))
///     }
///
///     fn update(&self, count: &mut i64, event: Event<Pressed, ()>) -> Command<()> {
///         match event {
///             Event::External(Pressed::Up) => *count += 1,
///             Event::External(Pressed::Down) => *count -= 1,
///             Event::Internal(()) => {}
///         }
///         Command::none()
///     }
///
///     fn view(&self, count: &i64) -> impl View<Pressed> {
///         html! {
///             <button on:click={Pressed::Down}>"−"</button>
///             <output>{count}</output>
///             <button on:click={Pressed::Up}>"+"</button>
///         }
///     }
/// }
/// ```
pub trait LiveView: Send + Sync + Sized + 'static {
    /// The state of one session.
    type Model: Send + 'static; // help: an `Arc` in place of an `Rc`, and a `Mutex` in place of a `RefCell`
    /// The events of the page. They are hashed to tell one handler from another, and never leave the server.
    type ExternalEvent: Hash + Send + 'static; // help: #[derive(Hash)]; a decimal number is a `Decimal`
    /// The events of the server.
    type InternalEvent: Send + 'static;

    /// Makes the model of a page, once for each page.
    ///
    /// The command runs when the page first attaches, after the session has subscribed to the model's topics. It never
    /// runs for a page without JavaScript, except that its [`Command::title`] is part of the first HTML.
    ///
    /// Messages that are published since this function began reach the session when its page attaches: see
    /// [`Subscription::topic`](crate::Subscription::topic).
    ///
    /// # Errors
    /// Returns a [`MountError`] if there is no page at this URL, or if it is at another.
    fn mount(
        &self,
        request: &PageRequest,
    ) -> impl Future<Output = Result<(Self::Model, Command<Self::InternalEvent>), MountError>> + Send;

    /// Changes the model, and returns the work that follows.
    ///
    /// No other function changes a model. `update` is pure: the same model and event give the same model and command.
    fn update(
        &self,
        model: &mut Self::Model,
        event: Event<Self::ExternalEvent, Self::InternalEvent>,
    ) -> Command<Self::InternalEvent>;

    /// Returns the page for a model.
    ///
    /// It runs when the transport can write, and when an event's handler is looked up. It must depend on nothing but
    /// `self` and the model.
    fn view(&self, model: &Self::Model) -> impl View<Self::ExternalEvent>;

    /// Returns the event that tells `update` of an input that was too long to be sent, or none. By default there is none.
    ///
    /// `length` is the length of the page's message in bytes, as the page says it. The person sees
    /// [`Notice::TooLong`](crate::Notice::TooLong) at the control or the form, and the server counts and logs it, without
    /// this function too.
    fn too_long(&self, _length: usize) -> Option<Self::InternalEvent> {
        None
    }

    /// Returns the event that tells `update` of an event of the page that was not applied, or none. By default there is none.
    ///
    /// The usual reason is [`Refusal::Stale`](crate::Refusal::Stale): when the event arrived, its handler had changed, or its
    /// element was gone. The person sees [`Notice::NotDone`](crate::Notice::NotDone) near the element, and the server counts
    /// and logs it, without this function too.
    fn refused(&self, _refusal: Refusal) -> Option<Self::InternalEvent> {
        None
    }

    /// Returns the event that tells `update` that a future of [`Command::perform`] has panicked, or none. By default there is
    /// none.
    ///
    /// [`Command::perform_or`] names an event for one future; this function is not called for that. The server counts and logs each
    /// panic, without this function too.
    fn command_failed(&self) -> Option<Self::InternalEvent> {
        None
    }

    /// Returns the timers, topics and places that this model wants.
    ///
    /// They start when the page first attaches. The messages of a topic that are published since `mount` began wait until then. Topics
    /// also run while a form that was posted without JavaScript is applied.
    fn subscriptions(&self, _model: &Self::Model) -> Subscription<Self::InternalEvent> {
        Subscription::none()
    }

    /// Estimates the memory of a model, in bytes.
    ///
    /// The server bounds the memory of sessions whose page has lost its connection by this. Count what the model has on the heap
    /// too, if visitors can make it large. By default only the value itself counts.
    fn model_bytes(&self, model: &Self::Model) -> usize {
        size_of_val(model)
    }

    /// Returns true if an address that the model hears is the application's: another view of its router may have it.
    #[doc(hidden)]
    fn __has_path(&self, address: &str) -> bool {
        let _ = address;
        true
    }
}

/// The reason why `mount` makes no page for a request.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MountError {
    /// The page does not exist: 404.
    #[error("not found")]
    NotFound,
    /// This person may not see the page: 403.
    #[error("forbidden")]
    Forbidden,
    /// The page is somewhere else: 303, or a navigation if it is open already. A URL that begins with `/` stays on this
    /// host, also if it begins with `//`.
    #[error("redirect to {0}")]
    Redirect(String),
    /// Something that the page needs is unavailable: 503. The source is logged, not shown.
    #[error("unavailable: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
