//! Two rows with the same key: the error names them, and the page is correct.

mod support;

use std::collections::VecDeque;

use serde_json::Value;
use support::Page;
use tealight_core::session::Input;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};

struct Teas;

type Rows = Vec<(u32, &'static str)>;

impl LiveView for Teas {
    type Model = Rows;
    type ExternalEvent = ();
    type InternalEvent = Rows;

    async fn mount(&self, _: &PageRequest) -> Result<(Rows, Command<Rows>), MountError> {
        Ok((Vec::new(), Command::none()))
    }

    fn update(&self, model: &mut Rows, event: Event<(), Rows>) -> Command<Rows> {
        if let Event::Internal(rows) = event {
            *model = rows;
        }
        Command::none()
    }

    fn view(&self, model: &Rows) -> impl View<()> {
        html! { <ul>for tea in model, key = tea.0 { <li>{tea.1}</li> }</ul> }
    }
}

/// The rows' texts after a patch of the list in slot 0, as the protocol says.
fn patched(rows: &[String], message: &str) -> Vec<String> {
    let message: Value = serde_json::from_str(message).expect("JSON");
    let body = message[1].as_array().expect("a patch's body");
    let Some(list) = body.first() else { return rows.to_vec() };
    let edits = list.as_array().expect("a list's patch");
    let index = |value: &Value| value.as_u64().expect("an index") as usize;
    let mut taken: Vec<usize> = Vec::new();
    for edit in edits {
        taken.extend(edit.get(">").map(index));
        for run in edit.get("-").and_then(Value::as_array).into_iter().flatten() {
            match run.as_array() {
                Some(run) => taken.extend(index(&run[0])..index(&run[0]) + index(&run[1])),
                None => taken.push(index(run)),
            }
        }
    }
    let stays = rows.iter().enumerate().filter(|(at, _)| !taken.contains(at));
    let mut now: VecDeque<String> = stays.map(|(_, row)| row.clone()).collect();
    let mut at = 0;
    let text = |row: &Value| row[0].as_str().expect("a text").to_owned();
    for edit in edits {
        if let Some(cursor) = edit.as_u64() {
            at = cursor as usize;
        } else if edit.is_array() {
            now[at] = text(edit);
            at += 1;
        } else if let Some(new) = edit.get("+").and_then(Value::as_array) {
            for row in new {
                now.insert(at, text(row));
                at += 1;
            }
        } else if let Some(from) = edit.get(">") {
            now.insert(at, rows[index(from)].clone());
            at += 1;
        }
    }
    now.into()
}

const STEPS: &[&[(u32, &str)]] = &[
    &[(1, "a"), (1, "b"), (2, "c"), (1, "d")],
    // the same rows in another order
    &[(2, "c"), (1, "b"), (1, "a"), (1, "d")],
    &[(1, "a"), (2, "c"), (1, "d"), (1, "b")],
    // one row more, one row less, only one row left
    &[(3, "new"), (1, "a"), (2, "c"), (1, "d"), (1, "x"), (1, "b")],
    &[(1, "d"), (2, "c"), (1, "x")],
    &[(1, "d")],
    // from few to many and back
    &[(2, "p"), (1, "q"), (2, "r"), (1, "s"), (2, "t")],
    &[(1, "q"), (1, "s"), (2, "p"), (3, "u"), (2, "r"), (3, "v")],
    &[],
    &[(5, "y"), (5, "z")],
];

#[test]
fn the_page_is_correct() {
    let texts = |rows: &[(u32, &str)]| rows.iter().map(|(_, text)| (*text).to_owned()).collect::<Vec<_>>();
    for from in STEPS {
        for to in STEPS {
            let mut page = Page::attached(Teas, from.to_vec());
            let said = page.event(to.to_vec());
            let patch = said.lines().find(|message| message.starts_with('[')).unwrap_or("[0,[]]");
            assert_eq!(patched(&texts(from), patch), texts(to), "{from:?} → {to:?}: {said}");
        }
    }
}

/// Rows with the same key keep their nodes, in their order.
#[test]
fn rows_are_told_apart_by_position() {
    let mut page = Page::attached(Teas, vec![(1, "a"), (1, "b"), (2, "c"), (1, "d"), (3, "e")]);
    for rows in [
        [(3, "e"), (1, "a"), (2, "c"), (1, "b"), (1, "d")],
        [(1, "b"), (3, "e"), (1, "d"), (2, "c"), (1, "a")],
        [(2, "c"), (1, "b"), (1, "d"), (3, "e"), (1, "a")],
    ] {
        let said = page.event(rows.to_vec());
        assert!(said.contains(r#"{">":"#) && !said.contains(r#""+""#) && !said.contains(r#""-""#), "{said}");
    }
}

#[test]
fn the_error_names_the_list_and_the_rows() {
    let mut page = Page::new(Teas, vec![(1, "a"), (2, "b"), (1, "c")]);
    page.first_paint();
    assert_eq!(page.scratch.take_duplicate_keys(), 1);
    assert_eq!(page.scratch.take_duplicate_keys(), 0);
    // only a development build sends the error to the page
    let error = |first: u32, second: u32| match cfg!(debug_assertions) {
        true => format!(
            r#"{{"error":"rows {first} and {second} have the same key in the list at core/tests/duplicate_keys.rs:33, key = tea.0: they are told apart by position"}}
"#
        ),
        false => String::new(),
    };
    let said = page.tell(Input::Attach { patch: 0, event: 0 });
    assert_eq!(said, format!("{}{{\"resume\":{{\"event\":0}}}}", error(0, 2)));
    let said = page.event(vec![(1, "a"), (2, "b"), (3, "c")]);
    assert!(!said.contains("error"), "{said}");
    assert_eq!(page.scratch.take_duplicate_keys(), 0);
    let said = page.event(vec![(1, "a"), (2, "b"), (3, "c"), (3, "d")]);
    assert_eq!(said.trim_end(), format!("{}\n{}", r#"[2,[[3,{"+":[["d"]]}]]]"#, error(2, 3)).trim_end());
    assert_eq!(page.scratch.take_duplicate_keys(), 1);
    // a reported duplicate is not reported again when rows move or are removed
    page.event(vec![(3, "d"), (2, "b"), (1, "a"), (3, "c")]);
    page.event(vec![(3, "d"), (2, "b"), (3, "c")]);
    assert_eq!(page.scratch.take_duplicate_keys(), 0);
    // a new row can have the key of the first or the last row that stays
    page.event(vec![(5, "a"), (6, "b"), (7, "c")]);
    for rows in [[(5, "a"), (6, "b"), (5, "d"), (7, "c")], [(5, "a"), (7, "e"), (6, "b"), (7, "c")]] {
        page.event(rows.to_vec());
        assert_eq!(page.scratch.take_duplicate_keys(), 1);
    }
}
