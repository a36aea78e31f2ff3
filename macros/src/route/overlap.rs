//! Patterns of one type that could take the same address.

use std::cmp::Ordering;

use syn::{Error, Result};

use super::pattern::{Part, Pattern};

/// Checks that each address has one route at most, or one that is more specific than all others.
pub(super) fn check<'a>(patterns: impl Iterator<Item = &'a Pattern>) -> Result<()> {
    let mut earlier: Vec<&Pattern> = Vec::new();
    let mut router = matchit::Router::new();
    for pattern in patterns {
        for other in &earlier {
            if let Some(message) = clash(other, pattern) {
                return Err(Error::new(pattern.span, message));
            }
        }
        if let Err(error) = router.insert(pattern.matched(), ()) {
            return Err(Error::new(pattern.span, format!("this pattern cannot stand beside the others: {error}")));
        }
        earlier.push(pattern);
    }
    Ok(())
}

fn clash(one: &Pattern, other: &Pattern) -> Option<String> {
    let (relation, example) = compare(&segments(one), &segments(other))?;
    let (one, other) = (&one.source, &other.source);
    match relation {
        Relation::Same => Some(format!(
            "`{other}` can never match: `{one}` takes the same addresses\nhelp: a query does not tell routes apart; put its parameters into one variant as `Option`s"
        )),
        Relation::Crossed => Some(format!(
            "`{one}` and `{other}` both match `{example}`, and neither is more specific\nhelp: let them differ in a fixed part"
        )),
        Relation::Swallowed => Some(format!(
            "`{one}` and `{other}` both match `{example}`: beside `{{*…}}` there can be fixed parts, but no other value"
        )),
        Relation::Specific => None,
    }
}

enum Relation {
    Same,
    Specific,
    Crossed,
    /// One takes all that follows, where the other has a value.
    Swallowed,
}

#[derive(Clone)]
enum Segment {
    Fixed(String),
    Value,
    Rest,
}

fn segments(pattern: &Pattern) -> Vec<Segment> {
    let matched = pattern.parts.iter().flat_map(|part| match part {
        Part::Text(text) => text.split('/').map(|text| Segment::Fixed(text.to_owned())).collect(),
        // The text before it ends with `/`: an empty part is there, which the value replaces.
        Part::Value(_) => vec![Segment::Value],
        Part::Rest(_) => vec![Segment::Rest],
    });
    let mut all: Vec<Segment> = Vec::new();
    for segment in matched {
        let replaces = !matches!(segment, Segment::Fixed(_));
        if replaces && matches!(all.last(), Some(Segment::Fixed(text)) if text.is_empty()) {
            all.pop();
        }
        // The text behind a value begins with `/`.
        if matches!(&segment, Segment::Fixed(text) if text.is_empty()) && matches!(all.last(), Some(Segment::Value)) {
            continue;
        }
        all.push(segment);
    }
    all
}

/// Returns how the addresses of two patterns are related, if they share any, and an address that both match.
fn compare(one: &[Segment], other: &[Segment]) -> Option<(Relation, String)> {
    let mut example = Vec::new();
    let (mut is_less, mut is_more) = (false, false);
    let mut index = 0;
    loop {
        let order = match (one.get(index), other.get(index)) {
            (None, None) => break,
            (Some(Segment::Rest), Some(Segment::Rest)) => {
                example.push("x".to_owned());
                break;
            }
            (Some(Segment::Rest), Some(narrower)) | (Some(narrower), Some(Segment::Rest)) => {
                let one_is_rest = matches!(one[index], Segment::Rest);
                is_less |= one_is_rest;
                is_more |= !one_is_rest;
                let narrow = if one_is_rest { other } else { one };
                example.extend(narrow[index..].iter().map(shown));
                if matches!(narrower, Segment::Value) {
                    return Some((Relation::Swallowed, example.join("/")));
                }
                break;
            }
            (None, _) | (_, None) => return None,
            (Some(Segment::Fixed(a)), Some(Segment::Fixed(b))) if a != b => return None,
            (Some(Segment::Fixed(a)), Some(Segment::Value)) if a.is_empty() => return None,
            (Some(Segment::Value), Some(Segment::Fixed(b))) if b.is_empty() => return None,
            (Some(Segment::Fixed(_)), Some(Segment::Value)) => Ordering::Greater,
            (Some(Segment::Value), Some(Segment::Fixed(_))) => Ordering::Less,
            _ => Ordering::Equal,
        };
        is_less |= order == Ordering::Less;
        is_more |= order == Ordering::Greater;
        let narrower = if order == Ordering::Less { &other[index] } else { &one[index] };
        example.push(shown(narrower));
        index += 1;
    }
    let relation = match (is_less, is_more) {
        (false, false) => Relation::Same,
        (true, true) => Relation::Crossed,
        _ => Relation::Specific,
    };
    Some((relation, example.join("/")))
}

fn shown(segment: &Segment) -> String {
    match segment {
        Segment::Fixed(text) => text.clone(),
        Segment::Value | Segment::Rest => "x".to_owned(),
    }
}
