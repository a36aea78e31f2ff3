//! The element that shows an error.

use super::*;
use crate::{View, html};

#[test]
fn field_error_renders_a_span() {
    let mut form = Form::<One<u8>>::default();
    let view = |form: &Form<One<u8>>| crate::guide::page(crate::html! { <form>{field_error(form, "a")}</form> });
    assert_eq!(view(&form), "<form><!></form>");
    form.submit(FormData::default());
    let html = view(&form);
    assert!(
        html.contains(r#"<span id="a-error" class="field-error" role="alert">Fill in this field.</span>"#),
        "{html}"
    );
}

#[test]
fn field_error_can_be_in_a_paragraph_or_a_label() {
    let mut form = Form::<One<u8>>::default();
    let form = &*form.submit(FormData::default());
    let html = crate::guide::page(html! { <p><label><input name="a"/>{field_error(form, "a")}</label></p> });
    assert!(html.contains("Fill in this field.</span></label></p>"), "{html}");
}

#[test]
fn field_error_does_not_borrow_the_name() {
    fn step(form: &Form<Recipe>, at: usize) -> impl View<()> {
        let name = format!("steps[{at}]");
        let error = field_error(form, &name);
        html! { <li>{error}</li> }
    }
    fn steps(form: &Form<Recipe>) -> impl View<()> {
        html! {
            <ol>
                for at in 0..2, key = at {
                    let name = format!("steps[{at}]");
                    <li>{field_error(form, &name)}</li>
                }
            </ol>
            {step(form, 1)}
        }
    }
    let mut form = Form::<Recipe>::default();
    form.submit(self::form("steps[1][text]=")).validate_with(|_, errors| errors.add("steps[0]", "No."));
    let error = r#"<span id="steps[1]-error" class="field-error" role="alert">No.</span>"#;
    let html = crate::guide::page(steps(&form));
    assert_eq!(html.matches(error).count(), 2, "{html}");
}
