use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use async_trait::async_trait;
use rustls::ClientConfig;
use tealight_core::session::{Message, TopicFilter};
use tealight_runtime::{PubSub, PubSubError, Subscribed, Subscriber};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio_postgres::Config;

use crate::error::{PostgresError, unavailable};
use crate::line::Place;
use crate::shared::{Outgoing, Shared};
use crate::worker::Worker;

/// An engine on a PostgreSQL database, version 14 or newer.
///
/// A process makes one, and hands it to each of its applications. It uses one connection.
pub struct Postgres {
    shared: Arc<Shared>,
    queue: UnboundedSender<Outgoing>,
    /// The task that has the connection ends with the engine.
    worker: AbortHandle,
}

/// The options of a connection to PostgreSQL.
#[derive(Debug)]
pub struct PostgresOptions {
    config: Config,
    tls: Option<ClientConfig>,
    channel: String,
}

impl PostgresOptions {
    /// Takes the options of the client: hosts, user, password, database. `sslmode=require` asks for TLS, which checks the server's name and
    /// certificate against the roots of this system. All other modes are without TLS.
    ///
    /// If there are several hosts, the engine uses the one that takes writes.
    pub fn new(config: Config) -> Self {
        Self { config, tls: None, channel: "tealight".to_owned() }
    }

    /// Uses TLS with this configuration, for example with certificates of your own, whatever `sslmode` says.
    #[must_use]
    pub fn tls(mut self, config: ClientConfig) -> Self {
        self.tls = Some(config);
        self
    }

    /// Sets the channel: `"tealight"` by default. Applications that share a database but no topics have different ones.
    ///
    /// # Panics
    /// Panics if `channel` is not made of one to 63 ASCII letters, digits and `_`.
    #[must_use]
    pub fn channel(mut self, channel: &str) -> Self {
        let is_right = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        assert!(
            (1..=63).contains(&channel.len()) && channel.bytes().all(is_right),
            "a channel is 1 to 63 letters, digits and underscores"
        );
        channel.clone_into(&mut self.channel);
        self
    }

    /// Connects to the database.
    ///
    /// The connection is made again whenever it is lost.
    ///
    /// # Errors
    /// Returns an error if the server cannot be reached or refuses the connection, or if the database's encoding is not UTF-8.
    pub async fn connect(self) -> Result<Postgres, PostgresError> {
        let place = Place::new(self.config, self.tls, self.channel)?;
        let line = place.open().await?;
        let shared = Arc::new(Shared::new());
        let (queue, outgoing) = unbounded_channel();
        let worker = Worker::new(Arc::clone(&shared), place, outgoing);
        let worker = tokio::spawn(worker.run(line)).abort_handle();
        Ok(Postgres { shared, queue, worker })
    }
}

impl Postgres {
    /// Connects to a database with the default options. An address is `postgres://user:password@host/database`, or a text such as
    /// `host=/run/postgresql dbname=shop`. See [`Config`] for all of it.
    ///
    /// # Errors
    /// As [`PostgresOptions::connect`], and if `address` is not one.
    pub async fn connect(address: &str) -> Result<Self, PostgresError> {
        let config: Config = address.parse().map_err(|_| PostgresError::Address)?;
        PostgresOptions::new(config).connect().await
    }

    /// Returns the number of notifications on the channel that were none of Tealight's: some other program uses it too, or writes another
    /// format. They are ignored.
    pub fn ignored(&self) -> u64 {
        self.shared.ignored.load(Relaxed)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.worker.abort();
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("is_up", &*self.shared.is_up.borrow()).finish_non_exhaustive()
    }
}

#[async_trait]
impl PubSub for Postgres {
    async fn publish(&self, message: Message) -> Result<(), PubSubError> {
        let outgoing = self.shared.outgoing(message)?;
        let is_up = *self.shared.is_up.borrow();
        // The worker has ended only if the process is ending.
        self.queue.send(outgoing).map_err(|_| unavailable(PostgresError::Down))?;
        if is_up { Ok(()) } else { Err(unavailable(PostgresError::Down)) }
    }

    async fn subscribe(&self, topic: TopicFilter, subscriber: Subscriber) -> Result<Subscribed, PubSubError> {
        self.shared.local.subscribe(topic, subscriber).await
    }

    fn connected(&self) -> Option<watch::Receiver<bool>> {
        Some(self.shared.is_up.subscribe())
    }

    fn subscribe_all(&self, subscriber: Subscriber) -> Option<Subscribed> {
        self.shared.local.subscribe_all(subscriber)
    }
}
