//! Forms that do not decode: all their errors, and the limits.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::*;

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
    wrong::<Tree>(&deep, &[(deep.strip_suffix("=x").expect("its end"), "This field's name is nested too deeply.")]);
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
