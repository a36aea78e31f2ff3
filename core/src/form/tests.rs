//! Decoding and encoding of forms, and the errors that they show.

mod component;
mod decoding;
mod encoding;
mod errors;
mod holder;
mod rows;

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer, Serialize};

use super::*;

fn form(pairs: &str) -> FormData {
    FormData::from_urlencoded(pairs.as_bytes()).expect("few pairs")
}

#[track_caller]
fn check<T: DeserializeOwned + PartialEq + Debug>(pairs: &str, expected: T) {
    assert_eq!(form(pairs).decode(), Ok(expected), "{pairs}");
}

/// Checks the errors, sorted by field.
#[track_caller]
fn wrong<T: DeserializeOwned + Debug>(pairs: &str, expected: &[(&str, &str)]) {
    let errors = form(pairs).decode::<T>().expect_err(pairs);
    let mut errors: Vec<_> = errors.iter().collect();
    errors.sort_unstable();
    assert_eq!(errors, expected, "{pairs}");
}

const REQUIRED: &str = "Fill in this field.";
const WHOLE: &str = "Enter a whole number.";
const CHOOSE: &str = "Choose one of these.";

/// A type that reads itself from a text.
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
