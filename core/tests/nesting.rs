//! In development, a view that a browser would move elsewhere is reported as an error.
#![cfg(debug_assertions)]

mod support;

use support::Page;
use tealight_core::session::Input;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html, lazy};

struct Show<F>(F);

impl<V: View<()>, F: Fn(bool) -> V + Send + Sync + 'static> LiveView for Show<F> {
    type Model = bool;
    type ExternalEvent = ();
    type InternalEvent = bool;

    async fn mount(&self, _: &PageRequest) -> Result<(bool, Command<bool>), MountError> {
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

/// The errors that a page receives for a view, which is shown with `true`, then `false`, then `true`.
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

/// Checks the only error, without line numbers.
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
    "<div> (of the view at here) cannot be inside p (of the view at here): a browser does not keep it there";

#[test]
fn a_misplaced_view_is_reported_once() {
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
        "<tr> (of the view at here) cannot be inside table (of the view at here): a browser does not keep it there",
    );
}

/// As `inside` twice, with all kinds of slots in between.
fn deep_inside(view: impl View<()>) -> impl View<()> {
    let view = Some(Ok::<_, String>(inside(view)));
    inside(html! { if true { for _ in 0..1 { {&view} } } })
}

/// Puts a view into an element.
fn in_b(view: impl View<()>) -> impl View<()> {
    html! { <b>{view}</b> }
}

fn link() -> impl View<()> {
    html! { <a href="/">"a"</a> }
}

fn told(tag: &str, way: &str) -> String {
    format!(
        "<{tag}> (of the view at here) cannot be inside {way} (of the view at here): a browser does not keep it there"
    )
}

#[test]
fn a_misplaced_view_is_found_at_any_depth_of_functions() {
    check(|_| html! { <p>{deep_inside(deep_inside(block()))}</p> }, BLOCK);
    check(|_| html! { <table>{deep_inside(row())}</table> }, &told("tr", "table"));
    check(|_| html! { <ul><li>{deep_inside(html! { <li/> })}</li></ul> }, &told("li", "ul > li"));
    check(|_| html! { <p>{lazy(1, |_| deep_inside(block()))}</p> }, BLOCK);
    check(|_| html! { <p>{deep_inside(html! { <div/> }.map(|()| ()))}</p> }, BLOCK);
    check(|_| html! { <table><tbody>{deep_inside(inside(words()))}</tbody></table> }, &{
        BLOCK.replace("<div> (of the view at here)", "text (of the view at here)").replace(" p ", " table > tbody ")
    });
}

#[test]
fn an_element_that_ends_an_outer_element_is_reported() {
    check(|_| html! { <a href="/"><span>{in_b(link())}</span></a> }, &told("a", "a > span"));
    check(
        |_| html! { <a href="/"><span>{deep_inside(in_b(in_b(deep_inside(link()))))}</span></a> },
        &told("a", "a > span"),
    );
    check(|_| html! { <button>{in_b(html! { <i><button/></i> })}</button> }, &told("button", "button"));
    check(
        |_| html! { <form>for _ in 0..2 { <div>{inside(html! { <section><form/></section> })}</div> }</form> },
        &told("form", "form > div"),
    );
    check(|_| html! { <p><i>{in_b(html! { <em>for _ in 0..1 { <div/> }</em> })}</i></p> }, &told("div", "p > i"));
    check(|_| html! { <p>{in_b(html! { <em>if true { <ul/> }</em> })}</p> }, &told("ul", "p"));
    check(|_| html! { <dl><dt>{in_b(html! { <dd/> })}</dt></dl> }, &told("dd", "dl > dt"));
    check(|_| html! { <ul><li>{html! { <div>{html! { <li/> }}</div> }}</li></ul> }, &told("li", "ul > li"));
}

/// The page shows the outer view first, and the inner view later.
#[test]
fn a_misplaced_view_is_reported_when_it_appears() {
    let later = |shown: bool| html! { if !shown { {block()} } };
    check(move |shown| html! { <p>{inside(later(shown))}</p> }, BLOCK);
    check(
        move |shown| html! { <p>for _ in 0..1 { <b>{deep_inside(later(shown))}</b> }</p> },
        &BLOCK.replace(" p ", " p > b "),
    );
    check(|shown| html! { <p>for _ in 0..u8::from(!shown) { {inside(block())} }</p> }, BLOCK);
    check(
        |shown| html! { <p>{in_b(lazy(shown, |shown| html! { <i>{(!shown).then(block)}</i> }))}</p> },
        &told("div", "p"),
    );
    let text = |shown: bool| if shown { String::new() } else { String::from("a") };
    check(
        move |shown| html! { <table>{inside(html! { {text(shown)} })}</table> },
        "text cannot be inside table (of the view at here): a browser does not keep it there",
    );
}

/// An empty branch has no influence on the next slot.
#[test]
fn siblings_do_not_count() {
    check(|_| html! { <p>{None::<String>.map(|a| html! { {a} })}</p> if true { <div>{block()}</div> } }, "");
    check(|shown| html! { if shown { {block()} } <p>{shown.then(|| html! { <i/> })}</p> }, "");
    check(|_| html! { <a href="/">"a"</a> {in_b(link())} <p>{in_b(html! { <i/> })}</p> {block()} }, "");
}

fn words() -> impl View<()> {
    html! { "words" <b/> }
}

#[test]
fn text_in_a_table_is_reported_once() {
    let told =
        |way: &str| format!("text cannot be inside {way} (of the view at here): a browser does not keep it there");
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
        "text (of the view at here) cannot be inside select (of the view at here): a browser does not keep it there",
    );
    check(|_| html! { <table>{String::new()}</table> <p>{words()} {String::from("a")}</p> }, "");
}

#[test]
fn a_valid_nesting_is_not_reported() {
    check(|_| html! { <div>{block()}</div> {inside(block())} }, "");
    check(|_| html! { <table><tbody>{row()} for _ in 0..2 { {row()} }</tbody></table> }, "");
    check(|_| html! { <p><button>{html! { <i/> }}</button> {html! { <a href="/">"a"</a> }} "text"</p> }, "");
    // the parser does not look beyond a list, a cell, or an element that is not HTML
    let item = || html! { <li>"a"</li> };
    check(move |_| html! { <ul><li>{inside(html! { <ul>{inside(item())}</ul> })}</li></ul> }, "");
    check(move |_| html! { <ul><li>{html! { <div><ol>for _ in 0..2 { {item()} }</ol></div> }}</li></ul> }, "");
    check(|_| html! { <div><p>{html! { <button>{block()}</button> }}</p></div> }, "");
    check(|_| html! { <a href="/"><svg>{html! { <g>{html! { <a href="/"/> }}</g> }}</svg></a> }, "");
    check(|_| html! { <svg><g>{html! { <path d="M0 0"/> }}</g></svg> }, "");
    check(
        |_| html! { <p>{inside(html! { <button>if true { {inside(html! { <b/> })} }</button> })}</p> <div>{block()}</div> },
        "",
    );
}
