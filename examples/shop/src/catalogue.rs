//! The catalogue. It hears its links: another kind, search or part patches the page.

use tealight::prelude::*;

use crate::routes::{self, List};
use crate::shell::{self, Place, Shell};
use crate::shop::Shop;
use crate::stock::{KINDS, Kind, Product, price};

pub(crate) struct Catalogue(pub(crate) Shop);

pub(crate) struct Model {
    shell: Shell,
    list: List,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Shell(shell::ExternalEvent),
}

pub(crate) enum InternalEvent {
    Shell(shell::InternalEvent),
    Went(List),
}

/// The products of a page.
const ROWS: usize = 8;

impl LiveView for Catalogue {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let list: List = request.route()?;
        let (shell, command) = Shell::mount(&self.0, request);
        let title = Command::title(title(&list));
        Ok((Model { shell, list }, Command::batch([title, command.map(InternalEvent::Shell)])))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Shell(shell::ExternalEvent::Searched(search))) => shell::search(search),
            Event::Internal(InternalEvent::Shell(event)) => model.shell.update(event).map(InternalEvent::Shell),
            Event::Internal(InternalEvent::Went(list)) => {
                model.list = list;
                model.shell.went();
                Command::title(title(&model.list))
            }
        }
    }

    fn view(&self, Model { shell, list }: &Model) -> impl View<ExternalEvent> {
        let q = list.q.as_deref().unwrap_or_default();
        let header = shell::header(shell, Place::Catalogue, q).map(ExternalEvent::Shell);
        shell::page(header, self.list(list, q))
    }

    fn subscriptions(&self, model: &Model) -> Subscription<InternalEvent> {
        let shell = model.shell.subscriptions().map(InternalEvent::Shell);
        Subscription::batch([shell, Subscription::route(InternalEvent::Went)])
    }
}

impl Catalogue {
    fn found(&self, kind: Option<Kind>, q: &str) -> Vec<&Product> {
        let q = q.trim().to_lowercase();
        let is_found = |product: &&Product| {
            kind.is_none_or(|kind| kind == product.kind) && product.name.to_lowercase().contains(&q)
        };
        self.0.products().iter().filter(is_found).collect()
    }

    fn list(&self, list: &List, q: &str) -> impl View<ExternalEvent> {
        let found = self.found(list.kind, q);
        let parts = found.len().div_ceil(ROWS).max(1);
        let shown = list.page.unwrap_or(1).clamp(1, parts);
        let of_kind = |kind: Option<Kind>| List { kind, page: None, ..list.clone() };
        // The first part needs no parameter, so it has one address.
        let part = |page: usize| List { page: (page > 1).then_some(page), ..list.clone() };
        html! {
            <h1>{title(list)}</h1>
            <nav aria-label="Kinds">
                <ul>
                    <li><a href={of_kind(None)} aria-current={list.kind.is_none().then_some("true")}>"All"</a></li>
                    for (kind, name) in KINDS {
                        <li>
                            <a href={of_kind(Some(kind))} aria-current={(list.kind == Some(kind)).then_some("true")}>
                                {name}
                            </a>
                        </li>
                    }
                </ul>
            </nav>
            <p role="status">{found.len()} if found.len() == 1 { " product" } else { " products" }</p>
            <ul class="products">
                for product in found.iter().skip(ROWS * (shown - 1)).take(ROWS), key = product.id {
                    <li>
                        <a href={routes::Product { id: product.id }} prefetch>{&product.name}</a> " " <span>{price(product.cents)}</span>
                    </li>
                }
            </ul>
            <nav aria-label="Parts of the list">
                <ul>
                    for page in 1..=parts {
                        <li><a href={part(page)} aria-current={(page == shown).then_some("page")}>{page}</a></li>
                    }
                </ul>
            </nav>
        }
    }
}

fn title(list: &List) -> &'static str {
    let kind = KINDS.into_iter().find(|(kind, _)| Some(*kind) == list.kind);
    kind.map_or("All products", |(_, name)| name)
}
