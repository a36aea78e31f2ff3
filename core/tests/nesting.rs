//! A view that stands where a browser does not keep it: in development, an error that says so.
#![cfg(debug_assertions)]

mod support;

use support::Page;
use tealight_core::{Command, Event, Input, LiveView, Mount, MountError, View, html};

struct Show<F>(F);

impl<V: View<()>, F: Fn(bool) -> V + Send + Sync + 'static> LiveView for Show<F> {
    type Model = bool;
    type ExternalEvent = ();
    type InternalEvent = bool;

    async fn mount(&self, _: &Mount) -> Result<(bool, Command<bool>), MountError> {
        Ok((true, Command::none()))
    }

    fn update(&self, model: &mut bool, event: Event<(), bool>) -> Command<bool> {
        if let Event::Internal(event) = event {
            *model = event;
        }
        Command::none()
    }

    fn view(&self, model: &bool) -> impl View<()> {
        (self.0)(*model)
    }
}

/// What a page is told of a view, shown with `true`, then with `false` and `true` again.
fn errors<V: View<()>>(view: impl Fn(bool) -> V + Send + Sync + 'static) -> Vec<String> {
    let mut page = Page::new(Show(view), true);
    page.first_paint();
    let mut said = page.tell(Input::Attach { patch: 0, event: 0 });
    for model in [false, true] {
        said += "\n";
        said += &page.event(model);
    }
    let errors = said.lines().filter_map(|message| message.strip_prefix(r#"{"error":""#)?.strip_suffix(r#""}"#));
    errors.map(str::to_owned).collect()
}

/// The one error, without its lines' numbers.
#[track_caller]
fn check<V: View<()>>(view: impl Fn(bool) -> V + Send + Sync + 'static, expected: &str) {
    let errors: Vec<String> = errors(view)
        .iter()
        .map(|error| {
            let mut pieces = error.split("core/tests/nesting.rs:");
            let first = pieces.next().unwrap_or_default().to_owned();
            pieces.fold(first, |error, piece| error + "here" + piece.trim_start_matches(|c: char| c.is_ascii_digit()))
        })
        .collect();
    let expected: Vec<&str> = Some(expected).filter(|expected| !expected.is_empty()).into_iter().collect();
    assert_eq!(errors, expected);
}

fn block() -> impl View<()> {
    html! { <b>"a"</b> <div>"b"</div> }
}

fn inside(view: impl View<()>) -> impl View<()> {
    html! { {view} }
}

fn row() -> impl View<()> {
    html! { <tr><td>"a"</td></tr> }
}

const BLOCK: &str =
    "<div> (of the view at here) cannot stand inside p (of the view at here): a browser does not keep it there";

#[test]
fn what_a_browser_would_repair_is_told_once() {
    check(|_| html! { <p>{block()} {block()}</p> <p>for _ in 0..9 { <i/> }</p> }, BLOCK);
    check(|_| html! { <p>for _ in 0..3 { {block()} }</p> }, BLOCK);
    check(|_| html! { <p>{inside(inside(block()))}</p> }, BLOCK);
    check(|shown| html! { <p>{shown.then(block)}</p> }, BLOCK);
    check(|shown| html! { <p>if !shown { {block()} }</p> }, BLOCK);
    check(|shown| html! { <p>{if shown { Ok(block()) } else { Err("no") }}</p> }, BLOCK);
    let arms = || html! { if false { <b/> } else { for _ in 0..1 { <div/> } } };
    check(move |_| html! { <p>{arms()}</p> }, BLOCK);
    check(|_| html! { <p><b><i>{block()}</i></b></p> }, &BLOCK.replace("inside p ", "inside p > b > i "));
    check(
        |_| html! { <table>{row()}</table> },
        "<tr> (of the view at here) cannot stand inside table (of the view at here): a browser does not keep it there",
    );
}

fn words() -> impl View<()> {
    html! { "words" <b/> }
}

#[test]
fn text_in_a_table_is_told_once() {
    let told =
        |way: &str| format!("text cannot stand inside {way} (of the view at here): a browser does not keep it there");
    let a = || String::from("a");
    check(
        move |_| html! { <table><tbody><tr>{a()}</tr> for _ in 0..3 { <tr><td>{a()}</td></tr> }</tbody></table> },
        &told("table > tbody > tr"),
    );
    check(move |_| html! { <table><tbody>for _ in 0..3 { {a()} }</tbody></table> }, &told("table > tbody"));
    check(move |shown| html! { <select>{if shown { Ok(a()) } else { Err(1) }}</select> }, &told("select"));
    check(move |shown| html! { <select>{shown.then(|| Some(a()))}</select> }, &told("select"));
    check(move |_| html! { <table>{inside(html! { {a()} })}</table> }, &told("table"));
    check(
        |_| html! { <select>{words()}</select> },
        "text (of the view at here) cannot stand inside select (of the view at here): a browser does not keep it there",
    );
    check(|_| html! { <table>{String::new()}</table> <p>{words()} {String::from("a")}</p> }, "");
}

#[test]
fn what_a_browser_keeps_is_not_told() {
    check(|_| html! { <div>{block()}</div> {inside(block())} }, "");
    check(|_| html! { <table><tbody>{row()} for _ in 0..2 { {row()} }</tbody></table> }, "");
    check(|_| html! { <p><button>{html! { <i/> }}</button> {html! { <a href="/">"a"</a> }} "text"</p> }, "");
    check(|_| html! { <svg><g>{html! { <path d="M0 0"/> }}</g></svg> }, "");
    check(
        |_| html! { <p>{inside(html! { <button>if true { {inside(html! { <b/> })} }</button> })}</p> <div>{block()}</div> },
        "",
    );
}
