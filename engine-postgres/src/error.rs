use std::error::Error as StdError;
use std::fmt;

use tealight_runtime::PubSubError;
use thiserror::Error;

/// An error of the connection to PostgreSQL. No error shows the password.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PostgresError {
    /// The address is not one of a database.
    // The parser's error may show parts of the password.
    #[error(
        "could not read the address of the database. Write postgres://user:password@host/database, and escape special characters"
    )]
    Address,
    /// The roots of the system's certificates cannot be read.
    #[error("could not read the certificates of this system: {0}. Install them, or set `PostgresOptions::tls`")]
    Certificates(#[source] Box<dyn StdError + Send + Sync>),
    /// No server answers at the address, or it refuses the connection.
    #[error("could not connect to PostgreSQL: {}. Check the address and the password", Chain(.0))]
    Connect(#[source] tokio_postgres::Error),
    /// The texts of the database are not in UTF-8.
    #[error("the texts of the database are in {0}, not in UTF8: connect to another database of the same server")]
    Encoding(String),
    /// The server has refused the messages.
    #[error("PostgreSQL has refused messages: {}", Chain(.0))]
    Refused(#[source] tokio_postgres::Error),
    /// The connection has broken.
    #[error("the connection to PostgreSQL is lost: {}", Chain(.0))]
    Lost(#[source] tokio_postgres::Error),
    /// The server does not answer in time.
    #[error("PostgreSQL does not answer")]
    Silent,
    /// The database is out of reach at the moment.
    #[error("PostgreSQL is out of reach: only this process hears the message")]
    Down,
    /// The database is slower than the messages come.
    #[error("{} MiB of messages wait for PostgreSQL: publish less often", .0 >> 20)]
    Full(usize),
    /// The message is too long.
    #[error("a message of {bytes} bytes is longer than {limit}: publish what is new, and let the sessions read it")]
    TooLong {
        /// The message's length with its topic.
        bytes: usize,
        /// The longest message's.
        limit: usize,
    },
}

pub(crate) fn unavailable(error: PostgresError) -> PubSubError {
    PubSubError::Unavailable(Box::new(error))
}

/// Shows an error with its sources: the client's errors say little by themselves.
struct Chain<'a>(&'a tokio_postgres::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
