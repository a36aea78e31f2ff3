//! A to-do list for the mouse and for the keyboard.
//!
//! ```text
//! cargo run --example todo        # http://127.0.0.1:3000
//! ```
//!
//! Rows have keys, so a row that moves keeps its focus and the text that is being typed into it. Drag its handle, or
//! press Alt+↑ and Alt+↓ anywhere in the row. The list lives as long as its page.

use serde::Deserialize;
use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("To do").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Todo).layout(layout).start()).await
}

struct Todo;

#[derive(Debug, Default)]
struct Model {
    tasks: Vec<Task>,
    /// The id of the next task.
    next: u32,
    shown: Shown,
    /// The id of the task that another one is dragged over.
    over: Option<u32>,
}

#[derive(Debug)]
struct Task {
    id: u32,
    text: String,
    is_done: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Shown {
    #[default]
    All,
    Open,
    Done,
}

/// The form for a new task. `.reset` empties it at once, so the next task can be typed while this one is on its way.
#[derive(Hash, Deserialize)]
struct NewTask {
    task: String,
}

#[derive(Hash)]
enum ExternalEvent {
    Add(NewTask),
    Rename(u32, String),
    Check(u32, bool),
    Delete(u32),
    Show(Shown),
    ClearDone,
    MoveUp(u32),
    MoveDown(u32),
    DragOver(u32),
    /// The id of the target, then the id of the dropped task.
    Drop(u32, u32),
    DragEnd,
}

use ExternalEvent::*;

/// The most tasks of a list.
const MOST: usize = 500;

impl LiveView for Todo {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = ();

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        let mut model = Model::default();
        for text in ["Water the plants", "Write to Ada", "Mend the bicycle"] {
            model.add(text);
        }
        Ok((model, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, ()>) -> Command<()> {
        let Event::External(event) = event else { return Command::none() };
        match event {
            Add(new) => model.add(&new.task),
            Rename(id, text) => {
                if let Some(task) = model.task(id) {
                    task.text = text;
                }
            }
            Check(id, is_done) => {
                if let Some(task) = model.task(id) {
                    task.is_done = is_done;
                }
            }
            Delete(id) => model.tasks.retain(|task| task.id != id),
            Show(shown) => model.shown = shown,
            ClearDone => model.tasks.retain(|task| !task.is_done),
            MoveUp(id) => model.step(id, |at, ids| Some(ids[at.checked_sub(1)?])),
            MoveDown(id) => model.step(id, |at, ids| ids.get(at + 1).copied()),
            DragOver(id) => model.over = Some(id),
            Drop(to, id) => {
                model.over = None;
                model.put(id, to);
            }
            DragEnd => model.over = None,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        let open = model.tasks.iter().filter(|task| !task.is_done).count();
        html! {
            <main>
                <h1>"To do"</h1>
                <form class="new" on:submit.reset={Add}>
                    <input aria-label="What is to be done?" placeholder="What is to be done?" name="task" autocomplete="off"
                        maxlength="200">
                    <button>"Add"</button>
                </form>
                <ul aria-label="Tasks" aria-describedby="keys">
                    for task in model.shown(), key = task.id {
                        <li
                            transition:enter="coming"
                            transition:leave="going"
                            class={[("done", task.is_done), ("over", model.over == Some(task.id))]}
                            on:keydown.alt.arrowup.prevent={MoveUp(task.id)}
                            on:keydown.alt.arrowdown.prevent={MoveDown(task.id)}
                            on:dragenter={DragOver(task.id)}
                            on:dragend={DragEnd}
                            on:drop={with(task.id, Drop)}
                        >
                            <span class="handle" draggable="true" data-drag={task.id} title="Drag to move">"⠿"</span>
                            <input type="checkbox" aria-label={format_args!("Done: {}", task.text)}
                                checked={task.is_done} on:check={with(task.id, Check)}>
                            <input aria-label="Task" value={&task.text} maxlength="200" autocomplete="off"
                                on:change={with(task.id, Rename)}>
                            <button type="button" aria-label={format_args!("Delete: {}", task.text)}
                                on:click={Delete(task.id)}>"×"</button>
                        </li>
                    }
                </ul>
                <footer>
                    <p role="status">{open} if open == 1 { " task left" } else { " tasks left" }</p>
                    <div role="group" aria-label="Show">
                        {filter("All", Shown::All, model.shown)}
                        {filter("Open", Shown::Open, model.shown)}
                        {filter("Done", Shown::Done, model.shown)}
                    </div>
                    <button type="button" disabled={open == model.tasks.len()} on:click={ClearDone}>"Clear done"</button>
                </footer>
                <p id="keys"><kbd>"Alt"</kbd> " " <kbd>"↑"</kbd> " and " <kbd>"Alt"</kbd> " " <kbd>"↓"</kbd> " move a task."</p>
            </main>
        }
    }
}

fn filter(name: &'static str, shows: Shown, shown: Shown) -> impl View<ExternalEvent> {
    html! { <button type="button" aria-pressed={shows == shown} on:click={Show(shows)}>{name}</button> }
}

impl Model {
    fn shown(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| match self.shown {
            Shown::All => true,
            Shown::Open => !task.is_done,
            Shown::Done => task.is_done,
        })
    }

    fn task(&mut self, id: u32) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.id == id)
    }

    fn add(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() && self.tasks.len() < MOST {
            self.tasks.push(Task { id: self.next, text: text.to_owned(), is_done: false });
            self.next += 1;
        }
    }

    /// Moves a task to the position of another one that is shown.
    fn put(&mut self, id: u32, to: u32) {
        let place = |id| self.tasks.iter().position(|task| task.id == id);
        if let (Some(from), Some(to)) = (place(id), place(to)) {
            let task = self.tasks.remove(from);
            self.tasks.insert(to, task);
        }
    }

    fn step(&mut self, id: u32, neighbour: impl Fn(usize, &[u32]) -> Option<u32>) {
        let ids: Vec<u32> = self.shown().map(|task| task.id).collect();
        let at = ids.iter().position(|other| *other == id);
        if let Some(to) = at.and_then(|at| neighbour(at, &ids)) {
            self.put(id, to);
        }
    }
}

const STYLE: &str = "
    :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; accent-color: #c2410c;
        --line: light-dark(#e7dfd8, #3a312b); --soft: light-dark(#75685e, #a8988b); --card: light-dark(#fff, #221c18);
        color: light-dark(#241c16, #f3ece6); background: light-dark(#faf6f2, #15110e) }
    body { margin: 0 }
    main { max-width: 34rem; margin: auto; padding: 3rem 1.25rem }
    h1 { margin: 0 0 1.25rem; font-size: 2.25rem; line-height: 1.1; letter-spacing: -.02em }
    input, button { font: inherit; color: inherit }
    button { border: 1px solid transparent; border-radius: .5rem; padding: .375rem .75rem; background: none; cursor: pointer }
    button:hover:enabled { background: light-dark(#f0e7df, #2e2621) }
    button:disabled { opacity: .45; cursor: default }
    :focus-visible { outline: 3px solid #c2410c; outline-offset: 1px }
    .new { display: flex; gap: .5rem; margin-bottom: 1.25rem }
    .new input { flex: 1; min-width: 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .75rem;
        background: var(--card) }
    .new button, .new button:hover { padding: 0 1.25rem; border-radius: .75rem; background: #c2410c; color: #fff }
    ul { margin: 0; padding: 0; border: 1px solid var(--line); border-radius: .75rem; background: var(--card);
        list-style: none }
    ul:empty { display: none }
    li { display: flex; gap: .75rem; align-items: center; padding: .375rem .75rem; border-top: 1px solid var(--line) }
    li:first-child { border-top: 0 }
    .coming { animation: fade .15s } .going { animation: fade .15s reverse forwards } @keyframes fade { from { opacity: 0 } }
    li.over { box-shadow: 0 0 0 2px #c2410c; border-radius: .5rem }
    .handle { color: var(--soft); cursor: grab; user-select: none }
    [type=checkbox] { width: 1.25rem; height: 1.25rem; margin: 0 }
    li input:not([type]) { flex: 1; min-width: 0; border: 0; border-radius: .375rem; padding: .375rem; background: none }
    .done input:not([type]) { color: var(--soft); text-decoration: line-through }
    li button { padding: .125rem .625rem; color: var(--soft); font-size: 1.25rem }
    footer { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between;
        margin-top: .75rem; color: var(--soft); font-size: .9375rem }
    footer p { margin: 0; font-variant-numeric: tabular-nums }
    [aria-pressed=true] { border-color: var(--line); background: var(--card); color: light-dark(#241c16, #f3ece6) }
    #keys { margin-top: 2rem; color: var(--soft); font-size: .875rem }
    kbd { padding: .1em .4em; border: 1px solid var(--line); border-radius: .3em; font: inherit }
";

#[cfg(test)]
mod tests {
    use tealight_test::{TestApp, TestPage};

    use super::*;

    /// Opens a page and adds the tasks a, b, c and d in place of the first three.
    fn todo() -> (TestApp, TestPage) {
        let app = TestApp::start(Todo);
        let page = app.open("/");
        while page.count("li") > 0 {
            page.click("li:first-child button");
        }
        ["a", "b", "c", "d"].into_iter().for_each(|text| add(&page, text));
        (app, page)
    }

    fn add(page: &TestPage, text: &str) {
        page.fill(".new input", text);
        page.press(".new input", "Enter");
    }

    fn row(at: usize, inside: &str) -> String {
        format!("li:nth-child({at}) {inside}")
    }

    /// Selects the text of the task in row `at`.
    fn text(at: usize) -> String {
        row(at, "[aria-label=Task]")
    }

    fn texts(page: &TestPage) -> String {
        (1..=page.count("li")).map(|at| page.value(&text(at))).collect()
    }

    fn show(page: &TestPage, at: usize) {
        page.click(&format!("[role=group] button:nth-child({at})"));
    }

    #[test]
    fn the_first_page_has_three_tasks() {
        let page = TestApp::start(Todo).open("/");
        assert_eq!((page.count("li"), page.text("[role=status]")), (3, "3 tasks left".into()));
        assert_eq!(page.value(&text(1)), "Water the plants");
    }

    #[test]
    fn adding_a_task_empties_the_field() {
        let (_app, page) = todo();
        add(&page, " e ");
        assert_eq!((texts(&page), page.value(".new input")), ("abcde".into(), String::new()));
        add(&page, "  ");
        assert_eq!((texts(&page), page.value(".new input")), ("abcde".into(), String::new()));
    }

    #[test]
    fn tasks_are_renamed_checked_deleted_and_filtered() {
        let (_app, page) = todo();
        page.fill(&text(2), "B");
        page.click(&row(3, "[type=checkbox]"));
        page.click(&row(1, "button"));
        assert_eq!((texts(&page), page.text("[role=status]")), ("Bcd".into(), "2 tasks left".into()));
        assert!(page.is_checked(&row(2, "[type=checkbox]")));
        for (filter, shown) in [(2, "Bd"), (3, "c"), (1, "Bcd")] {
            show(&page, filter);
            assert_eq!(texts(&page), shown);
            assert_eq!(
                page.attribute(&format!("[role=group] button:nth-child({filter})"), "aria-pressed").as_deref(),
                Some("true")
            );
        }
        page.click("footer > button");
        assert_eq!(texts(&page), "Bd");
    }

    #[test]
    fn a_dropped_task_takes_the_place_of_its_target() {
        // tasks have the ids 3 to 6, since three others were deleted
        for (to, id, expected) in [(1, "5", "cabd"), (4, "3", "bcda"), (2, "4", "abcd"), (2, "9", "abcd")] {
            let (_app, page) = todo();
            page.dispatch(&row(to, ".handle"), "dragenter", &());
            assert_eq!(page.attribute(&format!("li:nth-child({to})"), "class").as_deref(), Some("over"));
            page.dispatch(&row(to, ".handle"), "drop", id);
            assert_eq!((texts(&page).as_str(), page.count(".over")), (expected, 0));
        }
    }

    #[test]
    fn a_task_moves_past_its_shown_neighbour() {
        let (_app, page) = todo();
        page.press(&text(1), "Alt+ArrowUp");
        page.press(&text(4), "Alt+ArrowDown");
        assert_eq!(texts(&page), "abcd");
        page.press(&text(2), "Alt+ArrowUp");
        page.press(&text(3), "Alt+ArrowDown");
        assert_eq!(texts(&page), "badc");
        page.click(&row(2, "[type=checkbox]"));
        show(&page, 2);
        page.press(&text(1), "Alt+ArrowDown");
        assert_eq!(texts(&page), "dbc");
        show(&page, 1);
        assert_eq!(texts(&page), "adbc");
    }

    #[test]
    fn unknown_tasks_are_ignored() {
        let mut model = Model::default();
        model.add("a");
        for event in [Rename(9, "gone".into()), Check(9, true), Delete(9), Drop(9, 0), MoveUp(9)] {
            assert!(Todo.update(&mut model, Event::External(event)).is_none());
            assert_eq!((model.tasks.len(), model.tasks[0].text.as_str()), (1, "a"));
        }
    }

    #[test]
    fn the_list_has_a_limit() {
        let mut model = Model::default();
        (0..2 * MOST).for_each(|_| model.add("more"));
        assert_eq!(model.tasks.len(), MOST);
    }
}
