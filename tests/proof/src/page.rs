//! The test kit's page, as the proof uses it.

use std::collections::BTreeMap;

use tealight_test::model::{Dom, Id, NodeKind, Page, ROOT};

use crate::strict;

/// Adopts a first paint: the root element and the data block after it.
pub fn adopt(paint: &str) -> Page {
    let (html, block) = split(paint);
    Page::adopt(strict::parse(html), ROOT, &block)
}

/// Splits a first paint into the root's content and the text of the data block.
pub fn split(paint: &str) -> (&str, String) {
    let rest = paint.strip_prefix("<div data-tealight=\"connecting\">").expect("the root element");
    let (html, block) = rest.rsplit_once("</div><script type=\"application/json\">").expect("a data block");
    let block = block.strip_suffix("</script>").expect("its end");
    assert!(!block.contains('<'), "`<` could end the block");
    (html, block.to_owned())
}

/// Writes a page without marks, an element or a text a line. Equal pages have equal lines.
pub fn describe(dom: &Dom) -> String {
    let mut out = String::new();
    describe_children(dom, ROOT, 0, &mut out);
    out
}

fn describe_children(dom: &Dom, node: Id, depth: usize, out: &mut String) {
    let mut text = String::new();
    let indent = "  ".repeat(depth);
    for &child in dom.children(node) {
        match dom.kind(child) {
            NodeKind::Text(more) => text += more,
            NodeKind::Comment(_) => {}
            NodeKind::Element { space, tag, attributes } => {
                flush(&mut text, &indent, out);
                *out += &format!("{indent}{space:?} {tag} {attributes:?}\n");
                describe_children(dom, child, depth + 1, out);
            }
        }
    }
    flush(&mut text, &indent, out);
}

fn flush(text: &mut String, indent: &str, out: &mut String) {
    if !text.is_empty() {
        *out += &format!("{indent}{text:?}\n");
        text.clear();
    }
}

/// Returns the elements whose number and row key belong to no other element. Rows whose keys may occur twice are left
/// out.
pub fn identities(dom: &Dom, has_duplicates: bool) -> BTreeMap<(String, String), Id> {
    let mut known = BTreeMap::new();
    let mut twice = Vec::new();
    for element in dom.elements(ROOT) {
        let Some(site) = dom.attribute(element, "data-s") else { continue };
        let mut around = Some(element);
        let key = loop {
            let Some(here) = around else { break "" };
            if let Some(key) = dom.attribute(here, "data-k") {
                break key;
            }
            around = dom.parent(here);
        };
        if key.contains('~') || has_duplicates && !key.is_empty() {
            continue;
        }
        let identity = (site.to_owned(), key.to_owned());
        if known.insert(identity.clone(), element).is_some() {
            twice.push(identity);
        }
    }
    for identity in twice {
        known.remove(&identity);
    }
    known
}
