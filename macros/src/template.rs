//! From valid nodes to templates: the static HTML between slots, and how a page finds each slot again.
//!
//! This is the page's half of `docs/protocol.md`, "Templates": marks, maps and trees. Nothing in here can
//! fail.

mod layout;
mod spots;
#[cfg(test)]
mod tests;
mod text;

use proc_macro2::TokenStream;

use crate::ast::{Braced, Branch, Handler, List, Node};
use crate::html::AttributeKind;
use crate::nesting::Around;

/// One static region: the root of an `html!`, an arm of a branch, or a row of a list.
#[derive(Default)]
pub(crate) struct Template<'n> {
    /// Static HTML before, between and after the slots.
    pub(crate) parts: Vec<String>,
    pub(crate) slots: Vec<Slot<'n>>,
    pub(crate) map: String,
    pub(crate) tree: String,
    /// The templates of its lists' rows, in order of slots.
    pub(crate) rows: Vec<usize>,
    pub(crate) steps: Vec<Step<'n>>,
    /// Of a whole `html!`: the elements that may be its roots, in branches and lists too.
    pub(crate) roots: Vec<&'n str>,
    /// Of a whole `html!`: elements that may be open around it, each with the first element in it that
    /// would end that. See [`crate::nesting::ended_by`].
    pub(crate) ends: Vec<(&'static str, &'n str)>,
}

/// What a template does, in this order, when it is rendered.
pub(crate) enum Step<'n> {
    Slot(usize),
    Let(&'n TokenStream),
    /// See [`crate::ast::AttributeValue::Refused`].
    Refused(&'n Braced),
}

pub(crate) enum Slot<'n> {
    Value {
        value: &'n Braced,
        sole: bool,
        newline: bool,
        around: Around,
    },
    /// A text that is all that a `<textarea>` or a `<title>` holds.
    Content {
        value: &'n Braced,
        newline: bool,
    },
    Attribute {
        name: &'n str,
        kind: AttributeKind,
        value: &'n Braced,
    },
    Handler(&'n Handler),
    /// For each arm its template, none if it has no content.
    Branch {
        branch: &'n Branch,
        arms: Vec<Option<usize>>,
    },
    /// `row` is an index into [`Template::rows`].
    List {
        list: &'n List,
        sole: bool,
        row: usize,
    },
}

/// The templates of one `html!`; the first is its root.
pub(crate) fn layout(nodes: &[Node]) -> Vec<Template<'_>> {
    layout::Layout::of(nodes)
}
