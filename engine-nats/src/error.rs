use thiserror::Error;

/// An error of the connection to NATS.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NatsError {
    /// There is no server at the address, or it refuses the connection.
    #[error("could not connect to NATS: {0}. Check the address and the credentials")]
    Connect(#[from] async_nats::ConnectError),
    /// The connection has ended for good.
    #[error("the connection to NATS has ended: {0}")]
    Ended(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The message is longer than the server takes.
    #[error("a message of {bytes} bytes is longer than the {limit} that the server takes: raise its `max_payload`")]
    TooLong {
        /// The message's length.
        bytes: usize,
        /// The server's limit.
        limit: usize,
    },
}
