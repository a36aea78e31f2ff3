//! The pages of a person who is signed in. A guard lets nobody else in.

use tealight::prelude::*;

use crate::delivery::{Delivery, check, fields};
use crate::orders::Order;
use crate::routes::{Account, Buying};
use crate::shell::{self, Place, Shell};
use crate::shop::Shop;
use crate::visitor::User;

pub(crate) struct Desk(pub(crate) Shop);

pub(crate) struct Model {
    shell: Shell,
    user: User,
    page: Account,
    orders: Vec<Order>,
    form: Form<Delivery>,
    /// The details as the shop has them.
    details: Delivery,
    is_saved: bool,
}

impl Model {
    /// Returns the question before changes are lost.
    fn question(&self) -> Option<&'static str> {
        (self.form.decoded() != Some(&self.details)).then_some("Discard the changes to your details?")
    }
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Shell(shell::ExternalEvent),
    Typed(FormData),
    Left(FormData),
    Submitted(FormData),
}

pub(crate) enum InternalEvent {
    Shell(shell::InternalEvent),
    Went(Account),
    Listed(Vec<Order>),
    Saved(Delivery),
}

impl LiveView for Desk {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let page: Account = request.route()?;
        let user = request.get::<User>().cloned().ok_or(MountError::Forbidden)?;
        let (shell, command) = Shell::mount(&self.0, request);
        let (orders, details) = (self.0.orders_of(&user), self.0.details(Some(&user)));
        let form = Form::new(details.clone());
        let commands = [Command::title(title(&page)), command.map(InternalEvent::Shell)];
        Ok((Model { shell, user, page, orders, form, details, is_saved: false }, Command::batch(commands)))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Shell(shell::ExternalEvent::Searched(search))) => {
                return shell::search(search);
            }
            Event::External(ExternalEvent::Typed(data)) => {
                model.is_saved = false;
                model.form.input(data).validate_with(check);
            }
            Event::External(ExternalEvent::Left(data)) => drop(model.form.change(data).validate_with(check)),
            Event::External(ExternalEvent::Submitted(data)) => {
                if let Some(details) = model.form.submit(data).validate_with(check).valid().cloned() {
                    let (shop, user) = (self.0.clone(), model.user.clone());
                    let saved = details.clone();
                    let save = async move { shop.set_details(user, details) };
                    return Command::perform(save, |()| InternalEvent::Saved(saved));
                }
            }
            Event::Internal(InternalEvent::Shell(event)) => {
                return model.shell.update(event).map(InternalEvent::Shell);
            }
            Event::Internal(InternalEvent::Went(page)) => {
                model.shell.went();
                (model.page, model.is_saved) = (page, false);
                // The person has agreed to lose what was not saved.
                model.form = Form::new(model.details.clone());
                let (shop, user) = (self.0.clone(), model.user.clone());
                let orders = Command::perform(async move { shop.orders_of(&user) }, InternalEvent::Listed);
                return Command::batch([Command::title(title(&model.page)), orders]);
            }
            Event::Internal(InternalEvent::Listed(orders)) => model.orders = orders,
            Event::Internal(InternalEvent::Saved(details)) => (model.details, model.is_saved) = (details, true),
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        let header = shell::header(&model.shell, Place::Account, "").map(ExternalEvent::Shell);
        let at = |page: Account| (page == model.page).then_some("page");
        let content = html! {
            <h1>{title(&model.page)}</h1>
            <nav aria-label="Account">
                <ul>
                    <li><a href={Account::Orders} aria-current={at(Account::Orders)}>"Orders"</a></li>
                    <li><a href={Account::Details} aria-current={at(Account::Details)}>"Details"</a></li>
                </ul>
            </nav>
            match model.page {
                Account::Orders => {
                    if model.orders.is_empty() { <p>"You have ordered nothing yet."</p> }
                    <ul class="products">
                        for Order { number, delivery, .. } in &model.orders, key = number {
                            <li><a href={Buying::Order { number: *number }}>"Order " {number}</a> " to " {&delivery.city}</li>
                        }
                    </ul>
                }
                Account::Details => {
                    <form method="post" novalidate leave={model.question()} on:input={ExternalEvent::Typed}
                          on:change={ExternalEvent::Left} on:submit={ExternalEvent::Submitted}>
                        {fields(&model.form)}
                        <button>"Save"</button>
                        <p role="status">if model.is_saved { "Saved." }</p>
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

fn title(page: &Account) -> &'static str {
    match page {
        Account::Orders => "Your orders",
        Account::Details => "Your details",
    }
}
