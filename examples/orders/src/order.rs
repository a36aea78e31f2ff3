//! Orders, and the states through which they go.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tealight::prelude::*;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) number: u32,
    pub(crate) customer: String,
    pub(crate) goods: String,
    pub(crate) cents: i64,
    pub(crate) state: State,
    /// The time at which it was placed, in seconds of Unix time.
    pub(crate) placed: i64,
    /// The number of its last change. A later change of any order has a greater one.
    pub(crate) change: i64,
}

#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    New,
    Packed,
    Sent,
    Cancelled,
}

/// The changes of one order. A dashboard hears those of all orders.
pub(crate) const ORDER: Topic<Order, u32> = Topic::new("order:{number}").newest();

impl State {
    pub(crate) const ALL: [Self; 4] = [Self::New, Self::Packed, Self::Sent, Self::Cancelled];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Packed => "packed",
            Self::Sent => "sent",
            Self::Cancelled => "cancelled",
        }
    }

    /// Returns the states that may follow, each with the name of its button.
    pub(crate) const fn next(self) -> &'static [(Self, &'static str)] {
        match self {
            Self::New => &[(Self::Packed, "Pack"), (Self::Cancelled, "Cancel the order")],
            Self::Packed => &[(Self::Sent, "Send"), (Self::Cancelled, "Cancel the order")],
            Self::Sent | Self::Cancelled => &[],
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for State {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.name() == name).ok_or(())
    }
}

/// The state as a colored label.
pub(crate) fn badge<E: 'static>(state: State) -> impl View<E> {
    html! { <span class={format_args!("badge {state}")}>{state.name()}</span> }
}

/// An amount of money.
pub(crate) fn dollars<E: 'static>(cents: i64) -> impl View<E> {
    html! { "$" {grouped(cents / 100, ',')} "." {format_args!("{:02}", cents % 100)} }
}

/// The time of day of a Unix time, in UTC.
pub(crate) fn time<E: 'static>(at: i64) -> impl View<E> {
    html! { <time>{format_args!("{:02}:{:02}", at / 3600 % 24, at / 60 % 60)}</time> }
}
