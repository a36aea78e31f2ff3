//! The products of the shop.

use std::fmt;
use std::str::FromStr;

pub(crate) struct Product {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) cents: u32,
}

#[derive(Clone, Copy, Debug, Hash, PartialEq)]
pub(crate) enum Kind {
    Tea,
    Pot,
    Cup,
}

pub(crate) const KINDS: [(Kind, &str); 3] = [(Kind::Tea, "Teas"), (Kind::Pot, "Pots"), (Kind::Cup, "Cups")];

const TEAS: [&str; 9] =
    ["Assam", "Darjeeling", "Gyokuro", "Keemun", "Longjing", "Nilgiri", "Sencha", "Tieguanyin", "Uva"];
const POTS: [&str; 4] = ["Cast-iron", "Clay", "Glass", "Porcelain"];
const CUPS: [&str; 4] = ["Blue", "Glass", "Oak", "White"];

pub(crate) fn products() -> Vec<Product> {
    let teas = TEAS.iter().flat_map(|tea| ["spring", "autumn"].map(|harvest| (format!("{tea}, {harvest}"), Kind::Tea)));
    let pots = POTS.iter().map(|pot| (format!("{pot} pot"), Kind::Pot));
    let cups = CUPS.iter().map(|cup| (format!("{cup} cup"), Kind::Cup));
    let product = |(id, (name, kind))| Product { id, name, kind, cents: 450 + id * 70 % 1_900 };
    (1..).zip(teas.chain(pots).chain(cups)).map(product).collect()
}

/// Returns an amount as people read it.
pub(crate) fn price(cents: u32) -> String {
    format!("€ {}.{:02}", cents / 100, cents % 100)
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tea => "tea",
            Self::Pot => "pot",
            Self::Cup => "cup",
        })
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        KINDS.into_iter().map(|(kind, _)| kind).find(|kind| kind.to_string() == text).ok_or(())
    }
}
