//! The addresses of all pages.

use tealight::prelude::*;

use crate::stock::Kind;

/// The catalogue: products of a kind that a search finds, a part at a time.
#[derive(Clone, Debug, Default, Hash, PartialEq, Route)]
#[route("/?kind&q&page")]
pub(crate) struct List {
    pub(crate) kind: Option<Kind>,
    pub(crate) q: Option<String>,
    pub(crate) page: Option<usize>,
}

#[derive(Clone, Debug, Hash, PartialEq, Route)]
#[route("/products/{id}")]
pub(crate) struct Product {
    pub(crate) id: u32,
}

#[derive(Clone, Debug, Hash, PartialEq, Route)]
pub(crate) enum Buying {
    #[route("/basket")]
    Basket,
    #[route("/checkout")]
    Checkout,
    #[route("/orders/{number}")]
    Order { number: u64 },
}

/// The pages of people who are signed in.
#[derive(Clone, Debug, Hash, PartialEq, Route)]
pub(crate) enum Account {
    #[route("/account")]
    Orders,
    #[route("/account/details")]
    Details,
}

#[derive(Clone, Debug, Default, Hash, PartialEq, Route)]
#[route("/login?next&failed")]
pub(crate) struct Login {
    /// The address of the [`Account`] page for which the person logs in.
    pub(crate) next: Option<String>,
    pub(crate) failed: bool,
}
