//! The page's end of the protocol, which docs/protocol.md describes. No other file of this crate knows its keys;
//! `core/src/wire.rs` and `client/src/wire.ts` are its twins.

use std::time::Duration;

use crate::command::PageCommand;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tealight_core::effect::{self, PageEffect, Target};
use tealight_core::wire::{VERSION, encode_flash};

/// The definitions of templates, by their numbers.
pub(crate) type Definitions = Vec<(u64, Definition)>;

/// A template, or the part of it that the page did not have.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) map: Option<String>,
    pub(crate) tree: Option<Value>,
}

/// The data block of a first paint.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) session: String,
    pub(crate) templates: Definitions,
    /// The number of nodes in the root, if the server knows it.
    pub(crate) nodes: Option<u64>,
    pub(crate) hears_routes: bool,
}

/// A message of the server.
#[derive(Debug)]
pub(crate) enum Down {
    Patch(Patch),
    Mount(Mount),
    Resume {
        event: u64,
    },
    /// Events up to this one have been applied.
    Applied(u64),
    Refused(Refused),
    /// The next full render is of another view: this event leads there.
    Went(u64),
    /// A view that the page may show soon.
    Ahead,
    Pong,
    /// The view is faulty; only debug builds say so.
    Fault(String),
}

#[derive(Debug)]
pub(crate) struct Patch {
    pub(crate) number: u64,
    pub(crate) body: Vec<Value>,
    pub(crate) templates: Definitions,
    pub(crate) event: Option<u64>,
    pub(crate) commands: Vec<Command>,
}

/// A full render.
#[derive(Debug)]
pub(crate) struct Mount {
    pub(crate) session: String,
    pub(crate) patch: u64,
    pub(crate) event: u64,
    pub(crate) templates: Definitions,
    /// The values of the root template.
    pub(crate) values: Vec<Value>,
    pub(crate) commands: Vec<Command>,
}

/// The server did not apply a message of the page.
#[derive(Debug, Deserialize)]
pub(crate) struct Refused {
    #[serde(rename = "refused")]
    pub(crate) reason: String,
    pub(crate) event: Option<u64>,
    /// The errors of a form, by control.
    #[serde(default)]
    pub(crate) fields: Vec<(String, String)>,
}

// ---- up

/// `page` names the page; 0 does not.
pub(crate) fn attach(session: &str, patch: u64, event: u64, page: u32) -> String {
    json!({"tealight": VERSION, "session": session, "patch": patch, "event": event, "page": page}).to_string()
}

pub(crate) fn event(event: u64, patch: u64, address: &[u64], payload: Option<Value>) -> String {
    let mut message = vec![Value::from(event), patch.into(), address.into()];
    message.extend(payload);
    Value::from(message).to_string()
}

/// The payload of a link to this address, from a page that has this flash.
pub(crate) fn link(address: &str, flash: Option<&str>) -> Value {
    match flash {
        Some(text) => json!([address, null, encode_flash(text)]),
        None => address.into(),
    }
}

/// The address of the event that a person follows a link.
pub(crate) const ROUTE: u64 = u32::MAX as u64 - 1;
/// The reason of a refusal: the model does not hear the route of a link.
pub(crate) const ELSEWHERE: &str = "elsewhere";

/// Says that later messages are for the session that comes now.
pub(crate) fn went(event: u64) -> String {
    json!({"went": event}).to_string()
}

pub(crate) fn seen(patch: u64) -> String {
    json!({"seen": patch}).to_string()
}

// ---- down

pub(crate) fn block(text: &str) -> Block {
    let block = parse(text);
    assert_eq!(block["tealight"], VERSION, "the protocol's version");
    Block {
        session: string(&block["session"]),
        templates: definitions(&block["templates"]),
        nodes: block["nodes"].as_u64(),
        hears_routes: block["needs"].as_array().is_some_and(|parts| parts.iter().any(|part| part == "routes")),
    }
}

pub(crate) fn decode(text: &str) -> Down {
    match parse(text) {
        Value::Array(patch) => Down::Patch(self::patch(&patch)),
        Value::Object(named) => self::named(&named).unwrap_or_else(|| panic!("an unknown message: {text}")),
        _ => panic!("an unknown message: {text}"),
    }
}

fn patch(message: &[Value]) -> Patch {
    let extras = message.get(2).unwrap_or(&Value::Null);
    Patch {
        number: number(&message[0]),
        body: array(&message[1]).to_vec(),
        templates: definitions(&extras["t"]),
        event: extras["e"].as_u64(),
        commands: commands(&extras["c"]),
    }
}

fn named(message: &Map<String, Value>) -> Option<Down> {
    Some(if message.contains_key("ahead") {
        Down::Ahead
    } else if let Some(mount) = message.get("mount") {
        let view = array(&mount["view"]);
        assert_eq!(view[0], 0, "the number of the root template");
        Down::Mount(Mount {
            session: string(&mount["session"]),
            patch: number(&mount["patch"]),
            event: number(&mount["event"]),
            templates: definitions(&mount["templates"]),
            values: view[1..].to_vec(),
            commands: commands(&mount["commands"]),
        })
    } else if let Some(resume) = message.get("resume") {
        Down::Resume { event: number(&resume["event"]) }
    } else if message.contains_key("refused") {
        Down::Refused(Refused::deserialize(Value::Object(message.clone())).expect("a refusal"))
    } else if let Some(went) = message.get("went") {
        Down::Went(number(went))
    } else if let Some(fault) = message.get("error") {
        Down::Fault(string(fault))
    } else if message.contains_key("pong") || message.contains_key("back") {
        // the connection ends after `back`
        Down::Pong
    } else {
        Down::Applied(message.get("event")?.as_u64()?)
    })
}

fn definitions(value: &Value) -> Definitions {
    let Some(definitions) = value.as_object() else { return Vec::new() };
    let definition = |(number, definition): (&String, &Value)| {
        let map = definition.get("map").map(string);
        (number.parse().expect("a template's number"), Definition { map, tree: definition.get("tree").cloned() })
    };
    definitions.iter().map(definition).collect()
}

/// A part of a template's tree.
pub(crate) enum Seed<'a> {
    Text(&'a str),
    /// A mark, with the comment's data.
    Mark(&'static str),
    Element {
        tag: &'a str,
        attributes: Option<&'a Map<String, Value>>,
        content: &'a [Value],
    },
}

pub(crate) fn seed(value: &Value) -> Seed<'_> {
    match value {
        Value::String(text) => Seed::Text(text),
        Value::Number(number) if number.as_u64() == Some(1) => Seed::Mark(""),
        Value::Number(number) if number.as_u64() == Some(2) => Seed::Mark("/"),
        Value::Array(element) => {
            let tag = element[0].as_str().expect("a tag");
            let attributes = element.get(1).and_then(Value::as_object);
            Seed::Element { tag, attributes, content: &element[1 + usize::from(attributes.is_some())..] }
        }
        other => panic!("no part of a tree: {other}"),
    }
}

/// A value of a slot that is not a list.
pub(crate) enum Content<'a> {
    Nothing,
    Text(&'a str),
    Region(u64, &'a [Value]),
    Markup(&'a str),
}

pub(crate) fn content(value: &Value) -> Content<'_> {
    match value {
        Value::Null => Content::Nothing,
        Value::String(text) => Content::Text(text),
        Value::Array(region) => Content::Region(number(&region[0]), &region[1..]),
        Value::Object(_) => Content::Markup(value["html"].as_str().expect("trusted markup")),
        other => panic!("no value: {other}"),
    }
}

/// The value of an attribute: none if the attribute is absent.
pub(crate) fn attribute(value: &Value) -> Option<&str> {
    match value {
        Value::Null => None,
        Value::Bool(true) => Some(""),
        Value::String(text) => Some(text),
        other => panic!("no attribute's value: {other}"),
    }
}

/// A change of one slot.
pub(crate) enum SlotChange<'a> {
    /// A patch of the region or of the list that is there.
    Within(&'a [Value]),
    /// Another value.
    Value(&'a Value),
}

/// The changes of a copy's slots, by the slots' numbers.
pub(crate) fn slot_changes(body: &[Value]) -> impl Iterator<Item = (usize, SlotChange<'_>)> {
    let mut cursor = 0;
    body.iter().filter_map(move |item| {
        if let Some(to) = item.as_u64() {
            cursor = to as usize;
            return None;
        }
        let change = match item {
            Value::Array(body) => SlotChange::Within(body),
            Value::Object(change) => {
                assert_eq!(change.len(), 1, "a replacement has one member");
                SlotChange::Value(&change["="])
            }
            value => SlotChange::Value(value),
        };
        cursor += 1;
        Some((cursor - 1, change))
    })
}

/// A patch of a list.
pub(crate) struct RowChanges<'a> {
    /// Rows that go, numbered as before the patch.
    pub(crate) removed: Vec<usize>,
    /// Rows that move, numbered as before the patch.
    pub(crate) moved: Vec<usize>,
    /// The steps after these rows have been taken out, in order.
    pub(crate) steps: Vec<RowStep<'a>>,
}

pub(crate) enum RowStep<'a> {
    Patch { at: usize, body: &'a [Value] },
    Insert { at: usize, values: &'a [Value] },
    Move { at: usize, from: usize },
}

pub(crate) fn row_changes(body: &[Value]) -> RowChanges<'_> {
    let mut changes = RowChanges { removed: Vec::new(), moved: Vec::new(), steps: Vec::new() };
    let mut at = 0;
    for item in body {
        match item {
            Value::Number(to) => at = to.as_u64().expect("a row") as usize,
            Value::Array(body) => {
                changes.steps.push(RowStep::Patch { at, body });
                at += 1;
            }
            Value::Object(edit) => {
                for run in edit.get("-").map(array).unwrap_or_default() {
                    match run {
                        Value::Array(run) => changes.removed.extend((index(&run[0])..).take(index(&run[1]))),
                        one => changes.removed.push(index(one)),
                    }
                }
                for values in edit.get("+").map(array).unwrap_or_default() {
                    changes.steps.push(RowStep::Insert { at, values: array(values) });
                    at += 1;
                }
                if let Some(from) = edit.get(">").map(index) {
                    changes.moved.push(from);
                    changes.steps.push(RowStep::Move { at, from });
                    at += 1;
                }
            }
            other => panic!("no change of a list: {other}"),
        }
    }
    changes
}

// ---- commands

/// A command of `update`.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) said: PageCommand,
    /// The steps that the page takes, if it is an effect.
    pub(crate) steps: Vec<Step>,
    /// The event that a reply answers.
    pub(crate) answers: Option<u64>,
}

/// One step of an effect.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) scope: Scope,
    pub(crate) verb: Verb,
}

/// The elements that an effect is for.
#[derive(Clone, Debug)]
pub(crate) enum Scope {
    This,
    Document(String),
    Closest(String),
    Within(String),
}

#[derive(Clone, Debug)]
pub(crate) enum Verb {
    SetAttribute(String, Option<String>),
    ToggleHidden,
    /// Adds the classes, removes them, or toggles each of them.
    Classes(String, Option<bool>),
    Open(bool),
    SetValue(String),
    SetChecked(bool),
    Dispatch(String, Value),
    Focus,
    Scroll,
    Transition(String, u64),
}

fn commands(value: &Value) -> Vec<Command> {
    value.as_array().into_iter().flatten().map(command).collect()
}

fn command(value: &Value) -> Command {
    let (mut steps, mut answers) = (Vec::new(), None);
    let said = match name(value) {
        "announce" => PageCommand::Announce(string(&value[1])),
        "title" => PageCommand::Title(string(&value[1])),
        "flash" => PageCommand::Flash(string(&value[1])),
        "navigate" => PageCommand::Navigate(string(&value[1])),
        "go" => PageCommand::Go(string(&value[1])),
        "reply" => {
            answers = Some(number(&value[1]));
            PageCommand::Reply(value[2].clone())
        }
        _ => {
            steps = self::steps(value);
            PageCommand::Effect(self::effect(value))
        }
    };
    Command { said, steps, answers }
}

/// The effects in the text of a `do:` attribute.
pub(crate) fn effects(text: &str) -> Vec<Command> {
    commands(&parse(text))
}

fn steps(value: &Value) -> Vec<Step> {
    let text = |at: usize| string(&value[at]);
    let verb = match name(value) {
        "then" => return [steps(&value[1]), steps(&value[2])].concat(),
        "attribute" => Verb::SetAttribute(text(2), attribute(&value[3]).map(str::to_owned)),
        "toggle" => Verb::ToggleHidden,
        "class" => Verb::Classes(text(2), value[3].as_bool()),
        "focus" => Verb::Focus,
        "scroll" => Verb::Scroll,
        "dispatch" => Verb::Dispatch(text(2), value[3].clone()),
        "transition" => Verb::Transition(text(2), number(&value[3])),
        "open" => Verb::Open(value[2] == true),
        "value" => Verb::SetValue(text(2)),
        "checked" => Verb::SetChecked(value[2] == true),
        other => panic!("an unknown effect: {other}"),
    };
    vec![Step { scope: scope(&value[1]), verb }]
}

fn scope(value: &Value) -> Scope {
    match value {
        Value::String(selector) => Scope::Document(selector.clone()),
        Value::Array(way) if way[0] == "closest" => Scope::Closest(string(&way[1])),
        Value::Array(way) => Scope::Within(string(&way[1])),
        _ => Scope::This,
    }
}

/// The same effect as the application made it, for tests to compare.
fn effect(value: &Value) -> PageEffect {
    let target = match scope(&value[1]) {
        Scope::This => effect::this(),
        Scope::Document(selector) => Target::from(selector),
        Scope::Closest(selector) => effect::closest(selector),
        Scope::Within(selector) => effect::within(selector),
    };
    match steps(value).pop().map(|step| step.verb) {
        _ if name(value) == "then" => self::effect(&value[1]).then(self::effect(&value[2])),
        Some(Verb::SetAttribute(name, None)) if name == "hidden" => effect::show(target),
        Some(Verb::SetAttribute(name, Some(_))) if name == "hidden" => effect::hide(target),
        Some(Verb::SetAttribute(name, None)) => effect::remove_attribute(target, name),
        // the name is the application's own, so there are few of them
        Some(Verb::SetAttribute(name, Some(value))) => effect::set_attribute(target, name.leak(), value),
        Some(Verb::ToggleHidden) => effect::toggle(target),
        Some(Verb::Classes(classes, Some(true))) => effect::add_class(target, classes),
        Some(Verb::Classes(classes, Some(false))) => effect::remove_class(target, classes),
        Some(Verb::Classes(classes, None)) => effect::toggle_class(target, classes),
        Some(Verb::Open(true)) => effect::open(target),
        Some(Verb::Open(false)) => effect::close(target),
        Some(Verb::SetValue(value)) => effect::set_value(target, value),
        Some(Verb::SetChecked(is_checked)) => effect::set_checked(target, is_checked),
        Some(Verb::Dispatch(name, _)) if value.get(3).is_none() => effect::dispatch(target, name),
        Some(Verb::Dispatch(name, detail)) => effect::dispatch_with(target, name, &detail),
        Some(Verb::Focus) => effect::focus(target),
        Some(Verb::Scroll) => effect::scroll_into_view(target),
        Some(Verb::Transition(classes, time)) => effect::transition(target, classes, Duration::from_millis(time)),
        None => unreachable!("an effect has a step"),
    }
}

// ---- JSON

fn name(value: &Value) -> &str {
    value[0].as_str().expect("a command's name")
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("not JSON: {error}: {text}"))
}

pub(crate) fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not an array: {value}"))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("not a number: {value}"))
}

fn index(value: &Value) -> usize {
    number(value) as usize
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}
