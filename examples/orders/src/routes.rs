//! The addresses of the pages.

use serde::{Deserialize, Serialize};
use tealight::prelude::*;

use crate::order::State;

/// The dashboard: orders in a state, of customers with this text in their names.
#[derive(Clone, Debug, Default, Hash, PartialEq, Serialize, Deserialize, Route)]
#[route("/?state&customer")]
pub(crate) struct List {
    pub(crate) state: Option<State>,
    pub(crate) customer: Option<String>,
}

/// The page of one order.
#[derive(Clone, Debug, Hash, PartialEq, Route)]
#[route("/orders/{number}")]
pub(crate) struct Detail {
    pub(crate) number: u32,
}
