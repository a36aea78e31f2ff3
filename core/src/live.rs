use std::future::Future;
use std::hash::Hash;

use thiserror::Error;

use crate::{Command, Event, PageRequest, Subscription, View};

/// An application: a model, two enums of events and pure functions.
///
/// `&self` is what all sessions share: services, handles, configuration. What a session has of its
/// own is its model.
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
    type Model: Send + 'static;
    /// What the page can say. It is hashed to tell one handler from another, and it never leaves
    /// the server.
    type ExternalEvent: Hash + Send + 'static;
    /// What the server says to itself.
    type InternalEvent: Send + 'static;

    /// Reads what the first paint needs, once for each page.
    ///
    /// The command that it returns is carried out when the page first attaches, as soon as the model's topics are
    /// joined; of a page that never does (without JavaScript) it is not. (Its [`Command::title`] is in the first HTML
    /// all the same.) What is published between `mount` and then is not heard. So what may change meanwhile is read once
    /// more, by that command: a [`Command::perform`], whose future does not run before.
    ///
    /// # Errors
    /// A [`MountError`] says why there is no page, or where it is.
    fn mount(
        &self,
        request: &PageRequest,
    ) -> impl Future<Output = Result<(Self::Model, Command<Self::InternalEvent>), MountError>> + Send;

    /// The only place where a model changes. It is pure: the same model and event give the same
    /// model and command.
    fn update(
        &self,
        model: &mut Self::Model,
        event: Event<Self::ExternalEvent, Self::InternalEvent>,
    ) -> Command<Self::InternalEvent>;

    /// The page for a model. It runs when the transport can write, and when an event is looked up;
    /// it must depend on nothing but `self` and the model.
    fn view(&self, model: &Self::Model) -> impl View<Self::ExternalEvent>;

    /// The timers and topics that this model wants. They start when the page first attaches: what is published before
    /// that is not heard, and [`mount`](Self::mount) says how it is learned. Topics also run while a form is taken that
    /// was posted without JavaScript.
    fn subscriptions(&self, _model: &Self::Model) -> Subscription<Self::InternalEvent> {
        Subscription::none()
    }
}

/// Why there is no page for a request.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MountError {
    /// There is nothing here: 404.
    #[error("not found")]
    NotFound,
    /// It is not for this person: 403.
    #[error("forbidden")]
    Forbidden,
    /// It is somewhere else: 303, or a navigation if the page is open already.
    #[error("redirect to {0}")]
    Redirect(String),
    /// What the page needs could not be read: 503. The source is logged, not shown.
    #[error("unavailable: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}
