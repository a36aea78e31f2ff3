//! The application: its model and its view change at random, and each handler says on the page what it does.

mod model;
mod view;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Refusal, Subscription, View};

use crate::witness::Witness;

pub use self::model::{Model, Place};

/// The application of one server. A server that was killed witnesses nothing more.
#[derive(Clone, Debug)]
pub struct App {
    /// Sees every model.
    pub witness: Witness,
    /// The server was killed.
    pub is_dead: Arc<AtomicBool>,
    /// `mount` has no page now.
    pub is_unavailable: Arc<AtomicBool>,
}

/// A person's event: its number among all events of this page, and the handler that the person saw.
#[derive(Clone, Debug, Serialize, Deserialize, Hash, PartialEq, Eq)]
pub struct Told {
    /// The page.
    pub page: u32,
    /// Counts the events of the page.
    pub number: u32,
    /// The handler, as the page shows it.
    pub place: String,
    /// `update` panics.
    pub breaks: bool,
}

/// The page's events.
#[derive(Hash)]
#[allow(missing_docs)]
pub enum External {
    Hit(Place, Told),
    Part(Part),
    PartOf(u32, Part),
}

/// The events of a component.
#[derive(Hash)]
#[allow(missing_docs)]
pub enum Part {
    Hit(Place, Told),
}

/// The server's events.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Internal {
    Tick,
    Paid,
    Heard(u32),
    Refused,
    TooLong,
}

/// The text of the panics that the simulation causes.
pub const BREAKS: &str = "the simulation breaks this";
/// The topic to which some models listen.
pub const TOPIC: &str = "room";

impl App {
    /// An application that witnesses nothing.
    pub fn of_nobody() -> Self {
        Self { witness: Witness::default(), is_dead: Arc::new(AtomicBool::new(true)), is_unavailable: Arc::default() }
    }

    /// Reports a broken law, unless the server was killed before.
    fn fault(&self, fault: impl FnOnce() -> String) {
        if !self.is_dead.load(Relaxed) {
            self.witness.fault(fault());
        }
    }

    fn hit(&self, model: &mut Model, place: &Place, told: &Told) -> Command<Internal> {
        assert!(!told.breaks, "{BREAKS}");
        if place.to_string() != told.place {
            self.fault(|| format!("{told:?} reached the handler {place}"));
        }
        if let Some(&(_, last)) = model.log.iter().rev().find(|(page, _)| *page == told.page)
            && last >= told.number
        {
            let fault = if model.log.contains(&(told.page, told.number)) { "twice" } else { "out of order" };
            self.fault(|| format!("session {}: {told:?} was applied {fault}: {:?}", model.tag, model.log));
        }
        model.log.push((told.page, told.number));
        model.change()
    }
}

impl LiveView for App {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        if request.path() == "/slow" {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        if self.is_unavailable.load(Relaxed) {
            return Err(MountError::Unavailable(BREAKS.into()));
        }
        Ok((Model::new(self.witness.next_tag()), Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<External, Internal>) -> Command<Internal> {
        match event {
            Event::External(
                External::Hit(place, told)
                | External::Part(Part::Hit(place, told))
                | External::PartOf(_, Part::Hit(place, told)),
            ) => return self.hit(model, &place, &told),
            Event::Internal(Internal::Tick) => model.ticks += 1,
            Event::Internal(Internal::Paid) => model.owed -= 1,
            Event::Internal(Internal::Heard(n)) => model.heard = model.heard.wrapping_add(n),
            Event::Internal(Internal::Refused) => model.refused += 1,
            Event::Internal(Internal::TooLong) => model.too_long += 1,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<External> {
        view::view(model)
    }

    fn too_long(&self, _: usize) -> Option<Internal> {
        Some(Internal::TooLong)
    }

    fn refused(&self, _: Refusal) -> Option<Internal> {
        Some(Internal::Refused)
    }

    /// Runs after each change and at the first attach, so the witness sees every model here.
    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        if !self.is_dead.load(Relaxed) {
            self.witness.see(model);
        }
        let ticks = model.is_ticking.then(|| Subscription::every(Duration::from_secs(1), Internal::Tick));
        let topics = model.is_listening.then(|| Subscription::topic(TOPIC, Internal::Heard));
        Subscription::batch(ticks.into_iter().chain(topics))
    }
}
