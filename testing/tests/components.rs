//! A list of books, each a component that loads its text, counts the seconds in which it is open, and has notes.

use std::convert::Infallible;
use std::time::Duration;

use tealight_core::{
    Child, ChildEvent, Children, Command, Component, Event, LiveView, MountError, PageRequest, Subscription, View, html,
};
use tealight_test::{TestApp, TestPage};
use tokio::time::sleep;

/// A service that needs eleven seconds for its first answer, twelve for the second, and so on.
#[derive(Clone)]
struct Library;

impl Library {
    async fn blurb(self, attempt: u64) -> String {
        sleep(Duration::from_secs(10 + attempt)).await;
        format!("blurb {attempt}")
    }
}

#[derive(Default)]
struct Book {
    is_open: bool,
    seconds: u32,
    blurb: Option<String>,
    heard: u32,
    notes: Children<usize, Note>,
}

#[derive(Hash)]
enum Press {
    Toggle,
    Note,
    Away,
    OnNote(ChildEvent<(), usize>),
}

enum Told {
    Tick,
    Blurb(String),
    Heard(u32),
    OnNote(ChildEvent<Infallible, usize>),
}

#[derive(Debug, PartialEq)]
enum Wish {
    Load,
    Go,
}

impl Book {
    fn load(&self, library: &Library, attempt: u64) -> Command<Told> {
        Command::perform(library.clone().blurb(attempt), Told::Blurb)
    }
}

impl Component for Book {
    type ExternalEvent = Press;
    type InternalEvent = Told;
    type Outcome = (Command<Told>, Option<Wish>);

    fn update(&mut self, event: Event<Press, Told>) -> Self::Outcome {
        let mut wish = None;
        match event {
            Event::External(Press::Toggle) => {
                self.is_open = !self.is_open;
                wish = self.is_open.then_some(Wish::Load);
            }
            Event::External(Press::Note) => drop(self.notes.insert(self.notes.len(), Note::default())),
            Event::External(Press::Away) => wish = Some(Wish::Go),
            Event::External(Press::OnNote(event)) => {
                return (self.notes.update(Event::External(event), Told::OnNote), None);
            }
            Event::Internal(Told::OnNote(event)) => {
                return (self.notes.update(Event::Internal(event), Told::OnNote), None);
            }
            Event::Internal(Told::Tick) => self.seconds += 1,
            Event::Internal(Told::Heard(number)) => self.heard += number,
            Event::Internal(Told::Blurb(blurb)) => self.blurb = Some(blurb),
        }
        (Command::none(), wish)
    }

    fn view(&self) -> impl View<Press> {
        html! {
            <button class="toggle" on:click={Press::Toggle}>"Open"</button>
            <button class="note" on:click={Press::Note}>"Note"</button>
            <button class="away" on:click={Press::Away}>"Away"</button>
            <b>{self.seconds} " s, heard " {self.heard}</b>
            <q>{&self.blurb}</q>
            for note in &self.notes, key = note.key() { {note.view(Press::OnNote)} }
        }
    }

    fn subscriptions(&self) -> Subscription<Told> {
        if !self.is_open {
            return Subscription::none();
        }
        Subscription::batch([
            Subscription::every(Duration::from_secs(1), Told::Tick),
            Subscription::topic("news", Told::Heard),
        ])
    }
}

#[derive(Default)]
struct Note {
    stars: u32,
}

impl Component for Note {
    type ExternalEvent = ();
    type InternalEvent = Infallible;
    type Outcome = Command<Infallible>;

    fn update(&mut self, event: Event<(), Infallible>) -> Command<Infallible> {
        let Event::External(()) = event;
        self.stars += 1;
        Command::title(format!("{} stars", self.stars))
    }

    fn view(&self) -> impl View<()> {
        html! { <button class="star" on:click={()}>{self.stars}</button> }
    }
}

struct Shelf;

#[derive(Default)]
struct Model {
    books: Children<u32, Book>,
    pinned: Child<Book>,
    loads: u64,
}

#[derive(Hash)]
enum External {
    Book(ChildEvent<Press, u32>),
    Pinned(ChildEvent<Press>),
    Add(u32),
}

enum Internal {
    Book(ChildEvent<Told, u32>),
    Pinned(ChildEvent<Told>),
}

impl LiveView for Shelf {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        let books = (1..=2).map(|id| (id, Book::default())).collect();
        Ok((Model { books, ..Model::default() }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<External, Internal>) -> Command<Internal> {
        let (id, event) = match event {
            Event::External(External::Add(id)) => {
                model.books.insert(id, Book::default());
                return Command::none();
            }
            Event::External(External::Pinned(event)) => {
                return model.pinned.update(Event::External(event), Internal::Pinned).0;
            }
            Event::Internal(Internal::Pinned(event)) => {
                return model.pinned.update(Event::Internal(event), Internal::Pinned).0;
            }
            Event::External(External::Book(event)) => (event.key, Event::External(event)),
            Event::Internal(Internal::Book(event)) => (event.key, Event::Internal(event)),
        };
        let (command, wish) = model.books.update(event, Internal::Book);
        match wish {
            Some(Wish::Load) => {
                model.loads += 1;
                let attempt = model.loads;
                model.books.run(&id, |book| book.load(&Library, attempt), Internal::Book)
            }
            Some(Wish::Go) => {
                model.books.remove(&id);
                command
            }
            None => command,
        }
    }

    fn view(&self, model: &Model) -> impl View<External> {
        html! {
            <div id="pinned">{model.pinned.view(External::Pinned)}</div>
            <ul>
                for book in &model.books, key = book.key() {
                    <li id={format_args!("book-{}", book.key())}>{book.view(External::Book)}</li>
                }
            </ul>
            <button id="add" on:click={External::Add(2)}>"Add"</button>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        Subscription::batch([model.pinned.subscriptions(Internal::Pinned), model.books.subscriptions(Internal::Book)])
    }
}

fn open() -> (TestApp, TestPage) {
    let app = TestApp::start(Shelf);
    let page = app.open("/");
    (app, page)
}

fn milliseconds(app: &TestApp, milliseconds: u64) {
    app.advance(Duration::from_millis(milliseconds));
}

#[test]
fn each_book_has_a_state_of_its_own() {
    let (app, page) = open();
    page.click("#book-1 .toggle");
    milliseconds(&app, 500);
    page.click("#book-2 .toggle");
    page.click("#pinned .toggle");
    app.publish("news", &3);
    milliseconds(&app, 2_600);
    assert_eq!(page.texts("b"), ["2 s, heard 3", "3 s, heard 3", "2 s, heard 3"]);
}

#[test]
fn a_result_reaches_the_book_that_waits_for_it() {
    let (app, page) = open();
    page.click("#book-2 .toggle");
    page.click("#book-1 .toggle");
    milliseconds(&app, 11_500);
    assert_eq!(page.texts("q"), ["", "", "blurb 1"]);
    milliseconds(&app, 1_000);
    assert_eq!(page.texts("q"), ["", "blurb 2", "blurb 1"]);
}

#[test]
fn a_late_result_reaches_no_other_book_with_the_same_key() {
    let (app, page) = open();
    page.click("#book-2 .toggle");
    page.click("#book-2 .away");
    assert_eq!(page.count("#book-2"), 0);
    page.click("#add");
    milliseconds(&app, 5_000);
    page.click("#book-2 .toggle");
    milliseconds(&app, 7_000);
    assert_eq!(page.text("#book-2 q"), "");
    milliseconds(&app, 6_000);
    assert_eq!(page.text("#book-2 q"), "blurb 2");
}

#[test]
fn a_timer_keeps_its_rhythm_when_an_earlier_book_goes() {
    let (app, page) = open();
    page.click("#book-1 .toggle");
    milliseconds(&app, 500);
    page.click("#book-2 .toggle");
    milliseconds(&app, 400);
    page.click("#book-1 .away");
    milliseconds(&app, 500);
    assert_eq!(page.text("#book-2 b"), "0 s, heard 0");
    milliseconds(&app, 200);
    assert_eq!(page.text("#book-2 b"), "1 s, heard 0");
}

#[test]
fn a_component_of_a_component_has_its_events_and_commands() {
    let (_app, page) = open();
    for _ in 0..2 {
        page.click("#book-2 .note");
    }
    page.click("#book-1 .note");
    for _ in 0..3 {
        page.click("#book-2 .star:last-child");
    }
    assert_eq!((page.texts(".star").join(" "), page.title()), ("0 0 3".into(), "3 stars".into()));
}
