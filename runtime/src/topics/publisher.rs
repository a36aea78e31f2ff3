use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use metrics::Counter;
use serde::Serialize;
use tealight_core::session::{Message, TopicFilter};
use tealight_core::topic::TopicName;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::ends::Ends;
use super::engine::{PubSub, Subscriber};
use super::subscribed::Subscribed;
use crate::error::{EndSessionsError, PubSubError, catch, catch_async};
use crate::store::{OwnerKey, StoreError};

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
    ends: Arc<Ends>,
    published: Counter,
}

impl Publisher {
    pub(super) fn new(engine: Arc<dyn PubSub>, handle: Handle, ends: Arc<Ends>) -> Self {
        Self { engine, handle, ends, published: metrics::counter!("tealight_published_messages_total") }
    }

    /// Sends `message` to every session that subscribes to `topic`: a [`Topic`](tealight_core::Topic), one of its names, or a text.
    ///
    /// A message that the engine loses later is counted and logged. The `update` of some sessions runs within this call: hold no lock
    /// that it takes.
    ///
    /// # Errors
    /// Returns [`PubSubError::Encode`] if `message` cannot be encoded as JSON.
    pub fn publish<M>(&self, topic: impl Into<TopicName<M>>, message: &M) -> Result<(), PubSubError>
    where
        M: Serialize + ?Sized,
    {
        self.send(Message::new(topic.into().as_str(), message)?);
        Ok(())
    }

    /// Ends all sessions of an owner, for example when a person logs out: those whose page is attached, those that wait for
    /// their page, and those that are saved. Their pages load themselves again.
    ///
    /// `owner` is the one of [`PageRequest::owned_by`](tealight_core::PageRequest::owned_by). First make sure that the guard
    /// lets the person through no more: a page that attaches meanwhile runs its guard again.
    ///
    /// The sessions of this process have ended when this returns, also if it returns an error. The other processes that share
    /// the engine are told, and end theirs as soon as they hear it.
    ///
    /// # Errors
    /// Returns an error if saved sessions could not be removed, or if other processes could not be told. Try again then.
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
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let live = tealight_runtime::Live::new(Shop);
    /// live.page(PageRequest::new("/", "").owned_by("user-7"), "/").await?;
    /// live.publisher().end_sessions("user-7").await?;
    /// assert_eq!(live.stats().sessions(), 0);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn end_sessions(&self, owner: &str) -> Result<(), EndSessionsError> {
        let owner = OwnerKey::of(owner);
        let message = self.ends.message(owner)?;
        let (ends, engine) = (Arc::clone(&self.ends), Arc::clone(&self.engine));
        // Neither waits for the other, nor for the caller: the server drops a request's future when its client hangs up.
        let ending = self.handle.spawn(async move { ends.owners().end(owner).await });
        let telling = self.handle.spawn(async move { publish_to(&*engine, message).await });
        let ended = ending.await.unwrap_or_else(|error| Err(StoreError::Unavailable(Box::new(error))));
        telling.await.unwrap_or_else(|error| Err(PubSubError::Unavailable(Box::new(error))))?;
        Ok(ended?)
    }

    pub(crate) fn send(&self, message: Message) {
        self.published.increment(1);
        let (engine, topic) = (Arc::clone(&self.engine), Arc::clone(&message.topic));
        start(&self.handle, async move {
            if let Err(error) = publish_to(&*engine, message).await {
                metrics::counter!("tealight_lost_messages_total").increment(1);
                tracing::error!(?topic, %error, "could not publish a message; it is lost");
            }
        });
    }

    /// Sends a message whose sender hears if it is lost.
    pub(crate) async fn try_send(&self, message: Message) -> Result<(), PubSubError> {
        self.published.increment(1);
        publish_to(&*self.engine, message).await
    }

    pub(super) fn subscribe(
        &self,
        topic: TopicFilter,
        subscriber: Subscriber,
        then: impl FnOnce(Subscribed) + Send + 'static,
    ) {
        let engine = Arc::clone(&self.engine);
        start(&self.handle, async move {
            match engine.subscribe(topic.clone(), subscriber).await {
                Ok(subscribed) => then(subscribed),
                Err(error) => tracing::error!(topic = ?topic.text(), %error, "could not subscribe to a topic"),
            }
        });
    }

    pub(super) fn is_local(&self) -> bool {
        catch("pubsub", || self.engine.is_local()).unwrap_or_default()
    }

    pub(super) fn connected(&self) -> Option<watch::Receiver<bool>> {
        catch("pubsub", || self.engine.connected()).unwrap_or_default()
    }

    pub(super) fn subscribe_all(&self, subscriber: Subscriber) -> Option<Subscribed> {
        catch("pubsub", || self.engine.subscribe_all(subscriber)).unwrap_or_default()
    }
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Publisher")
    }
}

async fn publish_to(engine: &dyn PubSub, message: Message) -> Result<(), PubSubError> {
    let published = catch_async("pubsub", engine.publish(message)).await;
    published.unwrap_or_else(|panicked| Err(PubSubError::Unavailable(Box::new(panicked))))
}

/// Polls a future once, here and now. A task runs the rest of it, if there is any.
fn start(handle: &Handle, future: impl Future<Output = ()> + Send + 'static) {
    // an engine's error may panic when it is shown
    let mut future: Pin<Box<dyn Future<Output = ()> + Send>> =
        Box::pin(async { catch_async("pubsub", future).await.unwrap_or_default() });
    if future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
        handle.spawn(future);
    }
}
