use std::fmt::{self, Display};

use serde::de::{Error, Expected, Unexpected};

/// Why decoding has come to an end.
#[derive(Debug)]
pub(super) enum Failure {
    /// What is wrong, in words, with the value that was being decoded.
    Told(String),
    /// A field without a default.
    Missing(&'static str),
    /// Something has been learned: decoding can start again.
    Again,
    /// There is no more to be learned.
    End,
}

impl Failure {
    pub(super) fn told(message: &str) -> Self {
        Self::Told(message.to_owned())
    }
}

const NOT_VALID: &str = "This is not valid.";
pub(super) const NO_CHOICE: &str = "Choose one of these.";

impl Error for Failure {
    fn custom<T: Display>(message: T) -> Self {
        Self::Told(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::told(NOT_VALID)
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::told(NOT_VALID)
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::told("This is not complete, or too much.")
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::told(NO_CHOICE)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Told(message) => message,
            Self::Missing(_) | Self::Again | Self::End => NOT_VALID,
        })
    }
}

impl std::error::Error for Failure {}
