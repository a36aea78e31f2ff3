//! The application that the checks use.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};

/// Counts clicks. At [`TICKING`] it also ticks; at [`FLOOD`] it ticks fast, and each tick renders [`LENGTH`] bytes.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    pub(crate) mounts: Arc<AtomicU32>,
    pub(crate) ticks: Arc<AtomicU32>,
}

pub(crate) const TICKING: &str = "/ticking";
pub(crate) const FLOOD: &str = "/flood";
const LENGTH: usize = 64 * 1024;

/// The slot of the button.
pub(crate) const UP: u32 = 2;

pub(crate) struct Model {
    count: u32,
    ticks: u32,
    padding: usize,
    period: Option<Duration>,
}

#[derive(Hash)]
pub(crate) struct Up;

impl LiveView for Desk {
    type Model = Model;
    type ExternalEvent = Up;
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        self.mounts.fetch_add(1, Relaxed);
        let (period, padding) = match request.path() {
            TICKING => (Some(20), 0),
            FLOOD => (Some(1), LENGTH),
            _ => (None, 0),
        };
        let period = period.map(Duration::from_millis);
        Ok((Model { count: 0, ticks: 0, padding, period }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<Up, ()>) -> Command<()> {
        match event {
            Event::External(Up) => model.count += 1,
            Event::Internal(()) => {
                model.ticks += 1;
                self.ticks.store(model.ticks, Relaxed);
            }
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<Up> {
        let ticks = format!("{}{}", model.ticks, ".".repeat(model.padding));
        html! {
            <p>{model.count}</p>
            <p>{&ticks}</p>
            <button on:click={Up}>"Up"</button>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<()> {
        model.period.map_or_else(Subscription::none, |period| Subscription::every(period, ()))
    }
}
