//! The page of one product. It hears no links, so each leads to a session of its own.

use serde::Deserialize;
use tealight::prelude::*;

use crate::basket::MOST;
use crate::routes;
use crate::shell::{self, Place, Shell};
use crate::shop::Shop;
use crate::stock::{Product, price};

pub(crate) struct Shelf(pub(crate) Shop);

pub(crate) struct Model {
    shell: Shell,
    id: u32,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Shell(shell::ExternalEvent),
    Added(Add),
}

#[derive(Deserialize, Hash)]
pub(crate) struct Add {
    count: u32,
}

impl LiveView for Shelf {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = shell::InternalEvent;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<shell::InternalEvent>), MountError> {
        let routes::Product { id } = request.route()?;
        let product = self.0.product(id).ok_or(MountError::NotFound)?;
        let title = Command::title(product.name.clone());
        let (shell, command) = Shell::mount(&self.0, request);
        Ok((Model { shell, id }, Command::batch([title, command])))
    }

    fn update(
        &self,
        Model { shell, id }: &mut Model,
        event: Event<ExternalEvent, shell::InternalEvent>,
    ) -> Command<shell::InternalEvent> {
        match event {
            Event::External(ExternalEvent::Shell(shell::ExternalEvent::Searched(search))) => shell::search(search),
            Event::External(ExternalEvent::Added(Add { count })) => {
                let id = *id;
                // The number is a person's own: it may be any.
                shell.change(&self.0, move |basket| basket.set(id, basket.count_of(id).saturating_add(count)))
            }
            Event::Internal(event) => shell.update(event),
        }
    }

    fn view(&self, Model { shell, id }: &Model) -> impl View<ExternalEvent> {
        let header = shell::header(shell, Place::Other, "").map(ExternalEvent::Shell);
        let count = shell.basket.count_of(*id);
        let product = self.0.product(*id);
        let content = html! {
            if let Some(Product { name, cents, kind, .. }) = product {
                <h1>{name}</h1>
                <p>{price(*cents)} " each"</p>
                <form class="row" method="post" on:submit={ExternalEvent::Added}>
                    <label for="count">"How many"</label>
                    <input id="count" name="count" type="number" min="1" max={MOST} value="1" required>
                    <button>"Add to basket"</button>
                </form>
                <p role="status">if count > 0 { {count} " in your basket" }</p>
                <h2>"More of this kind"</h2>
                <ul class="more" tabindex="0" aria-label="More of this kind" data-keep-scroll="">
                    for other in self.0.products().iter().filter(|other| other.kind == *kind && other.id != *id), key = other.id {
                        <li><a href={routes::Product { id: other.id }} prefetch>{&other.name}</a></li>
                    }
                </ul>
            }
        };
        shell::page(header, content)
    }

    fn subscriptions(&self, model: &Model) -> Subscription<shell::InternalEvent> {
        model.shell.subscriptions()
    }
}
