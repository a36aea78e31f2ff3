//! Splits valid nodes into templates: static HTML, slots, and the map by which a page finds each slot.
//!
//! The section "Templates" of `docs/protocol.md` specifies marks, maps and trees. Nothing in this module can fail.

mod layout;
mod needs;
mod spots;
#[cfg(test)]
mod tests;
mod text;

use proc_macro2::TokenStream;

use crate::ast::{Braced, Branch, Handler, List, Node};
use crate::html::AttributeKind;
use crate::nesting::Around;
pub(crate) use needs::Needs;

/// One static region: the root of an `html!`, an arm of a branch, or a row of a list.
#[derive(Default)]
pub(crate) struct Template<'n> {
    /// The static HTML before, between and after the slots.
    pub(crate) parts: Vec<String>,
    pub(crate) slots: Vec<Slot<'n>>,
    pub(crate) map: String,
    pub(crate) tree: String,
    /// The number of nodes that a browser makes of the static HTML. `None` if only its parser can count them.
    pub(crate) nodes: Option<u32>,
    /// The row templates of its lists, in the order of their slots.
    pub(crate) rows: Vec<usize>,
    pub(crate) needs: Needs,
    pub(crate) steps: Vec<Step<'n>>,
    /// In the first template: the elements that may be roots of the view, also those in branches and lists.
    pub(crate) roots: Vec<&'n str>,
    /// In the first template: elements that may be open around the view, each with the first element in the view that
    /// would end it. See [`crate::nesting::ended_by`].
    pub(crate) ends: Vec<(&'static str, &'n str)>,
}

/// One step of rendering a template.
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
    /// The only content of a `<textarea>` or a `<title>`, which is a text.
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
    /// `arms` has the template of each arm, or none for an arm without content.
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

/// Returns the templates of one `html!`. The first is its root.
pub(crate) fn layout(nodes: &[Node]) -> Vec<Template<'_>> {
    layout::Layout::of(nodes)
}
