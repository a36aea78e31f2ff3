//! Decoding and encoding of forms, and the errors of forms that do not decode.

use std::collections::{BTreeMap, HashMap};

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::*;
use crate::{View, html};

fn form(pairs: &str) -> FormData {
    FormData::from_urlencoded(pairs.as_bytes()).expect("few pairs")
}

#[track_caller]
fn check<T: serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(pairs: &str, expected: T) {
    assert_eq!(form(pairs).decode(), Ok(expected), "{pairs}");
}

/// Checks the errors, sorted by field.
#[track_caller]
fn wrong<T: serde::de::DeserializeOwned + std::fmt::Debug>(pairs: &str, expected: &[(&str, &str)]) {
    let errors = form(pairs).decode::<T>().expect_err(pairs);
    let mut errors: Vec<_> = errors.iter().collect();
    errors.sort_unstable();
    assert_eq!(errors, expected, "{pairs}");
}

const REQUIRED: &str = "Fill in this field.";
const WHOLE: &str = "Enter a whole number.";
const CHOOSE: &str = "Choose one of these.";

/// Any type that reads itself from a text.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Year(u16);

impl<'de> Deserialize<'de> for Year {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let year = text.strip_prefix("year ").and_then(|year| year.parse().ok());
        year.map(Self).ok_or_else(|| D::Error::custom("Write a year."))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tea {
    Green,
    Black,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Box { width: u8, height: u8 },
    Line(u8, u8),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Order {
    name: String,
    cups: u8,
    milk: bool,
    tea: Tea,
    #[serde(default)]
    toppings: Vec<String>,
    note: Option<String>,
    since: Option<Year>,
    #[serde(default = "one")]
    spoons: u8,
}

fn one() -> u8 {
    1
}

#[derive(Debug, PartialEq, Deserialize)]
struct One<T> {
    a: T,
}

fn a<T>(a: T) -> One<T> {
    One { a }
}

#[test]
fn a_form_becomes_a_struct() {
    check(
        "name=Ada&cups=2&milk=on&tea=green&toppings=honey&toppings=mint&note=&since=year+1999",
        Order {
            name: "Ada".into(),
            cups: 2,
            milk: true,
            tea: Tea::Green,
            toppings: vec!["honey".into(), "mint".into()],
            note: None,
            since: Some(Year(1999)),
            spoons: 1,
        },
    );
}

#[test]
fn values_of_every_kind() {
    check("a=-5", a(-5i64));
    check("a=+5+", a(5u8));
    check("a=2.5", a(2.5f32));
    check("a=170141183460469231731687303715884105727", a(i128::MAX));
    check("a=%C3%A4", a('ä'));
    check("a=1&a=2", a(2u8));
    check("a=+x+", a(" x ".to_owned()));
    check("a=0&a=1", a(true));
    check("a=off", a(false));
    check("", a(false));
    check("", a(Vec::<u8>::new()));
    check("", a(None::<u8>));
    check("a=", a(None::<Tea>));
    check("a=7", a(Some(7u8)));
    check("a[]=1&a[]=2", a(vec![1u8, 2]));
    check("a[x]=", a(None::<One<String>>));
    check("a[a]=1", a(Some(a(1u8))));
    check("a[5][a]=5&a[10][a]=10&a[x][a]=0", a(vec![a(5u8), a(10), a(0)]));
    check("a[0]=1&a[1]=x", a((1u8, 'x')));
    check("a=1&a=2", a([1u8, 2]));
    check("a[tea]=1&a[milk]=2", a(HashMap::from([("tea".to_owned(), 1u8), ("milk".to_owned(), 2)])));
    check("a[7]=1", a(BTreeMap::from([(7u8, 1u8)])));
    check("a[green]=1", a(BTreeMap::from([(Tea::Green, 1u8)])));
    check("x=1&y=2", BTreeMap::from([('x', 1), ('y', 2)]));
    check("a=1", a(()));
}

#[test]
fn enums_by_their_names() {
    check("a=Point", a(Shape::Point));
    check("a[Circle]=2.5", a(Shape::Circle(2.5)));
    check("a[Box][width]=1&a[Box][height]=2", a(Shape::Box { width: 1, height: 2 }));
    // radio buttons, and fields for each of them
    check("a=Line&a[Line][0]=1&a[Line][1]=2&a[Circle]=", a(Shape::Line(1, 2)));
    wrong::<One<Shape>>("a=Box&a[Box][width]=x", &[("a[Box][height]", REQUIRED), ("a[Box][width]", WHOLE)]);
    wrong::<One<Tea>>("a=purple", &[("a", CHOOSE)]);
    wrong::<One<Tea>>("a=", &[("a", CHOOSE)]);
    wrong::<One<Tea>>("", &[("a", CHOOSE)]);
    wrong::<One<Vec<Tea>>>("a[]=green&a[]=purple", &[("a[]", CHOOSE)]);
}

#[test]
fn attributes_of_serde_work() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Contact {
        Mail { address: String },
        Phone { number: String },
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "kind", content = "of")]
    enum Payment {
        Cash,
        Card { digits: u64 },
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Flat {
        #[serde(rename = "b", alias = "c")]
        a: u8,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        id: u8,
        #[serde(flatten)]
        inner: One<String>,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(try_from = "u8")]
    struct Even(u8);
    impl TryFrom<u8> for Even {
        type Error = &'static str;
        fn try_from(number: u8) -> Result<Self, &'static str> {
            if number.is_multiple_of(2) { Ok(Self(number)) } else { Err("Enter an even number.") }
        }
    }

    check("kind=mail&address=a@b", Contact::Mail { address: "a@b".into() });
    check("a[kind]=phone&a[number]=112", a(Contact::Phone { number: "112".into() }));
    wrong::<One<Contact>>("a[kind]=phone", &[("a[number]", REQUIRED)]);
    wrong::<One<Contact>>("a[kind]=smoke", &[("a[kind]", CHOOSE)]);
    check("kind=Cash", Payment::Cash);
    check("kind=Card&of[digits]=42", Payment::Card { digits: 42 });
    wrong::<Payment>("kind=Card&of[digits]=x", &[("of[digits]", WHOLE)]);
    check("c=1", Flat { a: 1 });
    wrong::<Flat>("", &[("b", REQUIRED)]);
    check("id=1&a=x", Outer { id: 1, inner: a("x".into()) });
    wrong::<Outer>("id=1", &[("a", REQUIRED)]);
    check("a=4", a(Even(4)));
    wrong::<One<Even>>("a=5", &[("a", "Enter an even number.")]);
    wrong::<One<Even>>("a=x", &[("a", WHOLE)]);
}

#[test]
fn all_errors_are_found_at_once() {
    wrong::<Order>(
        "cups=many&tea=purple&since=1999&milk=perhaps&spoons=-1",
        &[
            ("cups", WHOLE),
            ("milk", "Choose yes or no."),
            ("name", REQUIRED),
            ("since", "Write a year."),
            ("spoons", "Enter 0 or more."),
            ("tea", CHOOSE),
        ],
    );
    wrong::<Order>("name=&cups=256", &[("cups", "Enter 255 or less."), ("tea", CHOOSE)]);
    // several that no value can take the place of, in and beside each other
    wrong::<One<Vec<(One<Year>, Year)>>>(
        "a[0][0][a]=&a[0][1]=year+1&a[1][0][a]=year+1&a[1][1]=y",
        &[("a[0][0][a]", REQUIRED), ("a[1][1]", "Write a year.")],
    );
    wrong::<One<f64>>("a=inf", &[("a", "Enter a number.")]);
    wrong::<One<char>>("a=ab", &[("a", "Enter one character.")]);
    wrong::<One<u8>>("a[b]=1", &[("a", REQUIRED)]);
    wrong::<One<String>>("", &[("a", REQUIRED)]);
    wrong::<One<One<One<u8>>>>("", &[("a[a][a]", REQUIRED)]);
    wrong::<BTreeMap<u8, u8>>("x=1", &[("x", WHOLE)]);
}

#[test]
fn a_handler_can_take_the_form_itself() {
    let data = form("a=1&b=2").changed_at("b");
    assert_eq!(data.decode(), Ok(data.clone()));
    let json = serde_json::to_string(&data).expect("texts");
    assert_eq!(serde_json::from_str::<FormData>(&json).expect("the same texts"), data);
    assert!(serde_json::from_str::<FormData>(r#"["b","a"]"#).is_err());
    assert_eq!(format!("{data:?}"), r#"{"a", "b"}"#);
}

#[test]
fn hostile_forms_are_bounded() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Tree {
        #[serde(default)]
        below: Vec<Tree>,
    }
    #[derive(Debug, Deserialize)]
    struct Endless {
        #[allow(dead_code)]
        a: Box<Endless>,
    }
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Nest(Vec<Nest>);

    let deep = format!("below{}=x", "[0][below]".repeat(40));
    wrong::<Tree>(&deep, &[(deep.strip_suffix("=x").expect("its end"), "This field's name is nested too deep.")]);
    check(
        "below[4000000000]=&below[18446744073709551616]=",
        Tree { below: vec![Tree { below: vec![] }, Tree { below: vec![] }] },
    );
    assert!(form("").decode::<Endless>().is_err());
    assert!(form("a=x").decode::<One<Nest>>().is_err());

    let many = "a=x&".repeat(FormData::MAX_PAIRS);
    assert!(FormData::from_urlencoded(many.as_bytes()).is_some());
    assert!(FormData::from_urlencoded(format!("{many}a=x").as_bytes()).is_none());
    wrong::<One<Vec<u8>>>(&many, &[("a", WHOLE)]);

    let rows: String = (0..FormData::MAX_PAIRS).map(|row| format!("a[{row}][x]=1&")).collect();
    let errors = form(&rows).decode::<One<Vec<(Year, Year)>>>().expect_err("no years");
    assert_eq!(errors.len(), FieldErrors::MAX);
    let errors = form(&rows).decode::<One<Vec<Order>>>().expect_err("no orders");
    assert_eq!(errors.len(), FieldErrors::MAX);

    let errors = form(&format!("a={}", "ä".repeat(1000))).decode::<One<Echo>>().expect_err("an echo");
    assert_eq!(errors.get("a").map(str::len), Some(256));
}

#[derive(Debug)]
struct Echo;

impl<'de> Deserialize<'de> for Echo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Err(D::Error::custom(String::deserialize(deserializer)?))
    }
}

#[test]
fn values_that_no_form_can_hold_are_errors() {
    assert!(matches!(FormData::encode(&7), Err(EncodeError::NoFields)));
    assert!(matches!(FormData::encode(&[7]), Err(EncodeError::NoFields)));
    for key in ["", "a[", "a]"] {
        assert!(matches!(FormData::encode(&BTreeMap::from([(key, 7)])), Err(EncodeError::Key)), "{key}");
    }
    assert!(matches!(FormData::encode(&BTreeMap::from([((1, 2), 7)])), Err(EncodeError::Key)));
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct All {
    text: String,
    letter: char,
    numbers: (i8, u64, i128, f64),
    yes: bool,
    maybe: Option<i16>,
    perhaps: Option<Box<All>>,
    texts: Vec<String>,
    flags: Vec<bool>,
    rows: Vec<Row>,
    prices: BTreeMap<u8, f32>,
    tea: Tea,
    teas: Vec<Tea>,
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    name: String,
    tags: Vec<String>,
    at: (u8, u8),
}

prop_compose! {
    fn row()(name: String, tags in vec(any::<String>(), 0..3), at: (u8, u8)) -> Row {
        Row { name, tags, at }
    }
}

fn tea() -> impl Strategy<Value = Tea> {
    prop_oneof![Just(Tea::Green), Just(Tea::Black)]
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Point),
        any::<f64>().prop_map(Shape::Circle),
        any::<(u8, u8)>().prop_map(|(width, height)| Shape::Box { width, height }),
        any::<(u8, u8)>().prop_map(|(from, to)| Shape::Line(from, to)),
    ]
}

prop_compose! {
    fn all()(
        (text, letter, numbers, yes) in any::<(String, char, (i8, u64, i128, f64), bool)>(),
        maybe: Option<i16>,
        texts in vec(any::<String>(), 0..4),
        flags: Vec<bool>,
        rows in vec(row(), 0..4),
        prices in btree_map(any::<u8>(), any::<f32>(), 0..4),
        tea in tea(),
        teas in vec(tea(), 0..4),
        shape in shape(),
    ) -> All {
        // a number is read without the spaces around it, and so is a letter
        let letter = if letter.is_whitespace() { '_' } else { letter };
        All { text, letter, numbers, yes, maybe, perhaps: None, texts, flags, rows, prices, tea, teas, shape }
    }
}

proptest! {
    #[test]
    fn an_encoded_value_decodes_to_itself(outer in all(), inner in option::of(all())) {
        let all = All { perhaps: inner.map(Box::new), ..outer };
        let data = FormData::encode(&all).expect("a struct");
        prop_assert_eq!(data.decode(), Ok(all));
    }

    #[test]
    fn any_form_is_decoded_or_refused(pairs in vec(("(name|cups|tea|note|rows|shape|at|perhaps|\\[|\\]|[0-9]|\\[\\]){0,6}", ".{0,4}"), 0..24)) {
        let data = FormData::from_iter(pairs);
        if let Ok(order) = data.decode::<Order>() {
            prop_assert_eq!(data.get("name"), Some(&*order.name));
        }
        let errors = data.decode::<All>().err();
        prop_assert!(errors.is_none_or(|errors| !errors.is_empty()));
        let _ = data.decode::<HashMap<String, Vec<Shape>>>();
    }
}

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

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Recipe {
    #[serde(default)]
    steps: Vec<Step>,
    #[serde(default)]
    prices: BTreeMap<u8, u8>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Step {
    #[serde(default)]
    tags: Vec<One<String>>,
}

#[test]
fn errors_of_a_row_have_its_number_in_the_form() {
    #[track_caller]
    fn check(pairs: &str, said: &str, expected: &str) {
        let mut form = Form::<Recipe>::default();
        form.submit(self::form(pairs)).validate_with(|_, errors| errors.add(said, "No."));
        assert_eq!(form.errors().collect::<Vec<_>>(), [(expected, "No.")], "{said} of {pairs}");
    }
    let gap = "steps[0][text]=&steps[2][text]=&steps[10][text]=";
    check(gap, "steps[0][text]", "steps[0][text]");
    check(gap, "steps[1][text]", "steps[2][text]");
    check(gap, "steps[2]", "steps[10]");
    check(gap, "steps[3][text]", "steps[3][text]");
    check(gap, "steps[x]", "steps[x]");
    check(gap, "steps", "steps");
    check(gap, "", "");
    check("steps[0][text]=&steps[1][text]=", "steps[1][text]", "steps[1][text]");
    check("steps[][text]=", "steps[0][text]", "steps[][text]");
    check("steps[4][tags][7][a]=", "steps[0][tags][0][a]", "steps[4][tags][7][a]");
    check("steps[4][tags][7][a]=", "steps[0][tags][]", "steps[4][tags][]");
    // a map has its keys in the type too
    check("prices[1]=5&prices[2]=6", "prices[1]", "prices[1]");
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

#[test]
fn field_error_renders_a_paragraph() {
    let mut form = Form::<One<u8>>::default();
    let view = |form: &Form<One<u8>>| crate::guide::page(crate::html! { <form>{field_error(form, "a")}</form> });
    assert_eq!(view(&form), "<form><!></form>");
    form.submit(FormData::default());
    let html = view(&form);
    assert!(html.contains(r#"<p id="a-error" class="field-error" role="alert">Fill in this field.</p>"#), "{html}");
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
    let error = r#"<p id="steps[1]-error" class="field-error" role="alert">No.</p>"#;
    let html = crate::guide::page(steps(&form));
    assert_eq!(html.matches(error).count(), 2, "{html}");
}
