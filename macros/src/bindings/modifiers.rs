//! What may follow a binding, each after a dot.

use crate::errors::nearest;

/// The browser is not to do what it would.
pub(super) const PREVENT: &str = "prevent";
/// The same of a link, unless it is to be opened in a tab or window of its own. Nobody writes it.
pub(super) const LINK: &str = "link";
/// Modifiers of every binding.
const PLAIN: &[&str] = &[PREVENT, "stop", "once", "capture", "self"];
/// These take a time: `.debounce.300ms`.
const TIMED: &[&str] = &["debounce", "throttle"];
/// Keys that are held, for the bindings of keys.
const HELD: &[&str] = &["ctrl", "alt", "shift", "meta"];
/// The usual keys, of those whose names are longer than a character.
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "enter", "tab", "space", "escape", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown",
    "arrowleft", "arrowup", "arrowright", "arrowdown", "capslock", "contextmenu", "pause", "help",
];
/// What they are called elsewhere.
#[rustfmt::skip]
const MISNAMED: &[(&str, &str)] = &[
    ("left", "arrowleft"), ("up", "arrowup"), ("right", "arrowright"), ("down", "arrowdown"), ("esc", "escape"),
    ("return", "enter"), ("del", "delete"), ("ins", "insert"), ("pgup", "pageup"), ("pgdn", "pagedown"),
    ("spacebar", "space"), ("cmd", "meta"), ("command", "meta"), ("win", "meta"), ("option", "alt"),
    ("control", "ctrl"),
];
/// Without a time.
const USUAL: &str = "300";

pub(super) struct Modifiers;

impl Modifiers {
    pub(super) fn read(written: Option<&str>, of_key: bool, faults: &mut Vec<String>) -> Vec<String> {
        let mut modifiers: Vec<String> = Vec::new();
        let mut parts = written.into_iter().flat_map(|written| written.split('.')).peekable();
        while let Some(part) = parts.next() {
            // `.5` is a key too
            let is_time = |part: &&str| part.starts_with(|c: char| c.is_ascii_digit()) && !(of_key && part.len() == 1);
            let no_time = |time, part| format!("`{time}` is no time\nhelp: write .{part}.300ms or .{part}.2s");
            if modifiers.iter().any(|known| known == part) {
                faults.push(format!("the modifier `.{part}` is given twice"));
            } else if TIMED.contains(&part) {
                if TIMED.iter().any(|timed| modifiers.iter().any(|known| known == timed)) {
                    faults.push("an event is debounced or throttled, not both".to_owned());
                }
                modifiers.push(part.to_owned());
                let time = parts.next_if(is_time).map(|time| milliseconds(time).ok_or(time));
                match time.unwrap_or_else(|| Ok(USUAL.to_owned())) {
                    Ok(time) => modifiers.push(time),
                    Err(time) => faults.push(no_time(time, part)),
                }
            } else if PLAIN.contains(&part) {
                modifiers.push(part.to_owned());
            } else if is_time(&part) {
                faults.push(no_time(part, TIMED[0]));
            } else if of_key && !part.is_empty() {
                // as the page does it, by Unicode's rules
                let key = part.to_lowercase();
                match meant_by(&key) {
                    Some(meant) => faults.push(format!("there is no key `.{part}`\nhelp: did you mean `.{meant}`?")),
                    None => modifiers.push(key),
                }
            } else {
                faults.push(unknown(part));
            }
        }
        let is_key = |modifier: &&String| !is_other(modifier);
        let keys: Vec<&String> = modifiers.iter().filter(is_key).collect();
        if of_key && keys.len() > 1 {
            faults.push(format!(
                "one binding is for one key, and `.{}` and `.{}` are two\nhelp: write a binding for each, or match on the key in `update`",
                keys[0], keys[1]
            ));
        }
        modifiers
    }
}

/// Whether one event can meet both, as far as keys say.
pub(super) fn are_met_together(these: &[String], those: &[String]) -> bool {
    let keys = |modifiers: &[String]| {
        let filters = |modifier: &&String| is_of_key(modifier);
        let mut keys: Vec<String> = modifiers.iter().filter(filters).cloned().collect();
        keys.sort();
        keys
    };
    keys(these) == keys(those)
}

/// Whether it is a key, or one that is held with it.
pub(super) fn is_of_key(modifier: &str) -> bool {
    HELD.contains(&modifier) || !is_other(modifier)
}

/// Whether it is anything else than the name of a key; times follow what they belong to.
fn is_other(modifier: &str) -> bool {
    let is_time = modifier.len() > 1 && modifier.bytes().all(|byte| byte.is_ascii_digit());
    is_time || [PLAIN, TIMED, HELD].iter().any(|known| known.contains(&modifier))
}

/// What was probably meant by the name of a key, if it is none. There are more keys than are known here.
fn meant_by(key: &str) -> Option<&'static str> {
    let known = || [KEYS, HELD, PLAIN, TIMED].into_iter().flatten().copied();
    if key.chars().nth(1).is_none() || known().any(|known| known == key) {
        return None;
    }
    let misnamed = MISNAMED.iter().find(|(name, _)| *name == key);
    misnamed.map(|(_, meant)| *meant).or_else(|| nearest(key, known()))
}

fn milliseconds(time: &str) -> Option<String> {
    let (number, unit) = match time.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (time.strip_suffix('s')?, 1000),
    };
    let time = number.parse::<u32>().ok()?.checked_mul(unit)?;
    (10..=600_000).contains(&time).then(|| time.to_string())
}

fn unknown(part: &str) -> String {
    let known = || PLAIN.iter().chain(TIMED).copied();
    let help = match (nearest(part, known()), HELD.contains(&part)) {
        (_, true) => "it belongs to on:keydown and on:keyup".to_owned(),
        (Some(known), _) => format!("did you mean `.{known}`?"),
        (None, _) => format!("there are {}", known().map(|known| format!("`.{known}`")).collect::<Vec<_>>().join(", ")),
    };
    format!("there is no modifier `.{part}`\nhelp: {help}")
}
