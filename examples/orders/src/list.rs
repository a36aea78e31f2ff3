//! The dashboard: figures, a chart, and the newest orders.

use std::mem;

use serde::{Deserialize, Serialize};
use tealight::prelude::*;

use crate::customers;
use crate::database::{Database, DatabaseError, MOST, Orders, now};
use crate::figures::{FIGURES, Figures, Sum, chart};
use crate::order::{ORDER, Order, State, badge, dollars, time};
use crate::placing::Placing;
use crate::routes::{Detail, List};

pub(crate) struct Dashboard(pub(crate) Database);

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    page: List,
    orders: Orders,
    figures: Figures,
    /// The orders that were heard while the list is read. They may be newer than the list.
    heard: Option<Vec<Order>>,
    placing: Placing,
    trouble: Option<String>,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Typed(String),
    Order,
}

pub(crate) enum InternalEvent {
    Went(List),
    Read(Result<Orders, DatabaseError>),
    Changed(Order),
    Figures(Figures),
    /// Changes may be lost.
    Lagged,
    /// An order of this page, and its number in the books.
    Ordered(u32, Result<u32, DatabaseError>),
}

impl LiveView for Dashboard {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let page = request.route()?;
        Ok((self.0.for_mount(|database| Model::read(page, database)).await?, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Typed(text)) => {
                let customer = (!text.is_empty()).then_some(text);
                Command::go(List { state: model.page.state, customer }).replace()
            }
            Event::External(ExternalEvent::Order) => {
                let order = model.placing.begin();
                self.place(model, order)
            }
            Event::Internal(InternalEvent::Went(page)) => {
                model.page = page;
                self.read(model)
            }
            Event::Internal(InternalEvent::Read(result)) => {
                model.take_all(result);
                Command::none()
            }
            Event::Internal(InternalEvent::Changed(order)) => {
                if model.take(order) {
                    self.read(model)
                } else {
                    Command::none()
                }
            }
            Event::Internal(InternalEvent::Figures(figures)) => {
                model.figures.take(figures);
                Command::none()
            }
            Event::Internal(InternalEvent::Lagged) => {
                // The work of a session that was restored has ended with its last process.
                let again = model.placing.waiting().map(|order| self.place(model, order));
                let again = Command::batch(again);
                Command::batch([again, self.read(model)])
            }
            Event::Internal(InternalEvent::Ordered(order, result)) => {
                model.placing.end(order);
                match result {
                    Ok(number) => Command::announce(format!("Order {number} is placed")),
                    Err(trouble) => {
                        model.trouble = Some(trouble.to_string());
                        Command::none()
                    }
                }
            }
        }
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <header>
                <h1>"Orders"</h1>
                <span class="connection"></span>
                <button type="button" on:click={ExternalEvent::Order}>"Place an order"</button>
            </header>
            <main>
                {filters(&model.page, &model.figures)}
                {chart(&model.figures)}
                <search>
                    <label for="customer">"Customer"</label>
                    <input id="customer" type="search" autocomplete="off" maxlength="40"
                        value={model.page.customer.as_deref().unwrap_or_default()} on:input.debounce.150ms={ExternalEvent::Typed}>
                </search>
                <p role="status">
                    if let Some(trouble) = &model.trouble { <span class="notice">"Not up to date: " {trouble} "."</span> }
                </p>
                {table(&model.orders, model.heard.is_some())}
            </main>
        }
    }

    fn subscriptions(&self, _model: &Model) -> Subscription<InternalEvent> {
        Subscription::batch([
            Subscription::route(InternalEvent::Went),
            Subscription::topics(ORDER, |_, order| InternalEvent::Changed(order)).lagged(InternalEvent::Lagged),
            Subscription::topic(FIGURES, InternalEvent::Figures),
        ])
    }
}

impl Dashboard {
    /// Places an order of this page.
    fn place(&self, model: &Model, order: u32) -> Command<InternalEvent> {
        let (database, key) = (self.0.clone(), model.placing.key(order));
        let place = move || database.write(|books| customers::order(books, Some(&key), now()));
        Command::blocking(place, move |result| InternalEvent::Ordered(order, result)).keyed(("place", order))
    }

    /// Reads the list again. An earlier reading has no event any more.
    fn read(&self, model: &mut Model) -> Command<InternalEvent> {
        model.heard.get_or_insert_default();
        let (database, List { state, customer }) = (self.0.clone(), model.page.clone());
        let read = move || database.list(state, customer.as_deref().unwrap_or_default());
        Command::blocking(read, InternalEvent::Read).keyed("list")
    }
}

impl Model {
    fn read(page: List, database: &Database) -> Result<Self, DatabaseError> {
        let orders = database.list(page.state, page.customer.as_deref().unwrap_or_default())?;
        Ok(Self {
            page,
            orders,
            figures: database.figures(now())?,
            heard: None,
            placing: Placing::of(fastrand::u64(..)),
            trouble: None,
        })
    }

    fn take_all(&mut self, result: Result<Orders, DatabaseError>) {
        let heard = mem::take(&mut self.heard).unwrap_or_default();
        match result {
            Ok(orders) => {
                (self.orders, self.trouble) = (orders, None);
                for order in heard {
                    self.take(order);
                }
            }
            Err(trouble) => self.trouble = Some(trouble.to_string()),
        }
    }

    /// Puts an order into the list, or takes it out. Returns true if the list must be read again to be full.
    fn take(&mut self, order: Order) -> bool {
        if let Some(heard) = &mut self.heard {
            heard.push(order.clone());
        }
        let Orders { rows, is_cut } = &mut self.orders;
        let at = rows.binary_search_by(|row| order.number.cmp(&row.number));
        match (at, self.page.shows(&order)) {
            (Ok(at), _) if rows[at].change > order.change => false,
            (Ok(at), true) => {
                rows[at] = order;
                false
            }
            (Ok(at), false) => {
                rows.remove(at);
                *is_cut && self.heard.is_none()
            }
            (Err(at), true) => {
                rows.insert(at, order);
                *is_cut |= rows.len() > MOST;
                rows.truncate(MOST);
                false
            }
            (Err(_), false) => false,
        }
    }
}

impl List {
    fn shows(&self, order: &Order) -> bool {
        let has = |text: &str| order.customer.to_ascii_lowercase().contains(&text.to_ascii_lowercase());
        self.state.is_none_or(|state| state == order.state) && self.customer.as_deref().is_none_or(has)
    }
}

/// The figures of each state. Each is a link that shows these orders.
fn filters<E: 'static>(page: &List, figures: &Figures) -> impl View<E> {
    let card = move |state: Option<State>, name: &'static str, sum: Sum| {
        let link = List { state, customer: page.customer.clone() };
        html! {
            <li>
                <a class="card" href={link} aria-current={(page.state == state).then_some("page")}>
                    <span class="name">{name}</span>
                    <b>{sum.count}</b>
                    <span class="sum">{dollars(sum.cents)}</span>
                </a>
            </li>
        }
    };
    html! {
        <nav aria-label="States">
            <ul>
                {card(None, "all", figures.total())}
                for state in State::ALL { {card(Some(state), state.name(), figures.states[state as usize])} }
            </ul>
        </nav>
    }
}

fn table<E: 'static>(Orders { rows, is_cut }: &Orders, is_busy: bool) -> impl View<E> {
    html! {
        <div class="card table">
            <table aria-busy={is_busy}>
                <thead>
                    <tr>
                        <th scope="col">"Order"</th> <th scope="col">"Customer"</th> <th scope="col">"Goods"</th>
                        <th scope="col">"Amount"</th> <th scope="col">"State"</th> <th scope="col">"Placed"</th>
                    </tr>
                </thead>
                <tbody>
                    for order in rows, key = order.number {
                        <tr transition:enter="coming">
                            <td><a href={Detail { number: order.number }}>{order.number}</a></td>
                            <td>{&order.customer}</td>
                            <td>{&order.goods}</td>
                            <td>{dollars(order.cents)}</td>
                            <td>{badge(order.state)}</td>
                            <td>{time(order.placed)}</td>
                        </tr>
                    }
                </tbody>
            </table>
            if rows.is_empty() { <p>"No orders."</p> }
            if *is_cut { <p>"These are the newest. Older ones are not shown."</p> }
        </div>
    }
}
