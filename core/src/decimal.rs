use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// A decimal number in an event, a key or a handler's data, where an `f32` or `f64` cannot be: it can be hashed.
///
/// Two of them are equal if all their bits are. To show one, write `{fixed(number.0, 1)}`.
///
/// ```
/// use tealight_core::{Decimal, View, html};
///
/// #[derive(Hash)]
/// enum Event { Warmed(Decimal) }
///
/// fn kettle(degrees: f32) -> impl View<Event> {
///     html! { <button on:click={Event::Warmed((degrees + 0.5).into())}>"Warmer"</button> }
/// }
/// # let _ = kettle(80.0);
/// ```
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Decimal(pub f64);

impl From<f64> for Decimal {
    fn from(number: f64) -> Self {
        Self(number)
    }
}

impl From<f32> for Decimal {
    fn from(number: f32) -> Self {
        Self(number.into())
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of [`f64::total_cmp`].
impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}
