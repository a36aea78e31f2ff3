//! Forms that decode: which text becomes which value.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::*;

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
fn a_handler_can_take_the_form_itself() {
    let data = form("a=1&b=2").changed_at("b");
    assert_eq!(data.decode(), Ok(data.clone()));
    let json = serde_json::to_string(&data).expect("texts");
    assert_eq!(serde_json::from_str::<FormData>(&json).expect("the same texts"), data);
    assert!(serde_json::from_str::<FormData>(r#"["b","a"]"#).is_err());
    assert_eq!(format!("{data:?}"), r#"{"a", "b"}"#);
}
