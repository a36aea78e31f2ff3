//! A sheet of paper on which everybody draws:
//!
//! ```text
//! cargo run --example sketch        # http://127.0.0.1:3000, best in two windows
//! ```
//!
//! A pointer moves as often as the screen is painted. While one move is on its way the page keeps only the
//! latest of those that follow: a slow line draws with fewer dots, and never falls behind. The sheet lies in
//! the application, and each page's model is a copy; what changes is told to all through a topic. They may
//! hear it late, twice or in another order, and agree in the end, since each dot says where it belongs.

#[path = "support/serve.rs"]
mod serve;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use pico_args::Arguments;
use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::runtime::{Layout, Live};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let layout = Layout::new("Sketch").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    serve::serve(Live::builder(Sketch::default()).layout(layout).start(), Arguments::from_env()).await
}

#[derive(Clone, Default)]
struct Sketch {
    sheet: Arc<Mutex<Sheet>>,
    pages: Arc<AtomicU32>,
}

struct Model {
    sheet: Sheet,
    /// Which page this is, and which line it draws next.
    next: LineId,
    color: Color,
    /// Where the pen is,
    tip: Point,
    /// and the dot that comes next, if it is down.
    pen: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sheet {
    /// How many there were before.
    number: u32,
    lines: BTreeMap<LineId, Line>,
    dots: usize,
}

type LineId = (u32, u32);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    color: Color,
    dots: BTreeMap<u32, Point>,
}

/// In pixels, from the sheet's upper left corner.
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

/// There is this sheet, and this dot on it.
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
    /// The pen moves by keys.
    Step(i16, i16),
    /// It is put down by a key, or lifted.
    Toggle,
    Choose(Color),
    Clear,
}

enum InternalEvent {
    Kept(News),
    Heard(News),
    Latest(Sheet),
}

use ExternalEvent::{Choose, Clear, Lift, Move, Press, Step, Toggle};

const TOPIC: &str = "sketch";
const WIDTH: i16 = 960;
const HEIGHT: i16 = 600;
/// How far a key moves the pen.
const STEP: i16 = 12;
/// A sheet is full with so many dots.
const MOST: usize = 20_000;

impl LiveView for Sketch {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &Mount) -> Result<(Model, Command<InternalEvent>), MountError> {
        let model = Model {
            sheet: self.lock().clone(),
            next: (self.pages.fetch_add(1, Ordering::Relaxed), 0),
            color: Color::Ink,
            tip: Point { x: WIDTH / 2, y: HEIGHT / 2 },
            pen: None,
        };
        // a page listens from when it is live: what is drawn before that, it asks for then
        Ok((model, Command::perform(self.latest(), InternalEvent::Latest)))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(Press(pointer)) if pointer.button == 0 => {
                model.lift();
                self.put_down(model, Point::of(pointer))
            }
            // it may have been let go where this page does not hear it
            Event::External(Move(pointer)) if pointer.buttons & 1 == 0 => Command::none(),
            Event::External(Move(pointer)) => self.draw(model, Point::of(pointer)),
            Event::External(Press(_)) => Command::none(),
            Event::External(Lift) => {
                model.lift();
                Command::none()
            }
            Event::External(Step(x, y)) => self.draw(model, model.tip.moved(x, y)),
            Event::External(Toggle) if model.pen.is_none() => self.put_down(model, model.tip),
            Event::External(Toggle) => {
                model.lift();
                Command::none()
            }
            Event::External(Choose(color)) => {
                model.lift();
                model.color = color;
                Command::none()
            }
            Event::External(Clear) => {
                model.lift();
                self.tell(model, News { sheet: model.sheet.number.saturating_add(1), dot: None })
            }
            Event::Internal(InternalEvent::Kept(news)) => Command::publish(TOPIC, &news),
            Event::Internal(InternalEvent::Heard(news)) => {
                model.sheet.apply(news);
                Command::none()
            }
            Event::Internal(InternalEvent::Latest(sheet)) => {
                sheet.news().for_each(|news| model.sheet.apply(news));
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
                        <g class={model.color.name()}>
                            <circle
                                class={[("tip", true), ("down", model.pen.is_some())]}
                                cx={model.tip.x} cy={model.tip.y} r="5"
                            />
                        </g>
                    </svg>
                </div>
                <p id="keys">
                    if model.sheet.dots < MOST {
                        "Draw with a pointer, or with the arrow keys: space puts the pen down and lifts it."
                    } else {
                        "The sheet is full."
                    }
                </p>
            </main>
        }
    }

    fn subscriptions(&self, _model: &Model) -> Subscription<InternalEvent> {
        Subscription::topic(TOPIC, InternalEvent::Heard)
    }
}

fn drawn(line: &Line) -> impl View<ExternalEvent> + use<> {
    let (color, dots): (_, Vec<_>) = (line.color, line.dots.values().copied().collect());
    html! { <g class={color.name()}>for at in 0..dots.len() { <path d={curve(&dots, at)}/> }</g> }
}

/// The curve that goes by this dot. What a further dot changes of a line is its last curve.
fn curve(dots: &[Point], at: usize) -> String {
    let dot = dots[at];
    let from = dot.between(dots[at.saturating_sub(1)]);
    let to = dot.between(*dots.get(at + 1).unwrap_or(&dot));
    format!("M{} {}Q{} {} {} {}", from.0, from.1, dot.x, dot.y, to.0, to.1)
}

impl Sketch {
    fn put_down(&self, model: &mut Model, point: Point) -> Command<InternalEvent> {
        model.pen = Some(0);
        self.draw(model, point)
    }

    /// Moves the pen, and draws if it is down.
    fn draw(&self, model: &mut Model, point: Point) -> Command<InternalEvent> {
        model.tip = point;
        let Some(at) = model.pen.filter(|_| model.sheet.dots < MOST) else { return Command::none() };
        model.pen = Some(at + 1);
        let dot = Dot { line: model.next, color: model.color, at, point };
        self.tell(model, News { sheet: model.sheet.number, dot: Some(dot) })
    }

    /// Changes this page's sheet at once, and then everybody's.
    fn tell(&self, model: &mut Model, news: News) -> Command<InternalEvent> {
        model.sheet.apply(news);
        let this = self.clone();
        let kept = async move {
            this.lock().apply(news);
            news
        };
        Command::perform(kept, InternalEvent::Kept)
    }

    fn latest(&self) -> impl Future<Output = Sheet> + use<> {
        let this = self.clone();
        async move { this.lock().clone() }
    }

    fn lock(&self) -> MutexGuard<'_, Sheet> {
        self.sheet.lock().expect("nobody panics with the sheet")
    }
}

impl Model {
    fn lift(&mut self) {
        if self.pen.take().is_some() {
            self.next.1 += 1;
        }
    }
}

impl Sheet {
    fn apply(&mut self, news: News) {
        if news.sheet > self.number {
            *self = Self { number: news.sheet, ..Self::default() };
        }
        let Some(Dot { line, color, at, point }) = news.dot.filter(|_| news.sheet == self.number) else { return };
        let line = self.lines.entry(line).or_insert_with(|| Line { color, dots: BTreeMap::new() });
        if line.dots.insert(at, point).is_none() {
            self.dots += 1;
        }
    }

    /// What makes an older sheet this one.
    fn news(&self) -> impl Iterator<Item = News> {
        let sheet = self.number;
        let dots = self.lines.iter().flat_map(|(&line, &Line { color, ref dots })| {
            dots.iter().map(move |(&at, &point)| Dot { line, color, at, point })
        });
        [None].into_iter().chain(dots.map(Some)).map(move |dot| News { sheet, dot })
    }
}

impl Point {
    fn of(pointer: Pointer) -> Self {
        Self { x: pointer.x as i16, y: pointer.y as i16 }.moved(0, 0)
    }

    /// Moved, but not off the sheet.
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
    .ink { --ink: light-dark(#22211f, #eeece6) }
    .red { --ink: light-dark(#d13b3b, #ff7b72) }
    .amber { --ink: light-dark(#d98a00, #f2b134) }
    .green { --ink: light-dark(#2c8a4b, #5fd08a) }
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
    use super::*;

    async fn mounted(sketch: &Sketch) -> Model {
        sketch.mount(&Mount::default()).await.expect("a page").0
    }

    fn at(x: f32, y: f32) -> Pointer {
        let mut pointer = Pointer::default();
        (pointer.x, pointer.y, pointer.buttons) = (x, y, 1);
        pointer
    }

    fn tell(sketch: &Sketch, model: &mut Model, events: impl IntoIterator<Item = ExternalEvent>) {
        for event in events {
            let _ = sketch.update(model, Event::External(event));
        }
    }

    fn lines(model: &Model) -> Vec<Vec<(i16, i16)>> {
        let points = |line: &Line| line.dots.values().map(|point| (point.x, point.y)).collect();
        model.sheet.lines.values().map(points).collect()
    }

    #[tokio::test]
    async fn a_pointer_draws_while_it_is_down() {
        let sketch = Sketch::default();
        let mut model = mounted(&sketch).await;
        tell(
            &sketch,
            &mut model,
            [Move(at(1.0, 1.0)), Press(at(2.4, 3.0)), Move(at(4.0, 5.0)), Lift, Move(at(6.0, 7.0))],
        );
        tell(&sketch, &mut model, [Press(at(8.0, 9.0)), Move(Pointer::default())]);
        assert_eq!(lines(&model), [vec![(2, 3), (4, 5)], vec![(8, 9)]]);
    }

    #[tokio::test]
    async fn keys_draw_too_and_not_off_the_sheet() {
        let sketch = Sketch::default();
        let mut model = mounted(&sketch).await;
        tell(&sketch, &mut model, [Step(i16::MIN, -300), Toggle, Step(STEP, -STEP), Toggle, Step(STEP, 0)]);
        assert_eq!((lines(&model), model.tip), (vec![vec![(0, 0), (12, 0)]], Point { x: 24, y: 0 }));
    }

    #[tokio::test]
    async fn what_is_drawn_is_kept_and_told() {
        let sketch = Sketch::default();
        let mut model = mounted(&sketch).await;
        let command = sketch.update(&mut model, Event::External(Press(at(2.0, 3.0))));
        for action in command.into_actions() {
            let tealight::core::Action::Perform(kept) = action else { panic!("{action:?}") };
            let told = sketch.update(&mut model, Event::Internal(kept.await));
            assert_eq!(format!("{told:?}"), "Publish(\"sketch\")");
        }
        assert_eq!(mounted(&sketch).await.sheet, model.sheet);
    }

    #[test]
    fn news_may_come_in_any_order_and_twice() {
        let dot = |sheet, line, at| {
            let dot = Dot { line: (line, 0), color: Color::Red, at, point: Point { x: at as i16, y: 0 } };
            News { sheet, dot: Some(dot) }
        };
        let news = [dot(0, 1, 0), dot(0, 1, 1), News { sheet: 1, dot: None }, dot(1, 2, 0), dot(1, 2, 1), dot(1, 3, 0)];
        let (mut one, mut other) = (Sheet::default(), Sheet::default());
        news.iter().for_each(|news| one.apply(*news));
        news.iter().rev().chain(&news).for_each(|news| other.apply(*news));
        assert_eq!((one.number, one.lines.len(), one.dots), (1, 2, 3));
        assert_eq!(one, other);
        let mut late = Sheet::default();
        one.news().for_each(|news| late.apply(news));
        assert_eq!(one, late);
    }

    #[tokio::test]
    async fn a_sheet_is_full_at_last() {
        let sketch = Sketch::default();
        let mut model = mounted(&sketch).await;
        tell(&sketch, &mut model, [Toggle]);
        tell(&sketch, &mut model, (0..2 * MOST).map(|_| Step(0, 1)));
        assert_eq!(model.sheet.dots, MOST);
        tell(&sketch, &mut model, [Clear, Toggle]);
        assert_eq!((model.sheet.number, model.sheet.dots), (1, 1));
    }
}
