//! Orders, and who may see them.

use crate::basket::Line;
use crate::bounded::Bounded;
use crate::delivery::Delivery;
use crate::visitor::{User, Visitor};

#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) number: u64,
    pub(crate) lines: Vec<Line>,
    pub(crate) delivery: Delivery,
    buyer: Buyer,
}

/// The buyer: a visitor, who may be signed in.
#[derive(Clone, Debug)]
pub(crate) struct Buyer {
    pub(crate) visitor: Visitor,
    pub(crate) user: Option<User>,
}

pub(crate) struct Orders {
    orders: Bounded<u64, Order>,
    last: u64,
}

impl Orders {
    pub(crate) fn new() -> Self {
        Self { orders: Bounded::new(10_000), last: 1_000 }
    }

    pub(crate) fn place(&mut self, buyer: Buyer, lines: Vec<Line>, delivery: Delivery) -> Order {
        self.last += 1;
        let order = Order { number: self.last, lines, delivery, buyer };
        self.orders.set(order.number, order.clone());
        order
    }

    /// Returns an order, if this person may see it. Numbers can be guessed, so each look asks for the buyer.
    pub(crate) fn find(&self, number: u64, buyer: &Buyer) -> Option<&Order> {
        self.orders.get(&number).filter(|order| {
            let is_same_user = buyer.user.is_some() && order.buyer.user == buyer.user;
            is_same_user || order.buyer.visitor == buyer.visitor
        })
    }

    /// Returns the orders that a person has placed while signed in, the newest first.
    pub(crate) fn of(&self, user: &User) -> Vec<Order> {
        self.orders.newest().filter(|order| order.buyer.user.as_ref() == Some(user)).cloned().collect()
    }
}
