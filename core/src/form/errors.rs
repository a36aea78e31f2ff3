use std::fmt;

/// The errors of a form: messages for people, by the name of the field in the HTML (`address[city]`).
///
/// Each field has at most one message: the first that was added. The empty name means the form as a whole.
///
/// ```
/// use tealight_core::FieldErrors;
///
/// let mut errors = FieldErrors::default();
/// errors.add("email", "Enter an address that you read.");
/// errors.add("email", "This one is too long.");
/// assert_eq!(errors.get("email"), Some("Enter an address that you read."));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(String, String)>);

impl FieldErrors {
    /// The most fields that one error list can hold.
    pub const MAX: usize = 64;
    const LONGEST: usize = 256;

    /// Adds a message for a field that has none yet. Does nothing once [`MAX`](Self::MAX) fields have messages. A
    /// message is cut after 256 bytes.
    pub fn add(&mut self, field: impl Into<String>, message: impl fmt::Display) {
        let field = field.into();
        if self.0.len() < Self::MAX && self.get(&field).is_none() {
            let message = message.to_string();
            let end = (0..=Self::LONGEST.min(message.len())).rfind(|&end| message.is_char_boundary(end));
            self.0.push((field, message[..end.unwrap_or(0)].to_owned()));
        }
    }

    /// The message of this field.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, message)| &**message)
    }

    /// Fields and their messages, in the order in which they were found.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, message)| (&**field, &**message))
    }

    /// Returns true if no field has a message.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of fields with a message.
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
