//! The data that all pages share, in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::basket::{Basket, Line};
use crate::bounded::Bounded;
use crate::delivery::Delivery;
use crate::orders::{Buyer, Order, Orders};
use crate::stock::{Product, products};
use crate::visitor::{User, Visitor, secret};

/// The shop. A real one would ask its database. Clones are handles to the same shop.
#[derive(Clone)]
pub(crate) struct Shop(Arc<Shared>);

struct Shared {
    products: Vec<Product>,
    state: Mutex<State>,
}

struct State {
    baskets: Bounded<Visitor, Basket>,
    /// The number of changes of all baskets.
    changes: u64,
    orders: Orders,
    /// The users who are signed in, by the secrets in their cookies.
    logins: Bounded<String, User>,
    /// Details that users have entered about themselves.
    details: HashMap<User, Delivery>,
}

/// The one account. This is a demonstration: everybody knows the password. A real shop keeps hashes of passwords that are slow to
/// compute, such as Argon2's, and limits how often somebody can try.
pub(crate) const DEMO: (&str, &str) = ("ada", "more tea");

impl Shop {
    pub(crate) fn new() -> Self {
        let state = State {
            baskets: Bounded::new(10_000),
            changes: 0,
            orders: Orders::new(),
            logins: Bounded::new(1_000),
            details: HashMap::new(),
        };
        Self(Arc::new(Shared { products: products(), state: Mutex::new(state) }))
    }

    pub(crate) fn products(&self) -> &[Product] {
        &self.0.products
    }

    pub(crate) fn product(&self, id: u32) -> Option<&Product> {
        self.products().iter().find(|product| product.id == id)
    }

    pub(crate) fn basket(&self, visitor: &Visitor) -> Basket {
        self.state().baskets.get(visitor).cloned().unwrap_or_default()
    }

    /// Changes a basket, and returns what it is then.
    pub(crate) fn change(&self, visitor: &Visitor, change: impl FnOnce(&mut Basket)) -> Basket {
        self.state().change(visitor, change)
    }

    /// Buys what is in the basket. Returns nothing if it is empty, so that nobody buys the same basket twice.
    pub(crate) fn order(&self, buyer: Buyer, delivery: Delivery) -> Option<(Order, Basket)> {
        let mut state = self.state();
        if state.baskets.get(&buyer.visitor).is_none_or(|basket| basket.lines().is_empty()) {
            return None;
        }
        let mut lines: Vec<Line> = Vec::new();
        let basket = state.change(&buyer.visitor, |basket| lines = basket.empty());
        Some((state.orders.place(buyer, lines, delivery), basket))
    }

    pub(crate) fn find_order(&self, number: u64, buyer: &Buyer) -> Option<Order> {
        self.state().orders.find(number, buyer).cloned()
    }

    pub(crate) fn orders_of(&self, user: &User) -> Vec<Order> {
        self.state().orders.of(user)
    }

    pub(crate) fn details(&self, user: Option<&User>) -> Delivery {
        user.and_then(|user| self.state().details.get(user).cloned()).unwrap_or_default()
    }

    pub(crate) fn set_details(&self, user: User, details: Delivery) {
        self.state().details.insert(user, details);
    }

    /// Logs somebody in. Returns the secret for the cookie, or nothing if the password is wrong.
    pub(crate) fn log_in(&self, name: &str, password: &str) -> Option<String> {
        if (name, password) != DEMO {
            return None;
        }
        let login = secret();
        self.state().logins.set(login.clone(), User(name.to_owned()));
        Some(login)
    }

    pub(crate) fn log_out(&self, login: &str) {
        self.state().logins.remove(login);
    }

    pub(crate) fn user_of(&self, login: &str) -> Option<User> {
        self.state().logins.get(login).cloned()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("nobody panics while they hold the state")
    }
}

impl State {
    fn change(&mut self, visitor: &Visitor, change: impl FnOnce(&mut Basket)) -> Basket {
        let mut basket = self.baskets.get(visitor).cloned().unwrap_or_default();
        change(&mut basket);
        self.changes += 1;
        basket.revision = self.changes;
        self.baskets.set(visitor.clone(), basket.clone());
        basket
    }
}
