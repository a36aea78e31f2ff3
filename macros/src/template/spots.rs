//! The children of one element, or the roots of a template, as nodes of the page. Adjacent texts become one, and marks
//! separate nodes that the HTML parser would merge.

use proc_macro2::TokenStream;

use crate::ast::{Braced, Branch, Element, List, Node};

pub(super) enum Spot<'n> {
    /// `<!>`
    Mark,
    Text(String),
    Element(&'n Element),
    Value(&'n Braced),
    Branch(&'n Branch),
    List(&'n List),
    /// A statement, which has no node in the page.
    Let(&'n TokenStream),
}

impl Spot<'_> {
    /// Returns true if the number of nodes can change.
    pub(super) fn varies(&self) -> bool {
        matches!(self, Spot::Value(_) | Spot::Branch(_) | Spot::List(_))
    }

    pub(super) fn is_node(&self) -> bool {
        matches!(self, Spot::Mark | Spot::Text(_) | Spot::Element(_))
    }

    fn may_end_as_text(&self) -> bool {
        matches!(self, Spot::Text(_) | Spot::Value(_) | Spot::Branch(_))
    }

    fn may_begin_as_text(&self) -> bool {
        matches!(self, Spot::Text(_) | Spot::Value(_))
    }
}

pub(super) fn spots(nodes: &[Node]) -> Vec<Spot<'_>> {
    let mut spots: Vec<Spot<'_>> = Vec::new();
    for node in nodes {
        let spot = match node {
            Node::Text(text) if text.value.is_empty() => continue,
            Node::Text(text) => Spot::Text(text.value.clone()),
            Node::Value(value) => Spot::Value(value),
            Node::Element(element) => Spot::Element(element),
            Node::Branch(branch) => Spot::Branch(branch),
            Node::List(list) => Spot::List(list),
            Node::Let(statement) => {
                spots.push(Spot::Let(statement));
                continue;
            }
        };
        match (spots.iter_mut().rfind(|spot| !matches!(spot, Spot::Let(_))), &spot) {
            (Some(Spot::Text(before)), Spot::Text(text)) => before.push_str(text),
            (Some(before), _) if before.may_end_as_text() && spot.may_begin_as_text() => {
                spots.extend([Spot::Mark, spot])
            }
            _ => spots.push(spot),
        }
    }
    spots
}

/// Returns the nodes of a row. A row always begins with the same node, by which the page knows the row, so that nothing
/// merges across rows.
pub(super) fn row_spots(nodes: &[Node]) -> Vec<Spot<'_>> {
    let mut spots = spots(nodes);
    if !matches!(content(&spots).next(), Some(Spot::Element(_) | Spot::Branch(_))) {
        spots.insert(0, Spot::Mark);
    }
    spots
}

pub(super) fn content<'s, 'n>(spots: &'s [Spot<'n>]) -> impl DoubleEndedIterator<Item = &'s Spot<'n>> {
    spots.iter().filter(|spot| !matches!(spot, Spot::Let(_)))
}
