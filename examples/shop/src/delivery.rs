//! The form that says where an order goes.

use serde::{Deserialize, Serialize};
use tealight::prelude::*;

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Delivery {
    pub(crate) name: String,
    pub(crate) street: String,
    pub(crate) city: String,
    pub(crate) note: Option<String>,
}

pub(crate) fn check(delivery: &Delivery, errors: &mut FieldErrors) {
    let texts = [("name", &delivery.name), ("street", &delivery.street), ("city", &delivery.city)];
    for (field, text) in texts {
        if text.trim().is_empty() {
            errors.add(field, "Fill in this field.");
        } else if text.chars().count() > 100 {
            errors.add(field, "Enter at most 100 characters.");
        }
    }
    if delivery.note.as_ref().is_some_and(|note| note.chars().count() > 500) {
        errors.add("note", "Enter at most 500 characters.");
    }
}

/// The fields of the form, for every form that has them.
pub(crate) fn fields<E: 'static>(form: &Form<Delivery>) -> impl View<E> {
    html! {
        {field(form, "name", "Name", "name")}
        {field(form, "street", "Street", "street-address")}
        {field(form, "city", "City", "address-level2")}
        <div class="field">
            <label for="note">"Note (optional)"</label>
            <textarea id="note" name="note" rows="3" aria-invalid={form.is_invalid("note")}
                      aria-describedby={form.described_by("note")}>{form.value("note")}</textarea>
            {field_error(form, "note")}
        </div>
    }
}

fn field<E: 'static>(
    form: &Form<Delivery>,
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
) -> impl View<E> {
    html! {
        <div class="field">
            <label for={name}>{label}</label>
            <input id={name} name={name} autocomplete={autocomplete} value={form.value(name)}
                   aria-invalid={form.is_invalid(name)} aria-describedby={form.described_by(name)}>
            {field_error(form, name)}
        </div>
    }
}
