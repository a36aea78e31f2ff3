use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::data::FormData;
use super::decode::decode;
use super::encode::encode_row;
use super::errors::FieldErrors;
use super::names::{Rows, is_of};
use super::rows::Lists;

/// A form in a model: the typed text, the value that it decodes to, and the errors.
///
/// The model keeps one for each form on the page. `update` passes it the [`FormData`] of each event:
/// [`input`](Self::input) while a person types, [`change`](Self::change) when they have changed and left a control, and
/// [`submit`](Self::submit) at the end. [`valid`](Self::valid) then returns the value, if nothing is wrong.
///
/// The form knows an error at once, but [shows](Self::error) it only after the person has left its control or submitted
/// the form. Nobody reads that an address is invalid while still typing it.
///
/// # Example
/// ```
/// use serde::{Deserialize, Serialize};
/// use tealight_core::{field_error, html, FieldErrors, Form, FormData, View};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Guest { name: String, seats: u8 }
///
/// #[derive(Hash)]
/// enum Event { Typed(FormData), Left(FormData), Submitted(FormData) }
///
/// fn check(guest: &Guest, errors: &mut FieldErrors) {
///     if guest.seats == 0 {
///         errors.add("seats", "Book at least one seat.");
///     }
/// }
///
/// fn update(form: &mut Form<Guest>, event: Event) {
///     match event {
///         Event::Typed(data) => form.input(data),
///         Event::Left(data) => form.change(data),
///         Event::Submitted(data) => form.submit(data),
///     }
///     .validate_with(check);
/// }
///
/// fn view(form: &Form<Guest>) -> impl View<Event> {
///     html! {
///         <form method="post" novalidate on:input={Event::Typed} on:change={Event::Left} on:submit={Event::Submitted}>
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
/// let empty = FormData::from_iter([("name", "Ada"), ("seats", "")]).changed_at("seats");
/// update(&mut form, Event::Typed(empty.clone()));
/// assert_eq!(form.error("seats"), None);
/// update(&mut form, Event::Left(empty));
/// assert_eq!(form.error("seats"), Some("Fill in this field."));
///
/// update(&mut form, Event::Submitted(FormData::from_iter([("name", "Ada"), ("seats", "2")])));
/// assert_eq!(form.valid().map(|guest| guest.seats), Some(2));
/// # let _ = view(&form);
/// ```
///
/// # Errors
/// A field shows one error: the first of these.
///
/// * Its text does not [decode](FormData::decode).
/// * The application's rules found it wrong: [`validate_with`](Self::validate_with), or `validate` with the feature
///   `garde`.
/// * The application [set it](Self::set_error), for example because a name is taken.
///
/// # Limits
/// A form keeps at most [`FieldErrors::MAX`] errors of each of these kinds. [`FormData`] lists the forms that are
/// refused.
#[derive(Clone)]
pub struct Form<T> {
    data: FormData,
    decoded: Option<T>,
    pub(super) rows: Rows,
    lists: Lists,
    errors: FieldErrors,
    /// Errors that the application's rules found in the last decoded value.
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
            lists: Lists::default(),
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
    /// Takes the form while a person types: for `on:input`. Updates the errors; [`error`](Self::error) says when a field
    /// shows its own.
    pub fn input(&mut self, mut data: FormData) -> &mut Self {
        self.lists.reconcile(&mut data, &self.data);
        self.take(data)
    }

    fn take(&mut self, data: FormData) -> &mut Self {
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

    /// Takes the form after a person has changed and left a control: for `on:change`. Shows the control's error.
    pub fn change(&mut self, data: FormData) -> &mut Self {
        let target = data.target();
        if !target.is_empty() && !self.is_touched(target) && self.touched.len() < FormData::MAX_PAIRS {
            self.touched.push(target.to_owned());
        }
        self.input(data)
    }

    /// Takes the submitted form: for `on:submit`. Shows all errors.
    pub fn submit(&mut self, data: FormData) -> &mut Self {
        self.is_submitted = true;
        self.input(data);
        self.lists.submit();
        self
    }

    /// Adds a row at the end of a list, such as `items`, and fills it with a value. All other fields keep their texts
    /// and errors. The new row shows no errors before the person leaves its controls or submits the form again.
    ///
    /// [`rows`](Self::rows) then has the new row's name. Its number is new: it is not that of a removed row.
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use tealight_core::{field_error, html, Form, FormData, View};
    ///
    /// #[derive(Default, Serialize, Deserialize)]
    /// struct Basket { #[serde(default)] items: Vec<Item> }
    /// #[derive(Default, Serialize, Deserialize)]
    /// struct Item { name: String }
    ///
    /// #[derive(Hash)]
    /// enum Event { Typed(FormData), Added, Removed(String) }
    ///
    /// fn update(form: &mut Form<Basket>, event: Event) {
    ///     match event {
    ///         Event::Typed(data) => form.input(data),
    ///         Event::Added => form.add_row("items", &Item::default()),
    ///         Event::Removed(row) => form.remove_row(&row),
    ///     };
    /// }
    ///
    /// fn view(form: &Form<Basket>) -> impl View<Event> {
    ///     html! {
    ///         <form on:input={Event::Typed}>
    ///             for row in form.rows("items"), key = row {
    ///                 let name = format!("{row}[name]");
    ///                 <input name={&name} value={form.value(&name)}/>
    ///                 {field_error(form, &name)}
    ///                 <button type="button" on:click={Event::Removed(row.clone())}>"Remove"</button>
    ///             }
    ///             <button type="button" on:click={Event::Added}>"Add"</button>
    ///         </form>
    ///     }
    /// }
    ///
    /// let mut form = Form::new(Basket { items: vec![Item { name: "cup".into() }] });
    /// update(&mut form, Event::Added);
    /// update(&mut form, Event::Typed(FormData::from_iter([("items[0][name]", "cup"), ("items[1][name]", "pot")])));
    /// update(&mut form, Event::Removed("items[0]".into()));
    /// assert_eq!(form.rows("items"), ["items[1]"]);
    /// assert_eq!(form.value("items[1][name]"), "pot");
    /// # let _ = view(&form);
    /// ```
    ///
    /// A list holds at most [`FormData::MAX_PAIRS`] rows: one more is not added. If the value cannot be
    /// [encoded](FormData::encode), this logs the error and the row is empty.
    pub fn add_row(&mut self, list: &str, value: &impl Serialize) -> &mut Self {
        let Some(row) = self.lists.add(list, &self.data) else { return self };
        let pairs = encode_row(&row, value).unwrap_or_else(|error| {
            tracing::error!(%error, row, "could not fill a row with its value; the row is empty");
            Vec::new()
        });
        let mut data = self.data.clone();
        if pairs.is_empty() {
            data.push(row, "");
        }
        pairs.into_iter().for_each(|(name, value)| data.push(name, value));
        self.take(data)
    }

    /// Removes a row by its name, such as `items[3]`: its fields and their errors. All other fields keep their texts and
    /// errors.
    ///
    /// The page may still send the row's fields, because a person was typing in them. They are left out.
    pub fn remove_row(&mut self, row: &str) -> &mut Self {
        self.lists.remove(row, &self.data);
        self.touched.retain(|field| !is_of(field, row));
        let mut data = self.data.clone();
        data.retain(|field| !is_of(field, row));
        self.take(data)
    }
}

impl<T> Form<T> {
    /// Runs `check` on the decoded value and keeps the errors that it adds. Call it after each [`input`](Self::input),
    /// [`change`](Self::change) and [`submit`](Self::submit).
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

    /// Adds an error that no rule can find, such as a name that is taken. It is shown at once, and stays until its
    /// field changes.
    ///
    /// An error of the form as a whole (the empty name), or of a field that the form does not have (an unchecked
    /// checkbox), stays until anything is typed, changed or submitted.
    pub fn set_error(&mut self, field: impl Into<String>, message: impl fmt::Display) -> &mut Self {
        self.set.add(field, message);
        self
    }

    /// Puts a prefix before the ids of this form's errors. Use it if two forms of a page have fields of the same name.
    #[must_use]
    pub fn with_prefix(self, prefix: &'static str) -> Self {
        Self { prefix, ..self }
    }

    /// Returns the value, if the form has no errors.
    pub fn valid(&self) -> Option<&T> {
        self.decoded.as_ref().filter(|_| self.found.is_empty() && self.set.is_empty())
    }

    /// Returns the value, if all fields decode. It may still break the application's rules.
    pub fn decoded(&self) -> Option<&T> {
        self.decoded.as_ref()
    }

    /// The form as it was typed.
    pub fn data(&self) -> &FormData {
        &self.data
    }

    /// Returns the text of a field, for `value={…}`. It is empty if the form does not have the field.
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

    /// Returns the names of a list's rows, in their order: `items[0]`, `items[3]` for the list `items`. Use them as the
    /// keys of a `for`. The list is a `Vec` of structs.
    ///
    /// [`add_row`](Self::add_row) and [`remove_row`](Self::remove_row) change the list. Numbers of removed rows are not
    /// used again, so they have gaps.
    pub fn rows(&self, list: &str) -> Vec<String> {
        self.lists.rows(list, &self.data)
    }

    /// Returns the error to show for a field.
    ///
    /// It is `None` until the person has left the control or submitted the form. Errors from
    /// [`set_error`](Self::set_error) are shown at once.
    pub fn error(&self, field: &str) -> Option<&str> {
        let is_shown = self.is_touched(field) || self.is_submitted && !self.lists.is_new(field);
        let found = self.errors.get(field).or_else(|| self.found.get(field));
        found.filter(|_| is_shown).or_else(|| self.set.get(field))
    }

    /// Returns each field that has an error, shown or not, and the error.
    pub fn errors(&self) -> impl Iterator<Item = (&str, &str)> {
        self.errors.iter().chain(self.found.iter()).chain(self.set.iter())
    }

    /// Returns true if the person has changed and left this field's control.
    pub fn is_touched(&self, field: &str) -> bool {
        self.touched.iter().any(|touched| touched == field)
    }

    /// Returns true if the form has been submitted.
    pub fn is_submitted(&self) -> bool {
        self.is_submitted
    }

    /// Returns the value for `aria-invalid={…}`: `true` while the field shows an error, else `None`.
    pub fn is_invalid(&self, field: &str) -> Option<bool> {
        self.error(field).map(|_| true)
    }

    /// Returns the value for `aria-describedby={…}`: the id of the field's [`field_error`](crate::field_error) while it
    /// is shown, else `None`.
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
