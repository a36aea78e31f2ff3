//! Values that become forms, and back.

use std::collections::{BTreeMap, HashMap};

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::*;

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
