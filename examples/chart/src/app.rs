use std::ops::RangeInclusive;
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
    /// The chart asks for this number of the latest points.
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

/// The most points of one answer.
const MOST: u32 = 600;

/// The most points of one tick.
const LATE: Second = 5;

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
                let seconds = seconds_between(model.now, now);
                model.now = *seconds.end();
                Command::batch(seconds.map(|second| Command::push("#chart", "point", &point(second))))
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

/// Returns the seconds of the new points. A tick may be early or late, and each second has one point. After a pause there is a gap.
fn seconds_between(last: Second, now: Second) -> RangeInclusive<Second> {
    let end = now.max(last + 1);
    last.max(end.saturating_sub(LATE)) + 1..=end
}

fn point(second: Second) -> (Second, f64) {
    (second, level(second))
}

/// Returns the temperature: the kettle heats, boils and cools within five minutes.
fn level(second: Second) -> f64 {
    let turn = (second % 300) as f64 / 300.0 * std::f64::consts::TAU;
    let noise = (second.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / (1 << 24) as f64;
    let level = 60.0 - 35.0 * turn.cos() + 5.0 * (7.0 * turn).sin() + 2.0 * noise;
    (level * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tealight::effect::dispatch_with;
    use tealight_test::{PageCommand, TestApp};

    use super::*;

    #[test]
    fn the_chart_gets_the_points_it_asks_for() {
        let before = now();
        let page = TestApp::start(Kettle).open("/");
        let points = page.call("#chart", "history", &2);
        let is_asked = |last: Second| points == json!([point(last - 1), point(last)]);
        assert!((before..=now()).any(is_asked), "{points}");
        let all = page.call("#chart", "history", &u32::MAX);
        assert_eq!(all.as_array().map(Vec::len), Some(MOST as usize));
    }

    #[test]
    fn each_second_has_its_point_until_it_is_paused() {
        let app = TestApp::start(Kettle);
        let page = app.open("/");
        let before = now();
        app.advance(Duration::from_millis(1_020));
        let pushed = page.take_commands();
        let push = |second| [PageCommand::Effect(dispatch_with("#chart", "point", &point(second)))];
        let second = (before..=now() + 1).find(|second| pushed == push(*second)).expect("the point of a second");
        assert_eq!(page.text("output"), format!("{:.1} °C", level(second)));

        page.click("button");
        assert_eq!(page.text("button"), "Go on");
        app.advance(Duration::from_secs(5));
        assert_eq!(page.take_commands(), []);
    }

    #[test]
    fn an_early_or_late_tick_gives_each_second_one_point() {
        assert_eq!(seconds_between(7, 8), 8..=8);
        assert_eq!(seconds_between(7, 7), 8..=8);
        assert_eq!(seconds_between(8, 7), 9..=9);
        assert_eq!(seconds_between(7, 10), 8..=10);
        assert_eq!(seconds_between(7, 100), 96..=100);
    }

    #[test]
    fn a_picked_point_is_shown() {
        let page = TestApp::start(Kettle).open("/");
        page.dispatch("#chart", "picked", &Picked { time: 1, level: 20.5 });
        assert_eq!(page.text("#picked"), "Picked: 20.5 °C");
    }

    #[test]
    fn the_temperature_stays_in_range() {
        assert!((0..600).map(level).all(|level| (0.0..=110.0).contains(&level)));
    }
}
