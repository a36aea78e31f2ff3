//! The text of a literal token.

use proc_macro2::{Literal, TokenStream, TokenTree};

/// Returns the text of a string literal, raw or not. The compiler has checked that it is well formed.
pub(crate) fn string(literal: &Literal) -> Option<String> {
    let source = literal.to_string();
    if let Some(raw) = source.strip_prefix('r') {
        return Some(raw.trim_matches('#').strip_prefix('"')?.strip_suffix('"')?.to_owned());
    }
    unescape(source.strip_prefix('"')?.strip_suffix('"')?)
}

/// Returns the text of a string or character literal.
pub(crate) fn text(literal: &Literal) -> Option<String> {
    let source = literal.to_string();
    match source.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(character) => unescape(character),
        None => string(literal),
    }
}

/// Returns the text of a value that is only a string, a character or an integer without a suffix: such a value is static.
pub(crate) fn constant(tokens: &TokenStream) -> Option<String> {
    let mut tokens = tokens.clone().into_iter();
    let (Some(TokenTree::Literal(literal)), None) = (tokens.next(), tokens.next()) else {
        return None;
    };
    let source = literal.to_string();
    if source == "0"
        || (source.starts_with(|c: char| ('1'..='9').contains(&c)) && source.bytes().all(|b| b.is_ascii_digit()))
    {
        return Some(source);
    }
    text(&literal)
}

/// Resolves the escapes of a literal's content.
pub(crate) fn unescape(source: &str) -> Option<String> {
    let mut text = String::with_capacity(source.len());
    let mut rest = source.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.next()? {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            '0' => text.push('\0'),
            'x' => {
                let digits: String = rest.by_ref().take(2).collect();
                text.push(char::from(u8::from_str_radix(&digits, 16).ok()?));
            }
            'u' => {
                let digits: String = rest.by_ref().skip(1).take_while(|c| *c != '}').filter(|c| *c != '_').collect();
                text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
            }
            '\n' => while rest.next_if(|c| c.is_whitespace()).is_some() {},
            quoted => text.push(quoted),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_as_the_compiler_reads_them() {
        for (source, expected) in [
            (r#""plain""#, Some("plain")),
            (r#""a\tb\n\"c\" \\ \x41 \u{1F5_95}""#, Some("a\tb\n\"c\" \\ A \u{1F595}")),
            ("\"one \\\n     two\"", Some("one two")),
            (r##"r#"raw "text" \n"#"##, Some("raw \"text\" \\n")),
            (r"'c'", Some("c")),
            (r"'\''", Some("'")),
            ("42", Some("42")),
            ("0", Some("0")),
            ("007", None),
            ("4.0", None),
            ("4u8", None),
            ("b\"bytes\"", None),
            ("\"a\" \"b\"", None),
        ] {
            let tokens: TokenStream = source.parse().expect("tokens");
            assert_eq!(constant(&tokens).as_deref(), expected, "{source}");
        }
    }
}
