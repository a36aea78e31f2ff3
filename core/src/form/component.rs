use super::holder::Form;
use crate::{View, html};

/// Shows the [error](Form::error) of a field, or nothing.
///
/// The error is a `<span id="email-error" class="field-error" role="alert">`, which screen readers announce when it
/// appears. It can be inside a `<p>` or a `<label>` too. The style of the runtime's layout puts it on a line of its own.
///
/// [`Form::described_by`] connects the control to it, and [`Form::with_prefix`] changes the id. To show errors in another
/// way, write a component of your own with [`Form::error`].
///
/// The view borrows the form but not the name, which can be a temporary string, such as the name of a row's field.
///
/// # Example
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
        html! { <span id={id} class="field-error" role="alert">{message}</span> }
    })
}
