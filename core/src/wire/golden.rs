//! Tests with the golden files, which the client's tests also read: Rust writes their messages to pages, and reads
//! their messages from pages.

use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::command::PageCommand;
use crate::html::{Definitions, Needs, Patch};
use crate::refusal::Refusal;
use crate::{FieldErrors, effect};

fn golden(file: &str) -> Vec<Value> {
    let path = format!("{}/../docs/golden/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect("a list of messages")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}"))
}

fn number(value: &Value) -> u32 {
    value.as_u64().and_then(|n| n.try_into().ok()).unwrap_or_else(|| panic!("a number: {value}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("a list: {value}"))
}

#[test]
fn messages_from_pages_are_read() {
    for entry in golden("up.json") {
        let payload = entry["means"].get("payload").map(Value::to_string);
        let (message, means) = (text(&entry["message"]).as_bytes(), &entry["means"]);
        if let Some(attach) = means.get("attach") {
            let expected = Attach {
                session: text(&attach["session"]).into(),
                patch: number(&attach["patch"]),
                event: number(&attach["event"]),
                page: attach.get("page").map_or(0, number),
            };
            assert_eq!(Attach::decode(message), Ok(expected), "{}", entry["name"]);
            continue;
        }
        let expected = if let Some(ping) = means.get("ping") {
            Up::Ping(number(ping))
        } else if let Some(patch) = means.get("remount") {
            Up::Remount(number(patch))
        } else if let Some(patch) = means.get("seen") {
            Up::Seen(number(patch))
        } else if means.get("went").is_some() {
            // A connection reads it, and no session.
            assert!(has_gone(message) && Up::decode(message).is_err(), "{}", entry["name"]);
            continue;
        } else {
            Up::Event {
                event: number(&means["event"]),
                patch: number(&means["patch"]),
                address: list(&means["address"]).iter().map(number).collect(),
                payload: payload.as_deref().unwrap_or_default(),
            }
        };
        assert_eq!(Up::decode(message), Ok(expected), "{}", entry["name"]);
    }
}

#[test]
fn messages_to_pages_are_written() {
    for entry in golden("down.json") {
        let written = write(&entry["means"]);
        assert_eq!(String::from_utf8_lossy(&written), text(&entry["message"]), "{}", entry["name"]);
    }
}

fn write(means: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    let event = means.get("applied").map(number);
    if let Some(patch) = means.get("patch") {
        return write_patch(number(patch), means, event);
    }
    if let Some(page) = means.get("mount") {
        let mut view = vec![Value::from(0)];
        view.extend_from_slice(list(&page["values"]));
        let event = event.expect("a mount has the number of the last event");
        let view = Value::from(view).to_string();
        super::mount(
            &mut out,
            text(&page["session"]),
            number(&page["patch"]),
            event,
            &Definitions { needs: needs(means), ..definitions(page) },
            view.as_bytes(),
            commands(means).iter(),
        );
        if let Some(address) = means.get("ahead") {
            let mount = std::mem::take(&mut out);
            ahead(&mut out, text(address), &mount);
        }
    } else if let Some(event) = means.get("went") {
        went(&mut out, number(event));
    } else if means.get("resume").is_some() {
        resume(&mut out, event.expect("a resume has the number of the last event"));
    } else if let Some(reason) = means.get("refused") {
        let all = [
            Refusal::Malformed,
            Refusal::Version,
            Refusal::Order,
            Refusal::NoHandler,
            Refusal::Stale,
            Refusal::Payload,
            Refusal::TooLong,
        ];
        let refusal = all.into_iter().find(|refusal| refusal.reason() == text(reason)).expect("a reason");
        if let Some(fields) = means.get("fields") {
            let mut errors = FieldErrors::default();
            for field in list(fields) {
                errors.add(text(&field[0]), text(&field[1]));
            }
            refused_input(&mut out, refusal, event.expect("a refused form has an event"), &errors);
        } else {
            refusal.encode_for(event, &mut out);
        }
    } else if let Some(ping) = means.get("pong") {
        pong(&mut out, number(ping));
    } else if let Some(milliseconds) = means.get("back") {
        back(&mut out, Duration::from_millis(number(milliseconds).into()));
    } else {
        acknowledge(&mut out, event.expect("an acknowledgement"));
    }
    out
}

fn definitions(means: &Value) -> Definitions {
    let mut definitions = Definitions::default();
    for (template, parts) in means.get("templates").and_then(Value::as_object).into_iter().flatten() {
        let tree = parts.get("tree").map(Value::to_string);
        let number = template.parse().expect("a number");
        definition(&mut definitions.members, number, parts.get("map").map(text), tree.as_deref());
    }
    definitions
}

/// The parts of the script that the message's templates need.
fn needs(means: &Value) -> Needs {
    let names = means.get("needs").map_or(&[][..], list);
    Needs { controls: names.iter().any(|name| name == "controls"), ..Needs::default() }
}

fn commands(means: &Value) -> Vec<PageCommand> {
    let commands = means.get("commands").and_then(Value::as_array).into_iter().flatten();
    let command = |command: &Value| match (text(&command[0]), &command[1]) {
        ("announce", said) => PageCommand::Announce(text(said).to_owned().into()),
        ("title", title) => PageCommand::Title(text(title).to_owned().into()),
        ("flash", left) => PageCommand::Flash(text(left).to_owned().into()),
        ("navigate", url) => PageCommand::Navigate(text(url).to_owned().into()),
        ("reply", event) => PageCommand::Reply(number(event), command[2].to_string()),
        ("dispatch", target) => PageCommand::Effect(effect::dispatch_with(
            text(target).to_owned(),
            text(&command[2]).to_owned(),
            &command[3],
        )),
        ("attribute", _) => PageCommand::Effect(effect::hide(effect::this())),
        (other, _) => panic!("no golden command: {other}"),
    };
    commands.map(command).collect()
}

fn write_patch(number: u32, means: &Value, event: Option<u32>) -> Vec<u8> {
    let mut patch = Patch::default();
    patch.begin(number);
    write_changes(&mut patch, list(&means["changes"]));
    let is_drawn = patch.finish();
    let mut out = std::mem::take(&mut patch.out);
    if !is_drawn {
        begin_patch(&mut out, number);
        out.push(b']');
    }
    let definitions = Definitions { needs: needs(means), ..definitions(means) };
    extras(&mut out, event, &definitions, commands(means).iter());
    out.push(b']');
    out
}

fn write_changes(patch: &mut Patch, changes: &[Value]) {
    for change in changes {
        let slot = self::number(&change["slot"]);
        if let Some(rows) = change.get("rows") {
            patch.down_list(slot);
            write_rows(patch, list(rows));
            patch.up_list();
        } else if let Some(region) = change.get("region") {
            // The golden files have a region's changes as in the message: all its slots, from the first on.
            patch.down(slot);
            for (slot, value) in (0..).zip(list(region)) {
                patch.at(slot);
                write_value(patch, value);
            }
            patch.up();
        } else {
            let value = &change["set"];
            patch.at(slot);
            // `null` in a branch replaces its region. In the golden files, slot 2 is a branch.
            if value.is_array() || value.is_object() || value.is_null() && slot == 2 && changes.len() == 2 {
                patch.out.extend_from_slice(REPLACE);
                write_value(patch, value);
                patch.close(b'}');
            } else {
                write_value(patch, value);
            }
        }
    }
}

fn write_value(patch: &mut Patch, value: &Value) {
    patch.out.extend_from_slice(value.to_string().as_bytes());
    patch.out.push(b',');
}

fn write_rows(patch: &mut Patch, rows: &[Value]) {
    for row in rows {
        if let Some(removed) = row.get("remove") {
            let removed: Vec<u32> = list(removed).iter().map(number).collect();
            patch.remove(0, &removed);
        }
        if row.get("row").is_none() {
            continue;
        }
        let at = number(&row["row"]);
        if let Some(new) = row.get("insert") {
            for (at, values) in (at..).zip(list(new)) {
                patch.begin_insert(at);
                write_value(patch, values);
                patch.end_insert();
            }
        } else if let Some(from) = row.get("from") {
            patch.move_row(at, number(from));
        } else {
            patch.row(at, 0);
            write_changes(patch, list(&row["patch"]));
        }
    }
}
