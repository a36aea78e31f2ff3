//! A card: its state, its events, and how it looks.

use std::time::Duration;

use serde::Deserialize;
use tealight::effect::focus;
use tealight::prelude::*;

pub(crate) struct Card {
    /// Names the card's elements, so that one of them can get the focus.
    id: u32,
    title: String,
    column: Column,
    state: State,
    /// The seconds in the column "Doing".
    worked: u32,
}

#[derive(Clone, Copy, Debug, Hash, PartialEq)]
pub(crate) enum Column {
    ToDo,
    Doing,
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Shown,
    Edited,
    /// It can come back for a while.
    Removed,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Edit,
    Save(Titled),
    Cancel,
    Move(Column),
    Remove,
    Restore,
}

pub(crate) enum InternalEvent {
    Worked,
    Expired,
}

#[derive(Hash, Deserialize)]
pub(crate) struct Titled {
    title: String,
}

/// Wishes of a card that only its board can fulfil.
#[derive(Debug, PartialEq)]
pub(crate) enum Wish {
    /// To be the last card of its column.
    GoLast,
    /// To be removed from the board.
    Go,
}

/// The time in which a removed card can come back.
const REGRET: Duration = Duration::from_secs(5);

impl Component for Card {
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;
    type Outcome = (Command<InternalEvent>, Option<Wish>);

    fn update(&mut self, event: Event<ExternalEvent, InternalEvent>) -> Self::Outcome {
        match event {
            Event::External(ExternalEvent::Edit) => {
                self.state = State::Edited;
                (self.focus("input"), None)
            }
            Event::External(ExternalEvent::Save(Titled { title })) => {
                if !title.trim().is_empty() {
                    self.title = title.trim().to_owned();
                }
                self.state = State::Shown;
                (self.focus(".edit"), None)
            }
            Event::External(ExternalEvent::Cancel | ExternalEvent::Restore) => {
                self.state = State::Shown;
                (self.focus(".edit"), None)
            }
            Event::External(ExternalEvent::Move(column)) => {
                self.column = column;
                let said = Command::announce(format!("{} is in {}", self.title, column.name()));
                (Command::batch([said, self.focus(".edit")]), Some(Wish::GoLast))
            }
            Event::External(ExternalEvent::Remove) => {
                self.state = State::Removed;
                let said = Command::announce(format!("{} is removed", self.title));
                (Command::batch([said, self.focus("button")]), None)
            }
            Event::Internal(InternalEvent::Worked) => {
                self.worked += 1;
                (Command::none(), None)
            }
            Event::Internal(InternalEvent::Expired) => (Command::none(), Some(Wish::Go)),
        }
    }

    fn view(&self) -> impl View<ExternalEvent> {
        let title = &self.title;
        html! {
            <li id={format_args!("card-{}", self.id)}>
                match self.state {
                    State::Shown => {
                        <p>{title}</p>
                        if self.worked > 0 { <p><time>{self.worked} " s of work"</time></p> }
                        <div class="tools" role="group" aria-label={title}>
                            if let Some(column) = self.column.before() { {mover("←", column)} }
                            if let Some(column) = self.column.after() { {mover("→", column)} }
                            <button type="button" class="edit" on:click={ExternalEvent::Edit}>"Edit"</button>
                            <button type="button" on:click={ExternalEvent::Remove}>"Remove"</button>
                        </div>
                    }
                    State::Edited => {
                        <form on:submit={ExternalEvent::Save}>
                            <input name="title" aria-label="Title" value={title} maxlength="200" autocomplete="off"
                                on:keydown.escape={ExternalEvent::Cancel}>
                            <button>"Save"</button>
                        </form>
                    }
                    State::Removed => {
                        <p>{title} " is removed."</p>
                        <div class="tools"><button type="button" on:click={ExternalEvent::Restore}>"Restore"</button></div>
                    }
                }
            </li>
        }
    }

    fn subscriptions(&self) -> Subscription<InternalEvent> {
        match (self.state, self.column) {
            (State::Removed, _) => Subscription::every(REGRET, InternalEvent::Expired),
            (_, Column::Doing) => Subscription::every(Duration::from_secs(1), InternalEvent::Worked),
            _ => Subscription::none(),
        }
    }
}

fn mover(arrow: &'static str, column: Column) -> impl View<ExternalEvent> {
    html! {
        <button type="button" aria-label={format_args!("Move to {}", column.name())} on:click={ExternalEvent::Move(column)}>
            {arrow}
        </button>
    }
}

impl Card {
    pub(crate) fn new(id: u32, title: &str) -> Self {
        Self { id, title: title.to_owned(), column: Column::ToDo, state: State::Shown, worked: 0 }
    }

    pub(crate) fn is_in(&self, column: Column) -> bool {
        self.column == column
    }

    /// Focuses an element of the card.
    fn focus(&self, selector: &str) -> Command<InternalEvent> {
        Command::effect(focus(format!("#card-{} {selector}", self.id)))
    }
}

impl Column {
    pub(crate) const ALL: [Self; 3] = [Self::ToDo, Self::Doing, Self::Done];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ToDo => "To do",
            Self::Doing => "Doing",
            Self::Done => "Done",
        }
    }

    const fn before(self) -> Option<Self> {
        match self {
            Self::ToDo => None,
            Self::Doing => Some(Self::ToDo),
            Self::Done => Some(Self::Doing),
        }
    }

    const fn after(self) -> Option<Self> {
        match self {
            Self::ToDo => Some(Self::Doing),
            Self::Doing => Some(Self::Done),
            Self::Done => None,
        }
    }
}
