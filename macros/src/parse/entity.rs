//! HTML entities, which `html!` does not decode: texts are Rust strings.

/// Entities that authors write most, with their characters.
/// <https://html.spec.whatwg.org/multipage/named-characters.html>
#[rustfmt::skip]
const NAMED: &[(&str, char)] = &[
    ("Aacute", 'Á'), ("aacute", 'á'), ("Acirc", 'Â'), ("acirc", 'â'), ("AElig", 'Æ'), ("aelig", 'æ'), ("Agrave", 'À'),
    ("agrave", 'à'), ("alpha", 'α'), ("amp", '&'), ("apos", '\''), ("Aring", 'Å'), ("aring", 'å'), ("asymp", '≈'),
    ("atilde", 'ã'), ("Auml", 'Ä'), ("auml", 'ä'), ("bdquo", '„'), ("beta", 'β'), ("brvbar", '¦'), ("bull", '•'),
    ("cap", '∩'), ("Ccedil", 'Ç'), ("ccedil", 'ç'), ("cent", '¢'), ("check", '✓'), ("clubs", '♣'), ("copy", '©'),
    ("crarr", '↵'), ("cup", '∪'), ("curren", '¤'), ("Dagger", '‡'), ("dagger", '†'), ("darr", '↓'), ("deg", '°'),
    ("Delta", 'Δ'), ("delta", 'δ'), ("diams", '♦'), ("divide", '÷'), ("Eacute", 'É'), ("eacute", 'é'), ("Ecirc", 'Ê'),
    ("ecirc", 'ê'), ("Egrave", 'È'), ("egrave", 'è'), ("emsp", '\u{2003}'), ("ensp", '\u{2002}'), ("epsilon", 'ε'),
    ("equiv", '≡'), ("Euml", 'Ë'), ("euml", 'ë'), ("euro", '€'), ("exist", '∃'), ("forall", '∀'), ("frac12", '½'),
    ("frac14", '¼'), ("frac34", '¾'), ("gamma", 'γ'), ("ge", '≥'), ("gt", '>'), ("hArr", '⇔'), ("harr", '↔'),
    ("hearts", '♥'), ("hellip", '…'), ("iacute", 'í'), ("icirc", 'î'), ("iexcl", '¡'), ("igrave", 'ì'),
    ("infin", '∞'), ("int", '∫'), ("iquest", '¿'), ("isin", '∈'), ("iuml", 'ï'), ("lambda", 'λ'), ("laquo", '«'),
    ("lArr", '⇐'), ("larr", '←'), ("ldquo", '“'), ("le", '≤'), ("lsaquo", '‹'), ("lsquo", '‘'), ("lt", '<'),
    ("mdash", '—'), ("micro", 'µ'), ("middot", '·'), ("minus", '−'), ("mu", 'μ'), ("nabla", '∇'), ("nbsp", '\u{a0}'),
    ("ndash", '–'), ("ne", '≠'), ("not", '¬'), ("Ntilde", 'Ñ'), ("ntilde", 'ñ'), ("Oacute", 'Ó'), ("oacute", 'ó'),
    ("ocirc", 'ô'), ("oelig", 'œ'), ("ograve", 'ò'), ("Omega", 'Ω'), ("omega", 'ω'), ("ordf", 'ª'), ("ordm", 'º'),
    ("Oslash", 'Ø'), ("oslash", 'ø'), ("otilde", 'õ'), ("Ouml", 'Ö'), ("ouml", 'ö'), ("para", '¶'), ("part", '∂'),
    ("permil", '‰'), ("phi", 'φ'), ("pi", 'π'), ("plusmn", '±'), ("pound", '£'), ("Prime", '″'), ("prime", '′'),
    ("prod", '∏'), ("quot", '"'), ("radic", '√'), ("raquo", '»'), ("rArr", '⇒'), ("rarr", '→'), ("rdquo", '”'),
    ("reg", '®'), ("rsaquo", '›'), ("rsquo", '’'), ("sbquo", '‚'), ("sect", '§'), ("shy", '\u{ad}'), ("Sigma", 'Σ'),
    ("sigma", 'σ'), ("spades", '♠'), ("star", '☆'), ("starf", '★'), ("sub", '⊂'), ("sum", '∑'), ("sup", '⊃'),
    ("sup1", '¹'), ("sup2", '²'), ("sup3", '³'), ("szlig", 'ß'), ("tau", 'τ'), ("thinsp", '\u{2009}'), ("times", '×'),
    ("trade", '™'), ("Uacute", 'Ú'), ("uacute", 'ú'), ("uarr", '↑'), ("ucirc", 'û'), ("ugrave", 'ù'), ("Uuml", 'Ü'),
    ("uuml", 'ü'), ("yacute", 'ý'), ("yen", '¥'), ("yuml", 'ÿ'), ("zwj", '\u{200d}'), ("zwnj", '\u{200c}'),
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
