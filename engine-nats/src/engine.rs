use std::fmt;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::{Client, ConnectOptions, Event, ToServerAddrs};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use tealight_core::session::{Message, TopicFilter};
use tealight_runtime::{PubSub, PubSubError, Subscribed, Subscriber};
use tokio::sync::{oneshot, watch};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use crate::error::NatsError;
use crate::link::{Link, Lost};
use crate::lock;
use crate::subject;

/// An engine on a NATS server, 2.9 or newer.
///
/// A process makes one, and hands it to each of its applications.
pub struct Nats {
    inner: Arc<Inner>,
    /// The tasks end with the engine.
    tasks: Vec<AbortHandle>,
}

struct Inner {
    client: Client,
    link: Arc<Mutex<Link>>,
    /// The subjects of topics begin with it.
    topics: String,
    /// The subject on which processes say which messages may be lost.
    lost: String,
    /// The subject on which this process hears itself.
    echo: String,
    waiting: Mutex<Waiting>,
    /// The client's queue may be full. Those that wait for it have their turns in order.
    turn: tokio::sync::Mutex<()>,
}

/// Those that wait until the server has taken what was sent before.
#[derive(Default)]
struct Waiting {
    all: Vec<(u64, oneshot::Sender<()>)>,
    last: u64,
}

/// The options of a connection to NATS.
pub struct NatsOptions {
    prefix: String,
    connect: ConnectOptions,
}

/// The end of the prefix of topics.
const TOPICS: &str = ".topic";
/// The interval at which messages are confirmed.
const CONFIRM_EVERY: Duration = Duration::from_millis(100);
/// The interval of the client's pings. It takes a line for lost if two of them have no answer.
const PING_EVERY: Duration = Duration::from_secs(2);
/// The longest wait for a server that says nothing.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

impl Default for NatsOptions {
    fn default() -> Self {
        Self::new(ConnectOptions::new().ping_interval(PING_EVERY))
    }
}

impl NatsOptions {
    /// Takes the options of the client: TLS, credentials, time limits. The engine sets its event callback.
    ///
    /// Set `ping_interval` to two seconds, as the default options do: the client's own default finds a machine that was cut off only
    /// after two minutes.
    pub fn new(connect: ConnectOptions) -> Self {
        Self { prefix: "tealight".to_owned(), connect }
    }

    /// Sets the first token of all subjects: `"tealight"` by default. Applications that share a server but no topics have different ones.
    ///
    /// # Panics
    /// Panics if `prefix` is not made of ASCII letters, digits, `-` and `_`.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        let is_right = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        assert!(!prefix.is_empty() && prefix.bytes().all(is_right), "a prefix is one token of letters and digits");
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// Connects to the server, or to one of a cluster.
    ///
    /// The connection is made again whenever it is lost.
    ///
    /// # Errors
    /// Returns an error if no server can be reached, or if it refuses the connection.
    pub async fn connect(self, servers: impl ToServerAddrs) -> Result<Nats, NatsError> {
        let link = Arc::new(Mutex::new(Link::default()));
        let (events, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let connect = self.connect.event_callback({
            let link = Arc::clone(&link);
            move |event| {
                // At once: what is published from now on goes nowhere.
                if matches!(event, Event::Disconnected | Event::Closed) {
                    lock(&link).go_down();
                }
                let _ = events.send(event);
                async {}
            }
        });
        let client = connect.connect(servers).await?;
        // With `retry_on_initial_connect` it may not be there yet.
        let was_connected = client.connection_state() == State::Connected;
        if was_connected {
            lock(&link).go_up();
        }
        let prefix = self.prefix;
        let inner = Arc::new(Inner {
            echo: format!("{prefix}.echo.{}", client.new_inbox().replace('.', "-")),
            topics: format!("{prefix}{TOPICS}"),
            lost: format!("{prefix}.lost"),
            client,
            link,
            waiting: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        });
        let mut tasks = vec![inner.hear_echo().await?, inner.hear_lost().await?];
        tasks.push(inner.spawn_confirming());
        let this = Arc::downgrade(&inner);
        let events = tokio::spawn(async move {
            // The event of the connection that was there before comes first.
            let mut is_first = was_connected;
            while let Some(event) = heard.recv().await {
                let Some(inner) = this.upgrade() else { break };
                match event {
                    Event::Connected if is_first => is_first = false,
                    Event::Connected => inner.go_up().await,
                    Event::Disconnected => {
                        is_first = false;
                        // The task may only now have heard of the connection that is lost again.
                        lock(&inner.link).go_down();
                        tracing::warn!("the connection to NATS is lost");
                    }
                    Event::SlowConsumer(_) => {
                        tracing::warn!("this process does not keep up with NATS: it has missed messages");
                        inner.lag();
                    }
                    Event::ServerError(error) => tracing::error!(%error, "NATS has refused something"),
                    Event::ClientError(error) => tracing::error!(%error, "the NATS client has failed"),
                    _ => {}
                }
            }
        });
        tasks.push(events.abort_handle());
        Ok(Nats { inner, tasks })
    }
}

impl Nats {
    /// Connects to a server with the default options.
    ///
    /// # Errors
    /// As [`NatsOptions::connect`].
    pub async fn connect(servers: impl ToServerAddrs) -> Result<Self, NatsError> {
        NatsOptions::default().connect(servers).await
    }

    pub(crate) fn prefix(&self) -> &str {
        self.inner.topics.strip_suffix(TOPICS).unwrap_or_default()
    }

    /// The client, for other uses of the same connection.
    pub fn client(&self) -> &Client {
        &self.inner.client
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl fmt::Debug for Nats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nats").field("subjects", &self.inner.topics).finish_non_exhaustive()
    }
}

#[async_trait]
impl PubSub for Nats {
    async fn publish(&self, message: Message) -> Result<(), PubSubError> {
        let inner = &self.inner;
        let limit = inner.client.max_payload();
        if limit > 0 && message.payload.len() > limit {
            return Err(unavailable(NatsError::TooLong { bytes: message.payload.len(), limit }));
        }
        // Without a connection nobody waits.
        let is_up = lock(&inner.link).is_up();
        let _turn = if is_up { Some(inner.turn.lock().await) } else { None };
        let here = {
            let mut link = lock(&inner.link);
            if link.note(&message.topic) { None } else { Some(link.of(&message.topic)) }
        };
        if let Some(here) = here {
            // The others hear later that they have missed it.
            here.iter().for_each(|subscriber| subscriber.deliver(message.clone()));
            return Ok(());
        }
        let subject = subject::of_name(&inner.topics, &message.topic);
        let payload = Bytes::from_owner(message.payload);
        inner.client.publish(subject, payload).await.map_err(|error| {
            lock(&inner.link).fail(message.topic);
            unavailable(NatsError::Ended(Box::new(error)))
        })
    }

    fn connected(&self) -> Option<watch::Receiver<bool>> {
        Some(lock(&self.inner.link).watch())
    }

    async fn subscribe(&self, topic: TopicFilter, subscriber: Subscriber) -> Result<Subscribed, PubSubError> {
        let inner = &self.inner;
        let subject = subject::of_filter(&inner.topics, &topic);
        let ended = |error| unavailable(NatsError::Ended(Box::new(error)));
        let mut messages = inner.client.subscribe(subject).await.map_err(ended)?;
        let key = lock(&inner.link).subscribers.insert((topic, subscriber.clone()));
        let prefix = inner.topics.clone();
        let task = tokio::spawn(async move {
            while let Some(message) = messages.next().await {
                match subject::name_of(&prefix, &message.subject) {
                    Some(name) => {
                        let payload: Arc<[u8]> = message.payload.as_ref().into();
                        subscriber.deliver(Message { topic: name.into(), payload });
                    }
                    None => tracing::warn!("a message was ignored: its subject names no topic"),
                }
            }
        });
        let guard = Guard { link: Arc::clone(&inner.link), key, task: task.abort_handle() };
        // The server takes things in their order. If the connection is down, the sessions hear when it is up.
        let _ = timeout(ANSWER_WITHIN, inner.barrier()).await;
        Ok(Subscribed::new(guard))
    }
}

impl Inner {
    /// Returns when the server has taken what was sent before.
    async fn barrier(&self) {
        let (done, taken) = oneshot::channel();
        let number = {
            let mut waiting = lock(&self.waiting);
            waiting.last += 1;
            let number = waiting.last;
            waiting.all.push((number, done));
            number
        };
        if self.send_echo('b', number).await {
            let _ = taken.await;
        }
    }

    async fn send_echo(&self, kind: char, number: u64) -> bool {
        self.client.publish(self.echo.clone(), format!("{kind}{number}").into()).await.is_ok()
    }

    /// Hears what this process has sent to itself: the server has taken all that was sent before.
    async fn hear_echo(self: &Arc<Self>) -> Result<AbortHandle, NatsError> {
        let echoes = self.client.subscribe(self.echo.clone()).await;
        let mut echoes = echoes.map_err(|error| NatsError::Ended(Box::new(error)))?;
        let this = Arc::downgrade(self);
        let task = tokio::spawn(async move {
            while let Some(message) = echoes.next().await {
                let Some(inner) = this.upgrade() else { break };
                let Ok(text) = std::str::from_utf8(&message.payload) else { continue };
                if let Some(number) = text.strip_prefix('m').and_then(|number| number.parse().ok()) {
                    lock(&inner.link).confirm(number);
                } else if let Some(number) = text.strip_prefix('b').and_then(|number| number.parse::<u64>().ok()) {
                    // Those whose caller has given up are in there too.
                    for (_, done) in lock(&inner.waiting).all.extract_if(.., |(n, _)| *n <= number) {
                        let _ = done.send(());
                    }
                }
            }
        });
        Ok(task.abort_handle())
    }

    /// Hears which messages of other processes may be lost.
    async fn hear_lost(self: &Arc<Self>) -> Result<AbortHandle, NatsError> {
        let lost = self.client.subscribe(self.lost.clone()).await;
        let mut lost = lost.map_err(|error| NatsError::Ended(Box::new(error)))?;
        let this = Arc::downgrade(self);
        let task = tokio::spawn(async move {
            while let Some(message) = lost.next().await {
                let Some(inner) = this.upgrade() else { break };
                match std::str::from_utf8(&message.payload) {
                    Ok("") | Err(_) => inner.lag(),
                    Ok(topics) => {
                        for topic in topics.split('\n').filter_map(|topic| subject::name_of(&inner.topics, topic)) {
                            let here = lock(&inner.link).of(&topic);
                            here.iter().for_each(Subscriber::lagged);
                        }
                    }
                }
            }
        });
        Ok(task.abort_handle())
    }

    /// Asks the server again and again whether it has what was sent.
    fn spawn_confirming(self: &Arc<Self>) -> AbortHandle {
        let this: Weak<Self> = Arc::downgrade(self);
        let task = tokio::spawn(async move {
            loop {
                sleep(CONFIRM_EVERY).await;
                let Some(inner) = this.upgrade() else { break };
                // The question must not overtake the messages that it is about.
                let _turn = inner.turn.lock().await;
                let number = {
                    let link = lock(&inner.link);
                    if link.is_up() { link.to_confirm() } else { None }
                };
                if let Some(number) = number {
                    inner.send_echo('m', number).await;
                }
            }
        });
        task.abort_handle()
    }

    /// The connection is there again, with all subscriptions.
    async fn go_up(&self) {
        tracing::info!("the connection to NATS is there again");
        let lost = lock(&self.link).go_up();
        self.lag();
        let payload = match lost {
            Lost::These(topics) if topics.is_empty() => return,
            Lost::These(topics) => {
                let subjects: Vec<_> = topics.iter().map(|topic| subject::of_name(&self.topics, topic)).collect();
                subjects.join("\n")
            }
            // All.
            Lost::All => String::new(),
        };
        let payload = if payload.len() > self.client.max_payload() { String::new() } else { payload };
        let _ = self.client.publish(self.lost.clone(), payload.into()).await;
    }

    /// Tells this process's sessions that they may have missed messages.
    fn lag(&self) {
        let all = lock(&self.link).all();
        all.iter().for_each(Subscriber::lagged);
    }
}

/// Ends a subscription when it is dropped.
struct Guard {
    link: Arc<Mutex<Link>>,
    key: usize,
    task: AbortHandle,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.task.abort();
        lock(&self.link).subscribers.try_remove(self.key);
    }
}

fn unavailable(error: NatsError) -> PubSubError {
    PubSubError::Unavailable(Box::new(error))
}
