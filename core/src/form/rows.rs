//! The lists of a form whose rows the application adds and removes while a person types in them.
//!
//! A page may not have heard of a change yet: its next event lacks a new row, or still has a removed one. Rows therefore
//! have numbers that are never used again.

use std::collections::BTreeMap;

use super::data::FormData;
use super::names::{below, is_of};

/// The lists, by their names.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists(BTreeMap<String, List>);

#[derive(Clone, Debug, Default)]
struct List {
    rows: BTreeMap<u32, Row>,
    /// The number of the next new row.
    next: u32,
}

#[derive(Clone, Debug, Default)]
struct Row {
    /// The page has sent the row.
    is_known: bool,
    /// The page has submitted the row.
    is_submitted: bool,
}

impl Lists {
    /// Returns the names of a list's rows, in their order.
    pub(super) fn rows(&self, list: &str, data: &FormData) -> Vec<String> {
        let numbers: Vec<u32> = match self.0.get(list) {
            Some(list) => list.rows.keys().copied().collect(),
            None => List::of(list, data).rows.into_keys().collect(),
        };
        numbers.into_iter().map(|number| below(list, &number.to_string())).collect()
    }

    /// Adds a row and returns its name. Returns `None` if the list is full.
    pub(super) fn add(&mut self, list: &str, data: &FormData) -> Option<String> {
        let found = self.0.entry(list.to_owned()).or_insert_with(|| List::of(list, data));
        let number = found.next;
        if found.rows.len() >= FormData::MAX_PAIRS || number == u32::MAX {
            return None;
        }
        found.next += 1;
        found.rows.insert(number, Row::default());
        Some(below(list, &number.to_string()))
    }

    /// Removes a row, with the lists inside it.
    pub(super) fn remove(&mut self, row: &str, data: &FormData) {
        let Some((list, number)) = split(row) else { return };
        let found = self.0.entry(list.to_owned()).or_insert_with(|| List::of(list, data));
        found.rows.remove(&number);
        self.0.retain(|list, _| !is_of(list, row));
    }

    /// Brings the form of a page to the rows of its lists. `old` is the form before.
    pub(super) fn reconcile(&mut self, data: &mut FormData, old: &FormData) {
        for (name, list) in &mut self.0 {
            for number in numbers(name, data) {
                if number >= list.next && list.rows.len() < FormData::MAX_PAIRS {
                    list.next = number.saturating_add(1);
                    list.rows.insert(number, Row { is_known: true, is_submitted: true });
                }
            }
            data.retain(|field| row_of(name, field).is_none_or(|number| list.rows.contains_key(&number)));
            for (number, row) in &mut list.rows {
                let field = below(name, &number.to_string());
                if data.of(&field).next().is_some() {
                    row.is_known = true;
                } else if row.is_known {
                    // all its checkboxes are unchecked
                    data.push(&field, "");
                } else {
                    old.of(&field).for_each(|(name, value)| data.push(name, value));
                }
            }
        }
    }

    /// Notes that the page has submitted the rows that it knows.
    pub(super) fn submit(&mut self) {
        self.0.values_mut().flat_map(|list| list.rows.values_mut()).for_each(|row| row.is_submitted |= row.is_known);
    }

    /// Returns true if the field is in a row that nobody has submitted yet.
    pub(super) fn is_new(&self, field: &str) -> bool {
        self.0.iter().any(|(name, list)| {
            let row = row_of(name, field).and_then(|number| list.rows.get(&number));
            row.is_some_and(|row| !row.is_submitted)
        })
    }
}

impl List {
    /// The list of this name, with the rows that a form has.
    fn of(name: &str, data: &FormData) -> Self {
        let rows: BTreeMap<u32, Row> =
            numbers(name, data).map(|number| (number, Row { is_known: true, is_submitted: true })).collect();
        let next = rows.keys().next_back().map_or(0, |last| last.saturating_add(1));
        Self { rows, next }
    }
}

/// Returns the numbers of the rows that a form has.
fn numbers(list: &str, data: &FormData) -> impl Iterator<Item = u32> {
    data.pairs().filter_map(move |(field, _)| row_of(list, field))
}

/// Returns the number of the list's row that contains this field.
fn row_of(list: &str, field: &str) -> Option<u32> {
    let (number, _) = field.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?;
    number.parse().ok()
}

/// Splits a row's name into the list's name and the row's number.
fn split(row: &str) -> Option<(&str, u32)> {
    let (list, number) = row.strip_suffix(']')?.rsplit_once('[')?;
    Some((list, number.parse().ok()?))
}
