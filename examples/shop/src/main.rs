//! A shop of many pages: a catalogue, products, a basket, a checkout, and an account for which people log in.
//!
//! ```text
//! cargo run -p shop        # http://127.0.0.1:3000
//! ```
//!
//! Each page is a view of its own, and a router leads to them. A link between two views keeps the connection, and the header that both
//! share. Everything works without JavaScript too: the links are ordinary, and the forms can be posted.

mod account;
mod basket;
mod bounded;
mod buying;
mod catalogue;
mod delivery;
mod filters;
mod login;
mod orders;
mod product;
mod routes;
mod shell;
mod shop;
mod stock;
#[cfg(test)]
mod tests;
mod visitor;

use std::future::ready;

use tealight::runtime::{Layout, Live, Router};
use tealight::warp::{RunError, run_routes};

use crate::shop::Shop;

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let shop = Shop::new();
    let live = start(&shop);
    run_routes(live.clone(), filters::routes(&shop, &live)).await
}

/// Starts all views of the shop.
fn start(shop: &Shop) -> Live {
    let account = Router::new()
        .live::<routes::Account>(account::Desk(shop.clone()))
        .guard(|request| ready(visitor::only_signed_in(request)));
    let router = Router::new()
        .live::<routes::List>(catalogue::Catalogue(shop.clone()))
        .live::<routes::Product>(product::Shelf(shop.clone()))
        .live::<routes::Buying>(buying::Till(shop.clone()))
        .live::<routes::Login>(login::Door(shop.clone()))
        .merge(account);
    let layout = Layout::new("Tea shop").style(include_str!("style.css")).head(r#"<link rel="icon" href="data:,">"#);
    let guarded = shop.clone();
    Live::builder(router)
        .layout(layout)
        .error_page(|_, error| shell::sorry(error))
        .guard(move |request| ready(Ok(visitor::identify(&guarded, request))))
        .start()
}
