//! The text of `#[route("…")]`: `/orders/{id}?page&q`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use proc_macro2::Span;
use syn::{Error, LitStr, Result};

/// The bytes of a path that are percent-encoded. `tealight-core` has the same set, and compares addresses in this form.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@').remove(b':').remove(b',');

/// An address with names in place of values.
pub(super) struct Pattern {
    pub(super) span: Span,
    /// As the author wrote it.
    pub(super) source: String,
    pub(super) parts: Vec<Part>,
    pub(super) query: Vec<Query>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// Text of the path, percent-encoded, with its slashes.
    Text(String),
    /// The field that is one segment.
    Value(String),
    /// The field that is all further segments.
    Rest(String),
}

pub(super) struct Query {
    pub(super) name: String,
    pub(super) field: String,
}

impl Pattern {
    pub(super) fn parse(literal: &LitStr) -> Result<Self> {
        let (source, span) = (literal.value(), literal.span());
        let fault = |message: String| Err(Error::new(span, message));
        let (path, query) = source.split_once('?').map_or((source.as_str(), ""), |(path, query)| (path, query));
        let Some(inside) = path.strip_prefix('/') else {
            return fault(format!("a pattern begins with `/`\nhelp: write `\"/{source}\"`"));
        };
        if let Some(bad) = source.chars().find(|c| c.is_whitespace() || c.is_control() || matches!(c, '#' | '\\' | '%'))
        {
            return fault(match bad {
                '%' => "a pattern is not percent-encoded\nhelp: write the character itself".to_owned(),
                '#' => "a server does not see what follows `#`".to_owned(),
                bad => format!("a pattern cannot have {bad:?}"),
            });
        }
        let mut parts = vec![Part::Text("/".to_owned())];
        let segments: Vec<&str> = inside.split('/').collect();
        for (index, segment) in segments.iter().enumerate() {
            let is_last = index + 1 == segments.len();
            match segment_part(segment, is_last) {
                Ok(part) => push(&mut parts, part),
                Err(message) => return fault(message),
            }
            if !is_last {
                push(&mut parts, Part::Text("/".to_owned()));
            }
        }
        let query: Result<Vec<Query>> =
            query.split('&').filter(|pair| !pair.is_empty()).map(|pair| query_of(pair, span)).collect();
        Ok(Self { span, parts, query: query?, source })
    }

    /// Returns the names of all fields, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let parts = self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Value(name) | Part::Rest(name) => Some(name.as_str()),
        });
        parts.chain(self.query.iter().map(|query| query.field.as_str()))
    }

    /// Returns the path as the matcher takes it.
    pub(super) fn matched(&self) -> String {
        let text = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Value(name) => format!("{{{name}}}"),
            Part::Rest(name) => format!("{{*{name}}}"),
        });
        text.collect()
    }
}

fn push(parts: &mut Vec<Part>, part: Part) {
    match (parts.last_mut(), part) {
        (Some(Part::Text(text)), Part::Text(more)) => text.push_str(&more),
        (_, part) => parts.push(part),
    }
}

fn segment_part(segment: &str, is_last: bool) -> std::result::Result<Part, String> {
    if let Some(name) = segment.strip_prefix(':') {
        return Err(format!("a value is written in braces\nhelp: write `{{{name}}}`"));
    }
    if !segment.contains(['{', '}']) {
        return match segment {
            "" if !is_last => Err("a pattern has no empty part: write one `/`".to_owned()),
            "." | ".." => Err(format!("browsers remove `{segment}` from an address")),
            text => Ok(Part::Text(utf8_percent_encode(text, SEGMENT).to_string())),
        };
    }
    let inside = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let Some(inside) = inside.filter(|inside| !inside.contains(['{', '}'])) else {
        return Err(format!("a value is a whole part between two `/`, but this is `{segment}`"));
    };
    match inside.strip_prefix('*') {
        Some(name) if !is_last => Err(format!("`{{*{name}}}` takes all that follows, so it must be the last part")),
        Some(name) => field_name(name).map(Part::Rest),
        None => field_name(inside).map(Part::Value),
    }
}

fn query_of(pair: &str, span: Span) -> Result<Query> {
    let (name, field) = match pair.split_once('=') {
        None => (pair, Some(pair)),
        Some((name, value)) => (name, value.strip_prefix('{').and_then(|value| value.strip_suffix('}'))),
    };
    let help =
        || format!("`{pair}` is no parameter\nhelp: write `?name`, or `?name={{field}}` if the field has another name");
    let field = field.ok_or_else(help).and_then(field_name).map_err(|message| Error::new(span, message))?;
    Ok(Query { name: name.to_owned(), field })
}

fn field_name(name: &str) -> std::result::Result<String, String> {
    let is_name = name.starts_with(|c: char| c == '_' || c.is_alphabetic())
        && name.chars().all(|c| c == '_' || c.is_alphanumeric());
    if is_name { Ok(name.to_owned()) } else { Err(format!("`{name}` is no name of a field")) }
}
