//! A sheet of paper on which everybody draws.
//!
//! ```text
//! cargo run --example sketch        # http://127.0.0.1:3000, best in two windows
//! ```
//!
//! A pointer moves with every frame of the screen. While one move is on its way, the page keeps only the latest of the
//! following ones, so a slow connection draws fewer dots and never falls behind. The application holds the sheet, and each
//! page's model has a copy. Changes are published on a topic. They may arrive late, twice or in another order: each dot
//! has its line and its index, so all copies become equal.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Sketch").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Sketch::default()).layout(layout).start()).await
}

#[derive(Clone, Default)]
struct Sketch {
    sheet: Arc<Mutex<Sheet>>,
    pages: Arc<AtomicU32>,
}

struct Model {
    sheet: Sheet,
    /// The number of this page, and of the line that it draws next.
    next: LineId,
    color: Color,
    /// The position of the pen.
    tip: Point,
    /// The index of the next dot, if the pen is down.
    pen: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sheet {
    /// The number of sheets before this one.
    number: u32,
    lines: BTreeMap<LineId, Line>,
}

type LineId = (u32, u32);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    color: Color,
    dots: BTreeMap<u32, Point>,
}

/// A position in pixels, from the sheet's upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Point {
    x: i16,
    y: i16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Color {
    Ink,
    Red,
    Amber,
    Green,
    Blue,
}

/// A change: a new sheet, or a new dot on one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct News {
    sheet: u32,
    dot: Option<Dot>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Dot {
    line: LineId,
    color: Color,
    at: u32,
    point: Point,
}

#[derive(Hash)]
enum ExternalEvent {
    Press(Pointer),
    Move(Pointer),
    Lift,
    /// A key moves the pen.
    Step(i16, i16),
    /// A key puts the pen down, or lifts it.
    Toggle,
    Choose(Color),
    Clear,
}

enum InternalEvent {
    Kept(News),
    Heard(Vec<News>),
    /// Some may be lost.
    Lagged,
}

use ExternalEvent::{Choose, Clear, Lift, Move, Press, Step, Toggle};

const SKETCH: Topic<Vec<News>> = Topic::new("sketch");
const WIDTH: i16 = 960;
const HEIGHT: i16 = 600;
/// The pixels that a key moves the pen.
const STEP: i16 = 12;
/// The most dots of a sheet.
const MOST: usize = 20_000;

impl LiveView for Sketch {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let model = Model::new(self.lock().clone(), self.pages.fetch_add(1, Ordering::Relaxed));
        Ok((model, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(event) => match model.take(event) {
                Some(news) => Command::perform(self.keep(news), InternalEvent::Kept),
                None => Command::none(),
            },
            Event::Internal(InternalEvent::Kept(news)) => Command::publish(SKETCH, &vec![news]),
            Event::Internal(InternalEvent::Lagged) => Command::perform(self.all(), InternalEvent::Heard),
            Event::Internal(InternalEvent::Heard(all)) => {
                all.into_iter().for_each(|news| model.sheet.apply(news));
                Command::none()
            }
        }
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <main>
                <header>
                    <h1>"Sketch"</h1>
                    <div class="colors" role="radiogroup" aria-label="Color">
                        for color in Color::ALL {
                            <input
                                type="radio" name="color" class={color.name()} aria-label={color.name()}
                                checked={color == model.color} on:change={Choose(color)}
                            >
                        }
                    </div>
                    <button type="button" data-confirm="Clear the sheet for everybody?" on:click={Clear}>"Clear"</button>
                </header>
                <div class="desk">
                    <svg
                        width={WIDTH} height={HEIGHT} tabindex="0" role="application"
                        aria-label="A sheet of paper" aria-describedby="keys"
                        on:pointerdown={Press} on:pointermove={Move} on:window:pointerup={Lift} on:pointercancel={Lift}
                        on:keydown.arrowleft.prevent={Step(-STEP, 0)} on:keydown.arrowright.prevent={Step(STEP, 0)}
                        on:keydown.arrowup.prevent={Step(0, -STEP)} on:keydown.arrowdown.prevent={Step(0, STEP)}
                        on:keydown.space.prevent={Toggle}
                    >
                        for (id, line) in &model.sheet.lines, key = id {
                            {lazy((*id, line.dots.len()), move |_| drawn(line))}
                        }
                        <g class={[("tip", true), (model.color.name(), true), ("down", model.pen.is_some())]}>
                            <circle cx={model.tip.x} cy={model.tip.y} r="5"/>
                        </g>
                    </svg>
                </div>
                <p id="keys">
                    if model.sheet.is_full() { "The sheet is full. " }
                    "Draw with a pointer, or with the arrow keys: space puts the pen down and lifts it."
                </p>
            </main>
        }
    }

    fn subscriptions(&self, _model: &Model) -> Subscription<InternalEvent> {
        Subscription::topic(SKETCH, InternalEvent::Heard).lagged(InternalEvent::Lagged)
    }
}

fn drawn(line: &Line) -> impl View<ExternalEvent> + use<> {
    let (color, dots): (_, Vec<_>) = (line.color, line.dots.values().copied().collect());
    html! { <g class={color.name()}>for at in 0..dots.len() { <path d={curve(&dots, at)}/> }</g> }
}

/// Returns the curve at this dot. A new dot changes only the last curve of its line.
fn curve(dots: &[Point], at: usize) -> String {
    let dot = dots[at];
    let from = dot.between(dots[at.saturating_sub(1)]);
    let to = dot.between(*dots.get(at + 1).unwrap_or(&dot));
    format!("M{} {}Q{} {} {} {}", from.0, from.1, dot.x, dot.y, to.0, to.1)
}

impl Sketch {
    fn keep(&self, news: News) -> impl Future<Output = News> + use<> {
        let this = self.clone();
        async move {
            this.lock().apply(news);
            news
        }
    }

    fn all(&self) -> impl Future<Output = Vec<News>> + use<> {
        let this = self.clone();
        async move { this.lock().news().collect() }
    }

    fn lock(&self) -> MutexGuard<'_, Sheet> {
        self.sheet.lock().expect("nobody panics with the sheet")
    }
}

impl Model {
    fn new(sheet: Sheet, page: u32) -> Self {
        Self { sheet, next: (page, 0), color: Color::Ink, tip: Point { x: WIDTH / 2, y: HEIGHT / 2 }, pen: None }
    }

    /// Applies an event to this page's copy, and returns the change to publish.
    fn take(&mut self, event: ExternalEvent) -> Option<News> {
        match event {
            Press(pointer) if pointer.button == 0 => return self.put_down(Point::of(pointer)),
            Move(pointer) if pointer.buttons & 1 == 1 => return self.draw(Point::of(pointer)),
            Step(x, y) => return self.draw(self.tip.moved(x, y)),
            Toggle if self.pen.is_none() => return self.put_down(self.tip),
            Clear => {
                self.lift();
                return self.tell(News { sheet: self.sheet.number.saturating_add(1), dot: None });
            }
            Choose(color) => {
                self.lift();
                self.color = color;
            }
            Toggle | Lift => self.lift(),
            Press(_) | Move(_) => {}
        }
        None
    }

    fn put_down(&mut self, point: Point) -> Option<News> {
        self.lift();
        self.pen = Some(0);
        self.draw(point)
    }

    /// Moves the pen, and draws if it is down.
    fn draw(&mut self, point: Point) -> Option<News> {
        self.tip = point;
        let at = self.pen.filter(|_| !self.sheet.is_full())?;
        self.pen = Some(at + 1);
        let dot = Dot { line: self.next, color: self.color, at, point };
        self.tell(News { sheet: self.sheet.number, dot: Some(dot) })
    }

    fn lift(&mut self) {
        if self.pen.take().is_some() {
            self.next.1 += 1;
        }
    }

    fn tell(&mut self, news: News) -> Option<News> {
        self.sheet.apply(news);
        Some(news)
    }
}

impl Sheet {
    fn apply(&mut self, news: News) {
        if news.sheet > self.number {
            *self = Self { number: news.sheet, ..Self::default() };
        }
        if let Some(Dot { line, color, at, point }) = news.dot.filter(|_| news.sheet == self.number) {
            let line = self.lines.entry(line).or_insert_with(|| Line { color, dots: BTreeMap::new() });
            line.dots.insert(at, point);
        }
    }

    /// Returns the changes that make any older sheet equal to this one.
    fn news(&self) -> impl Iterator<Item = News> {
        let dots = self.lines.iter().flat_map(|(&line, &Line { color, ref dots })| {
            dots.iter().map(move |(&at, &point)| Dot { line, color, at, point })
        });
        [None].into_iter().chain(dots.map(Some)).map(|dot| News { sheet: self.number, dot })
    }

    fn is_full(&self) -> bool {
        self.lines.values().map(|line| line.dots.len()).sum::<usize>() >= MOST
    }
}

impl Point {
    fn of(pointer: Pointer) -> Self {
        Self { x: pointer.x as i16, y: pointer.y as i16 }.moved(0, 0)
    }

    /// Returns the position after a move, inside the sheet.
    fn moved(self, x: i16, y: i16) -> Self {
        Self { x: self.x.saturating_add(x).clamp(0, WIDTH), y: self.y.saturating_add(y).clamp(0, HEIGHT) }
    }

    fn between(self, other: Self) -> (f32, f32) {
        let half = |a: i16, b: i16| (f32::from(a) + f32::from(b)) / 2.0;
        (half(self.x, other.x), half(self.y, other.y))
    }
}

impl Color {
    const ALL: [Self; 5] = [Self::Ink, Self::Red, Self::Amber, Self::Green, Self::Blue];

    const fn name(self) -> &'static str {
        match self {
            Self::Ink => "ink",
            Self::Red => "red",
            Self::Amber => "amber",
            Self::Green => "green",
            Self::Blue => "blue",
        }
    }
}

const STYLE: &str = "
    :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; --soft: light-dark(#6b6a66, #9c9a94);
        color: light-dark(#22211f, #eeece6); background: light-dark(#e9e6df, #151412) }
    body { margin: 0 }
    main { width: fit-content; max-width: calc(100% - 2.5rem); margin: auto; padding: 1.5rem 1.25rem }
    header { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: center; margin-bottom: 1rem }
    h1 { margin: 0; font-size: 1.5rem; letter-spacing: -.02em }
    .ink { --ink: light-dark(#22211f, #eeece6) } .red { --ink: light-dark(#d13b3b, #ff7b72) }
    .amber { --ink: light-dark(#d98a00, #f2b134) } .green { --ink: light-dark(#2c8a4b, #5fd08a) }
    .blue { --ink: light-dark(#2b6fd6, #79b1ff) }
    .colors { display: flex; gap: .5rem; margin-left: auto }
    [type=radio] { width: 1.75rem; height: 1.75rem; margin: 0; border: 3px solid transparent; border-radius: 50%;
        background: var(--ink) content-box; appearance: none; cursor: pointer }
    [type=radio]:checked { border-color: var(--ink); padding: 3px; box-sizing: border-box }
    button { padding: .375rem .875rem; border: 1px solid light-dark(#c9c5bb, #45423c); border-radius: .5rem; background: none;
        color: inherit; font: inherit; cursor: pointer }
    :focus-visible { outline: 3px solid light-dark(#2b6fd6, #79b1ff); outline-offset: 2px }
    .desk { overflow: auto; border-radius: .75rem; box-shadow: 0 1px 2px #0003, 0 8px 30px #0002 }
    svg { display: block; background: light-dark(#fffefb, #211f1c); outline: 0; cursor: crosshair; touch-action: none }
    svg:focus-visible { outline: 3px solid light-dark(#2b6fd6, #79b1ff); outline-offset: -3px }
    path { fill: none; stroke: var(--ink); stroke-width: 4; stroke-linecap: round }
    .tip { visibility: hidden; fill: none; stroke: var(--ink); stroke-width: 2 }
    .tip.down { fill: var(--ink) }
    svg:focus-visible .tip { visibility: visible }
    #keys { margin: .75rem 0 0; color: var(--soft); font-size: .875rem }
";

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tealight_test::TestApp;

    use super::*;

    #[test]
    fn two_pages_draw_on_one_sheet() {
        let app = TestApp::start(Sketch::default());
        let (ada, bob) = (app.open("/"), app.open("/"));
        ada.click("[aria-label=red]");
        ada.dispatch("svg", "pointerdown", &json!({"x": 2.4, "y": 3, "buttons": 1}));
        ada.dispatch("svg", "pointermove", &json!({"x": 4, "y": 5, "buttons": 1}));
        ada.dispatch("body", "pointerup", &json!({}));
        ada.dispatch("svg", "pointermove", &json!({"x": 6, "y": 7}));
        assert_eq!((bob.count("g.red path"), ada.count("g.red path")), (2, 2));
        assert_eq!(app.open("/").count("svg path"), 2, "a new page shows the sheet");

        bob.press("svg", "Space");
        assert_eq!(bob.count(".tip.down"), 1);
        bob.press("svg", "ArrowRight");
        assert_eq!(ada.count("svg path"), 4);
        ada.click("header button");
        assert_eq!((ada.count("svg path"), bob.count("svg path")), (0, 0));
    }

    fn after(events: impl IntoIterator<Item = ExternalEvent>) -> Model {
        let mut model = Model::new(Sheet::default(), 0);
        for event in events {
            model.take(event);
        }
        model
    }

    fn at(x: f32, y: f32) -> Pointer {
        let mut pointer = Pointer::default();
        (pointer.x, pointer.y, pointer.buttons) = (x, y, 1);
        pointer
    }

    fn lines(sheet: &Sheet) -> Vec<Vec<(i16, i16)>> {
        let points = |line: &Line| line.dots.values().map(|point| (point.x, point.y)).collect();
        sheet.lines.values().map(points).collect()
    }

    #[test]
    fn a_pointer_draws_while_it_is_down() {
        let one = [Move(Pointer::default()), Press(at(2.4, 3.0)), Move(at(4.0, 5.0)), Lift, Move(at(6.0, 7.0))];
        let other = [Press(at(8.0, 9.0)), Move(Pointer::default())];
        let model = after(one.into_iter().chain(other));
        assert_eq!(lines(&model.sheet), [vec![(2, 3), (4, 5)], vec![(8, 9)]]);
    }

    #[test]
    fn keys_draw_too_and_not_off_the_sheet() {
        let model = after([Step(i16::MIN, -300), Toggle, Step(STEP, -STEP), Toggle, Step(STEP, 0)]);
        assert_eq!((lines(&model.sheet), model.tip), (vec![vec![(0, 0), (12, 0)]], Point { x: 24, y: 0 }));
    }

    #[tokio::test]
    async fn a_drawing_is_kept() {
        let sketch = Sketch::default();
        let (mut page, _) = sketch.mount(&PageRequest::default()).await.expect("a page");
        let news = page.take(Press(at(2.0, 3.0))).expect("a dot");
        assert_eq!(sketch.keep(news).await, news);
        assert_eq!(sketch.all().await, page.sheet.news().collect::<Vec<_>>());
    }

    #[test]
    fn news_may_come_in_any_order_and_twice() {
        let dot = |sheet, line, at| {
            let dot = Dot { line: (line, 0), color: Color::Red, at, point: Point::default() };
            News { sheet, dot: Some(dot) }
        };
        let news = [dot(0, 1, 0), dot(0, 1, 1), News { sheet: 1, dot: None }, dot(1, 2, 0), dot(1, 2, 1), dot(1, 3, 0)];
        let sheet = |news: &mut dyn Iterator<Item = News>| {
            let mut sheet = Sheet::default();
            news.for_each(|news| sheet.apply(news));
            sheet
        };
        let one = sheet(&mut news.into_iter());
        assert_eq!((one.number, lines(&one)), (1, vec![vec![(0, 0); 2], vec![(0, 0)]]));
        assert_eq!(one, sheet(&mut news.into_iter().rev().chain(news)));
        assert_eq!(one, sheet(&mut one.news()));
    }

    #[test]
    fn a_sheet_is_full_at_last() {
        let mut model = after([Toggle].into_iter().chain((0..MOST).map(|_| Step(0, 1))));
        assert!(model.sheet.is_full() && model.take(Step(0, 1)).is_none());
        assert!(model.take(Clear).is_some() && lines(&model.sheet).is_empty());
        assert!(model.take(Toggle).is_some(), "there is room again");
    }
}
