//! Page commands and effects. Each is an array that begins with a name.

use crate::command::PageCommand;
use crate::effect::{Operation, PageEffect, Scope, Target, Verb};
use crate::html::{decimal, escape};

/// Appends commands, each with a comma after it.
pub(super) fn commands<'a>(out: &mut Vec<u8>, commands: impl Iterator<Item = &'a PageCommand>) {
    for command in commands {
        match command {
            PageCommand::Effect(effect) => self::effect(out, effect),
            PageCommand::Announce(text) => worded(out, "announce", text),
            PageCommand::Title(text) => worded(out, "title", text),
            PageCommand::Flash(text) => worded(out, "flash", text),
            PageCommand::Navigate(url) => worded(out, "navigate", url),
            PageCommand::Go { address, replaces } => {
                out.extend_from_slice(b"[\"go\"");
                text(out, address);
                out.extend_from_slice(if *replaces { b",true]," } else { b"]," });
            }
            PageCommand::Follow(address) => {
                out.extend_from_slice(b"[\"navigate\"");
                text(out, address);
                out.extend_from_slice(b",true],");
            }
            PageCommand::Reply(event, value) => {
                out.extend_from_slice(b"[\"reply\",");
                decimal::whole(out, (*event).into());
                json(out, value);
                out.extend_from_slice(b"],");
            }
        }
    }
}

/// Appends the value of a `do:` attribute, as JSON.
pub(crate) fn effects(out: &mut Vec<u8>, effects: &[PageEffect]) {
    out.push(b'[');
    for effect in effects {
        self::effect(out, effect);
    }
    if out.last() == Some(&b',') {
        out.pop();
    }
    out.push(b']');
}

/// Appends an effect and a comma.
fn effect(out: &mut Vec<u8>, PageEffect(operation): &PageEffect) {
    match operation {
        Operation::Plain(verb, target) => {
            let (name, more) = parts(*verb);
            begin(out, name, target);
            out.extend_from_slice(more.as_bytes());
        }
        Operation::WithText(verb, target, words) => {
            let (name, more) = parts(*verb);
            begin(out, name, target);
            text(out, words);
            out.extend_from_slice(more.as_bytes());
        }
        Operation::SetAttribute(target, name, value) => {
            begin(out, "attribute", target);
            text(out, name);
            text(out, value);
        }
        Operation::Dispatch(target, name, detail) => {
            begin(out, "dispatch", target);
            text(out, name);
            if let Some(detail) = detail {
                json(out, detail);
            }
        }
        Operation::Transition(target, classes, milliseconds) => {
            begin(out, "transition", target);
            text(out, classes);
            out.push(b',');
            decimal::whole(out, (*milliseconds).into());
        }
        Operation::Then(both) => {
            out.extend_from_slice(b"[\"then\",");
            effect(out, &both.0);
            effect(out, &both.1);
            out.pop();
        }
        Operation::Nothing => return,
    }
    out.extend_from_slice(b"],");
}

/// Returns the effect's name, and the items after its target.
const fn parts(verb: Verb) -> (&'static str, &'static str) {
    match verb {
        Verb::Show => ("attribute", r#","hidden",null"#),
        Verb::Hide => ("attribute", r#","hidden",true"#),
        Verb::Toggle => ("toggle", ""),
        Verb::AddClass => ("class", ",true"),
        Verb::RemoveClass => ("class", ",false"),
        Verb::ToggleClass => ("class", ""),
        Verb::RemoveAttribute => ("attribute", ",null"),
        Verb::Focus => ("focus", ""),
        Verb::ScrollIntoView => ("scroll", ""),
        Verb::Open => ("open", ",true"),
        Verb::Close => ("open", ",false"),
        Verb::Check => ("checked", ",true"),
        Verb::Uncheck => ("checked", ",false"),
        Verb::SetValue => ("value", ""),
    }
}

fn begin(out: &mut Vec<u8>, name: &str, Target(scope): &Target) {
    out.extend_from_slice(b"[\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\",");
    let (way, selector) = match scope {
        Scope::This => return out.push(b'0'),
        Scope::Document(selector) => return quoted(out, selector),
        Scope::Closest(selector) => ("closest", selector),
        Scope::Within(selector) => ("within", selector),
    };
    out.extend_from_slice(b"[\"");
    out.extend_from_slice(way.as_bytes());
    out.push(b'"');
    text(out, selector);
    out.push(b']');
}

fn worded(out: &mut Vec<u8>, name: &str, words: &str) {
    out.extend_from_slice(b"[\"");
    out.extend_from_slice(name.as_bytes());
    out.push(b'"');
    text(out, words);
    out.extend_from_slice(b"],");
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.push(b',');
    quoted(out, text);
}

fn quoted(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    escape::json(out, text);
    out.push(b'"');
}

fn json(out: &mut Vec<u8>, json: &str) {
    out.push(b',');
    out.extend_from_slice(json.as_bytes());
}
