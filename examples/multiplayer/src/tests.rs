//! Several people on one board, under virtual time.

use std::cell::Cell;
use std::time::Duration;

use tealight::prelude::*;
use tealight_test::{TestApp, TestPage};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::database::Database;
use crate::database::tests::{add, empty};
use crate::guest::{COOKIE, Guest};
use crate::hands::Tray;
use crate::shared::Shared;
use crate::start;

struct Test {
    app: TestApp,
    database: Database,
    _hands: JoinSet<()>,
    _folder: TempDir,
}

fn board() -> Test {
    let (folder, database) = empty();
    let hands = Cell::new(JoinSet::new());
    let app = TestApp::with(|| {
        let tray = Tray::default();
        let live = start(database.clone(), &tray, Shared::default());
        hands.set(tray.publish(live.publisher()));
        live
    });
    Test { app, database, _hands: hands.into_inner(), _folder: folder }
}

impl Test {
    fn open(&self, name: &str) -> TestPage {
        let cookie = Guest::new(name).expect("a guest").cookie();
        let page = self.app.visit(|| PageRequest::new("/", "").header("cookie", format!("{COOKIE}={cookie}")));
        page.expect("a page")
    }

    fn wait(&self, milliseconds: u64) {
        self.app.advance(Duration::from_millis(milliseconds));
    }
}

fn pointer(page: &TestPage, selector: &str, event: &str, x: i32, y: i32) {
    page.dispatch(selector, event, &Pointed { x, y, buttons: 1 });
}

#[derive(serde::Serialize)]
struct Pointed {
    x: i32,
    y: i32,
    buttons: u8,
}

fn place(page: &TestPage) -> String {
    let style = page.attribute(".note", "style").expect("a style");
    style.split(';').next().expect("a property").trim_start_matches("translate: ").to_owned()
}

#[test]
fn somebody_without_a_name_is_asked_for_one() {
    let test = board();
    let error = test.app.visit(|| PageRequest::new("/", "")).err();
    assert!(matches!(error, Some(MountError::Redirect(to)) if to == "/enter"));
    assert_eq!(test.app.open("/enter?failed").count("[aria-invalid=true]"), 1);
}

#[test]
fn people_see_who_is_here() {
    let test = board();
    let ada = test.open("Ada");
    let bob = test.open("Bob");
    test.wait(2_000);
    assert_eq!(ada.text(".count"), "2 people are here");
    let mut names = bob.texts(".people li");
    names.sort_unstable();
    assert_eq!(names, ["Ada", "Bob (you)"]);
    drop(bob);
    test.wait(10_000);
    assert_eq!(ada.texts(".people li"), ["Ada (you)"]);
}

#[test]
fn a_note_is_added_written_and_removed_for_all() {
    let test = board();
    let (ada, bob) = (test.open("Ada"), test.open("Bob"));
    ada.click("header button");
    bob.fill("textarea", "Buy tea");
    test.wait(500);
    assert_eq!((ada.value("textarea"), test.open("Cleo").value("textarea")), ("Buy tea".into(), "Buy tea".into()));
    ada.click(".remove");
    assert_eq!((ada.count(".note"), bob.count(".note")), (0, 0));
}

#[test]
fn a_note_that_is_dragged_moves_on_all_pages_and_stays_where_it_is_dropped() {
    let test = board();
    let (ada, bob) = (test.open("Ada"), test.open("Bob"));
    test.wait(2_000);
    ada.click("header button");
    assert_eq!(place(&bob), "40px 40px");
    pointer(&ada, ".grip", "pointerdown", 5, 6);
    pointer(&ada, ".board", "pointermove", 305, 206);
    assert_eq!((place(&ada), place(&bob)), ("300px 200px".into(), "40px 40px".into()));
    test.wait(200);
    assert_eq!((place(&bob), bob.count(".note.held"), bob.text(".cursor")), ("300px 200px".into(), 1, "Ada".into()));
    ada.dispatch("body", "pointerup", &Pointed { x: 305, y: 206, buttons: 0 });
    test.wait(200);
    assert_eq!((place(&bob), bob.count(".note.held")), ("300px 200px".into(), 0));
    assert_eq!(place(&test.open("Cleo")), "300px 200px");
}

#[test]
fn a_note_moves_by_keyboard_and_stays_on_the_board() {
    let test = board();
    let (ada, bob) = (test.open("Ada"), test.open("Bob"));
    ada.click("header button");
    ada.press(".grip", "ArrowRight");
    assert_eq!(place(&bob), "60px 40px");
    for _ in 0..4 {
        ada.press(".grip", "ArrowUp");
    }
    assert_eq!((place(&ada), place(&bob)), ("60px 0px".into(), "60px 0px".into()));
}

#[test]
fn the_hand_of_somebody_who_leaves_goes() {
    let test = board();
    let (ada, bob, cleo) = (test.open("Ada"), test.open("Bob"), test.open("Cleo"));
    test.wait(2_000);
    for page in [&bob, &cleo] {
        page.dispatch(".board", "pointermove", &Pointed { x: 5, y: 5, buttons: 0 });
    }
    test.wait(200);
    assert_eq!((ada.count(".cursor"), bob.count(".cursor")), (2, 1), "a page does not show its own hand");
    cleo.dispatch(".board", "pointerleave", &Pointed { x: 0, y: 0, buttons: 0 });
    test.wait(200);
    assert_eq!(ada.texts(".cursor"), ["Bob"]);
    drop(bob);
    test.wait(10_000);
    assert_eq!(ada.count(".cursor"), 0);
}

#[test]
fn a_hand_that_does_not_move_goes_too() {
    let test = board();
    let (ada, bob) = (test.open("Ada"), test.open("Bob"));
    test.wait(2_000);
    bob.dispatch(".board", "pointermove", &Pointed { x: 5, y: 5, buttons: 0 });
    test.wait(29_000);
    assert_eq!(ada.count(".cursor"), 1);
    test.wait(2_000);
    assert_eq!(ada.count(".cursor"), 0);
}

#[test]
fn people_chat() {
    let test = board();
    let (ada, bob) = (test.open("Ada"), test.open("Bob"));
    for (page, text) in [(&ada, " Hello "), (&bob, "  "), (&bob, "Hi <b>")] {
        page.fill("aside input", text);
        page.submit("aside form");
    }
    for page in [&ada, &bob, &test.open("Cleo")] {
        assert_eq!(page.texts("[role=log] li"), ["Ada Hello", "Bob Hi <b>"]);
    }
}

#[test]
fn a_full_board_says_so() {
    let test = board();
    (0..crate::database::MOST_NOTES).for_each(|n| drop(test.database.store(&add(n))));
    let ada = test.open("Ada");
    ada.click("header button");
    assert_eq!(ada.text(".trouble"), "This was not done: the board is full: remove a note first.");
    ada.click(".note:first-child .remove");
    assert_eq!(ada.text(".trouble"), "");
}

#[test]
fn a_page_says_that_it_does_not_hear_of_others() {
    let test = board();
    let ada = test.open("Ada");
    assert_eq!(ada.text(".trouble"), "");
    test.app.engine_connected(false);
    assert!(ada.text(".trouble").starts_with("You may not see what others do"));
    test.app.engine_connected(true);
    assert_eq!(ada.text(".trouble"), "");
}
