//! A sliding puzzle for the keyboard, which also shows the pressed keys.
//!
//! ```text
//! cargo run --example keys        # http://127.0.0.1:3000
//! ```
//!
//! The bindings are on the window, so keys work wherever the focus is. A binding with a filter takes one key: arrows slide
//! a tile, N shuffles, Ctrl+Z takes a move back. The bindings without a filter get every key, with the keys that are held
//! and whether it repeats.

use std::collections::VecDeque;
use std::time::{SystemTime, UNIX_EPOCH};

use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Keys").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Keys).layout(layout).start()).await
}

struct Keys;

struct Model {
    puzzle: Puzzle,
    moves: Vec<Way>,
    pressed: VecDeque<Press>,
    presses: u64,
}

/// A key that was pressed, and may still be held.
struct Press {
    number: u64,
    code: String,
    label: String,
    times: u32,
    is_held: bool,
}

#[derive(Hash)]
enum ExternalEvent {
    Slide(Way),
    Push(u8),
    Undo,
    Shuffle,
    Down(Key),
    Up(Key),
    /// The window has lost the focus, so it gets no `keyup` of the keys that are held.
    Away,
}

enum InternalEvent {
    Shuffled(u64),
}

use ExternalEvent::{Away, Down, Push, Shuffle, Slide, Undo, Up};

/// The number of keys that are shown.
const SHOWN: usize = 8;
/// The number of moves that can be taken back.
const REMEMBERED: usize = 10_000;

impl LiveView for Keys {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let puzzle = Puzzle::shuffled(chance());
        Ok((Model { puzzle, moves: Vec::new(), pressed: VecDeque::new(), presses: 0 }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(Slide(way)) => model.slide(way),
            Event::External(Push(tile)) => {
                if let Some(way) = model.puzzle.way_of(tile) {
                    model.slide(way);
                }
            }
            Event::External(Undo) => {
                if let Some(way) = model.moves.pop() {
                    model.puzzle.slide(way.back());
                }
            }
            Event::External(Shuffle) => return Command::perform(async { chance() }, InternalEvent::Shuffled),
            Event::Internal(InternalEvent::Shuffled(chance)) => {
                model.puzzle = Puzzle::shuffled(chance);
                model.moves.clear();
            }
            Event::External(Down(key)) => model.press(key),
            Event::External(Up(key)) => {
                for press in model.pressed.iter_mut().filter(|press| press.code == key.code) {
                    press.is_held = false;
                }
            }
            Event::External(Away) => model.pressed.iter_mut().for_each(|press| press.is_held = false),
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        let is_solved = model.puzzle.is_solved();
        html! {
            <main
                on:window:keydown={Down}
                on:window:keyup={Up}
                on:window:blur={Away}
                on:window:keydown.arrowleft.prevent={Slide(Way::Left)}
                on:window:keydown.arrowright.prevent={Slide(Way::Right)}
                on:window:keydown.arrowup.prevent={Slide(Way::Up)}
                on:window:keydown.arrowdown.prevent={Slide(Way::Down)}
                on:window:keydown.ctrl.z.prevent={Undo}
                on:window:keydown.meta.z.prevent={Undo}
                on:window:keydown.n={Shuffle}
            >
                <h1>"Eight tiles"</h1>
                <div class={[("board", true), ("solved", is_solved)]} role="group" aria-label="Tiles">
                    for (tile, at) in model.puzzle.tiles(), key = tile {
                        <button
                            type="button" style={[("--x", at % 3), ("--y", at / 3)]}
                            disabled={model.puzzle.way_of(tile).is_none()} on:click={Push(tile)}
                        >{tile}</button>
                    }
                </div>
                <p role="status">
                    if is_solved { "Solved in " } else { "Moves: " } {model.moves.len()}
                </p>
                <p class="help">
                    <span><kbd>"←"</kbd> <kbd>"↑"</kbd> <kbd>"→"</kbd> <kbd>"↓"</kbd> " slide"</span>
                    <button type="button" on:click={Undo} disabled={model.moves.is_empty()}><kbd>"Ctrl"</kbd> <kbd>"Z"</kbd> " take back"</button>
                    <button type="button" on:click={Shuffle}><kbd>"N"</kbd> " shuffle"</button>
                </p>
                <h2 id="pressed">"Pressed"</h2>
                <ol class="pressed" aria-labelledby="pressed">
                    for press in &model.pressed, key = press.number {
                        <li class={[("held", press.is_held)]}>
                            <kbd title={&press.code}>{&press.label}</kbd>
                            if press.times > 1 { <small>"×" {press.times}</small> }
                        </li>
                    }
                </ol>
            </main>
        }
    }
}

impl Model {
    fn slide(&mut self, way: Way) {
        if self.moves.len() < REMEMBERED && self.puzzle.slide(way) {
            self.moves.push(way);
        }
    }

    fn press(&mut self, key: Key) {
        if key.repeat
            && let Some(press) = self.pressed.iter_mut().find(|press| press.is_held && press.code == key.code)
        {
            press.times = press.times.saturating_add(1);
            return;
        }
        self.presses += 1;
        self.pressed.push_front(Press {
            number: self.presses,
            label: label(&key),
            code: key.code,
            times: 1,
            is_held: true,
        });
        self.pressed.truncate(SHOWN);
    }
}

/// Returns the name of a key with the keys that are held, such as `Ctrl+Z`.
fn label(key: &Key) -> String {
    let name = match key.key.as_str() {
        " " => "Space",
        "ArrowLeft" => "←",
        "ArrowUp" => "↑",
        "ArrowRight" => "→",
        "ArrowDown" => "↓",
        name => name,
    };
    let held = [(key.ctrl, "Control", "Ctrl+"), (key.alt, "Alt", "Alt+"), (key.meta, "Meta", "Meta+")];
    let mut label: String =
        held.iter().filter(|(held, itself, _)| *held && key.key != *itself).map(|held| held.2).collect();
    label.extend(name.chars().take(20));
    label
}

/// Returns a seed from the clock.
fn chance() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    now.as_nanos() as u64
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Way {
    Left,
    Right,
    Up,
    Down,
}

impl Way {
    const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Up, Self::Down];

    const fn back(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// The tiles in three rows of three; 0 is the hole.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Puzzle([u8; 9]);

impl Puzzle {
    const SOLVED: Self = Self([1, 2, 3, 4, 5, 6, 7, 8, 0]);

    /// Shuffles by sliding tiles of the solved puzzle, so that it can be solved.
    fn shuffled(mut chance: u64) -> Self {
        let mut puzzle = Self::SOLVED;
        while puzzle.is_solved() {
            for _ in 0..200 {
                chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                puzzle.slide(Way::ALL[(chance >> 62) as usize]);
            }
        }
        puzzle
    }

    fn is_solved(&self) -> bool {
        *self == Self::SOLVED
    }

    /// Returns the tiles with their positions, in the order of the tiles.
    fn tiles(&self) -> impl Iterator<Item = (u8, usize)> {
        (1..9).filter_map(|tile| Some((tile, self.place_of(tile)?)))
    }

    fn place_of(&self, tile: u8) -> Option<usize> {
        self.0.iter().position(|other| *other == tile)
    }

    /// Slides the tile that can move in this direction. Returns false if there is none.
    fn slide(&mut self, way: Way) -> bool {
        let Some(from) = self.place_that_slides(way) else { return false };
        let hole = self.place_of(0).expect("one place is empty");
        self.0.swap(from, hole);
        true
    }

    /// Returns the direction in which a tile can slide.
    fn way_of(&self, tile: u8) -> Option<Way> {
        let place = self.place_of(tile).filter(|_| tile > 0)?;
        Way::ALL.into_iter().find(|way| self.place_that_slides(*way) == Some(place))
    }

    fn place_that_slides(&self, way: Way) -> Option<usize> {
        let hole = self.place_of(0)?;
        match way {
            Way::Left => (hole % 3 < 2).then(|| hole + 1),
            Way::Right => (hole % 3 > 0).then(|| hole - 1),
            Way::Up => (hole < 6).then(|| hole + 3),
            Way::Down => (hole > 2).then(|| hole - 3),
        }
    }
}

const STYLE: &str = "
    :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif;
        --line: light-dark(#d5dad5, #313b35); --soft: light-dark(#5d6b62, #94a59a); --card: light-dark(#fff, #1a221d);
        --tile: #1f7a55; color: light-dark(#17211b, #e8f0ea); background: light-dark(#f2f5f2, #101612) }
    body { margin: 0 }
    main { display: grid; justify-items: center; max-width: 40rem; margin: auto; padding: 2.5rem 1.25rem }
    h1 { margin: 0 0 1.5rem; font-size: 2.25rem; line-height: 1.1; letter-spacing: -.02em }
    h2 { margin: 2rem 0 .75rem; color: var(--soft); font-size: .9375rem; font-weight: 500 }
    .board { position: relative; width: 18.5rem; height: 18.5rem; padding: .25rem; border-radius: 1.25rem;
        background: light-dark(#dfe6e0, #1a221d) }
    .board button { position: absolute; width: 5.75rem; height: 5.75rem; margin: .25rem; border: 0; border-radius: 1rem;
        background: var(--tile); color: #fff; font: 600 2rem/1 system-ui, sans-serif; opacity: 1;
        translate: calc(var(--x) * 6.125rem) calc(var(--y) * 6.125rem); transition: translate .12s ease-out }
    .board button:enabled { cursor: pointer }
    .board.solved button { background: light-dark(#b4690e, #c9822a) }
    button:focus-visible { outline: 3px solid light-dark(#17211b, #e8f0ea); outline-offset: 2px }
    [role=status] { margin: 1rem 0 0; font-variant-numeric: tabular-nums }
    .help { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; justify-content: center;
        margin: .75rem 0 0; color: var(--soft); font-size: .9375rem }
    .help span, .help button { display: flex; gap: .25rem; align-items: baseline }
    .help button { border: 0; border-radius: .5rem; padding: .25rem .5rem; background: none; color: inherit; font: inherit;
        cursor: pointer }
    .help button:disabled { opacity: .5; cursor: default }
    kbd { display: inline-block; min-width: 1em; padding: .125em .5em; border: 1px solid var(--line);
        border-bottom-width: 3px; border-radius: .4em; background: var(--card); color: light-dark(#17211b, #e8f0ea);
        font: inherit; text-align: center }
    .pressed { display: flex; flex-wrap: wrap; gap: .5rem; justify-content: center; min-height: 2.75rem; margin: 0;
        padding: 0; list-style: none; font-size: 1.25rem }
    .pressed li { opacity: .55; transition: opacity .2s }
    .pressed .held { opacity: 1 }
    .held kbd { border-color: var(--tile); border-bottom-width: 1px; margin-top: 2px;
        background: var(--tile); color: #fff }
    small { margin-left: .25em; color: var(--soft); font-variant-numeric: tabular-nums }
    @media (prefers-reduced-motion: reduce) { .board button, .pressed li { transition: none } }
";

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tealight_test::TestApp;

    use super::*;

    fn model(puzzle: [u8; 9]) -> Model {
        Model { puzzle: Puzzle(puzzle), moves: Vec::new(), pressed: VecDeque::new(), presses: 0 }
    }

    fn update(model: &mut Model, event: ExternalEvent) {
        assert!(Keys.update(model, Event::External(event)).is_none());
    }

    #[test]
    fn a_tile_slides_into_the_hole_and_back() {
        let mut model = model([1, 2, 3, 4, 5, 6, 7, 0, 8]);
        update(&mut model, Slide(Way::Left));
        assert!(model.puzzle.is_solved());
        update(&mut model, Slide(Way::Left));
        assert_eq!(model.moves, [Way::Left], "no tile can slide left");
        update(&mut model, Undo);
        assert_eq!((model.puzzle.0, model.moves.len()), ([1, 2, 3, 4, 5, 6, 7, 0, 8], 0));
        update(&mut model, Undo);
    }

    #[test]
    fn a_pushed_tile_slides_where_it_can() {
        let mut model = model([1, 2, 3, 4, 0, 6, 7, 5, 8]);
        update(&mut model, Push(1));
        update(&mut model, Push(0));
        assert!(model.moves.is_empty(), "neither can slide");
        update(&mut model, Push(5));
        assert_eq!((model.puzzle.0, model.moves), ([1, 2, 3, 4, 5, 6, 7, 0, 8], vec![Way::Up]));
    }

    #[test]
    fn a_shuffled_puzzle_is_not_solved() {
        for chance in 0..100 {
            let puzzle = Puzzle::shuffled(chance);
            assert!(!puzzle.is_solved());
            let mut tiles = puzzle.0;
            tiles.sort_unstable();
            assert_eq!(tiles, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
        }
    }

    #[test]
    fn arrows_and_clicks_slide_and_ctrl_z_takes_back() {
        let page = TestApp::start(Keys).open("/");
        let tiles = || page.html(".board");
        let first = tiles();
        let tile = |at: usize| format!(".board button:nth-child({at})");
        let movable = (1..=8).map(tile).find(|tile| page.attribute(tile, "disabled").is_none());
        page.click(&movable.expect("a tile beside the hole"));
        assert_ne!(tiles(), first);
        assert_eq!(page.text("[role=status]"), "Moves: 1");
        page.press("body", "Ctrl+z");
        assert_eq!((tiles(), page.text("[role=status]")), (first, "Moves: 0".into()));
        // one of these slides a tile in any position
        for key in ["ArrowLeft", "ArrowRight"] {
            page.press("body", key);
        }
        assert_ne!(page.text("[role=status]"), "Moves: 0");
        page.press("body", "n");
        assert_eq!(page.text("[role=status]"), "Moves: 0");
    }

    #[test]
    fn a_key_is_held_until_it_is_released() {
        let page = TestApp::start(Keys).open("/");
        for key in [
            json!({"key": "a", "code": "KeyA"}),
            json!({"key": "a", "code": "KeyA", "repeat": true}),
            json!({"key": "z", "code": "KeyZ", "ctrlKey": true}),
        ] {
            page.dispatch("body", "keydown", &key);
        }
        assert_eq!(page.texts(".pressed li"), ["Ctrl+z", "a×2"]);
        assert_eq!(page.texts(".held"), ["Ctrl+z", "a×2"]);
        page.dispatch("body", "keyup", &json!({"key": "a", "code": "KeyA"}));
        assert_eq!(page.texts(".held"), ["Ctrl+z"]);
        page.dispatch("body", "blur", &());
        assert_eq!((page.count(".held"), page.texts(".pressed li").len()), (0, 2));
    }

    #[test]
    fn the_latest_keys_are_shown() {
        let page = TestApp::start(Keys).open("/");
        for _ in 0..2 * SHOWN {
            page.dispatch("body", "keydown", &json!({"key": "Control", "code": "ControlLeft", "ctrlKey": true}));
        }
        assert_eq!(page.texts(".pressed li"), ["Control"; SHOWN]);
    }
}
