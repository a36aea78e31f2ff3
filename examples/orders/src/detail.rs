//! The page of one order, where a person brings it to its next state.

use serde::{Deserialize, Serialize};
use tealight::prelude::*;

use crate::database::{Answer, Database, DatabaseError};
use crate::order::{ORDER, Order, State, badge, dollars, time};
use crate::routes::{Detail, List};

pub(crate) struct Desk(pub(crate) Database);

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    order: Order,
    notice: Option<Notice>,
}

#[derive(Serialize, Deserialize)]
enum Notice {
    /// Somebody else has changed the order before this person.
    TooLate,
    Trouble(String),
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    /// The last change that the person has seen, and the state that they want.
    Go(i64, State),
}

pub(crate) enum InternalEvent {
    Answered(Result<Option<Answer>, DatabaseError>),
    Read(Result<Option<Order>, DatabaseError>),
    Heard(Order),
    /// Changes may be lost.
    Lagged,
}

impl LiveView for Desk {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let Detail { number } = request.route()?;
        let order = self.0.for_mount(move |database| database.order(number)).await?.ok_or(MountError::NotFound)?;
        Ok((Model { order, notice: None }, Command::title(format!("Order {number}"))))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        let (database, number) = (self.0.clone(), model.order.number);
        match event {
            Event::External(ExternalEvent::Go(change, to)) => {
                model.notice = None;
                return Command::blocking(move || database.change(number, change, to), InternalEvent::Answered);
            }
            Event::Internal(InternalEvent::Answered(Ok(Some(Answer::TooLate(order))))) => {
                model.notice = Some(Notice::TooLate);
                model.take(order);
            }
            Event::Internal(
                InternalEvent::Answered(Ok(Some(Answer::Changed(order))))
                | InternalEvent::Read(Ok(Some(order)))
                | InternalEvent::Heard(order),
            ) => model.take(order),
            Event::Internal(InternalEvent::Answered(Err(trouble)) | InternalEvent::Read(Err(trouble))) => {
                model.notice = Some(Notice::Trouble(trouble.to_string()));
            }
            // Orders are not deleted.
            Event::Internal(InternalEvent::Answered(Ok(None)) | InternalEvent::Read(Ok(None))) => {}
            Event::Internal(InternalEvent::Lagged) => {
                return Command::blocking(move || database.order(number), InternalEvent::Read);
            }
        }
        Command::none()
    }

    fn view(&self, Model { order, notice }: &Model) -> impl View<ExternalEvent> {
        html! {
            <header>
                <h1>"Order " {order.number}</h1>
                <span class="connection"></span>
                <a href={List::default()}>"All orders"</a>
            </header>
            <main class="card">
                <p role="status">{badge(order.state)}</p>
                <dl>
                    <div><dt>"Customer"</dt> <dd>{&order.customer}</dd></div>
                    <div><dt>"Goods"</dt> <dd>{&order.goods}</dd></div>
                    <div><dt>"Amount"</dt> <dd>{dollars(order.cents)}</dd></div>
                    <div><dt>"Placed"</dt> <dd>{time(order.placed)} " UTC"</dd></div>
                </dl>
                match notice {
                    Some(Notice::TooLate) => <p role="alert" class="notice">
                        "Somebody else was quicker: the order is " {order.state.name()} " now. Nothing else was done."
                    </p>,
                    Some(Notice::Trouble(trouble)) => <p role="alert" class="notice">
                        "This was not done: " {trouble} ". Try again."
                    </p>,
                    None => {}
                }
                <div class="actions">
                    for &(to, name) in order.state.next(), key = to {
                        <button type="button" on:click={ExternalEvent::Go(order.change, to)}>{name}</button>
                    }
                </div>
            </main>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<InternalEvent> {
        Subscription::topic(ORDER.of(model.order.number), InternalEvent::Heard).lagged(InternalEvent::Lagged)
    }
}

impl Model {
    /// Takes the order if it is newer.
    fn take(&mut self, order: Order) {
        if order.change > self.order.change {
            self.order = order;
        }
    }
}
