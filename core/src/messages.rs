//! The texts that Tealight itself shows to people, in any language.

use std::borrow::Cow;

/// The texts of one language: a function that returns the text of each [`Notice`]. The default is [`Notice::english`].
///
/// Translate the notices that your application shows, and pass all others to [`Notice::english`]. A later version may
/// have more of them.
///
/// The runtime's builder takes such a function for the whole application (`Live::builder(app).messages(french)`), or
/// chooses one for each visitor (`messages_for`). In a test,
/// [`FormData::with_messages`](crate::FormData::with_messages) sets it for one form.
///
/// # Example
/// ```
/// use std::borrow::Cow;
///
/// use serde::Deserialize;
/// use tealight_core::{FormData, Notice};
///
/// fn french(notice: Notice) -> Cow<'static, str> {
///     match notice {
///         Notice::Language => "fr".into(),
///         Notice::Required => "Remplissez ce champ.".into(),
///         Notice::TooLarge { most } => format!("Entrez {most} ou moins.").into(),
///         other => other.english(),
///     }
/// }
///
/// #[derive(Debug, Deserialize)]
/// struct Order { name: String, cups: u8 }
///
/// let data = FormData::from_iter([("cups", "1000")]).with_messages(french);
/// let errors = data.decode::<Order>().expect_err("too many cups, and no name");
/// assert_eq!(errors.get("cups"), Some("Entrez 255 ou moins."));
/// assert_eq!(errors.get("name"), Some("Remplissez ce champ."));
/// ```
pub type Messages = fn(Notice) -> Cow<'static, str>;

/// A text that Tealight itself shows to people, with the numbers that the text needs.
///
/// Notices are the errors of a form's fields, and the texts of the pages that Tealight makes by itself, such as "Not
/// found". A function of type [`Messages`] translates them.
///
/// # Example
/// ```
/// use tealight_core::Notice;
///
/// assert_eq!(Notice::TooLarge { most: 255 }.english(), "Enter 255 or less.");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The language of these texts, for the attribute `lang`: `en`.
    Language,

    /// A field is empty or missing: "Fill in this field."
    Required,
    /// A field takes a whole number: "Enter a whole number."
    WholeNumber,
    /// A whole number is less than the field's type can hold: "Enter 0 or more."
    TooSmall {
        /// The least number that the type holds.
        least: i128,
    },
    /// A whole number is greater than the field's type can hold: "Enter 255 or less."
    TooLarge {
        /// The greatest number that the type holds.
        most: u128,
    },
    /// A field takes a number, with or without decimals: "Enter a number."
    Number,
    /// A field takes one character: "Enter one character."
    OneCharacter,
    /// A checkbox has a value that means neither yes nor no: "Choose yes or no."
    YesOrNo,
    /// A choice is missing, or is not one of those offered: "Choose one of these."
    Choice,
    /// A list has too few or too many items: "This has too few or too many values."
    WrongLength,
    /// A value does not fit the field's type, and nothing else is known about it: "This is not valid."
    Invalid,
    /// A text or a form is longer than the message limit, and was not sent: "This is too long to be sent."
    TooLong,
    /// The server has not applied an event: "This was not done, because the page has changed. Try again."
    NotDone,
    /// A field's name has too many brackets: "This field's name is nested too deeply."
    TooDeep,

    /// The title of a page that does not exist (404): "Not found".
    NotFound,
    /// The title of a page that this person may not see (403): "Forbidden".
    Forbidden,
    /// The title of the page that redirects, which browsers rarely show (303): "See other".
    SeeOther,
    /// The title of a page that cannot be shown now (503): "Not available at the moment".
    Unavailable,

    /// The title of the answer to a form that the page no longer has (409): "This form is not here any more".
    FormGone,
    /// The text below [`FormGone`](Self::FormGone): "The page has changed. Nothing has been done."
    FormGoneText,
    /// The link below [`FormGone`](Self::FormGone): "See the page as it is now."
    FormGoneLink,
    /// The title above the list of a form's errors (422): "Something is missing or wrong".
    FormInvalid,
    /// The text below that list: "Nothing has been done. Go back, correct the form, and try again."
    FormInvalidText,
    /// A form was posted from another site (403): "Pages of this origin may not post forms here."
    FormFromElsewhere,
    /// A form was posted in an encoding for files (415): "This form cannot be sent with files."
    FormWithFiles,
    /// A form is longer than the message limit (413): "This form is too long."
    FormTooLong,
    /// A form has more fields than [`FormData::MAX_PAIRS`](crate::FormData::MAX_PAIRS) (413): "This form has too many
    /// fields."
    FormTooManyFields,
    /// The connection broke while the form was sent (400): "The form did not arrive in full."
    FormIncomplete,
}

impl Notice {
    /// Returns the text in English.
    pub fn english(self) -> Cow<'static, str> {
        let text = match self {
            Self::TooSmall { least } => return format!("Enter {least} or more.").into(),
            Self::TooLarge { most } => return format!("Enter {most} or less.").into(),
            Self::Language => "en",
            Self::Required => "Fill in this field.",
            Self::WholeNumber => "Enter a whole number.",
            Self::Number => "Enter a number.",
            Self::OneCharacter => "Enter one character.",
            Self::YesOrNo => "Choose yes or no.",
            Self::Choice => "Choose one of these.",
            Self::WrongLength => "This has too few or too many values.",
            Self::Invalid => "This is not valid.",
            Self::TooLong => "This is too long to be sent.",
            Self::NotDone => "This was not done, because the page has changed. Try again.",
            Self::TooDeep => "This field's name is nested too deeply.",
            Self::NotFound => "Not found",
            Self::Forbidden => "Forbidden",
            Self::SeeOther => "See other",
            Self::Unavailable => "Not available at the moment",
            Self::FormGone => "This form is not here any more",
            Self::FormGoneText => "The page has changed. Nothing has been done.",
            Self::FormGoneLink => "See the page as it is now.",
            Self::FormInvalid => "Something is missing or wrong",
            Self::FormInvalidText => "Nothing has been done. Go back, correct the form, and try again.",
            Self::FormFromElsewhere => "Pages of this origin may not post forms here.",
            Self::FormWithFiles => "This form cannot be sent with files.",
            Self::FormTooLong => "This form is too long.",
            Self::FormTooManyFields => "This form has too many fields.",
            Self::FormIncomplete => "The form did not arrive in full.",
        };
        Cow::Borrowed(text)
    }
}
