use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::wire::VERSION;

/// The reason why a session refuses a message of its page.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Refusal {
    /// The message is not one of the protocol's.
    #[error("malformed: the message is not one of the protocol's")]
    Malformed,
    /// The page speaks another version of the protocol.
    #[error("version: this server speaks version {VERSION}; reload the page")]
    Version,
    /// An earlier event is missing: the event's number is not the next one.
    #[error("order: an earlier event has not arrived; attach again")]
    Order,
    /// The event's address has no handler.
    #[error("no-handler: there is no handler at that address")]
    NoHandler,
    /// The handler that the page showed at the event's address has changed or is gone.
    #[error("stale: the handler at that address has changed or is gone")]
    Stale,
    /// The event's payload is not of the type that the handler takes.
    #[error("payload: the payload is not of the type that the handler takes")]
    Payload,
    /// The event is longer than the message limit, so the page has sent only its length.
    #[error("too-long: the event is longer than the message limit")]
    TooLong,
    /// The model does not hear the route of this address. The page loads it.
    #[error("elsewhere: the model does not hear the route of this address; load it")]
    Elsewhere,
}

impl Refusal {
    /// Returns the reason's name in the protocol and in metrics.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Version => "version",
            Self::Order => "order",
            Self::NoHandler => "no-handler",
            Self::Stale => "stale",
            Self::Payload => "payload",
            Self::TooLong => "too-long",
            Self::Elsewhere => "elsewhere",
        }
    }
}
