//! An application with one of everything, used through the kit.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tealight_core::effect::{self, PageEffect};
use tealight_core::{
    Call, Command, Event, Key, LiveView, MountError, PageRequest, Pointer, Subscription, View, html, with,
};
use tealight_test::{PageCommand, TestApp, TestPage};

struct Desk;

#[derive(Default)]
struct Model {
    log: Vec<String>,
    rows: Vec<u32>,
    draft: String,
    ticks: u32,
    is_ticking: bool,
    is_done: bool,
    trouble: bool,
}

#[derive(Hash, Deserialize)]
struct Person {
    name: String,
    age: u8,
    #[serde(default)]
    tea: Vec<String>,
    #[serde(default)]
    send: Option<String>,
}

#[derive(Hash)]
enum External {
    Add,
    Remove(u32),
    Draft(String),
    Search(String),
    Fast(Pointer),
    Done(bool),
    Size(String),
    Colors(Vec<String>),
    Sent(Person),
    Keyed(Key),
    Save,
    Away,
    Outer,
    Inner,
    Once,
    Block,
    Tick,
    Tell,
    Ask(Call<u32>),
    Dropped(u32, u32),
    BreakUpdate,
    BreakView,
}

#[derive(Clone)]
enum Internal {
    Tick,
    Blocked(u32),
    Heard(String),
}

impl LiveView for Desk {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        match request.path() {
            "/secret" if request.cookie("user").is_none() => Err(MountError::Forbidden),
            "/slow" => {
                tokio::time::sleep(Duration::from_secs(3)).await;
                Ok((Model::default(), Command::title("Slow")))
            }
            _ => Ok((Model { rows: vec![1, 2], ..Model::default() }, Command::none())),
        }
    }

    fn update(&self, model: &mut Model, event: Event<External, Internal>) -> Command<Internal> {
        let log = match event {
            Event::External(External::Add) => {
                model.rows.push(model.rows.last().map_or(1, |last| last + 1));
                model.draft.clear();
                return Command::none();
            }
            Event::External(External::Remove(row)) => {
                model.rows.retain(|other| *other != row);
                return Command::none();
            }
            Event::External(External::Draft(draft)) => {
                model.draft = draft;
                return Command::none();
            }
            Event::External(External::Done(is_done)) => {
                model.is_done = is_done;
                return Command::none();
            }
            Event::External(External::Tick) => {
                model.is_ticking = !model.is_ticking;
                return Command::none();
            }
            Event::External(External::Block) => {
                let work = async {
                    let one = tokio::task::spawn_blocking(|| 1).await.expect("no panic");
                    one + tokio::task::spawn_blocking(|| 2).await.expect("no panic")
                };
                return Command::perform(work, Internal::Blocked);
            }
            Event::External(External::Tell) => {
                return Command::batch([
                    Command::title("Told"),
                    Command::announce("Said"),
                    Command::effect([effect::add_class("#told", "on"), effect::focus("#draft")]),
                    Command::navigate("/next"),
                    Command::publish("desk", &"news"),
                ]);
            }
            Event::External(External::Ask(call)) => return Command::reply(&call, &(call.detail * 2)),
            Event::External(External::BreakUpdate) => panic!("update breaks"),
            Event::External(External::BreakView) => {
                model.trouble = true;
                return Command::none();
            }
            Event::Internal(Internal::Tick) => {
                model.ticks += 1;
                return Command::announce(format!("tick {}", model.ticks));
            }
            Event::External(External::Search(text)) => format!("search {text}"),
            Event::External(External::Fast(pointer)) => format!("fast {}", pointer.x),
            Event::External(External::Size(size)) => format!("size {size}"),
            Event::External(External::Colors(colors)) => format!("colors {colors:?}"),
            Event::External(External::Sent(Person { name, age, tea, send })) => {
                format!("sent {name} {age} {tea:?} {send:?}")
            }
            Event::External(External::Keyed(key)) => format!("key {} {} {}", key.key, key.code, key.alt),
            Event::External(External::Save) => "save".to_owned(),
            Event::External(External::Away) => "away".to_owned(),
            Event::External(External::Outer) => "outer".to_owned(),
            Event::External(External::Inner) => "inner".to_owned(),
            Event::External(External::Once) => "once".to_owned(),
            Event::External(External::Dropped(on, what)) => format!("dropped {what} on {on}"),
            Event::Internal(Internal::Blocked(sum)) => format!("blocked {sum}"),
            Event::Internal(Internal::Heard(what)) => format!("heard {what}"),
        };
        model.log.push(log);
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<External> {
        assert!(!model.trouble, "view breaks");
        let toggle: PageEffect = effect::toggle("#menu");
        html! {
            <ol id="log">for line in &model.log { <li>{line}</li> }</ol>
            <ul id="rows">
                for row in &model.rows, key = row {
                    <li on:drop={with(*row, External::Dropped)}>
                        "Row " {*row} <button class="remove" on:click={External::Remove(*row)}>"×"</button>
                    </li>
                }
            </ul>
            <form id="add" on:submit={External::Add}>
                <input id="draft" name="draft" value={&model.draft} on:input={External::Draft}>
                <button id="add-row">"Add"</button>
            </form>
            <input id="search" on:input.debounce.200ms={External::Search}>
            <div id="pad" on:pointermove.throttle.100ms={External::Fast}></div>
            <label id="done-label">"Done" <input id="done" type="checkbox" checked={model.is_done} on:check={External::Done}></label>
            <select id="size" on:change={External::Size}><option>"small"</option><option value="L">"large"</option><option disabled>"huge"</option></select>
            <select id="colors" multiple on:select={External::Colors}><option>"green"</option><option>"black"</option></select>
            <form id="person" on:submit={External::Sent}>
                <input name="name"> <input name="age" value="7">
                <label><input type="checkbox" name="tea" value="oolong" checked>"Oolong"</label>
                <label><input type="checkbox" name="tea" value="sencha">"Sencha"</label>
                <button name="send" value="now">"Send"</button>
            </form>
            <div id="keys" on:keydown={External::Keyed} on:window:keydown.ctrl.s={External::Save}></div>
            <div id="outer" on:click={External::Outer} on:click-away={External::Away}>
                <button id="inner" on:click.stop={External::Inner}>"Inner"</button>
                <b id="passive">"Passive"</b>
                <button id="once" on:click.once.stop={External::Once}>"Once"</button>
            </div>
            <p id="ticks">{model.ticks}</p>
            <button id="tick" on:click={External::Tick}>"Tick"</button>
            <button id="block" on:click={External::Block}>"Block"</button>
            <button id="tell" on:click={External::Tell}>"Tell"</button>
            <button id="toggle" do:click={toggle}>"Menu"</button> <nav id="menu" hidden>"Menu"</nav>
            <div id="told" class="quiet" on:custom:ask={External::Ask}></div>
            <button id="break-update" on:click={External::BreakUpdate}>"Break update"</button>
            <button id="break-view" on:click={External::BreakView}>"Break view"</button>
            <p id="dead">"Nothing"</p> <button id="off" disabled>"Off" <i>"now"</i></button>
            <input id="fixed" readonly>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        let ticks = model.is_ticking.then(|| Subscription::every(Duration::from_secs(1), Internal::Tick));
        Subscription::batch([Subscription::topic("desk", Internal::Heard)].into_iter().chain(ticks))
    }
}

fn desk() -> (TestApp, TestPage) {
    let app = TestApp::start(Desk);
    let page = app.open("/");
    (app, page)
}

/// The events that the application has logged, without clicks elsewhere.
fn log(page: &TestPage) -> Vec<String> {
    let mut log = page.texts("#log li");
    log.retain(|line| line != "away");
    log
}

#[test]
fn rows_come_and_go() {
    let (_app, page) = desk();
    page.fill("#draft", "tea");
    assert_eq!(page.value("#draft"), "tea");
    page.click("#add-row");
    assert_eq!(page.value("#draft"), "");
    page.click("#rows li:nth-child(2) .remove");
    page.press("#draft", "Enter");
    assert_eq!(page.texts("#rows li"), ["Row 1 ×", "Row 3 ×", "Row 4 ×"]);
    page.dispatch("#rows li:first-child", "drop", "3");
    assert_eq!(log(&page), ["dropped 3 on 1"]);
}

#[test]
fn controls_send_their_values() {
    let (_app, page) = desk();
    page.click("#done");
    assert!(page.is_checked("#done"));
    page.click("#done-label");
    assert!(!page.is_checked("#done"));
    page.choose("#size", "large");
    assert_eq!(page.value("#size"), "L");
    page.choose_all("#colors", &["black", "green"]);
    assert_eq!(log(&page), ["size L", r#"colors ["green", "black"]"#]);
}

#[test]
fn a_form_sends_its_fields() {
    let (_app, page) = desk();
    page.fill("#person [name=name]", "Ada");
    page.click("#person [value=sencha]");
    page.click("#person button");
    page.submit("#person");
    assert_eq!(
        log(&page),
        [r#"sent Ada 7 ["oolong", "sencha"] Some("now")"#, r#"sent Ada 7 ["oolong", "sencha"] None"#]
    );
    page.fill("#person [name=age]", "old");
    page.click("#person button");
    assert_eq!(page.form_errors().iter().map(|error| &*error.0).collect::<Vec<_>>(), ["age"]);
    assert_eq!(log(&page).len(), 2);
}

#[test]
fn keys_reach_their_bindings() {
    let (_app, page) = desk();
    page.press("#keys", "a");
    page.press("#keys", "Alt+ArrowUp");
    page.press("#draft", "Ctrl+s");
    assert_eq!(log(&page), ["key a KeyA false", "key ArrowUp ArrowUp true", "save"]);
    page.dispatch("#draft", "keydown", &json!({"key": "s", "ctrlKey": true}));
    assert_eq!(log(&page).last().map(String::as_str), Some("save"));
    let other_key = panic_of(|| page.dispatch("#draft", "keydown", &json!({"key": "s"})));
    assert!(other_key.contains("has `on:keydown`"), "{other_key}");
}

#[test]
fn clicks_pass_the_elements_around() {
    let (_app, page) = desk();
    page.click("#inner");
    page.click("#passive");
    page.click("#once");
    page.click("#once");
    page.click("#dead");
    assert_eq!(page.texts("#log li"), ["inner", "outer", "once", "outer", "away"]);
}

#[test]
fn only_advance_and_run_move_time() {
    let (app, page) = desk();
    page.click("#tick");
    for _ in 0..100 {
        page.click("#block");
    }
    assert_eq!((page.text("#ticks"), log(&page).len()), ("0".to_owned(), 100));
    assert_eq!(log(&page)[0], "blocked 3");
    app.advance(Duration::from_millis(999));
    assert_eq!(page.text("#ticks"), "0");
    app.advance(Duration::from_millis(1 + 20));
    assert_eq!(page.text("#ticks"), "1");
    page.take_commands();
    app.advance(Duration::from_secs(300));
    assert_eq!(page.text("#ticks"), "301");
    assert_eq!(page.take_commands().len(), 300, "each is carried out, since the page keeps up");
}

#[test]
fn delays_are_kept() {
    let (app, page) = desk();
    page.fill("#search", "t");
    app.advance(Duration::from_millis(150));
    page.fill("#search", "tea");
    app.advance(Duration::from_millis(199));
    assert_eq!(log(&page), [""; 0]);
    app.advance(Duration::from_millis(1));
    assert_eq!(log(&page), ["search tea"]);
    page.fill("#search", "milk");
    page.click("#inner");
    assert_eq!(log(&page)[1..], ["search milk", "inner"], "what waits is not overtaken");
    for x in 1..=3 {
        page.dispatch("#pad", "pointermove", &json!({ "x": x }));
    }
    assert_eq!(log(&page)[3..], ["fast 1"]);
    app.advance(Duration::from_millis(100));
    assert_eq!(log(&page)[3..], ["fast 1", "fast 3"]);
}

#[test]
fn commands_are_carried_out_and_listed() {
    let (app, page) = desk();
    let other = app.open("/?page=2");
    page.click("#tell");
    assert_eq!((page.title(), page.url()), ("Told".to_owned(), "/next".to_owned()));
    assert_eq!(page.attribute("#told", "class").as_deref(), Some("quiet on"));
    assert_eq!(
        page.take_commands(),
        [
            PageCommand::Title("Told".into()),
            PageCommand::Announce("Said".into()),
            PageCommand::Effect(effect::add_class("#told".to_owned(), "on")),
            PageCommand::Effect(effect::focus("#draft".to_owned())),
            PageCommand::Navigate("/next".into()),
        ]
    );
    assert_eq!(page.take_commands(), []);
    app.publish("desk", "more");
    assert_eq!(log(&other), ["heard news", "heard more"]);
    assert_eq!(other.url(), "/?page=2");

    page.click("#toggle");
    assert_eq!(page.attribute("#menu", "hidden"), None);
    assert_eq!(page.take_commands(), [PageCommand::Effect(effect::toggle("#menu"))]);
    assert_eq!(page.call("#told", "ask", &21), json!(42));
}

#[test]
fn mount_may_refuse_or_take_its_time() {
    let app = TestApp::start(Desk);
    let refused = app.visit(|| PageRequest::new("/secret", ""));
    assert!(matches!(refused, Err(MountError::Forbidden)), "{refused:?}");
    let page = app.visit(|| PageRequest::new("/secret", "").header("cookie", "user=ada")).expect("a page");
    assert_eq!(page.count("#rows li"), 2);
    assert_eq!(app.open("/slow").title(), "Slow");
    drop(page);
    assert_eq!(app.live().stats().attached, 0);
}

#[test]
fn html_has_no_marks() {
    let (_app, page) = desk();
    assert_eq!(page.html("#menu"), r#"<nav hidden id="menu">Menu</nav>"#);
    assert_eq!(page.html("#rows li:first-child"), "<li>Row 1<button class=\"remove\">×</button></li>");
}

/// The message of a panic.
fn panic_of(act: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(act)).expect_err("a panic");
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .expect("a text")
}

#[test]
fn panics_say_what_to_do() {
    let (app, page) = desk();
    for (message, expected) in [
        (
            panic_of(|| page.click("#none")),
            "cannot click \"#none\": no element matches\nThe page is:\n<div data-tealight",
        ),
        (panic_of(|| page.click(".remove")), "cannot click \".remove\": 2 elements match. Name one.\n<button class="),
        (panic_of(|| page.click("##")), "\"##\" is not a CSS selector"),
        (panic_of(|| page.click("#off")), "cannot click \"#off\": the element is disabled"),
        (panic_of(|| page.click("#off i")), "cannot click \"#off i\": the element is disabled"),
        (panic_of(|| page.fill("#fixed", "x")), "the control is read-only"),
        (panic_of(|| page.choose("#size", "huge")), "or the option is disabled"),
        (panic_of(|| page.submit("#dead")), "the element is no form"),
        (panic_of(|| page.dispatch("#dead", "paste", "x")), "has `on:paste`"),
        (panic_of(|| page.fill("#done", "x")), "Use `click`"),
        (panic_of(|| page.fill("#size", "x")), "Use `choose`"),
        (panic_of(|| page.choose("#size", "XL")), "no option [\"XL\"]"),
        (panic_of(|| page.press("#keys", "Hyper+x")), "\"Hyper+x\" is not a key"),
        (panic_of(|| page.dispatch("#told", "ask", "x")), "the server refused the event: payload"),
        (panic_of(|| drop(app.open("/secret"))), "`mount` returned no page for /secret: forbidden"),
    ] {
        assert!(message.contains(expected), "{message}");
    }
    let other = app.open("/");
    assert!(panic_of(|| page.click("#break-update")).contains("lost its session: panicked (1011)"));
    assert!(panic_of(|| other.click("#break-view")).contains("lost its session: panicked (1011)"));
}

#[tokio::test]
async fn the_kit_brings_its_own_runtime() {
    assert!(panic_of(|| drop(TestApp::start(Desk))).contains("Write `#[test] fn`"));
}
