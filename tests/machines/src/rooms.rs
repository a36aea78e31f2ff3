//! The application: rooms whose pages count, and hear each other count.
//!
//! A page makes events with the numbers 1, 2, 3 … Its model notices each number that comes twice or never. What it has counted goes
//! into a database that all processes share, and to the other pages of its room. So each page shows the sum of its room.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::presence::{Here, People, Person};

use crate::database::Database;

pub(crate) struct Rooms {
    pub(crate) database: Database,
    /// The name of the process, which its pages show.
    pub(crate) process: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    room: u32,
    page: u32,
    /// The number of the last event.
    last: u32,
    /// The events that came again, or too late.
    doubled: u32,
    /// The numbers before the last one that never came.
    lost: u32,
    /// The last number of each page in the room, as far as this page knows.
    counts: BTreeMap<u32, u32>,
    people: People<u32>,
    /// The times that the page was told to read again.
    lags: u32,
    /// The process is cut off from NATS.
    is_cut_off: bool,
}

#[derive(Hash)]
pub(crate) struct Number(u32);

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Count {
    page: u32,
    last: u32,
}

pub(crate) enum Heard {
    Stored(Count),
    Count(Count),
    Here(Here<u32>),
    Lagged,
    Connected(bool),
    Read(Vec<(u32, u32)>),
}

const COUNTS: Topic<Count, u32> = Topic::new("counts:{room}").newest_by_key();
const ROOM: Topic<u32, u32> = Topic::new("room:{room}");

impl Keyed for Count {
    type Key = u32;

    fn key(&self) -> u32 {
        self.page
    }
}

impl LiveView for Rooms {
    type Model = Model;
    type ExternalEvent = Number;
    type InternalEvent = Heard;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Heard>), MountError> {
        let number = |name| request.query(name).and_then(|text| text.parse::<u32>().ok()).ok_or(MountError::NotFound);
        let (room, page) = (number("room")?, number("page")?);
        // Not by a command: a session whose first command waits for its page cannot move to the process to which the page comes.
        let database = self.database.clone();
        let counts = tokio::task::spawn_blocking(move || database.read(room)).await;
        let counts = counts.map_err(|panic| MountError::Unavailable(panic.into()))?.into_iter().collect();
        let (last, doubled, lost, lags) = (0, 0, 0, 0);
        let (people, is_cut_off) = (People::new(), false);
        Ok((Model { room, page, last, doubled, lost, counts, people, lags, is_cut_off }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<Number, Heard>) -> Command<Heard> {
        match event {
            Event::External(Number(number)) => {
                if number > model.last {
                    model.lost += number - model.last - 1;
                    model.last = number;
                } else {
                    model.doubled += 1;
                }
                return self.store(model);
            }
            Event::Internal(Heard::Stored(count)) => return Command::publish(COUNTS.of(model.room), &count),
            Event::Internal(Heard::Count(Count { page, last })) => model.hear(page, last),
            Event::Internal(Heard::Here(here)) => {
                model.people.apply(here);
            }
            Event::Internal(Heard::Lagged) => {
                model.lags += 1;
                // The process before may have been killed before it stored the last number.
                return Command::batch([self.store(model), self.read(model.room)]);
            }
            Event::Internal(Heard::Connected(is_connected)) => model.is_cut_off = !is_connected,
            Event::Internal(Heard::Read(counts)) => counts.into_iter().for_each(|(page, last)| model.hear(page, last)),
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<Number> {
        let devices: usize = model.people.iter().map(|(_, devices)| devices.len()).sum();
        html! {
            <p>{&self.process}</p>
            <p>{model.last}</p>
            <p>{model.doubled}</p>
            <p>{model.lost}</p>
            <p>{model.counts.values().sum::<u32>()}</p>
            <p>{model.people.len()}</p>
            <p>{devices}</p>
            <p>{model.lags}</p>
            <p>{u32::from(model.is_cut_off)}</p>
            <div on:custom:number={Number}></div>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Heard> {
        let me = Person::new(model.page.to_string(), model.page);
        Subscription::batch([
            Subscription::topic(COUNTS.of(model.room), Heard::Count).lagged(Heard::Lagged),
            Subscription::engine_connected(Heard::Connected),
            Subscription::presence(ROOM.of(model.room), Some(me), Heard::Here),
        ])
    }
}

impl Rooms {
    fn store(&self, model: &Model) -> Command<Heard> {
        let (database, room) = (self.database.clone(), model.room);
        let count = Count { page: model.page, last: model.last };
        let store = move || {
            database.store(room, count.page, count.last);
            count
        };
        Command::blocking(store, Heard::Stored)
    }

    fn read(&self, room: u32) -> Command<Heard> {
        let database = self.database.clone();
        Command::blocking(move || database.read(room), Heard::Read)
    }
}

impl Model {
    fn hear(&mut self, page: u32, last: u32) {
        let known = self.counts.entry(page).or_default();
        *known = last.max(*known);
    }
}
