use std::sync::Arc;

use tealight_core::routing;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Refusal, Subscription, View};

use super::Function;
use super::guard::enter;

/// An application that notes which of its functions runs, and knows its place in a router.
pub(crate) struct Watched<A>(pub(crate) A, pub(crate) Option<Paths>);

/// The paths of all views of a router, and the place of this view.
pub(crate) type Paths = (Arc<routing::Paths<usize>>, usize);

// A function of `LiveView` with a default must be here too, or the application's own is never called.
#[warn(clippy::missing_trait_methods)]
impl<A: LiveView> LiveView for Watched<A> {
    type Model = A::Model;
    type ExternalEvent = A::ExternalEvent;
    type InternalEvent = A::InternalEvent;

    fn mount(
        &self,
        request: &PageRequest,
    ) -> impl Future<Output = Result<(A::Model, Command<A::InternalEvent>), MountError>> + Send {
        self.0.mount(request)
    }

    #[inline]
    fn update(
        &self,
        model: &mut A::Model,
        event: Event<A::ExternalEvent, A::InternalEvent>,
    ) -> Command<A::InternalEvent> {
        enter(Function::Update);
        self.0.update(model, event)
    }

    #[inline]
    fn view(&self, model: &A::Model) -> impl View<A::ExternalEvent> {
        enter(Function::View);
        self.0.view(model)
    }

    fn too_long(&self, length: usize) -> Option<A::InternalEvent> {
        self.0.too_long(length)
    }

    fn refused(&self, refusal: Refusal) -> Option<A::InternalEvent> {
        self.0.refused(refusal)
    }

    fn command_failed(&self) -> Option<A::InternalEvent> {
        self.0.command_failed()
    }

    #[inline]
    fn subscriptions(&self, model: &A::Model) -> Subscription<A::InternalEvent> {
        enter(Function::Subscriptions);
        self.0.subscriptions(model)
    }

    fn model_bytes(&self, model: &A::Model) -> usize {
        self.0.model_bytes(model)
    }

    fn __has_path(&self, address: &str) -> bool {
        let Some((paths, place)) = &self.1 else { return true };
        paths.at(address.split('?').next().unwrap_or_default()) == Some(place)
    }
}
