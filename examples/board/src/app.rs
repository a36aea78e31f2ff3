//! The board, which holds the cards.

use serde::Deserialize;
use tealight::core::component::EventFor;
use tealight::prelude::*;

use crate::card::{self, Card, Column, Wish};

pub(crate) struct Board;

#[derive(Default)]
pub(crate) struct Model {
    cards: Children<u32, Card>,
    /// The id of the next card.
    next: u32,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Add(NewCard),
    Card(ChildEvent<card::ExternalEvent, u32>),
}

pub(crate) enum InternalEvent {
    Card(ChildEvent<card::InternalEvent, u32>),
}

#[derive(Hash, Deserialize)]
pub(crate) struct NewCard {
    title: String,
}

/// The most cards of a board.
const MOST: usize = 200;

impl LiveView for Board {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let mut model = Model::default();
        for title in ["Water the plants", "Write to Ada", "Mend the bicycle"] {
            model.add(title);
        }
        Ok((model, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Add(NewCard { title })) => {
                model.add(&title);
                Command::none()
            }
            Event::External(ExternalEvent::Card(event)) => model.card(event.key, Event::External(event)),
            Event::Internal(InternalEvent::Card(event)) => model.card(event.key, Event::Internal(event)),
        }
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <main>
                <h1>"Board"</h1>
                <form class="new" on:submit.reset={ExternalEvent::Add}>
                    <input name="title" aria-label="New card" placeholder="New card" maxlength="200" autocomplete="off">
                    <button>"Add"</button>
                </form>
                <div class="columns">
                    for column in Column::ALL {
                        let cards = || model.cards.iter().filter(move |card| card.is_in(column));
                        <section aria-label={column.name()}>
                            <h2>{column.name()} " " <span>{cards().count()}</span></h2>
                            <ul>for card in cards(), key = card.key() { {card.view(ExternalEvent::Card)} }</ul>
                        </section>
                    }
                </div>
            </main>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<InternalEvent> {
        model.cards.subscriptions(InternalEvent::Card)
    }
}

impl Model {
    fn add(&mut self, title: &str) {
        let title = title.trim();
        if !title.is_empty() && self.cards.len() < MOST {
            self.cards.insert(self.next, Card::new(self.next, title));
            self.next += 1;
        }
    }

    fn card(&mut self, id: u32, event: EventFor<Card, u32>) -> Command<InternalEvent> {
        let (command, wish) = self.cards.update(event, InternalEvent::Card);
        match wish {
            Some(Wish::GoLast) => self.cards.move_to(&id, usize::MAX),
            Some(Wish::Go) => drop(self.cards.remove(&id)),
            None => {}
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tealight_test::{TestApp, TestPage};

    use super::*;

    const PLANTS: &str = "#card-0";
    const ADA: &str = "#card-1";

    fn board() -> (TestApp, TestPage) {
        let app = TestApp::start(Board);
        let page = app.open("/");
        (app, page)
    }

    fn column(page: &TestPage, name: &str) -> String {
        page.texts(&format!("[aria-label='{name}'] li p:first-child")).join(", ")
    }

    fn go(page: &TestPage, card: &str, column: &str) {
        page.click(&format!("{card} [aria-label='Move to {column}']"));
    }

    fn act(page: &TestPage, card: &str, button: &str) {
        page.click(&format!("{card} button{button}"));
    }

    const REMOVE: &str = ":last-child:not(:first-child)";

    fn seconds(app: &TestApp, seconds: u64) {
        app.advance(Duration::from_secs(seconds) + Duration::from_millis(50));
    }

    #[test]
    fn cards_are_added_and_moved() {
        let (_app, page) = board();
        page.fill(".new input", " Bake bread ");
        page.submit(".new");
        go(&page, PLANTS, "Doing");
        go(&page, ADA, "Doing");
        go(&page, PLANTS, "To do");
        assert_eq!(column(&page, "To do"), "Mend the bicycle, Bake bread, Water the plants");
        assert_eq!((column(&page, "Doing"), column(&page, "Done")), ("Write to Ada".into(), String::new()));
        assert_eq!(page.texts("h2"), ["To do 3", "Doing 1", "Done 0"]);
    }

    #[test]
    fn a_title_is_edited() {
        let (_app, page) = board();
        act(&page, ADA, ".edit");
        page.fill(&format!("{ADA} input"), "Write to Grace");
        page.submit(&format!("{ADA} form"));
        act(&page, PLANTS, ".edit");
        page.press(&format!("{PLANTS} input"), "Escape");
        assert_eq!(column(&page, "To do"), "Water the plants, Write to Grace, Mend the bicycle");
    }

    #[test]
    fn cards_count_their_own_seconds() {
        let (app, page) = board();
        go(&page, PLANTS, "Doing");
        seconds(&app, 2);
        go(&page, ADA, "Doing");
        seconds(&app, 1);
        assert_eq!(page.texts("time"), ["3 s of work", "1 s of work"]);
        go(&page, PLANTS, "Done");
        seconds(&app, 3);
        assert_eq!(page.text(&format!("{PLANTS} time")), "3 s of work");
        assert_eq!(page.text(&format!("{ADA} time")), "4 s of work");
    }

    #[test]
    fn a_removed_card_can_come_back_for_five_seconds() {
        let (app, page) = board();
        act(&page, ADA, REMOVE);
        seconds(&app, 4);
        act(&page, ADA, "");
        seconds(&app, 4);
        act(&page, ADA, REMOVE);
        seconds(&app, 4);
        assert_eq!(column(&page, "To do"), "Water the plants, Write to Ada is removed., Mend the bicycle");
        seconds(&app, 2);
        assert_eq!(column(&page, "To do"), "Water the plants, Mend the bicycle");
    }

    #[test]
    fn the_board_has_a_limit() {
        let mut model = Model::default();
        (0..2 * MOST).for_each(|_| model.add("more"));
        assert_eq!(model.cards.len(), MOST);
    }
}
