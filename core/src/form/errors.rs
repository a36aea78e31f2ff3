use std::fmt;

/// The errors of a form's fields: messages for people.
///
/// [`FormData::decode`](crate::FormData::decode) returns them, and [`Form::validate_with`](crate::Form::validate_with)
/// takes those that the application adds. A field has the name that it has in the HTML, such as `address[city]`. The
/// empty name means the form as a whole.
///
/// Each field has at most one message: the first that was added.
///
/// # Example
/// ```
/// use tealight_core::FieldErrors;
///
/// let mut errors = FieldErrors::default();
/// errors.add("email", "Enter an email address.");
/// errors.add("email", "This address is too long.");
/// errors.add("", "Registration is closed.");
/// assert_eq!(errors.get("email"), Some("Enter an email address."));
/// assert_eq!(errors.to_string(), "email: Enter an email address.; Registration is closed.");
/// ```
///
/// # Limits
/// A list holds the messages of at most [`MAX`](Self::MAX) fields, and the first 256 bytes of each message. This bounds
/// the answer to a hostile form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(String, String)>);

impl FieldErrors {
    /// The most fields that one error list can hold.
    pub const MAX: usize = 64;
    const LONGEST: usize = 256;

    /// Adds a message for a field.
    ///
    /// Does nothing if the field has a message already, or if [`MAX`](Self::MAX) fields have one. Cuts the message
    /// after at most 256 bytes, between two characters.
    pub fn add(&mut self, field: impl Into<String>, message: impl fmt::Display) {
        let field = field.into();
        if self.0.len() < Self::MAX && self.get(&field).is_none() {
            let message = message.to_string();
            let end = (0..=Self::LONGEST.min(message.len())).rfind(|&end| message.is_char_boundary(end));
            self.0.push((field, message[..end.unwrap_or(0)].to_owned()));
        }
    }

    /// Returns the message of this field, if it has one.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, message)| &**message)
    }

    /// Returns the fields and their messages, in the order in which they were added.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, message)| (&**field, &**message))
    }

    /// Returns true if no field has a message.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of fields that have a message.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.0.retain(|(field, _)| keep(field));
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (field, message)) in self.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            match field {
                "" => write!(f, "{separator}{message}")?,
                _ => write!(f, "{separator}{field}: {message}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}
