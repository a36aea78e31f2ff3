use thiserror::Error;

/// An error of the connection to NATS.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NatsError {
    /// No server answers at the address, or it refuses the connection.
    #[error("could not connect to NATS: {0}. Check the address and the credentials")]
    Connect(#[from] async_nats::ConnectError),
    /// The connection has ended for good.
    #[error("the connection to NATS has ended: {0}")]
    Ended(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The bucket of saved sessions cannot be opened.
    #[error("could not open the bucket of saved sessions: {0}. Start the server with JetStream (`-js`)")]
    Bucket(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Other processes write the same session all the time.
    #[error("other processes write the same session")]
    Busy,
    /// The message is longer than the server takes.
    #[error("a message of {bytes} bytes is longer than the {limit} that the server takes: raise its `max_payload`")]
    TooLong {
        /// The message's length.
        bytes: usize,
        /// The server's limit.
        limit: usize,
    },
}
