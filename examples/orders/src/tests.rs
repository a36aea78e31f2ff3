//! Two pages and a listener, under virtual time.

use tealight_test::{TestApp, TestPage};
use tempfile::TempDir;

use crate::database::tests::{NOW, shop};
use crate::database::{Database, MOST, place};
use crate::order::State;
use crate::{listener, start};

struct Test {
    app: TestApp,
    database: Database,
    listener: listener::Watch,
    _folder: TempDir,
}

fn orders(customers: &[&str]) -> Test {
    let (folder, database) = shop(customers);
    let listener = listener::Watch::start(&database, NOW).expect("a listener");
    let app = TestApp::with(|| start(&database, None));
    Test { app, database, listener, _folder: folder }
}

impl Test {
    /// Lets the listener look at the database.
    fn listen(&mut self) {
        if let Some(news) = self.listener.look(NOW).expect("a look") {
            listener::tell(&self.app.live().publisher(), &news);
            self.app.settle();
        }
    }

    fn place(&self, customer: &str) {
        self.database.write(|books| place(books, None, (customer, "1 × Sencha", 700), NOW)).expect("an order");
    }

    fn bring(&self, number: u32, to: State) {
        let order = self.database.order(number).expect("an answer").expect("an order");
        self.database.change(number, order.change, to).expect("an answer");
    }
}

fn customers(page: &TestPage) -> String {
    page.texts("td:nth-child(2)").join(" ")
}

#[test]
fn a_change_from_outside_reaches_all_pages() {
    let mut test = orders(&["Ada", "Bob"]);
    let (all, packed, order) = (test.app.open("/"), test.app.open("/?state=packed"), test.app.open("/orders/1"));
    assert_eq!((customers(&all), customers(&packed)), ("Bob Ada".into(), String::new()));
    test.place("Cleo");
    test.bring(1, State::Packed);
    test.listen();
    assert_eq!((customers(&all), customers(&packed)), ("Cleo Bob Ada".into(), "Ada".into()));
    assert_eq!(all.texts("nav b"), ["3", "2", "1", "0", "0"]);
    assert_eq!(
        (order.text("[role=status]"), order.texts(".actions button").join(", ")),
        ("packed".into(), "Send, Cancel the order".into())
    );
    test.bring(1, State::Sent);
    test.listen();
    assert_eq!((customers(&all), customers(&packed), order.count("button")), ("Cleo Bob Ada".into(), String::new(), 0));
}

#[test]
fn a_person_brings_an_order_to_its_next_state() {
    let mut test = orders(&["Ada"]);
    let (page, other) = (test.app.open("/orders/1"), test.app.open("/"));
    page.click("button:first-child");
    assert_eq!((page.text("[role=status]"), other.text("tbody .badge")), ("packed".into(), "new".into()));
    test.listen();
    assert_eq!((page.text("[role=status]"), other.text("tbody .badge")), ("packed".into(), "packed".into()));
}

#[test]
fn a_person_who_is_too_late_is_told() {
    let test = orders(&["Ada"]);
    let page = test.app.open("/orders/1");
    test.bring(1, State::Cancelled);
    page.click("button:first-child");
    assert_eq!(
        page.text("[role=alert]"),
        "Somebody else was quicker: the order is cancelled now. Nothing else was done."
    );
    assert_eq!((page.text("[role=status]"), page.count("button")), ("cancelled".into(), 0));
}

#[test]
fn a_person_places_an_order() {
    let mut test = orders(&[]);
    let (page, other) = (test.app.open("/"), test.app.open("/"));
    page.click("header button");
    test.listen();
    assert_eq!((page.count("tbody tr"), other.count("tbody tr")), (1, 1));
}

#[test]
fn orders_are_filtered() {
    let test = orders(&["Ada", "Bob", "Adam"]);
    let page = test.app.open("/");
    page.fill("#customer", "ad");
    test.app.advance(std::time::Duration::from_secs(1));
    assert_eq!((customers(&page), page.url()), ("Adam Ada".into(), "/?customer=ad".into()));
    test.bring(1, State::Packed);
    page.click("nav li:nth-child(2) a");
    assert_eq!((customers(&page), page.url()), ("Adam".into(), "/?state=new&customer=ad".into()));
}

#[test]
fn a_cut_list_stays_full() {
    let mut test = orders(&["Ada"; MOST + 2]);
    let page = test.app.open("/?state=new");
    test.bring(MOST as u32, State::Packed);
    test.listen();
    assert_eq!((page.count("tbody tr"), page.text("tbody tr:last-child td:first-child")), (MOST, "2".into()));
    test.place("Bob");
    test.listen();
    assert_eq!((page.count("tbody tr"), page.text("tbody tr:last-child td:first-child")), (MOST, "3".into()));
}

#[test]
fn an_unknown_order_is_not_found() {
    let test = orders(&[]);
    let error = test.app.visit(|| tealight::prelude::PageRequest::new("/orders/7", "")).err();
    assert!(matches!(error, Some(tealight::prelude::MountError::NotFound)));
}
