//! CSS selectors.

use std::collections::{HashMap, HashSet};

use html5ever::{Attribute, LocalName, QualName, ns};
use scraper::node::{Element, Text};
use scraper::{Html, Node, Selector};

use crate::model::parse::namespace;
use crate::model::{Dom, Id, NodeKind, ROOT};

/// Returns the elements that match, in document order.
///
/// # Errors
/// Returns an error if this is not a CSS selector, or one that is not supported.
pub(crate) fn select(dom: &Dom, selector: &str) -> Result<Vec<Id>, String> {
    let parsed = Selector::parse(selector).map_err(|error| format!("{selector:?} is not a CSS selector: {error}"))?;
    let (html, ids) = copy(dom);
    let found: HashSet<Id> = html.select(&parsed).map(|element| ids[&element.id()]).collect();
    Ok(dom.elements(ROOT).into_iter().filter(|element| found.contains(element)).collect())
}

/// The same page as the library takes it. Trees of tests are small, so that a copy for each query costs little.
fn copy(dom: &Dom) -> (Html, HashMap<ego_tree::NodeId, Id>) {
    let mut html = Html::new_document();
    let mut ids = HashMap::new();
    let mut stack = vec![(html.tree.root().id(), ROOT)];
    while let Some((parent, node)) = stack.pop() {
        for &child in dom.children(node) {
            let (space, tag, attributes) = match dom.kind(child) {
                NodeKind::Element { space, tag, attributes } => (space, tag, attributes),
                NodeKind::Text(text) => {
                    let text = Node::Text(Text { text: text.as_str().into() });
                    html.tree.get_mut(parent).expect("a node of this tree").append(text);
                    continue;
                }
                NodeKind::Comment(_) => continue,
            };
            let name = |local: &str| QualName::new(None, ns!(), LocalName::from(local));
            let attribute =
                |(key, value): (&String, &String)| Attribute { name: name(key), value: value.as_str().into() };
            let attributes = attributes.iter().map(attribute).collect();
            let tag = QualName::new(None, namespace(*space), LocalName::from(tag.as_str()));
            let mut parent = html.tree.get_mut(parent).expect("a node of this tree");
            let copied = parent.append(Node::Element(Element::new(tag, attributes))).id();
            ids.insert(copied, child);
            stack.push((copied, child));
        }
    }
    (html, ids)
}
