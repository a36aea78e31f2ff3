use std::fmt::{self, Display};

use serde::de::{Error, Expected, Unexpected};

use crate::Notice;

/// The reason why the decoder stopped.
#[derive(Debug)]
pub(super) enum Failure {
    /// The value that was being decoded is wrong.
    Notice(Notice),
    /// The value is wrong, and its type's `Deserialize` has its own message.
    Custom(String),
    /// A required field is missing.
    Missing(&'static str),
    /// The decoder learned something, and can start again.
    Again,
    /// Starting again would teach nothing new.
    End,
}

impl From<Notice> for Failure {
    fn from(notice: Notice) -> Self {
        Self::Notice(notice)
    }
}

impl Error for Failure {
    fn custom<T: Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::Notice(Notice::Invalid)
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::Notice(Notice::Invalid)
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::Notice(Notice::WrongLength)
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::Notice(Notice::Choice)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Notice(notice) => f.write_str(&notice.english()),
            Self::Custom(message) => f.write_str(message),
            Self::Missing(_) | Self::Again | Self::End => f.write_str("the form does not decode"),
        }
    }
}

impl std::error::Error for Failure {}
