use super::Component;
use crate::Command;

/// The values that [`Component::update`] can return: a command, or a tuple of a command and a value for the parent.
///
/// The parent gets the same from [`Child::update`](super::Child::update), with a command of its own. The value for the parent has
/// a default, which means "nothing": `None` of an `Option`, or an empty `Vec`. The parent gets the default for an event whose
/// component is gone.
#[diagnostic::on_unimplemented(
    message = "a component's `update` cannot return `{Self}`",
    label = "expected a `Command<{I}>`, or a tuple of it and a value for the parent",
    note = "such as `(Command<{I}>, Option<Wish>)`; the value for the parent implements `Default`"
)]
pub trait Outcome<I>: Sized {
    /// The same outcome with a command of the parent.
    type Of<P>;

    /// Returns the outcome of an event that changes nothing.
    #[doc(hidden)]
    fn none<P>() -> Self::Of<P>;

    /// `scope` keeps the component's work apart from that of others.
    #[doc(hidden)]
    fn map<P>(self, scope: u64, event: impl Fn(I) -> P + Clone + Send + 'static) -> Self::Of<P>;
}

/// The outcome of a component `C` for a parent whose internal events are `P`: `Command<P>`, or `(Command<P>, R)` if the component
/// returns a value `R` for its parent.
pub type Mapped<C, P> = <<C as Component>::Outcome as Outcome<<C as Component>::InternalEvent>>::Of<P>;

impl<I: Send + 'static> Outcome<I> for Command<I> {
    type Of<P> = Command<P>;

    fn none<P>() -> Command<P> {
        Command::none()
    }

    fn map<P>(self, scope: u64, event: impl Fn(I) -> P + Clone + Send + 'static) -> Command<P> {
        Command::map(self.within(scope), event)
    }
}

impl<I: Send + 'static, R: Default> Outcome<I> for (Command<I>, R) {
    type Of<P> = (Command<P>, R);

    fn none<P>() -> (Command<P>, R) {
        (Command::none(), R::default())
    }

    fn map<P>(self, scope: u64, event: impl Fn(I) -> P + Clone + Send + 'static) -> (Command<P>, R) {
        (Outcome::map(self.0, scope, event), self.1)
    }
}
