//! Writes text as HTML and as JSON.

use std::fmt::Write as _;

pub(super) fn push_text(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '\r' => html.push_str("&#13;"),
            c => html.push(c),
        }
    }
}

/// Writes ` name="text"`, or only ` name`.
pub(super) fn push_attribute(html: &mut String, name: &str, text: Option<&str>) {
    html.push(' ');
    html.push_str(name);
    let Some(text) = text else { return };
    html.push_str("=\"");
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\r' => html.push_str("&#13;"),
            c => html.push(c),
        }
    }
    html.push('"');
}

pub(super) fn json_string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            c if c < ' ' => write!(json, "\\u{:04x}", u32::from(c)).expect("writing to a String cannot fail"),
            c => json.push(c),
        }
    }
    json.push('"');
    json
}

pub(super) fn json_array(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}
