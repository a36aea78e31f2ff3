use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::data::FormData;
use super::decode::decode;
use super::errors::FieldErrors;
use super::names::Rows;

/// A form in a model: the typed text, the decoded value and the errors.
///
/// An error is known at once, but [shown](Self::error) only when its control has been left or the form submitted.
/// While people type an address, they do not read that it is invalid.
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
    /// Errors that the application's checks found in the last decoded value.
    pub(super) found: FieldErrors,
    /// Errors from `set_error`. Each holds until its field changes.
    set: FieldErrors,
    touched: Vec<String>,
    is_submitted: bool,
    prefix: &'static str,
}

impl<T> Default for Form<T> {
    /// An empty form.
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
    /// Makes a form that is filled with this value.
    ///
    /// If the value cannot be [encoded](FormData::encode), this logs the error and the form is empty.
    pub fn new(value: T) -> Self {
        let data = FormData::encode(&value).unwrap_or_else(|error| {
            tracing::error!(%error, "could not fill a form with its value; the form is empty");
            FormData::default()
        });
        Self { data, decoded: Some(value), ..Self::default() }
    }
}

impl<T: DeserializeOwned> Form<T> {
    /// Takes the form while a person types. Errors are updated, and shown only for fields that show theirs already.
    /// For `on:input`.
    pub fn input(&mut self, data: FormData) -> &mut Self {
        let old = std::mem::replace(&mut self.data, data);
        // An error of a field that the form does not have would never go away: no change could remove it.
        self.set.retain(|field| self.data.get(field).is_some() && old.get_all(field).eq(self.data.get_all(field)));
        (self.decoded, self.rows, self.errors) = match decode(&self.data) {
            Ok((value, rows)) => (Some(value), rows, FieldErrors::default()),
            Err(errors) => (None, Rows::default(), errors),
        };
        // Checks do not run while a field does not decode. Until then, unchanged fields keep their errors.
        let stays = |field: &str| self.errors.get(field).is_none() && old.of(field).eq(self.data.of(field));
        self.found.retain(|field| self.decoded.is_none() && stays(field));
        self
    }

    /// Takes the form after a control was changed and left, and shows the control's error. For `on:change`.
    pub fn change(&mut self, data: FormData) -> &mut Self {
        let target = data.target();
        if !target.is_empty() && !self.is_touched(target) && self.touched.len() < FormData::MAX_PAIRS {
            self.touched.push(target.to_owned());
        }
        self.input(data)
    }

    /// Takes the submitted form, and shows all errors. For `on:submit`.
    pub fn submit(&mut self, data: FormData) -> &mut Self {
        self.is_submitted = true;
        self.input(data)
    }
}

impl<T> Form<T> {
    /// Runs `check` on the decoded value and keeps the errors that it adds. Call it after each change.
    ///
    /// Errors name rows by their index in the value: the second item of a `Vec` is `items[1]`, even if it is `items[4]`
    /// in the form because other rows were removed.
    ///
    /// While a field does not decode, there is no value and `check` does not run. Unchanged fields keep the errors of
    /// the last check.
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

    /// Adds an error that only the application can find, such as a name that is taken. It stays until its field changes.
    ///
    /// An error of the form as a whole (the empty name), or of a field that the form does not have (a checkbox that is
    /// not checked), stays until anything is typed, changed or submitted.
    pub fn set_error(&mut self, field: impl Into<String>, message: impl fmt::Display) -> &mut Self {
        self.set.add(field, message);
        self
    }

    /// Puts a prefix before the ids of this form's errors. Use it if a page has several forms.
    #[must_use]
    pub fn with_prefix(self, prefix: &'static str) -> Self {
        Self { prefix, ..self }
    }

    /// The value, if the form has no errors.
    pub fn valid(&self) -> Option<&T> {
        self.decoded.as_ref().filter(|_| self.found.is_empty() && self.set.is_empty())
    }

    /// The value, if all fields can be decoded.
    pub fn decoded(&self) -> Option<&T> {
        self.decoded.as_ref()
    }

    /// The form as it was typed.
    pub fn data(&self) -> &FormData {
        &self.data
    }

    /// The text of a field, for `value={…}`; empty if it has none.
    pub fn value(&self, field: &str) -> &str {
        self.data.get(field).unwrap_or_default()
    }

    /// Returns true if a checkbox is checked, for `checked={…}`.
    pub fn is_checked(&self, field: &str) -> bool {
        matches!(self.value(field), "on" | "true" | "1")
    }

    /// Returns true if this value is chosen, for `checked={…}` of a radio button and `selected={…}` of an `<option>`.
    pub fn is_chosen(&self, field: &str, value: &str) -> bool {
        self.data.get_all(field).any(|chosen| chosen == value)
    }

    /// The error to show for a field: `None` until its control has been left or the form submitted. Errors from
    /// [`set_error`](Self::set_error) are shown at once.
    pub fn error(&self, field: &str) -> Option<&str> {
        let is_shown = self.is_submitted || self.is_touched(field);
        let found = self.errors.get(field).or_else(|| self.found.get(field));
        found.filter(|_| is_shown).or_else(|| self.set.get(field))
    }

    /// All errors, shown or not, by field.
    pub fn errors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.errors.iter().chain(self.found.iter()).chain(self.set.iter())
    }

    /// Returns true if a control was changed and left.
    pub fn is_touched(&self, field: &str) -> bool {
        self.touched.iter().any(|touched| touched == field)
    }

    /// Returns true if the form has been submitted.
    pub fn is_submitted(&self) -> bool {
        self.is_submitted
    }

    /// The value for `aria-invalid={…}`: `true` while the field shows an error, else `None`.
    pub fn is_invalid(&self, field: &str) -> Option<bool> {
        self.error(field).map(|_| true)
    }

    /// The value for `aria-describedby={…}`: the id of the field's [`field_error`](crate::field_error) while it is
    /// shown, else `None`.
    pub fn described_by(&self, field: &str) -> Option<String> {
        self.error(field).map(|_| self.error_id(field))
    }

    pub(super) fn error_id(&self, field: &str) -> String {
        let dash = if self.prefix.is_empty() { "" } else { "-" };
        format!("{}{dash}{field}-error", self.prefix).replace(char::is_whitespace, "_")
    }
}

impl<T> fmt::Debug for Form<T> {
    /// Leaves out the values, which may be passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("data", &self.data)
            .field("errors", &self.errors)
            .field("found", &self.found)
            .finish_non_exhaustive()
    }
}
