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

/// A form as it stands on the page: the names and values of its controls, in their order.
///
/// As in HTML, a checkbox that is not checked is not there, and a `<select multiple>` is there once for each
/// choice. A handler may take it as it is (`fn(FormData) -> Event`), or what it [decodes](Self::decode) to.
///
/// As it is it is taken whatever its values are. A form that no page of the application would send is refused all the
/// same: one of more than [`MAX_PAIRS`](Self::MAX_PAIRS) fields, or with a name of more than 16 steps (`a[b][c]` is three).
///
/// ```
/// use tealight_core::FormData;
///
/// let data = FormData::from_iter([("email", "ada@example.org"), ("topic", "tea"), ("topic", "cake")]);
/// assert_eq!(data.get("email"), Some("ada@example.org"));
/// assert_eq!(data.get_all("topic").collect::<Vec<_>>(), ["tea", "cake"]);
/// ```
#[derive(Clone)]
pub struct FormData {
    pairs: Vec<(String, String)>,
    target: String,
    messages: Messages,
}

impl FormData {
    /// The most pairs that a form may have; one that has more is not taken.
    pub const MAX_PAIRS: usize = 2048;

    /// What a page sent: `None` if there are more than [`MAX_PAIRS`](Self::MAX_PAIRS).
    pub(crate) fn new(pairs: Vec<(String, String)>, target: String) -> Option<Self> {
        (pairs.len() <= Self::MAX_PAIRS).then_some(Self { pairs, target, ..Self::default() })
    }

    /// What a browser posts without a script, as `application/x-www-form-urlencoded`; `None` if there are more
    /// than [`MAX_PAIRS`](Self::MAX_PAIRS).
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

    /// The form that decodes to this value.
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
    /// When the value is no struct or map, or has a key that no name can hold.
    pub fn encode(value: &impl Serialize) -> Result<Self, EncodeError> {
        Ok(Self { pairs: encode(value)?, ..Self::default() })
    }

    /// What these fields are in the application's own terms.
    ///
    /// | in `T` | in the form |
    /// |---|---|
    /// | a field | its name; of a struct in it, `address[city]`; of a row, `items[0][name]` |
    /// | numbers, `char`, `String` | the text; a number without one is an error |
    /// | `bool` | a checkbox: absent is `false`; `on`, `true` and `1` are `true` |
    /// | `Option` | absent or empty is `None` |
    /// | `Vec` | the name several times, with or without `[]` behind it; or rows, which an index orders |
    /// | a map | `prices[tea]` |
    /// | an enum | the variant's name; one with data as `shape[Circle][radius]` |
    /// | any other type | its own `Deserialize`, from a text: dates, addresses |
    ///
    /// Serde's attributes work: `rename`, `default`, `tag`, `try_from` … Where serde does not say the type —
    /// in `flatten`, and beside a `tag` — every value is a text.
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
    /// All that is wrong, by field, and not only the first.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, FieldErrors> {
        decode(self).map(|(value, _)| value)
    }

    /// The last value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next_back()
    }

    /// All values of this name.
    pub fn get_all<'a>(&'a self, name: &str) -> impl DoubleEndedIterator<Item = &'a str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// All names and values.
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The name of the control that was changed, or of the button that submitted the form; empty if none was.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The same, as changed at this control.
    #[must_use]
    pub fn changed_at(mut self, name: impl Into<String>) -> Self {
        self.target = name.into();
        self
    }

    /// The same, with other words for what is wrong when it is [decoded](Self::decode). A form that a page sends has
    /// the messages of its application; any other form has English ones.
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

/// Two forms are equal if their fields and targets are, whatever their messages.
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
    /// Without the values, among which are passwords.
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

/// By this name the decoder of forms knows that the form itself is wanted.
pub(super) const AS_IT_IS: &str = "tealight::FormData";

impl Serialize for FormData {
    /// The target, then names and values.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(AS_IT_IS, &self.texts().collect::<Vec<_>>())
    }
}

impl FormData {
    /// All that this field has, and what stands below it.
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

/// Hands a form's messages to the `FormData` that is deserialized from it while this lives: serde carries texts, but no
/// functions.
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
