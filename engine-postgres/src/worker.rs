use std::convert::Infallible;
use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{sleep, timeout};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Notification, Statement};

use crate::error::PostgresError;
use crate::frame::{Read, Reader};
use crate::line::{Line, Place};
use crate::lock;
use crate::lost::{LOST, Lost};
use crate::shared::{Outgoing, Shared};

/// The task that has the connection. It alone delivers messages, so they keep their order.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    place: Place,
    queue: UnboundedReceiver<Outgoing>,
    /// The messages that were sent and have no answer yet.
    sent: Vec<Outgoing>,
    /// Topics of messages that other processes may have missed.
    lost: Lost,
    /// The number of attempts since the server has taken something.
    attempts: u32,
}

/// The sending part of a connection.
struct Mouth<'a> {
    client: Client,
    notify: Statement,
    /// The number of notifications that have come.
    heard: &'a AtomicU64,
}

/// The most payloads and bytes of one transaction, after which no message is added.
const BATCH: usize = 4096;
const BATCH_BYTES: usize = 256 << 10;
/// A connection that has nothing to send asks for an answer at this interval.
const PING_EVERY: Duration = Duration::from_secs(2);
/// The longest wait for an answer while the server says nothing at all.
const ANSWER_WITHIN: Duration = Duration::from_secs(4);
/// The longest wait before a connection is tried again: at first, and at last.
const TRY_AFTER: Duration = Duration::from_millis(100);
const TRY_AFTER_MOST: Duration = Duration::from_secs(5);

impl Worker {
    pub(crate) fn new(shared: Arc<Shared>, place: Place, queue: UnboundedReceiver<Outgoing>) -> Self {
        Self { shared, place, queue, sent: Vec::new(), lost: Lost::default(), attempts: 0 }
    }

    pub(crate) async fn run(mut self, mut line: Line) {
        loop {
            let error = self.talk(line).await;
            self.shared.is_up.send_replace(false);
            tracing::warn!("{error}. The connection is made again");
            for outgoing in self.sent.drain(..) {
                self.lost.add(outgoing.message.topic);
            }
            line = self.connect_again().await;
            tracing::info!("the connection to PostgreSQL is there again");
            self.shared.is_up.send_replace(true);
            self.shared.local.lagged(None);
        }
    }

    /// Hears and sends until the line breaks.
    async fn talk(&mut self, line: Line) -> PostgresError {
        let Line { client, mut ear, notify } = line;
        let shared = Arc::clone(&self.shared);
        let (mut reader, heard) = (Reader::default(), AtomicU64::new(0));
        let hearing = ear.hear(|notification| {
            heard.fetch_add(1, Relaxed);
            hear(&shared, &mut reader, notification);
        });
        let mouth = Mouth { client, notify, heard: &heard };
        tokio::select! {
            error = hearing => PostgresError::Lost(error),
            Err(error) = self.send(&mouth) => error,
        }
    }

    /// Sends messages, those that have gathered since the last answer together.
    async fn send(&mut self, mouth: &Mouth<'_>) -> Result<Infallible, PostgresError> {
        loop {
            self.lost.add_all(mem::take(&mut lock(&self.shared.lost)));
            if let Some(notice) = self.lost.notice() {
                let payloads = self.shared.write(&notice).expect("it is short and JSON");
                mouth.say(&self.place.channel, &payloads.iter().collect::<Vec<_>>()).await?;
                self.lost = Lost::default();
            }
            self.gather().await;
            let payloads: Vec<_> = self.sent.iter().flat_map(|outgoing| &outgoing.payloads).collect();
            mouth.say(&self.place.channel, &payloads).await?;
            self.sent.clear();
            self.attempts = 0;
        }
    }

    /// Waits for messages, and takes those that are there. Takes none if it is time for a ping.
    async fn gather(&mut self) {
        let (mut count, mut bytes) = (0, 0);
        let mut next = timeout(PING_EVERY, self.queue.recv()).await.ok().flatten();
        while let Some(outgoing) = next {
            count += outgoing.payloads.len();
            bytes += outgoing.payloads.iter().map(String::len).sum::<usize>();
            self.sent.push(outgoing);
            next = if count < BATCH && bytes < BATCH_BYTES { self.queue.try_recv().ok() } else { None };
        }
    }

    /// Connects again. Meanwhile, messages go to this process's sessions alone.
    async fn connect_again(&mut self) -> Line {
        loop {
            let longest = TRY_AFTER.saturating_mul(1 << self.attempts.min(16)).min(TRY_AFTER_MOST);
            self.attempts += 1;
            // The processes must not all come back at once.
            let wait = longest.mul_f64(fastrand::f64());
            let mut attempt = pin!(async {
                sleep(wait).await;
                self.place.open().await
            });
            let connected = loop {
                tokio::select! {
                    connected = &mut attempt => break connected,
                    Some(outgoing) = self.queue.recv() => {
                        self.shared.local.deliver(&outgoing.message);
                        self.lost.add(outgoing.message.topic);
                    }
                }
            };
            match connected {
                Ok(line) => return line,
                Err(error) => tracing::warn!("{error}. The next attempt follows"),
            }
        }
    }
}

impl Mouth<'_> {
    /// Sends payloads in one transaction, and waits until the server has taken them.
    async fn say(&self, channel: &String, payloads: &[&String]) -> Result<(), PostgresError> {
        let parameters: [&(dyn ToSql + Sync); 2] = [channel, &payloads];
        let mut answer = pin!(self.client.execute(&self.notify, &parameters));
        loop {
            let before = self.heard.load(Relaxed);
            match timeout(ANSWER_WITHIN, &mut answer).await {
                Ok(answered) => {
                    return answered.map(drop).map_err(|error| match error.as_db_error() {
                        Some(_) => PostgresError::Refused(error),
                        None => PostgresError::Lost(error),
                    });
                }
                // The answer comes after the notifications that the server is sending.
                Err(_) if self.heard.load(Relaxed) > before => {}
                Err(_) => return Err(PostgresError::Silent),
            }
        }
    }
}

fn hear(shared: &Shared, reader: &mut Reader, notification: &Notification) {
    match reader.read(notification.process_id(), notification.payload()) {
        Read::Whole(message) if *message.topic == *LOST => {
            match serde_json::from_slice::<Vec<String>>(&message.payload) {
                Ok(topics) if topics.is_empty() => shared.local.lagged(None),
                Ok(topics) => topics.iter().for_each(|topic| shared.local.lagged(Some(topic))),
                Err(_) => ignore(shared),
            }
        }
        Read::Whole(message) => shared.local.deliver(&message),
        Read::Part => {}
        Read::Alien => ignore(shared),
    }
}

/// Counts a notification of another program. The log shows few of many.
fn ignore(shared: &Shared) {
    let ignored = shared.ignored.fetch_add(1, Relaxed) + 1;
    if ignored.is_power_of_two() {
        tracing::warn!(ignored, "a notification was ignored: it is no message of a topic");
    }
}
