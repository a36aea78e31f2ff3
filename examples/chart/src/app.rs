use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use tealight::prelude::*;

pub(crate) struct Kettle;

/// Seconds since 1970.
type Second = u64;

#[derive(Default)]
pub(crate) struct Model {
    now: Second,
    is_paused: bool,
    picked: Option<Picked>,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    /// The chart asks for so many of the last points.
    History(Call<u32>),
    Picked(Picked),
    Pause,
}

pub(crate) enum InternalEvent {
    Tick,
    Now(Second),
}

/// A point that a person has picked.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub(crate) struct Picked {
    time: Second,
    level: f64,
}

impl std::hash::Hash for Picked {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.time, self.level.to_bits()).hash(state);
    }
}

const MOST: u32 = 600;

impl LiveView for Kettle {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        Ok((Model { now: now(), ..Model::default() }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::History(call)) => {
                let first = model.now.saturating_sub(call.detail.min(MOST).into()) + 1;
                let points: Vec<_> = (first..=model.now).map(point).collect();
                Command::reply(&call, &points)
            }
            Event::External(ExternalEvent::Picked(picked)) => {
                model.picked = Some(picked);
                Command::none()
            }
            Event::External(ExternalEvent::Pause) => {
                model.is_paused = !model.is_paused;
                Command::none()
            }
            Event::Internal(InternalEvent::Tick) => Command::perform(async { now() }, InternalEvent::Now),
            Event::Internal(InternalEvent::Now(now)) => {
                model.now = now;
                Command::push("#chart", "point", &point(now))
            }
        }
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <h1>"Kettle"</h1>
            <output>{fixed(level(model.now), 1)} " °C"</output>
            <button type="button" on:click={ExternalEvent::Pause}>if model.is_paused { "Go on" } else { "Pause" }</button>
            <div
                id="chart"
                hook="Chart"
                client-owned
                on:custom:history={ExternalEvent::History}
                on:custom:picked={ExternalEvent::Picked}
            />
            if let Some(Picked { level, .. }) = model.picked {
                <p id="picked">"Picked: " {fixed(level, 1)} " °C"</p>
            } else {
                <p>"A click on the chart picks a point."</p>
            }
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<InternalEvent> {
        if model.is_paused {
            return Subscription::none();
        }
        Subscription::every(Duration::from_secs(1), InternalEvent::Tick)
    }
}

fn now() -> Second {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}

fn point(second: Second) -> (Second, f64) {
    (second, level(second))
}

/// How warm it is: it heats, boils and cools again, once in five minutes.
fn level(second: Second) -> f64 {
    let turn = (second % 300) as f64 / 300.0 * std::f64::consts::TAU;
    let noise = (second.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / (1 << 24) as f64;
    let level = 60.0 - 35.0 * turn.cos() + 5.0 * (7.0 * turn).sin() + 2.0 * noise;
    (level * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> String {
        format!("{:?}", Kettle.update(model, event))
    }

    #[test]
    fn the_chart_gets_what_it_asks_for_and_no_more() {
        let mut model = Model { now: 1_000, ..Model::default() };
        let said = hear(&mut model, Event::External(ExternalEvent::History(2.into())));
        assert_eq!(said, format!("Reply(0, \"[[999,{:?}],[1000,{:?}]]\")", level(999), level(1000)));
        let said = hear(&mut model, Event::External(ExternalEvent::History(u32::MAX.into())));
        assert_eq!(said.matches("],[").count(), 599);
    }

    #[test]
    fn each_second_has_its_point() {
        let mut model = Model::default();
        let said = hear(&mut model, Event::Internal(InternalEvent::Now(7)));
        assert!(said.contains("\"point\"") && said.contains(&format!("[7,{:?}]", level(7))), "{said}");
        assert_eq!(model.now, 7);
    }

    #[test]
    fn it_is_neither_frozen_nor_molten() {
        assert!((0..600).map(level).all(|level| (0.0..=110.0).contains(&level)));
    }
}
