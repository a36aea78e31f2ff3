//! Messages from the server to a page.

use std::time::Duration;

use super::{VERSION, command};
use crate::FieldErrors;
use crate::command::PageCommand;
use crate::html::{Definitions, Needs, decimal, escape};
use crate::refusal::Refusal;

#[inline]
fn number(out: &mut Vec<u8>, number: u32) {
    decimal::whole(out, number.into());
}

fn member(out: &mut Vec<u8>, key: &str, value: u32) {
    out.extend_from_slice(key.as_bytes());
    number(out, value);
}

/// Appends a template's definition: a member of an object, and a comma.
pub(crate) fn definition(out: &mut Vec<u8>, template: usize, map: Option<&str>, tree: Option<&str>) {
    out.push(b'"');
    number(out, template as u32);
    out.extend_from_slice(b"\":{");
    if let Some(map) = map {
        out.extend_from_slice(b"\"map\":\"");
        escape::json(out, map);
        out.push(b'"');
    }
    if let Some(tree) = tree {
        if map.is_some() {
            out.push(b',');
        }
        out.extend_from_slice(b"\"tree\":");
        out.extend_from_slice(tree.as_bytes());
    }
    out.extend_from_slice(b"},");
}

fn without_last_comma(definitions: &[u8]) -> &[u8] {
    definitions.strip_suffix(b",").unwrap_or(definitions)
}

/// Appends the last message before a server ends: the page attaches again after `delay`. It is rounded up to milliseconds.
pub fn back(out: &mut Vec<u8>, delay: Duration) {
    member(out, "{\"back\":", u32::try_from(delay.as_micros().div_ceil(1_000)).unwrap_or(u32::MAX));
    out.push(b'}');
}

/// Appends the message before the full render of another view: it is where event `event`, a link, leads.
pub fn went(out: &mut Vec<u8>, event: u32) {
    member(out, "{\"went\":", event);
    out.push(b'}');
}

/// Appends a full render of the view at `address`, which the page may show soon. `mount` is the message of the full render.
pub fn ahead(out: &mut Vec<u8>, address: &str, mount: &[u8]) {
    out.extend_from_slice(b"{\"ahead\":\"");
    escape::json(out, address);
    out.extend_from_slice(b"\",");
    out.extend_from_slice(mount.strip_prefix(b"{").unwrap_or(mount));
}

/// Begins a value that replaces a value of any kind.
pub(crate) const REPLACE: &[u8] = b"{\"=\":";
/// Begins new rows.
pub(crate) const INSERT: &[u8] = b"{\"+\":[";
/// Begins the removed rows.
pub(crate) const REMOVE: &[u8] = b"{\"-\":[";
/// Begins the row that moves here.
pub(crate) const MOVE: &[u8] = b"{\">\":";
/// Begins trusted markup.
pub(crate) const MARKUP: &[u8] = b"{\"html\":\"";

/// Appends the beginning of a patch, up to its body.
#[inline(always)]
pub(crate) fn begin_patch(out: &mut Vec<u8>, patch: u32) {
    decimal::between(out, b'[', patch.into(), *b",[");
}

/// Returns the number of a patch, in decimal digits, or `None` if the message is not a patch.
///
/// ```
/// use tealight_core::wire::patch_number;
///
/// assert_eq!(patch_number(b"[12,[\"x\"]]"), Some(&b"12"[..]));
/// assert_eq!(patch_number(b"{\"pong\":1}"), None);
/// ```
pub fn patch_number(message: &[u8]) -> Option<&[u8]> {
    // No other message is an array.
    let digits = message.strip_prefix(b"[")?;
    let length = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    (length > 0).then(|| &digits[..length])
}

/// Appends the parts of a patch after its body, if there are any.
pub(crate) fn extras<'a>(
    out: &mut Vec<u8>,
    event: Option<u32>,
    definitions: &Definitions,
    commands: impl Iterator<Item = &'a PageCommand>,
) {
    let began = out.len();
    out.extend_from_slice(b",{");
    if let Some(event) = event {
        member(out, "\"e\":", event);
        out.push(b',');
    }
    if !definitions.members.is_empty() {
        out.extend_from_slice(b"\"t\":{");
        out.extend_from_slice(without_last_comma(&definitions.members));
        out.extend_from_slice(b"},");
    }
    let effects = list_of_commands(out, b"\"c\":[", commands);
    list_of_needs(out, b"\"n\":[", with_effects(definitions.needs, effects));
    out.pop();
    if out.len() > began + 1 {
        out.push(b'}');
    } else {
        out.truncate(began);
    }
}

/// Appends a member of an object and a comma, or nothing if there are no commands. Returns true if the page needs the part
/// of its script that runs them.
fn list_of_commands<'a>(out: &mut Vec<u8>, open: &[u8], commands: impl Iterator<Item = &'a PageCommand>) -> bool {
    let mut needs_effects = false;
    let began = out.len();
    out.extend_from_slice(open);
    command::commands(out, commands.inspect(|command| needs_effects |= command.needs_effects()));
    if out.len() == began + open.len() {
        out.truncate(began);
    } else {
        out.pop();
        out.extend_from_slice(b"],");
    }
    needs_effects
}

/// Appends a member of an object and a comma, or nothing if nothing is needed.
fn list_of_needs(out: &mut Vec<u8>, open: &[u8], needs: Needs) {
    let began = out.len();
    out.extend_from_slice(open);
    for name in needs.names() {
        out.push(b'"');
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\",");
    }
    if out.pop() == Some(b',') {
        out.extend_from_slice(b"],");
    } else {
        out.truncate(began);
    }
}

fn with_effects(needs: Needs, effects: bool) -> Needs {
    Needs { effects: needs.effects || effects, ..needs }
}

pub(crate) fn resume(out: &mut Vec<u8>, event: u32) {
    member(out, "{\"resume\":{\"event\":", event);
    out.extend_from_slice(b"}}");
}

pub(crate) fn mount<'a>(
    out: &mut Vec<u8>,
    session: &str,
    patch: u32,
    event: u32,
    definitions: &Definitions,
    view: &[u8],
    commands: impl Iterator<Item = &'a PageCommand>,
) {
    out.extend_from_slice(b"{\"mount\":{\"session\":\"");
    out.extend_from_slice(session.as_bytes());
    member(out, "\",\"patch\":", patch);
    member(out, ",\"event\":", event);
    out.extend_from_slice(b",\"templates\":{");
    out.extend_from_slice(without_last_comma(&definitions.members));
    out.extend_from_slice(b"},");
    let effects = list_of_commands(out, b"\"commands\":[", commands);
    list_of_needs(out, b"\"needs\":[", with_effects(definitions.needs, effects));
    out.extend_from_slice(b"\"view\":");
    out.extend_from_slice(view);
    out.extend_from_slice(b"}}");
}

pub(crate) fn acknowledge(out: &mut Vec<u8>, event: u32) {
    member(out, "{\"event\":", event);
    out.push(b'}');
}

/// Appends a mistake in the view. The page shows it in development.
pub(crate) fn view_error(out: &mut Vec<u8>, error: &str) {
    out.extend_from_slice(b"{\"error\":\"");
    escape::json(out, error);
    out.extend_from_slice(b"\"}");
}

pub(crate) fn pong(out: &mut Vec<u8>, ping: u32) {
    member(out, "{\"pong\":", ping);
    out.push(b'}');
}

/// The start of the page's root element, before the view.
pub(crate) const ROOT_OPEN: &[u8] = b"<div data-tealight=\"connecting\">";

/// Appends the end of the root element, and the data block. `nodes` is the number of nodes in the root, if it is known.
pub(crate) fn data_block(out: &mut Vec<u8>, session: &str, definitions: &Definitions, nodes: Option<u32>) {
    out.extend_from_slice(b"</div><script type=\"application/json\">");
    member(out, "{\"tealight\":", VERSION);
    out.extend_from_slice(b",\"session\":\"");
    out.extend_from_slice(session.as_bytes());
    out.push(b'"');
    if let Some(nodes) = nodes {
        member(out, ",\"nodes\":", nodes);
    }
    out.push(b',');
    list_of_needs(out, b"\"needs\":[", definitions.needs);
    out.extend_from_slice(b"\"templates\":{");
    for &byte in without_last_comma(&definitions.members) {
        match byte {
            // In HTML, `</script` or `<!--` would break the block. In JSON, `<` occurs only in strings, where it can be
            // escaped.
            b'<' => out.extend_from_slice(b"\\u003c"),
            _ => out.push(byte),
        }
    }
    out.extend_from_slice(b"}}</script>");
}

impl Refusal {
    /// Appends the message that tells the page of the refusal.
    pub fn encode(self, out: &mut Vec<u8>) {
        self.encode_for(None, out);
    }

    pub(crate) fn encode_for(self, event: Option<u32>, out: &mut Vec<u8>) {
        self.begin(event, out);
        if self == Self::Version {
            member(out, ",\"speaks\":[", VERSION);
            out.push(b']');
        }
        out.push(b'}');
    }

    fn begin(self, event: Option<u32>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"refused\":\"");
        out.extend_from_slice(self.reason().as_bytes());
        out.push(b'"');
        if let Some(event) = event {
            member(out, ",\"event\":", event);
        }
    }
}

/// Appends the refusal of an event, with errors by field.
pub(crate) fn refused_input(out: &mut Vec<u8>, refusal: Refusal, event: u32, errors: &FieldErrors) {
    refusal.begin(Some(event), out);
    for (n, (field, message)) in errors.iter().enumerate() {
        out.extend_from_slice(if n == 0 { b",\"fields\":[[\"" } else { b",[\"" });
        escape::json(out, field);
        out.extend_from_slice(b"\",\"");
        escape::json(out, message);
        out.extend_from_slice(b"\"]");
    }
    out.extend_from_slice(if errors.is_empty() { b"}" } else { b"]}" });
}
