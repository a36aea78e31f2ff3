use serde::{Deserialize, Serialize};

use crate::html::Definitions;
use crate::html::template::Template;
use crate::wire;

/// The templates that a page knows. A template's index is its number in the session.
///
/// An entry is the template's hash. Its lowest bit says whether the page has the tree too, or only the map.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Known(Vec<u64>);

impl Known {
    /// Returns the template's number. Appends to `definitions` what the page lacks to use the template.
    pub(super) fn number(
        &mut self,
        template: &'static Template,
        with_tree: bool,
        definitions: &mut Definitions,
    ) -> u32 {
        match self.0.iter().position(|entry| entry >> 1 == template.hash >> 1) {
            Some(at) => {
                if with_tree && self.0[at] & 1 == 0 {
                    self.0[at] |= 1;
                    wire::definition(&mut definitions.members, at, None, Some(template.tree));
                }
                at as u32
            }
            None => self.define(template, with_tree, definitions),
        }
    }

    fn define(&mut self, template: &'static Template, with_tree: bool, definitions: &mut Definitions) -> u32 {
        let at = self.0.len();
        definitions.needs.add(template.needs);
        self.0.push(template.hash & !1 | u64::from(with_tree));
        // rows first: the map contains their numbers
        let rows: Vec<u32> = template.rows.iter().map(|row| self.number(row, with_tree, definitions)).collect();
        let map = name_rows(&with_print(template), &rows);
        wire::definition(&mut definitions.members, at, Some(&map), with_tree.then_some(template.tree));
        at as u32
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<u64>()
    }
}

/// Returns the template's map with its print, by which a page recognises the template in another full render.
fn with_print(template: &Template) -> String {
    let (extent, slots) = template.map.split_at(template.map.find(' ').unwrap_or(template.map.len()));
    let digit = |place: u32| char::from(DIGITS[(template.hash >> (6 * place)) as usize & 63]);
    let print: String = (0..6).map(digit).collect();
    format!("{extent}#{print}{slots}")
}

const DIGITS: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

/// Replaces each `@k` with the number of row template k. (The macro refuses names that begin with `@`.)
fn name_rows(map: &str, rows: &[u32]) -> String {
    let mut pieces = map.split(":@");
    let mut named = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (index, rest) = piece.split_at(piece.find(' ').unwrap_or(piece.len()));
        let index: usize = index.parse().expect("the macro writes an index");
        named.push_str(&format!(":{}{rest}", rows[index]));
    }
    named
}
