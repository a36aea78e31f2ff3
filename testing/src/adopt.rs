//! From the HTML of a page to its nodes and the id of its session.

use crate::model::{Dom, Id, NodeKind, Page, ROOT, parse};
use crate::wire;

/// Parses a page's HTML and adopts it. Returns the id of its session too.
pub(crate) fn adopt(html: &str) -> (String, bool, Page) {
    let dom = parse::document(html);
    let elements = dom.elements(ROOT);
    let holder = elements.iter().find(|element| dom.attribute(**element, "data-tealight").is_some());
    let holder = *holder.expect("the layout has the view: a custom layout writes `page.view()`");
    let is_block = |element: &Id| dom.attribute(*element, "type") == Some("application/json");
    let after = elements.iter().skip_while(|element| **element != holder);
    let block = after.copied().find(is_block).expect("a data block follows the view");
    let block = wire::block(&text_of(&dom, block));
    (block.session.clone(), block.hears_routes, Page::with_templates(dom, holder, block))
}

/// Returns the texts in an element.
pub(crate) fn text_of(dom: &Dom, element: Id) -> String {
    let text = |node: &Id| match dom.kind(*node) {
        NodeKind::Text(text) => text.clone(),
        _ => String::new(),
    };
    dom.children(element).iter().map(text).collect()
}
