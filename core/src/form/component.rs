use super::holder::Form;
use crate::{View, html};

/// What is wrong with a field, while it is to be shown; else nothing.
///
/// It is `<p id="email-error" class="field-error" role="alert">`, so that it is read out when it appears. The
/// control points to it with `aria-describedby={form.described_by("email")}`. Only the form is borrowed for as long
/// as the view is there: the name may be made where it is wanted, for a row.
///
/// ```
/// use tealight_core::{field_error, html, Form, View};
///
/// fn view(form: &Form<()>) -> impl View<()> {
///     html! {
///         <input name="email" type="email" value={form.value("email")}
///                aria-invalid={form.is_invalid("email")} aria-describedby={form.described_by("email")}/>
///         {field_error(form, "email")}
///     }
/// }
/// # let _ = view(&Form::default());
/// ```
pub fn field_error<'f, E: 'static, T>(form: &'f Form<T>, field: &str) -> impl View<E> + use<'f, E, T> {
    form.error(field).map(|message| {
        let id = form.error_id(field);
        html! { <p id={id} class="field-error" role="alert">{message}</p> }
    })
}
