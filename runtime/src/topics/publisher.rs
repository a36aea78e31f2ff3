use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use serde::Serialize;
use tealight_core::session::Message;
use tokio::runtime::Handle;

use super::engine::{PubSub, Subscribed, Subscriber};
use crate::error::PubSubError;

/// Publishes from outside of any session, for example from a background task.
///
/// Made by [`Live::publisher`](crate::Live::publisher).
///
/// ```
/// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// # struct Shop;
/// # impl LiveView for Shop {
/// #     type Model = ();
/// #     type ExternalEvent = ();
/// #     type InternalEvent = ();
/// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
/// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
/// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tealight_runtime::PubSubError> {
/// let live = tealight_runtime::Live::new(Shop);
/// let publisher = live.publisher();
/// publisher.publish("orders", &7)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Publisher {
    engine: Arc<dyn PubSub>,
    handle: Handle,
}

impl Publisher {
    pub(super) fn new(engine: Arc<dyn PubSub>, handle: Handle) -> Self {
        Self { engine, handle }
    }

    /// Sends `message` to every session that subscribes to `topic`.
    ///
    /// A message that the engine loses later is counted and logged.
    ///
    /// # Errors
    /// Returns [`PubSubError::Encode`] if `message` cannot be encoded as JSON.
    pub fn publish<M>(&self, topic: impl Into<Arc<str>>, message: &M) -> Result<(), PubSubError>
    where
        M: Serialize + ?Sized,
    {
        self.send(Message::new(topic, &message)?);
        Ok(())
    }

    pub(crate) fn send(&self, message: Message) {
        let (engine, topic) = (Arc::clone(&self.engine), Arc::clone(&message.topic));
        start(&self.handle, async move {
            if let Err(error) = engine.publish(message).await {
                metrics::counter!("tealight_lost_messages_total").increment(1);
                tracing::error!(%topic, %error, "could not publish a message; it is lost");
            }
        });
    }

    pub(super) fn subscribe(&self, subscriber: Subscriber, then: impl FnOnce(Subscribed) + Send + 'static) {
        let engine = Arc::clone(&self.engine);
        start(&self.handle, async move {
            let topic = Arc::clone(subscriber.topic());
            match engine.subscribe(Arc::clone(&topic), subscriber).await {
                Ok(subscribed) => then(subscribed),
                Err(error) => tracing::error!(%topic, %error, "could not subscribe to a topic"),
            }
        });
    }
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Publisher")
    }
}

/// Polls a future once, here and now. A task runs the rest of it, if there is any.
fn start(handle: &Handle, future: impl Future<Output = ()> + Send + 'static) {
    let mut future: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(future);
    if future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
        handle.spawn(future);
    }
}
