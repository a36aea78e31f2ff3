//! The form in a model: its errors, when they are shown, and how long they stay.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::*;

#[test]
fn errors_are_shown_when_a_field_has_been_left() {
    let mut form = Form::<One<u8>>::default();
    assert_eq!((form.value("a"), form.error("a"), form.valid().is_some()), ("", None, false));

    form.input(FormData::from_iter([("a", "x")]).changed_at("a"));
    assert_eq!((form.value("a"), form.error("a"), form.is_invalid("a")), ("x", None, None));

    form.change(FormData::from_iter([("a", "xy")]).changed_at("a"));
    assert_eq!((form.error("a"), form.is_invalid("a")), (Some(WHOLE), Some(true)));
    assert_eq!(form.described_by("a").as_deref(), Some("a-error"));

    form.input(FormData::from_iter([("a", "7")]).changed_at("a"));
    assert_eq!((form.error("a"), form.valid()), (None, Some(&a(7))));
}

#[test]
fn a_submitted_form_shows_all_errors() {
    let small = |value: &One<u8>, errors: &mut FieldErrors| {
        if value.a > 9 {
            errors.add("a", "Too much.");
        }
    };
    let mut form = Form::<One<u8>>::default();
    form.submit(FormData::from_iter([("a", "10")])).validate_with(small);
    assert_eq!((form.error("a"), form.valid()), (Some("Too much."), None));
    assert_eq!(form.decoded(), Some(&a(10)));
    assert_eq!(form.submit(FormData::from_iter([("a", "9")])).validate_with(small).valid(), Some(&a(9)));
}

#[test]
fn set_error_holds_until_its_field_changes() {
    let mut form = Form::<BTreeMap<String, String>>::default();
    form.submit(FormData::from_iter([("name", "ada"), ("age", "1")])).set_error("name", "Taken.");
    form.input(FormData::from_iter([("name", "ada"), ("age", "12")]));
    assert_eq!((form.error("name"), form.valid().is_none()), (Some("Taken."), true));
    form.input(FormData::from_iter([("name", "ada2"), ("age", "12")]));
    assert_eq!((form.error("name"), form.errors().count()), (None, 0));
}

#[test]
fn set_error_never_locks_a_form() {
    let data = FormData::from_iter([("name", "ada"), ("tags[]", "tea")]);
    for field in ["", "nobody", "name[first]", "tags"] {
        let mut form = Form::<BTreeMap<String, Vec<String>>>::default();
        form.submit(data.clone()).set_error(field, "No.");
        assert_eq!((form.error(field), form.valid().is_none()), (Some("No."), true), "{field}");
        form.input(data.clone());
        assert_eq!((form.error(field), form.valid().is_some()), (None, true), "{field}");
    }
    let mut form = Form::<BTreeMap<String, String>>::default();
    form.submit(FormData::from_iter([("terms", "on")])).set_error("terms", "These have changed.");
    assert_eq!(form.input(FormData::default()).error("terms"), None, "the checkbox is no longer checked");
}

#[test]
fn errors_of_a_check_stay_while_another_field_does_not_decode() {
    /// Puts an error on every field, then types `pairs`, which do not decode.
    #[track_caller]
    fn check(pairs: &str, expected: &[(&str, &str)]) {
        let mut form = Form::<Order>::default();
        form.submit(self::form("name=&cups=9&tea=green&toppings[]=x")).validate_with(|_, errors| {
            ["name", "cups", "terms", "toppings", ""].into_iter().for_each(|field| errors.add(field, "No."));
        });
        form.input(self::form(pairs)).validate_with(|_, _| unreachable!("it does not decode"));
        let mut errors: Vec<_> = form.errors().collect();
        errors.sort_unstable();
        assert_eq!(errors, expected, "{pairs}");
        assert!(form.valid().is_none());
        assert!(form.input(self::form("name=&cups=9&tea=green")).valid().is_some());
    }
    check(
        "name=&cups=9&tea=red&toppings[]=x",
        &[("cups", "No."), ("name", "No."), ("tea", CHOOSE), ("terms", "No."), ("toppings", "No.")],
    );
    check("name=Ada&cups=x&tea=green&terms=on&toppings[]=", &[("cups", WHOLE)]);
}

#[test]
fn a_new_form_shows_its_value() {
    #[derive(Serialize, Deserialize)]
    struct Settings {
        name: String,
        news: bool,
        topics: Vec<Tea>,
    }
    let form = Form::new(Settings { name: "Ada".into(), news: true, topics: vec![Tea::Black] }).with_prefix("settings");
    assert_eq!(form.value("name"), "Ada");
    assert!(form.is_checked("news") && form.is_chosen("topics", "black") && !form.is_chosen("topics", "green"));
    assert_eq!(form.error_id("name"), "settings-name-error");
    assert!(form.valid().is_some());
}
