use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::data::FormData;
use super::decode::decode;
use super::errors::FieldErrors;
use super::names::Rows;

/// A form in a model: what was typed as it was typed, what it decodes to, and what is wrong, told at the right
/// time.
///
/// A field's error is there as soon as the field is wrong, and [shown](Self::error) when its control has been
/// left, or the form submitted: nobody is told that an address is not one while typing it.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tealight_core::{field_error, html, FieldErrors, Form, FormData, View};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Guest { name: String, seats: u8 }
///
/// fn check(guest: &Guest, errors: &mut FieldErrors) {
///     if guest.seats == 0 {
///         errors.add("seats", "Take a seat.");
///     }
/// }
///
/// fn view(form: &Form<Guest>) -> impl View<()> {
///     html! {
///         <form method="post">
///             <label for="seats">"Seats"</label>
///             <input id="seats" name="seats" type="number" value={form.value("seats")}
///                    aria-invalid={form.is_invalid("seats")} aria-describedby={form.described_by("seats")}/>
///             {field_error(form, "seats")}
///             <button>"Book"</button>
///         </form>
///     }
/// }
///
/// let mut form = Form::new(Guest::default());
/// assert_eq!(form.value("seats"), "0");
///
/// form.submit(FormData::from_iter([("name", "Ada"), ("seats", "")])).validate_with(check);
/// assert_eq!(form.error("seats"), Some("Fill in this field."));
///
/// let booked = form.submit(FormData::from_iter([("name", "Ada"), ("seats", "2")])).validate_with(check).valid();
/// assert_eq!(booked.map(|guest| guest.seats), Some(2));
/// # let _ = view(&form);
/// ```
#[derive(Clone)]
pub struct Form<T> {
    data: FormData,
    decoded: Option<T>,
    pub(super) rows: Rows,
    errors: FieldErrors,
    /// What checks have found, of the last value that was decoded.
    pub(super) found: FieldErrors,
    /// Errors that hold for a field as it is, with its values.
    set: FieldErrors,
    touched: Vec<String>,
    is_submitted: bool,
    prefix: &'static str,
}

impl<T> Default for Form<T> {
    /// A form in which nothing has been put.
    fn default() -> Self {
        Self {
            data: FormData::default(),
            decoded: None,
            rows: Rows::default(),
            errors: FieldErrors::default(),
            found: FieldErrors::default(),
            set: FieldErrors::default(),
            touched: Vec::new(),
            is_submitted: false,
            prefix: "",
        }
    }
}

impl<T: Serialize> Form<T> {
    /// A form that begins with these values.
    ///
    /// A value that has [no form](FormData::encode) is logged, and the form begins empty.
    pub fn new(value: T) -> Self {
        let data = FormData::encode(&value).unwrap_or_else(|error| {
            tracing::error!(%error, "a form begins empty: its value is none that a form can hold");
            FormData::default()
        });
        Self { data, decoded: Some(value), ..Self::default() }
    }
}

impl<T: DeserializeOwned> Form<T> {
    /// A person is typing: what is wrong is known, and shown where it was shown before. For `on:input`.
    pub fn input(&mut self, data: FormData) -> &mut Self {
        let old = std::mem::replace(&mut self.data, data);
        // one of no field would stay for ever: nothing could change it
        self.set.retain(|field| self.data.get(field).is_some() && old.get_all(field).eq(self.data.get_all(field)));
        (self.decoded, self.rows, self.errors) = match decode(&self.data) {
            Ok((value, rows)) => (Some(value), rows, FieldErrors::default()),
            Err(errors) => (None, Rows::default(), errors),
        };
        // checks are not asked of what does not decode
        let stays = |field: &str| self.errors.get(field).is_none() && old.of(field).eq(self.data.of(field));
        self.found.retain(|field| self.decoded.is_none() && stays(field));
        self
    }

    /// A control has been left with another value than before, so what is wrong with it is shown. For `on:change`.
    pub fn change(&mut self, data: FormData) -> &mut Self {
        let target = data.target();
        if !target.is_empty() && !self.is_touched(target) && self.touched.len() < FormData::MAX_PAIRS {
            self.touched.push(target.to_owned());
        }
        self.input(data)
    }

    /// A person means it: all that is wrong is shown. For `on:submit`.
    pub fn submit(&mut self, data: FormData) -> &mut Self {
        self.is_submitted = true;
        self.input(data)
    }
}

impl<T> Form<T> {
    /// Lets `check` say what is wrong with the value that was decoded. Called after each change.
    ///
    /// It counts rows as the type does: the second of a `Vec` is `items[1]`, whatever its number in the form is
    /// (`items[4]`, where others were removed).
    ///
    /// While a field does not decode there is no value to check. What had been found of the fields that have not changed
    /// since stays meanwhile.
    pub fn validate_with(&mut self, check: impl FnOnce(&T, &mut FieldErrors)) -> &mut Self {
        let mut found = FieldErrors::default();
        if let Some(value) = &self.decoded {
            check(value, &mut found);
        }
        for (field, message) in found.iter() {
            self.found.add(self.rows.in_form(field), message);
        }
        self
    }

    /// Says what is wrong with a field as it is: that a name has been taken. It holds until that field changes.
    ///
    /// Of the form as a whole (the empty name), and of a field that the form does not have (a checkbox that is not
    /// checked), it holds until anything is typed, changed or submitted.
    pub fn set_error(&mut self, field: impl Into<String>, message: impl fmt::Display) -> &mut Self {
        self.set.add(field, message);
        self
    }

    /// A word before the ids of what stands below the fields, where a page has several forms.
    #[must_use]
    pub fn with_prefix(self, prefix: &'static str) -> Self {
        Self { prefix, ..self }
    }

    /// The value, if nothing is wrong.
    pub fn valid(&self) -> Option<&T> {
        self.decoded.as_ref().filter(|_| self.found.is_empty() && self.set.is_empty())
    }

    /// The value, if all fields can be decoded.
    pub fn decoded(&self) -> Option<&T> {
        self.decoded.as_ref()
    }

    /// What was typed, as it was typed.
    pub fn data(&self) -> &FormData {
        &self.data
    }

    /// The text of a field, for `value={…}`; empty if it has none.
    pub fn value(&self, field: &str) -> &str {
        self.data.get(field).unwrap_or_default()
    }

    /// Whether a checkbox is checked, for `checked={…}`.
    pub fn is_checked(&self, field: &str) -> bool {
        matches!(self.value(field), "on" | "true" | "1")
    }

    /// Whether this is chosen, for `checked={…}` of a radio button and `selected={…}` of an `<option>`.
    pub fn is_chosen(&self, field: &str, value: &str) -> bool {
        self.data.get_all(field).any(|chosen| chosen == value)
    }

    /// What is wrong with a field, once its control has been left or the form submitted.
    pub fn error(&self, field: &str) -> Option<&str> {
        let is_shown = self.is_submitted || self.is_touched(field);
        let found = self.errors.get(field).or_else(|| self.found.get(field));
        found.filter(|_| is_shown).or_else(|| self.set.get(field))
    }

    /// All that is wrong, shown or not.
    pub fn errors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.errors.iter().chain(self.found.iter()).chain(self.set.iter())
    }

    /// Whether a control has been left with another value than before.
    pub fn is_touched(&self, field: &str) -> bool {
        self.touched.iter().any(|touched| touched == field)
    }

    /// Whether the form has been submitted.
    pub fn is_submitted(&self) -> bool {
        self.is_submitted
    }

    /// For `aria-invalid={…}`: `true` beside an error that is shown, else nothing.
    pub fn is_invalid(&self, field: &str) -> Option<bool> {
        self.error(field).map(|_| true)
    }

    /// For `aria-describedby={…}`: the id of a field's error while it is shown, which is
    /// [`field_error`](crate::field_error)'s, else nothing.
    pub fn described_by(&self, field: &str) -> Option<String> {
        self.error(field).map(|_| self.error_id(field))
    }

    pub(super) fn error_id(&self, field: &str) -> String {
        let dash = if self.prefix.is_empty() { "" } else { "-" };
        format!("{}{dash}{field}-error", self.prefix).replace(char::is_whitespace, "_")
    }
}

impl<T> fmt::Debug for Form<T> {
    /// Without the values, among which are passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("data", &self.data)
            .field("errors", &self.errors)
            .field("found", &self.found)
            .finish_non_exhaustive()
    }
}
