//! The modifiers of a binding: the words after its dots.

use crate::errors::nearest;
use crate::parse::literal;

/// Prevents the browser's default.
pub(super) const PREVENT: &str = "prevent";
/// Prevents the default of a link, unless the click opens a new tab or window. Authors cannot write it.
pub(super) const LINK: &str = "link";
/// Modifiers that every binding accepts.
const PLAIN: &[&str] = &[PREVENT, "stop", "once", "capture", "self"];
/// Empties the form that is submitted.
pub(super) const RESET: &str = "reset";
/// Hears keys of the window that are typed into a control too.
pub(super) const ANYWHERE: &str = "anywhere";
/// Modifiers that only some bindings accept, and which.
const OWN: &[(&str, &str)] = &[(RESET, "`on:submit`"), (ANYWHERE, "keys at the window or the document")];
/// Modifiers that take a time: `.debounce.300ms`.
const TIMED: &[&str] = &["debounce", "throttle"];
/// The modifier keys, which the bindings of keys accept.
const HELD: &[&str] = &["ctrl", "alt", "shift", "meta"];
/// Key names longer than one character, from <https://www.w3.org/TR/uievents-key/>, without those of television sets.
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "enter", "tab", SPACE, "escape", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown",
    "arrowleft", "arrowup", "arrowright", "arrowdown", "capslock", "contextmenu", "pause", "help",
    "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "f13", "f14", "f15", "f16", "f17", "f18",
    "f19", "f20", "f21", "f22", "f23", "f24", "soft1", "soft2", "soft3", "soft4",
    "altgraph", "fn", "fnlock", "hyper", "numlock", "scrolllock", "symbol", "symbollock",
    "clear", "copy", "crsel", "cut", "eraseeof", "exsel", "paste", "redo", "undo",
    "accept", "again", "attn", "cancel", "execute", "find", "play", "props", "select", "zoomin", "zoomout",
    "brightnessdown", "brightnessup", "eject", "hibernate", "logoff", "power", "poweroff", "printscreen", "standby",
    "wakeup", "unidentified",
    "allcandidates", "alphanumeric", "codeinput", "compose", "convert", "dead", "eisu", "finalmode", "groupfirst",
    "grouplast", "groupnext", "groupprevious", "hangulmode", "hanjamode", "hankaku", "hiragana", "hiraganakatakana",
    "junjamode", "kanamode", "kanjimode", "katakana", "modechange", "nextcandidate", "nonconvert", "previouscandidate",
    "process", "romaji", "singlecandidate", "zenkaku", "zenkakuhankaku",
    "channeldown", "channelup", "close", "mailforward", "mailreply", "mailsend", "mediaclose", "mediafastforward",
    "mediapause", "mediaplay", "mediaplaypause", "mediarecord", "mediarewind", "mediastop", "mediatracknext",
    "mediatrackprevious", "new", "open", "print", "save", "spellcheck",
    "audiobalanceleft", "audiobalanceright", "audiobassboostdown", "audiobassboosttoggle", "audiobassboostup",
    "audiofaderfront", "audiofaderrear", "audiosurroundmodenext", "audiotrebledown", "audiotrebleup", "audiovolumedown",
    "audiovolumemute", "audiovolumeup", "microphonetoggle", "microphonevolumedown", "microphonevolumemute",
    "microphonevolumeup", "speechcorrectionlist", "speechinputtoggle",
    "launchapplication1", "launchapplication2", "launchcalendar", "launchcontacts", "launchmail", "launchmediaplayer",
    "launchmusicplayer", "launchphone", "launchscreensaver", "launchspreadsheet", "launchwebbrowser", "launchwebcam",
    "launchwordprocessor",
    "browserback", "browserfavorites", "browserforward", "browserhome", "browserrefresh", "browsersearch", "browserstop",
    "appswitch", "call", "camera", "camerafocus", "endcall", "goback", "gohome", "headsethook", "lastnumberredial",
    "mannermode", "notification", "voicedial",
];
/// Other names for keys, with the names to suggest.
#[rustfmt::skip]
const MISNAMED: &[(&str, &str)] = &[
    ("left", "arrowleft"), ("up", "arrowup"), ("right", "arrowright"), ("down", "arrowdown"), ("esc", "escape"),
    ("return", "enter"), ("del", "delete"), ("ins", "insert"), ("pgup", "pageup"), ("pgdn", "pagedown"),
    ("spacebar", "space"), ("cmd", "meta"), ("command", "meta"), ("win", "meta"), ("super", "meta"), ("option", "alt"),
    ("control", "ctrl"), ("altgr", "altgraph"),
    ("slash", "\"/\""), ("backslash", r#""\\""#), ("comma", "\",\""), ("period", "\".\""), ("dot", "\".\""),
    ("question", "\"?\""), ("exclamation", "\"!\""), ("minus", "\"-\""), ("hyphen", "\"-\""), ("dash", "\"-\""),
    ("underscore", "\"_\""), ("plus", "\"+\""), ("equal", "\"=\""), ("equals", "\"=\""), ("semicolon", "\";\""),
    ("colon", "\":\""), ("quote", "\"'\""), ("apostrophe", "\"'\""), ("backquote", "\"`\""), ("backtick", "\"`\""),
    ("asterisk", "\"*\""), ("star", "\"*\""), ("hash", "\"#\""), ("at", "\"@\""), ("percent", "\"%\""),
    ("ampersand", "\"&\""), ("pipe", "\"|\""), ("tilde", "\"~\""), ("less", "\"<\""), ("greater", "\">\""),
    ("bracketleft", "\"[\""), ("bracketright", "\"]\""),
];
/// The words for “ ” and “.”: a map uses these characters as separators.
const SPACE: &str = "space";
const PERIOD: &str = "period";
/// The time in milliseconds of `.debounce` and `.throttle` without one.
const DEFAULT_TIME: &str = "300";

pub(super) struct Modifiers {
    /// Modifiers as written, except that times are in milliseconds.
    pub(super) plain: Vec<String>,
    /// The key and the modifier keys, as the map writes them.
    pub(super) keys: Vec<String>,
}

impl Modifiers {
    /// Reads the modifiers of a binding, which accepts `own` besides those of every binding.
    pub(super) fn read(written: Option<&str>, of_key: bool, own: &[&str], faults: &mut Vec<String>) -> Self {
        let (mut plain, mut keys, mut named): (Vec<String>, _, _) = (Vec::new(), Vec::new(), Vec::new());
        let mut parts = written.into_iter().flat_map(parts).peekable();
        while let Some(part) = parts.next() {
            // `.5` may be the key 5
            let is_time = |part: &&str| part.starts_with(|c: char| c.is_ascii_digit()) && !(of_key && part.len() == 1);
            let no_time = |time, part| format!("`{time}` is not a time\nhelp: write .{part}.300ms or .{part}.2s");
            if plain.iter().chain(&keys).any(|known| known == part) || named.contains(&part) {
                faults.push(format!("the modifier `.{part}` is given twice"));
            } else if TIMED.contains(&part) {
                if TIMED.iter().any(|timed| plain.iter().any(|known| known == timed)) {
                    faults.push("an event is debounced or throttled, not both".to_owned());
                }
                plain.push(part.to_owned());
                let time = parts.next_if(is_time).map(|time| milliseconds(time).ok_or(time));
                match time.unwrap_or_else(|| Ok(DEFAULT_TIME.to_owned())) {
                    Ok(time) => plain.push(time),
                    Err(time) => faults.push(no_time(time, part)),
                }
            } else if PLAIN.contains(&part) || own.contains(&part) {
                plain.push(part.to_owned());
            } else if let Some((_, bindings)) = OWN.iter().find(|(own, _)| *own == part) {
                faults.push(format!("`.{part}` is a modifier of {bindings} only"));
            } else if is_time(&part) {
                faults.push(no_time(part, TIMED[0]));
            } else if of_key && !part.is_empty() {
                match key(part) {
                    Ok(key) if HELD.contains(&&*key) => keys.push(key),
                    Ok(key) => {
                        named.push(part);
                        keys.push(key);
                    }
                    Err(fault) => faults.push(fault),
                }
            } else {
                faults.push(unknown(part));
            }
        }
        if let [one, other, ..] = named[..] {
            faults.push(format!(
                "one binding is for one key, but `.{one}` and `.{other}` are two\nhelp: write a binding for each, or match on the key in `update`"
            ));
        }
        let is_plain = |part: &str| plain.iter().any(|known| known == part);
        if let Some(delay) = TIMED.iter().find(|delay| is_plain(delay) && is_plain(RESET)) {
            faults.push(format!(
                "`.{RESET}` empties the form at once, so the submit cannot wait\nhelp: leave out .{delay}"
            ));
        }
        Self { plain, keys }
    }
}

/// Returns true if the event is debounced or throttled.
pub(super) fn have_time(plain: &[String]) -> bool {
    plain.iter().any(|known| TIMED.contains(&&**known))
}

/// Splits at dots, except inside quotes.
fn parts(written: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(written);
    std::iter::from_fn(move || {
        let written = rest?;
        let quoted = if written.starts_with('"') { literal_length(written) } else { 0 };
        let end = written[quoted..].find('.').map(|dot| quoted + dot);
        rest = end.map(|end| &written[end + 1..]);
        Some(&written[..end.unwrap_or(written.len())])
    })
}

/// Returns the length of the string literal at the start.
fn literal_length(written: &str) -> usize {
    let mut is_escaped = false;
    let ends = |(_, c): &(usize, char)| {
        let ends = *c == '"' && !is_escaped;
        is_escaped = *c == '\\' && !is_escaped;
        ends
    };
    written.char_indices().skip(1).find(ends).map_or(written.len(), |(quote, _)| quote + 1)
}

/// Returns the key as the map writes it.
///
/// # Errors
/// Returns the message for a name that is not a key.
fn key(part: &str) -> Result<String, String> {
    // The page compares in lower case, by Unicode's rules.
    let Some(quoted) = part.strip_prefix('"').and_then(|part| part.strip_suffix('"')) else {
        let key = part.to_lowercase();
        let is_known = part.chars().nth(1).is_none() || KEYS.contains(&&*key) || HELD.contains(&&*key);
        return if is_known { Ok(key) } else { Err(no_key(part, &key)) };
    };
    let name = literal::unescape(quoted).unwrap_or_default();
    let key = name.to_lowercase();
    match &*key {
        " " => Ok(SPACE.to_owned()),
        "." => Ok(PERIOD.to_owned()),
        held if HELD.contains(&held) => Err(format!(
            "`{part}` is held while another key is pressed\nhelp: write .{held} beside that key; to hear it alone, match on the key in `update`"
        )),
        _ if is_key(&name) => Ok(key),
        _ => Err(format!("`{part}` is not a key\nhelp: a key is one character, or a name such as \"AudioVolumeUp\"")),
    }
}

/// Returns true for a character, with its combining marks, and for a name.
fn is_key(name: &str) -> bool {
    let is_one = name.chars().nth(1).is_none();
    let may_be = |c: char| !c.is_control() && !c.is_whitespace() && (is_one || !c.is_ascii_punctuation());
    !name.is_empty() && name.chars().all(may_be)
}

/// Returns true if one key event can match both.
pub(super) fn are_met_together(these: &[String], those: &[String]) -> bool {
    these.len() == those.len() && these.iter().all(|key| those.contains(key))
}

/// Returns the message for an unknown key name.
fn no_key(part: &str, key: &str) -> String {
    let known = || [KEYS, HELD, PLAIN, TIMED].into_iter().flatten().copied();
    let misnamed = MISNAMED.iter().find(|(name, _)| *name == key);
    let help = match misnamed.map(|(_, meant)| *meant).or_else(|| nearest(key, known())) {
        Some(meant) => format!("did you mean `.{meant}`?"),
        None => format!("write other keys in quotes: `.\"{part}\"`"),
    };
    format!("there is no key `.{part}`\nhelp: {help}")
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
        (_, true) => "use it with on:keydown and on:keyup".to_owned(),
        (Some(known), _) => format!("did you mean `.{known}`?"),
        (None, _) => format!("there are {}", known().map(|known| format!("`.{known}`")).collect::<Vec<_>>().join(", ")),
    };
    format!("there is no modifier `.{part}`\nhelp: {help}")
}
