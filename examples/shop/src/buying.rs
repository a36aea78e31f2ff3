//! The basket, the checkout, and an order that was placed.

use serde::Deserialize;
use tealight::prelude::*;

use crate::basket::{Basket, MOST, products_of, total};
use crate::delivery::{Delivery, check, fields};
use crate::orders::Order;
use crate::routes::{self, Buying, List};
use crate::shell::{self, Place, Shell};
use crate::shop::Shop;
use crate::stock::{Product, price};

pub(crate) struct Till(pub(crate) Shop);

pub(crate) struct Model {
    shell: Shell,
    page: Buying,
    form: Form<Delivery>,
    is_placing: bool,
    /// The order of the page, if there is one and it is this person's.
    order: Option<Order>,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Shell(shell::ExternalEvent),
    /// A product, and how many.
    Counted(u32, Count),
    Typed(FormData),
    Left(FormData),
    Submitted(FormData),
}

#[derive(Deserialize, Hash)]
pub(crate) struct Count {
    count: u32,
}

pub(crate) enum InternalEvent {
    Shell(shell::InternalEvent),
    Went(Buying),
    Found(Option<Order>),
    /// The order's number, and what is left in the basket.
    Placed(u64, Basket),
    NotPlaced,
}

impl LiveView for Till {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let page: Buying = request.route()?;
        let (shell, command) = Shell::mount(&self.0, request);
        let order = match page {
            Buying::Order { number } => Some(self.0.find_order(number, &shell.buyer()).ok_or(MountError::NotFound)?),
            Buying::Basket | Buying::Checkout => None,
        };
        let form = Form::new(self.0.details(shell.user.as_ref()));
        let title = Command::title(title(&page));
        let model = Model { shell, page, form, is_placing: false, order };
        Ok((model, Command::batch([title, command.map(InternalEvent::Shell)])))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Shell(shell::ExternalEvent::Searched(search))) => {
                return shell::search(search);
            }
            Event::External(ExternalEvent::Counted(product, Count { count })) => {
                let change = model.shell.change(&self.0, move |basket| basket.set(product, count));
                return change.map(InternalEvent::Shell);
            }
            Event::External(ExternalEvent::Typed(data)) => drop(model.form.input(data).validate_with(check)),
            Event::External(ExternalEvent::Left(data)) => drop(model.form.change(data).validate_with(check)),
            Event::External(ExternalEvent::Submitted(_)) if model.is_placing => {}
            Event::External(ExternalEvent::Submitted(data)) => {
                if let Some(delivery) = model.form.submit(data).validate_with(check).valid().cloned() {
                    model.is_placing = true;
                    return self.place(model, delivery);
                }
            }
            Event::Internal(InternalEvent::Placed(number, basket)) => {
                model.is_placing = false;
                let told = model.shell.update(shell::InternalEvent::Changed(basket)).map(InternalEvent::Shell);
                let thanks = model.shell.leave(format!("Thank you. Order {number} is on its way."));
                return Command::batch([told, thanks, Command::go(Buying::Order { number })]);
            }
            Event::Internal(InternalEvent::NotPlaced) => model.is_placing = false,
            Event::Internal(InternalEvent::Shell(event)) => {
                return model.shell.update(event).map(InternalEvent::Shell);
            }
            Event::Internal(InternalEvent::Went(page)) => {
                model.page = page;
                model.shell.went();
                return Command::batch([Command::title(title(&model.page)), self.find(model)]);
            }
            Event::Internal(InternalEvent::Found(order)) => model.order = order,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        let header = shell::header(&model.shell, Place::Basket, "").map(ExternalEvent::Shell);
        let lines = products_of(model.shell.basket.lines(), self.0.products());
        let content = html! {
            <h1>{title(&model.page)}</h1>
            match &model.page {
                Buying::Order { number } => {
                    if let Some(order) = model.order.as_ref().filter(|order| order.number == *number) {
                        {self.order(order)}
                    } else {
                        <p>"There is no such order."</p>
                    }
                }
                _ if lines.is_empty() => {
                    <p>"Your basket is empty. " <a href={List::default()}>"Look around"</a></p>
                }
                Buying::Basket => {
                    {basket(&lines)}
                    <p><a class="button" href={Buying::Checkout}>"Checkout"</a></p>
                }
                Buying::Checkout => {
                    <p>"You pay " <strong>{total(&lines)}</strong> " at the door. " <a href={Buying::Basket}>"Change the basket"</a></p>
                    <form method="post" novalidate on:input={ExternalEvent::Typed} on:change={ExternalEvent::Left}
                          on:submit={ExternalEvent::Submitted}>
                        {fields(&model.form)}
                        <button disabled={model.is_placing}>"Order"</button>
                    </form>
                }
            }
        };
        shell::page(header, content)
    }

    fn subscriptions(&self, model: &Model) -> Subscription<InternalEvent> {
        let shell = model.shell.subscriptions().map(InternalEvent::Shell);
        Subscription::batch([shell, Subscription::route(InternalEvent::Went)])
    }
}

impl Till {
    fn place(&self, model: &Model, delivery: Delivery) -> Command<InternalEvent> {
        let (shop, buyer) = (self.0.clone(), model.shell.buyer());
        let placed = |placed: Option<(Order, Basket)>| match placed {
            Some((order, basket)) => InternalEvent::Placed(order.number, basket),
            None => InternalEvent::NotPlaced,
        };
        Command::perform_or(async move { shop.order(buyer, delivery) }, placed, InternalEvent::NotPlaced)
    }

    /// Looks for the order of the page. An address is a person's own word, so this checks what `mount` does.
    fn find(&self, model: &Model) -> Command<InternalEvent> {
        let Buying::Order { number } = model.page else { return Command::none() };
        let (shop, buyer) = (self.0.clone(), model.shell.buyer());
        Command::perform(async move { shop.find_order(number, &buyer) }, InternalEvent::Found)
    }

    fn order(&self, order: &Order) -> impl View<ExternalEvent> {
        let lines = products_of(&order.lines, self.0.products());
        let sum = total(&lines);
        let Delivery { name, street, city, note } = &order.delivery;
        html! {
            <ul class="products">
                for (product, count) in &lines, key = product.id {
                    <li>{count} " × " {&product.name}</li>
                }
            </ul>
            <dl>
                <dt>"Sum"</dt> <dd>{sum}</dd>
                <dt>"To"</dt> <dd>{name} ", " {street} ", " {city}</dd>
                if let Some(note) = note { <dt>"Note"</dt> <dd>{note}</dd> }
            </dl>
        }
    }
}

fn basket(lines: &[(&Product, u32)]) -> impl View<ExternalEvent> {
    let sum = total(lines);
    html! {
        <table>
            <thead><tr><th scope="col">"Product"</th><th scope="col">"Each"</th><th scope="col">"How many"</th></tr></thead>
            <tbody>
                for (product, count) in lines, key = product.id {
                    let id = format!("count-{}", product.id);
                    <tr>
                        <td><a href={routes::Product { id: product.id }}>{&product.name}</a></td>
                        <td>{price(product.cents)}</td>
                        <td>
                            <form class="row" method="post" on:submit={with(product.id, ExternalEvent::Counted)}>
                                <label class="hidden" for={&id}>"How many of " {&product.name}</label>
                                <input id={&id} name="count" type="number" min="0" max={MOST} value={count} required>
                                <button>"Set"</button>
                            </form>
                        </td>
                    </tr>
                }
            </tbody>
        </table>
        <p>"Sum: " <strong>{sum}</strong></p>
    }
}

fn title(page: &Buying) -> String {
    match page {
        Buying::Basket => "Your basket".to_owned(),
        Buying::Checkout => "Checkout".to_owned(),
        Buying::Order { number } => format!("Order {number}"),
    }
}
