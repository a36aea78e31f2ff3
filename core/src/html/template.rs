use super::nesting::{Around, Inside};
use crate::wire;

/// The static parts of one region of an `html!`, known when the application is compiled.
///
/// `docs/protocol.md` says what map and tree are.
#[doc(hidden)]
#[derive(Debug)]
pub struct Template {
    /// HTML before the first slot, between slots, and after the last.
    pub(crate) parts: &'static [&'static str],
    pub(crate) slots: &'static [Slot],
    /// The wire's map; the number of a list's row template is written `@k`, an index into `rows`.
    pub(crate) map: &'static str,
    pub(crate) tree: &'static str,
    pub(crate) rows: &'static [&'static Template],
    /// In development, if it is a whole `html!`.
    pub(crate) inside: &'static Inside,
    /// File and line, for messages.
    pub(crate) source: &'static str,
    /// Of the map and the tree, and of the rows' templates.
    pub(crate) hash: u64,
}

/// What stands in a slot.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// `{…}`; `sole`: all that its element holds; `newline`: where the parser eats a leading line feed;
    /// `around`: in development.
    Value { sole: bool, newline: bool, around: &'static Around },
    /// The text of a `<textarea>`, a property to the page.
    Content { newline: bool },
    /// An attribute.
    Attr { name: &'static str, kind: AttrKind },
    /// `if` or `match`.
    Branch,
    /// `for`; `source`: where it stands and its key, for messages.
    List { sole: bool, row: usize, source: &'static str },
    /// `on:…`.
    On { event: &'static str },
}

/// How an attribute's value is written.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttrKind {
    /// A boolean is presence.
    Plain,
    /// A boolean is written out.
    Word,
    /// Active URLs are refused.
    Url,
    /// A property to the page; a boolean is presence.
    Prop,
}

impl Template {
    #[doc(hidden)]
    pub const fn new(
        parts: &'static [&'static str],
        slots: &'static [Slot],
        map: &'static str,
        tree: &'static str,
        rows: &'static [&'static Self],
        inside: &'static Inside,
        source: &'static str,
    ) -> Self {
        assert!(parts.len() == slots.len() + 1, "a part before each slot and one after the last");
        let mut hash = fnv(fnv(0xCBF2_9CE4_8422_2325, map.as_bytes()), tree.as_bytes());
        let mut i = 0;
        while i < rows.len() {
            hash = fnv(hash, &rows[i].hash.to_le_bytes());
            i += 1;
        }
        Self { parts, slots, map, tree, rows, inside, source, hash }
    }
}

/// FNV-1a, which a constant can compute.
const fn fnv(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01B3);
        i += 1;
    }
    hash
}

/// What a page knows of templates, and their numbers in its session: an entry is the template's hash,
/// its lowest bit replaced by whether the page has the tree too.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known(Vec<u64>);

impl Known {
    /// The template's number. What the page lacks to use it is appended to `definitions`, as members
    /// of a JSON object, each followed by a comma.
    pub(crate) fn number(&mut self, template: &'static Template, with_tree: bool, definitions: &mut Vec<u8>) -> u32 {
        match self.0.iter().position(|entry| entry >> 1 == template.hash >> 1) {
            Some(at) => {
                if with_tree && self.0[at] & 1 == 0 {
                    self.0[at] |= 1;
                    wire::definition(definitions, at, None, Some(template.tree));
                }
                at as u32
            }
            None => self.define(template, with_tree, definitions),
        }
    }

    fn define(&mut self, template: &'static Template, with_tree: bool, definitions: &mut Vec<u8>) -> u32 {
        let at = self.0.len();
        self.0.push(template.hash & !1 | u64::from(with_tree));
        // rows first: a map names their numbers
        let rows: Vec<u32> = template.rows.iter().map(|row| self.number(row, with_tree, definitions)).collect();
        let map = name_rows(template.map, &rows);
        wire::definition(definitions, at, Some(&map), with_tree.then_some(template.tree));
        at as u32
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    pub(crate) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<u64>()
    }
}

/// Puts the rows' numbers in the place of `@k`. (No name in a map begins with `@`: the macro refuses it.)
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
