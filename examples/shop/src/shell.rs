//! The frame of all pages: the header, with the search, the basket and the person who is signed in.

use serde::Deserialize;
use tealight::core::topic::TopicName;
use tealight::prelude::*;

use crate::basket::Basket;
use crate::orders::Buyer;
use crate::routes::{Account, Buying, List, Login};
use crate::shop::Shop;
use crate::visitor::{User, Visitor};

/// The header's part of a model.
pub(crate) struct Shell {
    visitor: Visitor,
    pub(crate) user: Option<User>,
    pub(crate) basket: Basket,
    /// The text that the page before has left for this one.
    flash: Option<String>,
    /// The text for the next page, which may be one of the same view.
    left: Option<String>,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Searched(Search),
}

#[derive(Deserialize, Hash)]
pub(crate) struct Search {
    q: String,
}

pub(crate) enum InternalEvent {
    /// This page has changed the basket.
    Changed(Basket),
    /// A page of the visitor has published its change.
    Heard(Basket),
}

/// The baskets of visitors, each with a topic of its own.
const BASKET: Topic<Basket, String> = Topic::new("basket:{visitor}").newest();

/// The link of the header that leads to the present page.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Place {
    Catalogue,
    Basket,
    Account,
    Login,
    Other,
}

impl Shell {
    /// Makes the model, and a command that reads changes which were made before the page was live.
    pub(crate) fn mount(shop: &Shop, request: &PageRequest) -> (Self, Command<InternalEvent>) {
        let visitor = request.get().cloned().unwrap_or_else(Visitor::new);
        let flash = request.flash().map(str::to_owned);
        let shell = Self { basket: shop.basket(&visitor), user: request.get().cloned(), visitor, flash, left: None };
        let (shop, visitor) = (shop.clone(), shell.visitor.clone());
        (shell, Command::perform(async move { shop.basket(&visitor) }, InternalEvent::Heard))
    }

    pub(crate) fn update(&mut self, event: InternalEvent) -> Command<InternalEvent> {
        match event {
            InternalEvent::Changed(basket) => Command::publish(self.topic(), &basket),
            InternalEvent::Heard(basket) => {
                if basket.revision >= self.basket.revision {
                    self.basket = basket;
                }
                Command::none()
            }
        }
    }

    /// All pages of a visitor hear of changes to the basket.
    pub(crate) fn subscriptions(&self) -> Subscription<InternalEvent> {
        Subscription::topic(self.topic(), InternalEvent::Heard)
    }

    /// Leaves a text for the next page, with JavaScript and without it.
    pub(crate) fn leave<E>(&mut self, text: String) -> Command<E> {
        self.left = Some(text.clone());
        Command::flash(text)
    }

    /// Shows the next page of the view.
    pub(crate) fn went(&mut self) {
        self.flash = self.left.take();
    }

    /// Changes the basket.
    pub(crate) fn change(
        &self,
        shop: &Shop,
        change: impl FnOnce(&mut Basket) + Send + 'static,
    ) -> Command<InternalEvent> {
        let (shop, visitor) = (shop.clone(), self.visitor.clone());
        Command::perform(async move { shop.change(&visitor, change) }, InternalEvent::Changed)
    }

    pub(crate) fn buyer(&self) -> Buyer {
        Buyer { visitor: self.visitor.clone(), user: self.user.clone() }
    }

    fn topic(&self) -> TopicName<Basket> {
        BASKET.of(self.visitor.as_str().to_owned())
    }
}

/// Goes to the products that a search finds.
pub(crate) fn search<E>(Search { q }: Search) -> Command<E> {
    Command::go(List { q: Some(q).filter(|q| !q.is_empty()), ..List::default() })
}

/// The whole page. `header` is [`header`], with events of the page.
pub(crate) fn page<E: 'static>(header: impl View<E>, content: impl View<E>) -> impl View<E> {
    html! {
        {header}
        <main>{content}</main>
    }
}

/// `q` is the text that was searched for.
pub(crate) fn header<'a>(shell: &'a Shell, place: Place, q: &'a str) -> impl View<ExternalEvent> + use<'a> {
    let at = move |link: Place| (link == place).then_some("page");
    html! {
        <header>
            <nav aria-label="Shop">
                <a class="name" href={List::default()} prefetch aria-current={at(Place::Catalogue)}>"Tea shop"</a>
                <a href={Buying::Basket} aria-current={at(Place::Basket)}>
                    "Basket " <span class="count">{shell.basket.count()}</span>
                </a>
                if shell.user.is_some() {
                    <a href={Account::Orders} aria-current={at(Place::Account)}>"Account"</a>
                } else {
                    <a href={Login::default()} aria-current={at(Place::Login)}>"Log in"</a>
                }
            </nav>
            if let Some(User(name)) = &shell.user {
                <form method="post" action="/logout"><button>"Log out " {name}</button></form>
            }
            <form role="search" method="get" action="/" on:submit={ExternalEvent::Searched}>
                <label for="q">"Search"</label>
                <input id="q" name="q" type="search" autocomplete="off" maxlength="40" value={q}>
                <button>"Find"</button>
            </form>
            if let Some(flash) = &shell.flash { <p role="status">{flash}</p> }
        </header>
    }
}

/// The page of a request that has none.
pub(crate) fn sorry(error: &MountError) -> impl View<()> + use<> {
    let text = match error {
        MountError::NotFound => "There is no such page.",
        _ => "Something went wrong. Please try again later.",
    };
    let header =
        html! { <header><nav aria-label="Shop"><a class="name" href={List::default()}>"Tea shop"</a></nav></header> };
    page(header, html! { <h1>"Sorry"</h1> <p>{text}</p> })
}
