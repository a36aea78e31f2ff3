//! Placeholders such as `{name}` inside a quoted text. `format!` would fill them; `html!` shows a text as it is written.

/// Returns the content of the first placeholder in a text: `name` or `name:?`. Two braces, as in `{{name}}`, hold none.
pub(super) fn find(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let after = rest.split_once('{')?.1;
        if let Some(escaped) = after.strip_prefix('{') {
            rest = escaped.split_once("}}").map_or(escaped, |(_, after)| after);
            continue;
        }
        if let Some((content, _)) = after.split_once('}')
            && is_placeholder(content)
        {
            return Some(content);
        }
        rest = after;
    }
}

/// Returns true if a text consists of this placeholder.
pub(super) fn is_all_of(text: &str, placeholder: &str) -> bool {
    text.len() == placeholder.len() + 2
}

/// Returns the value to write in place of a text with this placeholder.
pub(super) fn value(placeholder: &str) -> String {
    match placeholder.split_once(':') {
        Some(_) => format!("{{format_args!(\"{{{placeholder}}}\")}}"),
        None => format!("{{{placeholder}}}"),
    }
}

fn is_placeholder(content: &str) -> bool {
    let (expression, format) = content.split_once(':').map_or((content, None), |(name, format)| (name, Some(format)));
    is_expression(expression.trim_start_matches(['&', '*'])) && format.is_none_or(is_format)
}

/// Returns true for a name, and for fields and calls after it: `order.total()`.
fn is_expression(expression: &str) -> bool {
    let mut parts = expression.split('.');
    parts.next().is_some_and(is_name) && parts.all(|part| is_name_or_index(part.split('(').next().unwrap_or_default()))
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_') && word.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn is_name_or_index(word: &str) -> bool {
    is_name(word) || (!word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns true for what `format!` takes after the `:`, such as `?`, `>8` and `.1`. A style's `color:red` is none.
fn is_format(format: &str) -> bool {
    let rest = match format.char_indices().nth(1) {
        Some((second, '<' | '^' | '>')) => &format[second + 1..],
        _ => format.trim_start_matches(['<', '^', '>']),
    };
    let kind = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "+-#.".contains(c));
    matches!(kind, "" | "?" | "x?" | "X?" | "x" | "X" | "o" | "b" | "e" | "E" | "*")
}

#[cfg(test)]
mod tests {
    use super::{find, value};

    #[test]
    fn placeholders_are_found_and_other_braces_are_not() {
        for (text, expected) in [
            ("Hello {name}!", Some("name")),
            ("{a}{b}", Some("a")),
            ("{ {model.cups}", Some("model.cups")),
            ("{order.total()} €", Some("order.total()")),
            ("{pair.0}", Some("pair.0")),
            ("{&name}", Some("&name")),
            ("{name:?}", Some("name:?")),
            ("{price:>8.2}", Some("price:>8.2")),
            ("{at:*^9}", Some("at:*^9")),
            ("{größe}", Some("größe")),
            ("", None),
            ("{}", None),
            ("{", None),
            ("{name", None),
            ("name}", None),
            ("{3}", None),
            ("{ name }", None),
            ("{{name}} {{a}} }", None),
            ("{\"a\":1}", None),
            ("p{color:red}", None),
            ("fn main() { run(); }", None),
            ("{a, b}", None),
            ("{a-b}", None),
        ] {
            assert_eq!(find(text), expected, "{text}");
        }
    }

    #[test]
    fn a_format_needs_a_macro() {
        assert_eq!(value("name"), "{name}");
        assert_eq!(value("name:?"), "{format_args!(\"{name:?}\")}");
    }
}
