//! The board: all that happens on a page, and what follows.

use tealight::prelude::*;
use tealight::presence::Person;

use crate::database::{CHAT, Change, Database, DatabaseError, News, Snapshot};
use crate::door::Enter;
use crate::guest::{Guest, HERE};
use crate::hands::{HANDS, Hand, Tray};
use crate::model::{ExternalEvent, InternalEvent, Line, Model};
use crate::note::{NOTES, Point};
use crate::view::page;

/// The address of the board.
#[derive(Clone, Debug, Hash, PartialEq, Route)]
#[route("/")]
pub(crate) struct Home;

pub(crate) struct Board {
    pub(crate) database: Database,
    pub(crate) tray: Tray,
}

impl LiveView for Board {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let Some(guest) = Guest::of(request) else {
            return Err(MountError::Redirect(Enter::default().address()));
        };
        Ok((Model::new(guest, self.database.for_mount(Database::read).await?), Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(event) => self.acted(model, event),
            Event::Internal(event) => self.heard(model, event),
        }
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        page(model)
    }

    fn subscriptions(&self, model: &Model) -> Subscription<InternalEvent> {
        let me = Person::new(&model.guest.key, model.me.clone());
        Subscription::batch([
            Subscription::presence(HERE, Some(me), InternalEvent::Here),
            // The next message names all hands again.
            Subscription::topic(HANDS, InternalEvent::Hands),
            Subscription::topic(NOTES, InternalEvent::Note).lagged(InternalEvent::Lagged),
            Subscription::topic(CHAT, InternalEvent::Said).lagged(InternalEvent::Lagged),
            Subscription::engine_connected(InternalEvent::Connected),
        ])
    }

    fn model_bytes(&self, model: &Model) -> usize {
        size_of_val(model) + model.text_bytes()
    }
}

impl Board {
    /// The person has done something.
    fn acted(&self, model: &mut Model, event: ExternalEvent) -> Command<InternalEvent> {
        match event {
            ExternalEvent::Add => {
                // Each note is a little beside the one before.
                let step = 28 * (model.notes.iter().count() % 12) as i16;
                let key = model.writer.key();
                self.store(model, Change::Add { key, at: Point { x: 40 + step, y: 40 + step }, hue: model.me.hue })
            }
            ExternalEvent::Write(id, text) => self.store(model, Change::Write { id, text }),
            ExternalEvent::Remove(id) => {
                Command::batch([self.store(model, Change::Remove { id }), Command::announce("The note is removed")])
            }
            ExternalEvent::Grab(id, pointer) => {
                if pointer.button == 0 {
                    model.grab(id, Point::of(&pointer));
                }
                Command::none()
            }
            // The button was released where this page could not see it.
            ExternalEvent::Point(pointer) if pointer.buttons & 1 == 0 && model.drag.is_some() => self.drop(model),
            ExternalEvent::Point(pointer) => self.point(model, Point::of(&pointer)),
            ExternalEvent::Leave if model.drag.is_some() => Command::none(),
            ExternalEvent::Leave => Command::perform(self.tray.lift(model.me.page), |()| InternalEvent::Told),
            ExternalEvent::Drop => self.drop(model),
            ExternalEvent::Nudge(id, x, y) => match model.notes.get(id) {
                Some(note) => {
                    let at = note.at.plus(x, y).for_note();
                    self.store(model, Change::Move { id, at })
                }
                None => Command::none(),
            },
            ExternalEvent::Say(Line { text }) if text.trim().is_empty() => Command::none(),
            ExternalEvent::Say(Line { text }) => {
                let (name, hue, text) = (model.guest.name.clone(), model.me.hue, text.trim().to_owned());
                let key = model.writer.key();
                self.store(model, Change::Say { key, name, hue, text })
            }
        }
    }

    /// Something has happened elsewhere, or work has ended.
    fn heard(&self, model: &mut Model, event: InternalEvent) -> Command<InternalEvent> {
        match event {
            InternalEvent::Here(here) => model.hear(here),
            InternalEvent::Hands(hands) => model.others.take(hands),
            InternalEvent::Note(note) => {
                model.notes.take(note);
                model.show_changes();
            }
            InternalEvent::Said(said) => model.said([said]),
            InternalEvent::Stored(result) => return self.stored(model, result),
            InternalEvent::Connected(is_connected) => model.is_cut_off = !is_connected,
            InternalEvent::Lagged => return Command::batch([self.read(), self.resume(model)]),
            InternalEvent::Read(Ok(Snapshot { notes, chat })) => {
                model.notes.take_all(notes);
                model.show_changes();
                model.said(chat);
            }
            InternalEvent::Read(Err(trouble)) => model.trouble = Some(trouble.to_string()),
            InternalEvent::Told => {}
        }
        Command::none()
    }

    fn read(&self) -> Command<InternalEvent> {
        let database = self.database.clone();
        Command::blocking(move || database.read(), InternalEvent::Read)
    }

    /// Stores a change after those that are under way. This page shows it at once.
    fn store(&self, model: &mut Model, change: Change) -> Command<InternalEvent> {
        let first = model.writer.take(change);
        model.show_changes();
        first.map_or_else(Command::none, |change| self.begin(change))
    }

    /// Goes on with the changes of a session that was restored: the work of its last process has ended with it.
    fn resume(&self, model: &mut Model) -> Command<InternalEvent> {
        model.writer.resume().map_or_else(Command::none, |change| self.begin(change))
    }

    fn begin(&self, change: Change) -> Command<InternalEvent> {
        let database = self.database.clone();
        Command::blocking(move || database.store(&change), InternalEvent::Stored)
    }

    /// A change is stored: all pages hear of it, also this one. Or it could not be: then this page shows the board as it is.
    fn stored(&self, model: &mut Model, result: Result<Option<News>, DatabaseError>) -> Command<InternalEvent> {
        let next = model.writer.next().map_or_else(Command::none, |change| self.begin(change));
        let (trouble, told) = match result {
            Ok(Some(News::Note(note))) => (None, Command::publish(NOTES, &note)),
            Ok(Some(News::Said(said))) => (None, Command::publish(CHAT, &said)),
            Ok(None) => (None, Command::none()),
            Err(trouble) => (Some(trouble.to_string()), self.read()),
        };
        model.trouble = trouble;
        Command::batch([told, next])
    }

    fn point(&self, model: &mut Model, at: Point) -> Command<InternalEvent> {
        if let Some((_, hand)) = &mut model.drag {
            *hand = at;
        }
        self.tell(model, at)
    }

    fn drop(&self, model: &mut Model) -> Command<InternalEvent> {
        let Some((grip, hand)) = model.drag.take() else { return Command::none() };
        let stored = self.store(model, Change::Move { id: grip.note, at: grip.carries_to(hand) });
        Command::batch([stored, self.tell(model, hand)])
    }

    /// Lays this page's hand on the tray.
    fn tell(&self, model: &Model, at: Point) -> Command<InternalEvent> {
        let hand = Hand { page: model.me.page, at, grip: model.drag.map(|(grip, _)| grip) };
        Command::perform(self.tray.lay(hand), |()| InternalEvent::Told)
    }
}
