use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::de::{DeserializeOwned, Deserializer, Error, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::decode::decode;
use super::encode::{EncodeError, encode};
use super::errors::FieldErrors;
use super::names::is_of;
use crate::{Messages, Notice};

/// The names and values of a form's controls, in the order of the page.
///
/// A handler on a `<form>` can take the form as it is (`fn(FormData) -> Event`), or the type that it
/// [decodes](Self::decode) to. Take it as it is for a [`Form`](crate::Form) in the model.
///
/// As in HTML, an unchecked checkbox has no pair, and a `<select multiple>` has one pair for each choice.
///
/// # Example
/// ```
/// use tealight_core::FormData;
///
/// let data = FormData::from_iter([("email", "ada@example.org"), ("topic", "tea"), ("topic", "cake")]);
/// assert_eq!(data.get("email"), Some("ada@example.org"));
/// assert_eq!(data.get_all("topic").collect::<Vec<_>>(), ["tea", "cake"]);
/// ```
///
/// # Limits
/// Some forms are refused before a handler takes them, whatever its type:
///
/// * forms with more than [`MAX_PAIRS`](Self::MAX_PAIRS) pairs,
/// * forms with a name of more than 16 steps (`a[b][c]` has three),
/// * forms that are longer than the runtime's message limit.
#[derive(Clone)]
pub struct FormData {
    pairs: Vec<(String, String)>,
    target: String,
    messages: Messages,
}

impl FormData {
    /// The most pairs that a form can have.
    pub const MAX_PAIRS: usize = 2048;

    /// Makes the form that a page sent. Returns `None` for more than [`MAX_PAIRS`](Self::MAX_PAIRS) pairs.
    pub(crate) fn new(pairs: Vec<(String, String)>, target: String) -> Option<Self> {
        (pairs.len() <= Self::MAX_PAIRS).then_some(Self { pairs, target, ..Self::default() })
    }

    /// Parses `application/x-www-form-urlencoded`, which browsers post without JavaScript. Returns `None` for more
    /// than [`MAX_PAIRS`](Self::MAX_PAIRS) pairs.
    ///
    /// ```
    /// use tealight_core::FormData;
    ///
    /// let data = FormData::from_urlencoded(b"name=Ada+Lovelace&tea=on").expect("two pairs");
    /// assert_eq!(data.get("name"), Some("Ada Lovelace"));
    /// ```
    pub fn from_urlencoded(body: &[u8]) -> Option<Self> {
        let pairs = form_urlencoded::parse(body).take(Self::MAX_PAIRS + 1);
        Self::new(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect(), String::new())
    }

    /// Encodes a value as a form that [decodes](Self::decode) to it.
    ///
    /// ```
    /// use serde::Serialize;
    /// use tealight_core::FormData;
    ///
    /// #[derive(Serialize)]
    /// struct Order { tea: String, cups: u8, address: Address }
    /// #[derive(Serialize)]
    /// struct Address { city: String }
    ///
    /// let order = Order { tea: "Assam".into(), cups: 2, address: Address { city: "London".into() } };
    /// let data = FormData::encode(&order).expect("a struct of plain values");
    /// assert_eq!(data.get("cups"), Some("2"));
    /// assert_eq!(data.get("address[city]"), Some("London"));
    /// ```
    ///
    /// # Errors
    /// Returns an error if the value is not a struct or a map, if a map's key cannot be part of a name, if the value is
    /// nested more than 16 levels deep, or if its own `Serialize` fails.
    pub fn encode(value: &impl Serialize) -> Result<Self, EncodeError> {
        Ok(Self { pairs: encode(value)?, ..Self::default() })
    }

    /// Decodes the form into a type of the application.
    ///
    /// | in `T` | in the form |
    /// |---|---|
    /// | a field | its name; in a nested struct `address[city]`, in a row `items[0][name]` |
    /// | numbers, `char`, `String` | the text; an empty number is an error |
    /// | `bool` | a checkbox: absent is `false`; `on`, `true` and `1` are `true` |
    /// | `Option` | absent or empty is `None` |
    /// | `Vec` | the name several times, with or without a final `[]`; or rows in the order of their indexes |
    /// | a map | `prices[tea]` |
    /// | an enum | the variant's name; with data, `shape[Circle][radius]` |
    /// | any other type | its own `Deserialize`, from a string: dates, addresses |
    ///
    /// Serde's attributes work: `rename`, `default`, `tag`, `try_from` … Inside `flatten`, and inside enums with a
    /// `tag`, serde does not say which type it wants, and every value is a string.
    ///
    /// ```
    /// use serde::Deserialize;
    /// use tealight_core::FormData;
    ///
    /// #[derive(Debug, Deserialize)]
    /// struct Order { cups: u8, milk: bool, note: Option<String> }
    ///
    /// let data = FormData::from_iter([("cups", "2"), ("note", "")]);
    /// let order: Order = data.decode().expect("an order");
    /// assert_eq!((order.cups, order.milk, order.note), (2, false, None));
    ///
    /// let errors = FormData::from_iter([("cups", "two")]).decode::<Order>().expect_err("no number");
    /// assert_eq!(errors.get("cups"), Some("Enter a whole number."));
    /// ```
    ///
    /// # Errors
    /// Returns an error for each field that is wrong, not only for the first. A missing field may be found only after
    /// the other errors are corrected.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, FieldErrors> {
        decode(self).map(|(value, _)| value)
    }

    /// Returns the last value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next_back()
    }

    /// Returns all values of this name, in the order of the page.
    pub fn get_all<'a>(&'a self, name: &str) -> impl DoubleEndedIterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// Returns all names and values, in the order of the page.
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Returns the name of the control that was changed, or of the button that submitted the form. It is empty if there
    /// was none.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Sets the [target](Self::target) of a form that does not come from a page.
    #[must_use]
    pub fn changed_at(mut self, name: impl Into<String>) -> Self {
        self.target = name.into();
        self
    }

    /// Sets the messages that [`decode`](Self::decode) uses for errors. A form from a page has its application's
    /// messages. Any other form has English messages.
    #[must_use]
    pub fn with_messages(self, messages: Messages) -> Self {
        Self { messages, ..self }
    }

    pub(super) fn message(&self, notice: Notice) -> Cow<'static, str> {
        (self.messages)(notice)
    }
}

impl Default for FormData {
    /// A form without fields, with messages in English.
    fn default() -> Self {
        Self { pairs: Vec::new(), target: String::new(), messages: Notice::english }
    }
}

/// Two forms are equal if their pairs and targets are equal. Their messages do not matter.
impl PartialEq for FormData {
    fn eq(&self, other: &Self) -> bool {
        (&self.pairs, &self.target) == (&other.pairs, &other.target)
    }
}

impl Eq for FormData {}

impl Hash for FormData {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.pairs, &self.target).hash(state);
    }
}

impl fmt::Debug for FormData {
    /// Leaves out the values, which may be passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.pairs.iter().map(|(name, _)| name)).finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for FormData {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { pairs, ..Self::default() }
    }
}

/// The type name by which the decoder recognizes a `FormData` inside another type.
pub(super) const AS_IT_IS: &str = "tealight::FormData";

impl Serialize for FormData {
    /// Writes a sequence of texts: the target, then a name and a value for each pair.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(AS_IT_IS, &self.texts().collect::<Vec<_>>())
    }
}

impl FormData {
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.pairs.retain(|(name, _)| keep(name));
    }

    pub(super) fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.pairs.push((name.into(), value.into()));
    }

    /// The pairs of this field and of the fields nested in it.
    pub(super) fn of(&self, field: &str) -> impl Iterator<Item = (&str, &str)> {
        self.pairs().filter(move |(name, _)| is_of(name, field))
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.target).chain(self.pairs().flat_map(|(name, value)| [name, value]))
    }
}

impl<'de> Deserialize<'de> for FormData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = FormData;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a form")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<FormData, D::Error> {
                deserializer.deserialize_seq(self)
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut texts: S) -> Result<FormData, S::Error> {
                let target = texts.next_element()?.unwrap_or_default();
                let mut pairs = Vec::new();
                while let Some(name) = texts.next_element()? {
                    let value =
                        texts.next_element()?.ok_or_else(|| S::Error::invalid_length(2 * pairs.len(), &self))?;
                    pairs.push((name, value));
                }
                let data = FormData::new(pairs, target).ok_or_else(|| S::Error::custom("too many fields"))?;
                Ok(match MESSAGES.take() {
                    Some(messages) => data.with_messages(messages),
                    None => data,
                })
            }
        }

        deserializer.deserialize_newtype_struct(AS_IT_IS, Texts)
    }
}

thread_local! {
    static MESSAGES: Cell<Option<Messages>> = const { Cell::new(None) };
}

/// Passes a form's messages to the `FormData` that is deserialized from it, for as long as this value lives. Serde has
/// no way to carry a function.
pub(super) struct MessagesOfForm;

impl MessagesOfForm {
    pub(super) fn set(data: &FormData) -> Self {
        MESSAGES.set(Some(data.messages));
        Self
    }
}

impl Drop for MessagesOfForm {
    fn drop(&mut self) {
        MESSAGES.set(None);
    }
}
