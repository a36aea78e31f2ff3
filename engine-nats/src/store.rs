use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use async_nats::jetstream::context::{PublishAckFuture, PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, DiscardPolicy, LastRawMessageErrorKind, Stream};
use async_nats::jetstream::{self, Context};
use async_trait::async_trait;
use bytes::Bytes;
use tealight_runtime::{OwnerKey, SavedSession, SessionKey, SessionStore, StoreError, StoredSession};
use tealight_store::Key;
use tokio::time::Instant;

use crate::engine::Nats;
use crate::error::NatsError;
use crate::lock;
use crate::record::Record;

/// Saved sessions in a key-value bucket of JetStream. Made by [`Nats::store`].
///
/// A page may come back to any process that shares the bucket. Each write names the sequence number of the one before, so that a
/// process that has lost a session to another one cannot overwrite it.
///
/// Sessions are sealed with XChaCha20-Poly1305: the server and its administrators cannot read them. A session may be as long as
/// `max_payload` of the server, which is 1 MB if it is not set.
pub struct NatsStore {
    context: Context,
    stream: Stream<()>,
    /// The subjects of the bucket's keys begin with it.
    prefix: String,
    key: Key,
    lifetime: Duration,
    known: Mutex<Known>,
}

/// The last writes of this process, so that it need not read before it writes.
#[derive(Default)]
struct Known {
    entries: HashMap<SessionKey, Entry>,
    /// The number of entries at which old ones are removed.
    most: usize,
}

#[derive(Clone, Copy)]
struct Entry {
    sequence: u64,
    at: Instant,
    /// The time at which the entry of its owner was written.
    owned: Option<Instant>,
}

/// How sessions are kept. Made by [`Nats::store`].
#[must_use = "nothing is kept before `open`"]
pub struct NatsStoreOptions {
    context: Context,
    key: Key,
    config: Config,
}

/// The most attempts to write where another process writes too.
const ATTEMPTS: usize = 10;
/// The most bytes of a message's headers, which count too.
const HEADERS: usize = 256;
/// The number of entries below which none is removed.
const FEW: usize = 1_000;

impl Nats {
    /// Returns options for saved sessions on this server. They are sealed with `key`, which all processes must share.
    ///
    /// ```no_run
    /// use tealight_nats::Nats;
    /// use tealight_store::Key;
    ///
    /// # async fn open() -> Result<(), Box<dyn std::error::Error>> {
    /// let nats = Nats::connect("nats://10.0.0.7").await?;
    /// let sessions = nats.store(Key::from_file("/run/secrets/sessions.key")?).replicas(3).open().await?;
    /// // Live::builder(Shop).save_sessions(sessions).pubsub(Arc::new(nats))
    /// # let _ = sessions;
    /// # Ok(())
    /// # }
    /// ```
    pub fn store(&self, key: Key) -> NatsStoreOptions {
        let context = jetstream::new(self.client().clone());
        // As the clients of NATS make buckets. Their own function needs a newer server than 2.9.
        let bucket = format!("{}-sessions", self.prefix());
        let config = Config {
            name: format!("KV_{bucket}"),
            subjects: vec![format!("$KV.{bucket}.>")],
            max_messages_per_subject: 1,
            max_age: Duration::from_secs(24 * 60 * 60),
            num_replicas: 1,
            discard: DiscardPolicy::New,
            deny_delete: true,
            allow_rollup: true,
            ..Config::default()
        };
        NatsStoreOptions { context, key, config }
    }
}

impl NatsStoreOptions {
    /// Sets for how long a session that was saved can be restored. The default is a day.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.config.max_age = lifetime;
        self
    }

    /// Sets on how many servers of a cluster each session is. The default is 1.
    pub fn replicas(mut self, replicas: usize) -> Self {
        self.config.num_replicas = replicas;
        self
    }

    /// Opens the bucket, or makes it: `tealight-sessions`, with the engine's prefix in place of `tealight`.
    ///
    /// # Errors
    /// Returns an error if the server has no JetStream, is out of reach, or refuses these options.
    pub async fn open(self) -> Result<NatsStore, NatsError> {
        let Self { context, key, config } = self;
        let (name, lifetime) = (config.name.clone(), config.max_age);
        let prefix = config.subjects.concat().trim_end_matches('>').to_owned();
        let made = context.create_or_update_stream(config).await;
        made.map_err(|error| NatsError::Bucket(Box::new(error)))?;
        let stream = context.get_stream_no_info(name).await.map_err(|error| NatsError::Bucket(Box::new(error)))?;
        Ok(NatsStore { context, stream, prefix, key, lifetime, known: Mutex::default() })
    }
}

impl NatsStore {
    fn subject(&self, key: &SessionKey) -> String {
        format!("{}session.{}", self.prefix, hex(key.as_bytes()))
    }

    /// The subject of the entry that says whose a session is.
    fn subject_of_owner(&self, owner: &OwnerKey, key: &str) -> String {
        format!("{}owner.{}.{key}", self.prefix, hex(&self.key.name_of(owner)))
    }

    /// Reads what the stream's leader has: a record, or `None` in its place if it is damaged.
    async fn read(&self, subject: &str) -> Result<Option<(u64, Option<Record>)>, StoreError> {
        match self.stream.get_last_raw_message_by_subject(subject).await {
            Ok(message) => Ok(Some((message.sequence, Record::read(&message.payload)))),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Begins to write. It succeeds if the subject's last message has this number, 0 for none.
    async fn begin(&self, subject: String, record: Bytes, sequence: u64) -> Result<PublishAckFuture, StoreError> {
        let message = PublishMessage::build().payload(record).expected_last_subject_sequence(sequence);
        self.context.send_publish(subject, message).await.map_err(unavailable)
    }

    /// Writes a record, unless there is one with a higher revision. Returns its number, or `None` if there is one.
    async fn write(&self, subject: &str, record: &Record) -> Result<Option<u64>, StoreError> {
        for _ in 0..ATTEMPTS {
            let sequence = match self.read(subject).await? {
                Some((_, Some(stored))) if stored.revision > record.revision => return Ok(None),
                // A damaged one is replaced.
                Some((sequence, _)) => sequence,
                None => 0,
            };
            if let Some(sequence) = written(self.begin(subject.to_owned(), record.to_bytes(), sequence).await?).await? {
                return Ok(Some(sequence));
            }
        }
        Err(unavailable(NatsError::Busy))
    }

    /// Notes a write.
    fn know(&self, key: SessionKey, sequence: u64, owned: Option<Instant>) {
        let mut known = lock(&self.known);
        known.entries.insert(key, Entry { sequence, at: Instant::now(), owned });
        if known.entries.len() > known.most.max(FEW) {
            // The next write of a session without an entry reads first.
            known.entries.retain(|_, entry| entry.at.elapsed() < self.lifetime / 4);
            known.most = known.entries.len() * 2;
        }
    }

    fn forget(&self, key: &SessionKey) -> Option<Entry> {
        lock(&self.known).entries.remove(key)
    }

    /// Begins to write whose the session is, long before that entry expires. Returns the time of the entry.
    async fn begin_to_own(
        &self,
        key: &SessionKey,
        owner: Option<OwnerKey>,
    ) -> Result<(Option<Instant>, Option<PublishAckFuture>), StoreError> {
        let Some(owner) = owner else { return Ok((None, None)) };
        let before = lock(&self.known).entries.get(key).and_then(|entry| entry.owned);
        if let Some(at) = before.filter(|at| at.elapsed() < self.lifetime / 4) {
            return Ok((Some(at), None));
        }
        let subject = self.subject_of_owner(&owner, &hex(key.as_bytes()));
        let message = PublishMessage::build().payload(Bytes::new());
        let begun = self.context.send_publish(subject, message).await.map_err(unavailable)?;
        Ok((Some(Instant::now()), Some(begun)))
    }

    /// Ends a write of a session.
    async fn end_save(&self, begun: Begun) -> Result<Option<SessionKey>, StoreError> {
        let Begun { key, record, owned, owning, writing } = begun;
        if let Some(owning) = owning {
            owning.await.map_err(unavailable)?;
        }
        let sequence = match written(writing).await? {
            Some(sequence) => Some(sequence),
            None => self.write(&self.subject(&key), &record).await?,
        };
        Ok(match sequence {
            Some(sequence) => {
                self.know(key, sequence, owned);
                None
            }
            None => {
                self.forget(&key);
                Some(key)
            }
        })
    }

    /// Removes a session, so that its process saves it no more.
    async fn end_owned(&self, session: &str) -> Result<(), StoreError> {
        for _ in 0..ATTEMPTS {
            let revision = match self.read(session).await? {
                Some((_, Some(Record { sealed: None, .. }))) => return Ok(()),
                Some((_, Some(stored))) => stored.revision.saturating_add(1),
                // It is being saved for the first time, or its record is damaged.
                Some((_, None)) | None => 1,
            };
            if self.write(session, &Record::removed(revision)).await?.is_some() {
                return Ok(());
            }
        }
        Err(unavailable(NatsError::Busy))
    }
}

/// A write that is under way.
struct Begun {
    key: SessionKey,
    record: Record,
    owned: Option<Instant>,
    /// The entry of the owner.
    owning: Option<PublishAckFuture>,
    writing: PublishAckFuture,
}

#[async_trait]
impl SessionStore for NatsStore {
    fn seed(&self) -> u64 {
        self.key.seed()
    }

    async fn save(&self, sessions: Vec<SavedSession>) -> Result<Vec<SessionKey>, StoreError> {
        let limit = self.context.client().max_payload().saturating_sub(HEADERS);
        let mut begun = Vec::with_capacity(sessions.len());
        let mut failed = Ok(());
        // All are under way at once. One that fails does not hold up the others.
        for SavedSession { key, owner, revision, bytes } in sessions {
            let record = Record::of(revision, self.key.seal(&key, &bytes));
            let bytes = record.to_bytes();
            if bytes.len() > limit {
                // Trying again would not help.
                let error = NatsError::TooLong { bytes: bytes.len(), limit };
                tracing::error!(%error, "a session cannot be saved");
                continue;
            }
            let sequence = lock(&self.known).entries.get(&key).map_or(0, |entry| entry.sequence);
            let begin = async {
                let (owned, owning) = self.begin_to_own(&key, owner).await?;
                let writing = self.begin(self.subject(&key), bytes, sequence).await?;
                Ok(Begun { key, record, owned, owning, writing })
            };
            match begin.await {
                Ok(begin) => begun.push(begin),
                Err(error) => failed = Err(error),
            }
        }
        let mut refused = Vec::new();
        for begun in begun {
            match self.end_save(begun).await {
                Ok(moved) => refused.extend(moved),
                Err(error) => failed = Err(error),
            }
        }
        failed.map(|()| refused)
    }

    async fn load(&self, key: SessionKey) -> Result<Option<StoredSession>, StoreError> {
        let Some((_, record)) = self.read(&self.subject(&key)).await? else { return Ok(None) };
        let Record { revision, sealed } = record.ok_or(StoreError::Damaged)?;
        sealed.map(|sealed| Ok(StoredSession { revision, bytes: self.key.open(&key, &sealed)? })).transpose()
    }

    async fn claim(&self, key: SessionKey, revision: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let subject = self.subject(&key);
        for _ in 0..ATTEMPTS {
            let Some((sequence, record)) = self.read(&subject).await? else { return Ok(None) };
            let Record { revision: stored, sealed } = record.ok_or(StoreError::Damaged)?;
            let Some(sealed) = sealed.filter(|_| stored == revision) else { return Ok(None) };
            let bytes = self.key.open(&key, &sealed)?;
            let record = Record::of(revision.checked_add(1).ok_or(StoreError::Damaged)?, sealed);
            if let Some(sequence) = written(self.begin(subject.clone(), record.to_bytes(), sequence).await?).await? {
                self.know(key, sequence, None);
                return Ok(Some(bytes));
            }
        }
        Err(unavailable(NatsError::Busy))
    }

    async fn remove(&self, key: SessionKey, revision: u32) -> Result<(), StoreError> {
        self.forget(&key);
        self.write(&self.subject(&key), &Record::removed(revision)).await.map(drop)
    }

    async fn remove_owned(&self, owner: OwnerKey) -> Result<(), StoreError> {
        let all = self.subject_of_owner(&owner, "*");
        let mut next = 1;
        loop {
            let entry = match self.stream.get_first_raw_message_by_subject(&all, next).await {
                Ok(entry) => entry,
                Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => return Ok(()),
                Err(error) => return Err(unavailable(error)),
            };
            next = entry.sequence + 1;
            let Some(key) = entry.subject.rsplit('.').next() else { continue };
            let session = format!("{}session.{key}", self.prefix);
            self.end_owned(&session).await?;
            self.stream.purge().filter(entry.subject.as_str()).await.map_err(unavailable)?;
        }
    }
}

/// Waits for the server's answer. Returns the number of the message, or `None` if another one was written before.
async fn written(acknowledged: PublishAckFuture) -> Result<Option<u64>, StoreError> {
    match acknowledged.await {
        Ok(acknowledgement) => Ok(Some(acknowledgement.sequence)),
        Err(error) if is_late(&error) => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

fn is_late(error: &PublishError) -> bool {
    error.kind() == PublishErrorKind::WrongLastSequence
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

impl fmt::Debug for NatsStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsStore").field("subjects", &self.prefix).finish_non_exhaustive()
    }
}

impl fmt::Debug for NatsStoreOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsStoreOptions").field("config", &self.config).finish_non_exhaustive()
    }
}
