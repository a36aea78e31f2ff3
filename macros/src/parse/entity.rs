//! HTML entities, which `html!` does not decode: texts are Rust strings.

/// Entities that authors write most, with their characters.
/// <https://html.spec.whatwg.org/multipage/named-characters.html>
#[rustfmt::skip]
const NAMED: &[(&str, char)] = &[
    ("amp", '&'), ("apos", '\''), ("bull", '•'), ("cent", '¢'), ("check", '✓'), ("copy", '©'), ("darr", '↓'),
    ("deg", '°'), ("euro", '€'), ("gt", '>'), ("hellip", '…'), ("laquo", '«'), ("larr", '←'), ("ldquo", '“'),
    ("lsquo", '‘'), ("lt", '<'), ("mdash", '—'), ("middot", '·'), ("minus", '−'), ("nbsp", '\u{a0}'), ("ndash", '–'),
    ("pound", '£'), ("quot", '"'), ("raquo", '»'), ("rarr", '→'), ("rdquo", '”'), ("reg", '®'), ("rsquo", '’'),
    ("sect", '§'), ("shy", '\u{ad}'), ("times", '×'), ("trade", '™'), ("uarr", '↑'), ("yen", '¥'), ("zwj", '\u{200d}'),
];

pub(super) struct Entity {
    /// As written, from `&` to `;`.
    pub(super) written: String,
    character: char,
}

impl Entity {
    pub(super) fn message(&self) -> String {
        let Self { written, character } = self;
        let rust = if character.is_ascii_graphic() || is_visible(*character) {
            character.to_string().replace('"', "\\\"")
        } else {
            character.escape_unicode().to_string()
        };
        format!("HTML entities such as `{written}` are not decoded\nhelp: write the character: \"{rust}\"")
    }
}

/// Returns the first entity in a text. Spaces inside it are ignored: unquoted tokens may have some.
pub(super) fn find(text: &str) -> Option<Entity> {
    text.match_indices('&').find_map(|(start, _)| {
        let end = start + text[start..].find(';')?;
        let name: String = text[start + 1..end].chars().filter(|c| !c.is_whitespace()).collect();
        let character = match name.strip_prefix('#') {
            Some(number) => numbered(number)?,
            None => NAMED.iter().find(|(known, _)| *known == name)?.1,
        };
        Some(Entity { written: format!("&{name};"), character })
    })
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
}

/// Returns true for a character that a person can see and tell from a space.
fn is_visible(character: char) -> bool {
    !character.is_control() && !character.is_whitespace() && !matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}')
}
