//! A list that loads more rows at its end.
//!
//! ```text
//! cargo run --example infinite        # http://127.0.0.1:3000
//! ```
//!
//! An element after the last row asks for more rows when it comes into view. It asks again if it is still in view after
//! new rows have moved it. Rows have keys and are `lazy`, so rows that are on the page already cost almost nothing when
//! others are appended.

use std::ops::Range;
use std::time::Duration;

use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};
use tokio::time::sleep;

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("A ship's log").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Infinite).layout(layout).start()).await
}

struct Infinite;

struct Model {
    days: Vec<Day>,
    is_loading: bool,
    /// The scrolled part of the loaded days, from 0 to 1.
    progress: f32,
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Day {
    number: u32,
    is_marked: bool,
}

#[derive(Hash)]
enum ExternalEvent {
    More,
    Mark(u32),
    Scrolled(Scroll),
}

enum InternalEvent {
    Loaded(Vec<Day>),
}

/// The number of days of the voyage.
const DAYS: u32 = 365;
/// The number of days that are loaded at once.
const BATCH: u32 = 30;

impl LiveView for Infinite {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        Ok((Model { days: days(0..BATCH), is_loading: false, progress: 0.0 }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::More) if model.is_loading || model.is_complete() => {}
            Event::External(ExternalEvent::More) => {
                model.is_loading = true;
                let from = model.days.len() as u32;
                return Command::perform(load(from..DAYS.min(from + BATCH)), InternalEvent::Loaded);
            }
            Event::Internal(InternalEvent::Loaded(more)) => {
                model.days.extend(more);
                model.is_loading = false;
            }
            Event::External(ExternalEvent::Mark(number)) => {
                if let Some(day) = model.days.get_mut(number as usize) {
                    day.is_marked = !day.is_marked;
                }
            }
            Event::External(ExternalEvent::Scrolled(scroll)) => {
                let most = scroll.height - scroll.view_height;
                model.progress = if most > 0.0 { (scroll.top / most).clamp(0.0, 1.0) } else { 1.0 };
            }
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <header>
                <h1>"Log of the Meridian"</h1>
                <p>
                    {model.days.len()} " of " {DAYS} " days, read to "
                    <output>{fixed(100.0 * model.progress, 0)} " %"</output>
                </p>
                <div class="progress" style={[("--progress", model.progress)]}></div>
            </header>
            <main
                role="feed" aria-label="Days" aria-busy={model.is_loading} tabindex="0"
                on:scroll.throttle.100ms={ExternalEvent::Scrolled}
            >
                for day in &model.days, key = day.number {
                    {lazy((day.number, day.is_marked), |(number, is_marked)| entry(number, is_marked))}
                }
                <p class="end" on:viewport-enter={ExternalEvent::More}>
                    if model.is_complete() { "The voyage ends here." } else { "Turning the page …" }
                </p>
            </main>
        }
    }
}

impl Model {
    fn is_complete(&self) -> bool {
        self.days.len() as u32 == DAYS
    }
}

fn entry(number: u32, is_marked: bool) -> impl View<ExternalEvent> {
    let pick = move |from: &[&'static str], step: u32| from[(number * step + number / 7) as usize % from.len()];
    html! {
        <article aria-posinset={number + 1} aria-setsize={DAYS}>
            <b>"Day " {number + 1}</b>
            <p>"Wind " {pick(WINDS, 5)} ". " {pick(SIGHTS, 2)} ". " {pick(DEEDS, 3)} "."</p>
            <button
                type="button" aria-pressed={is_marked} aria-label={format_args!("Mark day {}", number + 1)}
                on:click={ExternalEvent::Mark(number)}
            >if is_marked { "★" } else { "☆" }</button>
        </article>
    }
}

/// Loads these days, as slowly as a distant database.
async fn load(numbers: Range<u32>) -> Vec<Day> {
    sleep(Duration::from_millis(250)).await;
    days(numbers)
}

fn days(numbers: Range<u32>) -> Vec<Day> {
    numbers.map(|number| Day { number, is_marked: false }).collect()
}

const WINDS: &[&str] = &[
    "south-west, fresh",
    "west, light",
    "none at all",
    "north, rising towards evening",
    "east, with rain",
    "south, warm and steady",
    "north-west, a gale",
    "west by south, moderate",
];
const SIGHTS: &[&str] = &[
    "Dolphins alongside until noon",
    "A sail far astern, gone by dusk",
    "Nothing but water",
    "Land birds, no land",
    "Stars very bright",
    "Fog from the morning watch on",
    "A whale and her calf",
    "Flying fish on deck",
    "Weed in the water, brown and long",
];
const DEEDS: &[&str] = &[
    "Mended the fore topsail",
    "The cook has opened the last of the apples",
    "Sounded: no bottom",
    "Songs until late",
    "All hands at the pumps",
    "Read aloud to the watch",
    "Repainted the boats",
    "The cat has come back from wherever she was",
    "Wrote letters that no ship will take",
    "Quiet on board",
    "Took in two reefs",
];

const STYLE: &str = "
    :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; --blue: light-dark(#155f8f, #5fb4ea);
        --line: light-dark(#dce4e8, #26353f); --soft: light-dark(#5a6b76, #8fa3b0);
        color: light-dark(#14212a, #e6eef3); background: light-dark(#f4f7f8, #0e161b) }
    body { margin: 0 }
    body > div { display: grid; grid-template-rows: auto 1fr; max-width: 42rem; height: 100dvh; margin: auto }
    header { padding: 1.5rem 1.25rem 0 }
    h1 { margin: 0; font: 600 1.75rem/1.2 Charter, Georgia, serif }
    header p { margin: .25rem 0 .75rem; color: var(--soft); font-size: .9375rem; font-variant-numeric: tabular-nums }
    .progress { height: 3px; border-radius: 2px; background: var(--line) }
    .progress::before { display: block; height: 100%; border-radius: inherit; background: var(--blue); content: '';
        transform: scaleX(var(--progress)); transform-origin: left; transition: transform .1s linear }
    main { position: relative; overflow-y: auto; padding: 0 1.25rem; overscroll-behavior: contain }
    main:focus-visible, button:focus-visible { outline: 3px solid var(--blue); outline-offset: -3px }
    article { display: grid; grid-template-columns: 5rem 1fr auto; gap: 0 1rem; align-items: center; padding: .75rem 0;
        border-bottom: 1px solid var(--line) }
    article b { color: var(--soft); font-weight: 500; font-variant-numeric: tabular-nums }
    article p { margin: 0; font-family: Charter, Georgia, serif }
    button { width: 2.5rem; height: 2.5rem; border: 0; border-radius: 50%; background: none; color: var(--soft);
        font: 1.375rem/1 system-ui, sans-serif; cursor: pointer }
    button[aria-pressed=true] { color: light-dark(#b97500, #f0b23c) }
    .end { margin: 0; padding: 2rem 0; color: var(--soft); text-align: center }
    @media (prefers-reduced-motion: reduce) { .progress::before { transition: none } }
";

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tealight_test::TestApp;

    use super::*;

    #[test]
    fn days_are_loaded_once_until_the_end() {
        let app = TestApp::start(Infinite);
        let page = app.open("/");
        let mut loaded = 0;
        while page.text(".end") != "The voyage ends here." {
            for _ in 0..2 {
                page.dispatch(".end", "viewport-enter", &());
                assert_eq!(page.attribute("main", "aria-busy").as_deref(), Some("true"));
            }
            app.advance(Duration::from_millis(250));
            assert_eq!(page.attribute("main", "aria-busy").as_deref(), Some("false"));
            loaded += 1;
        }
        page.dispatch(".end", "viewport-enter", &());
        let numbers: Vec<_> = (1..=DAYS).map(|number| format!("Day {number}")).collect();
        assert_eq!((loaded, page.texts("article b")), (12, numbers));
        assert!(page.text("header p").starts_with("365 of 365 days"));
    }

    #[test]
    fn a_day_is_marked_and_unmarked() {
        let page = TestApp::start(Infinite).open("/");
        for (sign, pressed) in [("★", "true"), ("☆", "false")] {
            page.click("[aria-label='Mark day 8']");
            assert_eq!(page.text("[aria-label='Mark day 8']"), sign);
            assert_eq!(page.attribute("[aria-label='Mark day 8']", "aria-pressed").as_deref(), Some(pressed));
        }
        let mut model = Model { days: Vec::new(), is_loading: false, progress: 0.0 };
        let unknown = Infinite.update(&mut model, Event::External(ExternalEvent::Mark(DAYS)));
        assert!(unknown.is_none(), "that day is not loaded");
    }

    #[test]
    fn progress_is_the_scrolled_part() {
        let app = TestApp::start(Infinite);
        let page = app.open("/");
        for (top, height, progress) in [(0, 900, "0 %"), (300, 900, "50 %"), (700, 900, "100 %"), (0, 300, "100 %")] {
            let scroll = json!({"scrollTop": top, "scrollHeight": height, "clientHeight": 300});
            page.dispatch("main", "scroll", &scroll);
            assert_eq!(page.text("output"), progress);
            // the next one is throttled
            app.advance(Duration::from_millis(100));
        }
    }
}
