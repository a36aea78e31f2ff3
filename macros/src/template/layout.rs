//! Writes the static parts, the map and the tree of each template in one walk over its nodes.

use super::spots::{Spot, content, row_spots, spots};
use super::text::{json_array, json_string, push_attribute, push_text};
use super::{Slot, Step, Template};
use crate::ast::{AttributeValue, Braced, Branch, Element, List, Node};
use crate::html::{self, AttributeKind, Namespace};
use crate::nesting::{self, Ancestor, Reach};

/// The attribute that names the events for which the page searches for the element.
const SEARCHED: &str = "data-tealight-on";

/// The parser may split longer texts.
const LONGEST_TEXT: usize = 65_535;

#[derive(Default)]
pub(super) struct Layout<'n> {
    templates: Vec<Template<'n>>,
    /// The elements around the current node, up to the root of the `html!`.
    ancestors: Vec<Ancestor>,
    /// See [`Template::ends`].
    ends: Vec<(&'static str, &'n str)>,
}

impl<'n> Layout<'n> {
    pub(super) fn of(nodes: &'n [Node]) -> Vec<Template<'n>> {
        let mut layout = Layout::default();
        layout.region(spots(nodes));
        let root = &mut layout.templates[0];
        push_roots(nodes, &mut root.roots);
        root.ends = layout.ends;
        layout.templates
    }

    fn region(&mut self, roots: Vec<Spot<'n>>) -> usize {
        let index = self.templates.len();
        self.templates.push(Template::default());
        let template = Template { parts: vec![String::new()], nodes: Some(0), ..Template::default() };
        let mut region = Region { layout: self, template, words: Vec::new() };
        let (extent, tree) = region.siblings(roots, Parent::Template);
        let Region { mut template, mut words, .. } = region;
        words.insert(0, extent);
        template.map = words.join(" ");
        template.tree = json_array(&tree);
        self.templates[index] = template;
        index
    }

    /// Notes the elements outside this `html!` that an element of this tag may end.
    fn ends_beyond(&mut self, tag: &'n str) {
        for &ended in nesting::ended_by(tag) {
            let is_known = self.ends.iter().any(|(known, _)| *known == ended);
            if !is_known && nesting::reach(ended, &self.ancestors) == Reach::Beyond {
                self.ends.push((ended, tag));
            }
        }
    }
}

/// A template under construction.
struct Region<'l, 'n> {
    layout: &'l mut Layout<'n>,
    template: Template<'n>,
    /// The words of the map, without the extent.
    words: Vec<String>,
}

enum Parent<'p> {
    Template,
    Element { path: &'p str, preformatted: bool },
}

impl<'n> Region<'_, 'n> {
    fn write(&mut self) -> &mut String {
        self.template.parts.last_mut().expect("a template begins with one part")
    }

    /// Counts nodes that a browser makes of the static HTML.
    fn count(&mut self, nodes: Option<u32>) {
        self.template.nodes = self.template.nodes.zip(nodes).map(|(sum, nodes)| sum + nodes);
    }

    fn slot(&mut self, slot: Slot<'n>, word: String) -> usize {
        let number = self.template.slots.len();
        self.template.needs.add_slot(&slot);
        self.template.slots.push(slot);
        self.template.steps.push(Step::Slot(number));
        self.template.parts.push(String::new());
        self.words.push(word);
        number
    }

    /// Writes siblings. Returns their extent and their part of the tree.
    fn siblings(&mut self, spots: Vec<Spot<'n>>, parent: Parent<'_>) -> (String, Vec<String>) {
        let (prefix, preformatted) = match parent {
            Parent::Template => (None, false),
            Parent::Element { path, preformatted } => (Some(path), preformatted),
        };
        let mut position = Position::first(&spots, prefix);
        let mut tree = Vec::new();
        let mut is_first = true;
        for spot in spots {
            let newline = preformatted && is_first;
            is_first &= matches!(spot, Spot::Let(_));
            let path = position.path();
            match spot {
                Spot::Let(statement) => {
                    self.template.steps.push(Step::Let(statement));
                    continue;
                }
                Spot::Mark => {
                    self.write().push_str("<!>");
                    self.count(Some(1));
                    tree.push("1".to_owned());
                    position.pass_node();
                }
                Spot::Text(text) => {
                    self.text(&text, newline);
                    tree.push(json_string(&text));
                    position.pass_node();
                }
                Spot::Element(element) => {
                    tree.push(self.element(element, &path));
                    position.pass_node();
                }
                Spot::Value(value) => {
                    let around = nesting::around(&self.layout.ancestors);
                    let slot = self.slot(Slot::Value { value, sole: false, newline, around }, format!("s{path}"));
                    tree.push("1".to_owned());
                    position.pass_slot(slot);
                }
                Spot::Branch(branch) => {
                    let slot = self.branch(branch, &path);
                    tree.push("1".to_owned());
                    position.pass_slot(slot);
                }
                Spot::List(list) => {
                    let slot = self.list(list, &path, false);
                    self.write().push_str("<!/>");
                    self.count(Some(1));
                    tree.push("2".to_owned());
                    position.pass_slot(slot);
                }
            }
        }
        (position.walk(), tree)
    }

    fn text(&mut self, text: &str, newline: bool) {
        if newline && text.starts_with('\n') {
            self.write().push('\n');
        }
        push_text(self.write(), text);
        self.count((text.len() <= LONGEST_TEXT).then_some(1));
    }

    fn branch(&mut self, branch: &'n Branch, path: &str) -> usize {
        let mut arms = Vec::new();
        for body in branch.bodies() {
            let spots = spots(body);
            let has_content = content(&spots).next().is_some();
            arms.push(has_content.then(|| self.layout.region(spots)));
        }
        self.slot(Slot::Branch { branch, arms }, format!("b{path}"))
    }

    fn list(&mut self, list: &'n List, path: &str, sole: bool) -> usize {
        let row = self.template.rows.len();
        let template = self.layout.region(row_spots(&list.body));
        self.template.rows.push(template);
        let word = if sole { 'L' } else { 'l' };
        self.slot(Slot::List { list, sole, row }, format!("{word}{path}:@{row}"))
    }

    /// Writes an element. Returns its part of the tree.
    fn element(&mut self, element: &'n Element, path: &str) -> String {
        let tag = element.name.text.as_str();
        self.template.needs.add_element(element);
        self.count(Some(1));
        self.write().push('<');
        self.write().push_str(tag);
        let mut tree = vec![json_string(tag)];
        let statics = self.attributes(element, path);
        if !statics.is_empty() {
            tree.push(format!("{{{}}}", statics.join(",")));
        }
        self.write().push('>');
        let is_html = element.namespace == Namespace::Html;
        if is_html {
            self.layout.ends_beyond(tag);
        }
        if is_html && html::is_void(tag) {
            return json_array(&tree);
        }
        let children = spots(&element.children);
        let nodes_before = self.template.nodes.replace(0);
        self.layout.ancestors.push(Ancestor { tag: tag.to_owned(), namespace: element.namespace });
        match (only(&children), tag) {
            (Some(Spot::Value(value)), "title") if is_html => {
                self.sole(&children, |region| {
                    region.slot(Slot::Content { value, newline: false }, format!("S{path}"));
                });
            }
            (Some(Spot::Value(value)), "textarea") if is_html => {
                self.sole(&children, |region| {
                    region.slot(Slot::Content { value, newline: true }, format!("p{path}:value"));
                });
            }
            (Some(Spot::Value(value)), _) => {
                let newline = is_html && html::eats_newline(tag);
                self.sole(&children, |region| {
                    let around = nesting::around(&region.layout.ancestors);
                    region.slot(Slot::Value { value, sole: true, newline, around }, format!("S{path}"));
                });
            }
            (Some(Spot::List(list)), _) => {
                self.sole(&children, |region| {
                    region.list(list, path, true);
                });
            }
            (Some(Spot::Text(text)), "script" | "style") if is_html => {
                let text = text.replace("\r\n", "\n").replace('\r', "\n");
                self.write().push_str(&text);
                self.count(Some(1));
                tree.push(json_string(&text));
            }
            (_, "noscript") if is_html => tree.extend(self.without_scripts(children, path)),
            _ => {
                let preformatted = is_html && html::eats_newline(tag);
                tree.extend(self.siblings(children, Parent::Element { path, preformatted }).1);
            }
        }
        self.layout.ancestors.pop();
        let nodes = std::mem::replace(&mut self.template.nodes, nodes_before);
        self.count(match tag {
            _ if element.is_client_owned => Some(0),
            "template" if is_html => Some(0),
            "noscript" if is_html => nodes.map(|nodes| nodes.min(1)),
            _ => nodes,
        });
        self.write().push_str("</");
        self.write().push_str(tag);
        self.write().push('>');
        json_array(&tree)
    }

    /// Writes the only content of an element, which needs no mark, and the statements before and after it.
    fn sole(&mut self, children: &[Spot<'n>], slot: impl FnOnce(&mut Self)) {
        let statements = |spot: &Spot<'n>| match spot {
            Spot::Let(statement) => Some(Step::Let(statement)),
            _ => None,
        };
        let at = children.iter().position(|spot| !matches!(spot, Spot::Let(_))).unwrap_or(0);
        self.template.steps.extend(children[..at].iter().filter_map(statements));
        slot(self);
        self.template.steps.extend(children[at..].iter().filter_map(statements));
    }

    /// Writes the children of a `<noscript>`, which are one text in a page that runs scripts.
    fn without_scripts(&mut self, children: Vec<Spot<'n>>, path: &str) -> Option<String> {
        let start = self.write().len();
        self.siblings(children, Parent::Element { path, preformatted: false });
        let inner = self.write().get(start..).unwrap_or_default();
        (!inner.is_empty()).then(|| json_string(inner))
    }

    /// Writes attributes. Returns the static ones as members of a JSON object.
    fn attributes(&mut self, element: &'n Element, path: &str) -> Vec<String> {
        let mut statics = Vec::new();
        let mut searched = Vec::new();
        for attribute in &element.attributes {
            let name = attribute.name.text.as_str();
            match &attribute.value {
                AttributeValue::Flag => {
                    push_attribute(self.write(), name, None);
                    statics.push(format!("{}:\"\"", json_string(name)));
                }
                AttributeValue::Static(text) => {
                    push_attribute(self.write(), name, Some(text));
                    statics.push(format!("{}:{}", json_string(name), json_string(text)));
                }
                AttributeValue::Value(value) => self.attribute_slot(element, name, value, path),
                AttributeValue::Handler(handler) => {
                    self.slot(Slot::Handler(handler), format!("e{path}:{}", handler.binding.word()));
                    if handler.binding.is_searched {
                        searched.push(handler.binding.event.as_str());
                    }
                }
                AttributeValue::Effects(effects) => {
                    let slot = Slot::Attribute { name, kind: AttributeKind::Plain, value: &effects.value };
                    self.slot(slot, format!("a{path}:{name}"));
                    if effects.binding.is_searched {
                        searched.push(effects.binding.event.as_str());
                    }
                }
                AttributeValue::Refused(Some(value)) => self.template.steps.push(Step::Refused(value)),
                AttributeValue::Refused(None) => {}
            }
        }
        if !searched.is_empty() {
            let events = searched.join(" ");
            push_attribute(self.write(), SEARCHED, Some(&events));
            statics.push(format!("{}:{}", json_string(SEARCHED), json_string(&events)));
        }
        statics
    }

    fn attribute_slot(&mut self, element: &Element, name: &'n str, value: &'n Braced, path: &str) {
        let kind = if name == "open" && has_attribute(element, "popover") {
            AttributeKind::Property
        } else {
            html::attribute_kind(&element.name.text, name)
        };
        let word = if kind == AttributeKind::Property { 'p' } else { 'a' };
        self.slot(Slot::Attribute { name, kind, value }, format!("{word}{path}:{name}"));
    }
}

fn has_attribute(element: &Element, name: &str) -> bool {
    element.attributes.iter().any(|attribute| attribute.name.text == name)
}

fn push_roots<'n>(nodes: &'n [Node], roots: &mut Vec<&'n str>) {
    for node in nodes {
        match node {
            Node::Element(element) => roots.push(&element.name.text),
            Node::Branch(branch) => branch.bodies().for_each(|body| push_roots(body, roots)),
            Node::List(list) => push_roots(&list.body, roots),
            Node::Text(text) if !text.value.is_empty() => roots.push(html::TEXT),
            Node::Text(_) | Node::Value(_) | Node::Let(_) => {}
        }
    }
}

fn only<'s, 'n>(spots: &'s [Spot<'n>]) -> Option<&'s Spot<'n>> {
    let mut content = content(spots);
    content.next().filter(|_| content.next().is_none())
}

/// The position of the next sibling, and the steps to it: forward over nodes and over slots, whose extent only the page
/// knows, or backward from the last sibling.
struct Position<'p> {
    /// The path to the parent, or none for the roots of a template.
    prefix: Option<&'p str>,
    /// `n.s.` for each slot before.
    walked: String,
    /// The nodes since the last slot.
    nodes: usize,
    nodes_to_come: usize,
    slots_to_come: usize,
    /// The number of siblings, unless some of them are slots.
    total: Option<usize>,
}

impl<'p> Position<'p> {
    fn first(spots: &[Spot<'_>], prefix: Option<&'p str>) -> Self {
        let nodes_to_come = spots.iter().filter(|spot| spot.is_node()).count();
        let slots_to_come = spots.iter().filter(|spot| spot.varies()).count();
        Position {
            prefix,
            walked: String::new(),
            nodes: 0,
            nodes_to_come,
            slots_to_come,
            total: (slots_to_come == 0).then_some(nodes_to_come),
        }
    }

    fn path(&self) -> String {
        let Some(prefix) = self.prefix else {
            return self.walk();
        };
        if let Some(total) = self.total {
            return format!("{prefix}/{}*{total}", self.nodes);
        }
        if !self.walked.is_empty() && self.slots_to_come == 0 {
            return format!("{prefix}/-{}", self.nodes_to_come);
        }
        format!("{prefix}/{}", self.walk())
    }

    fn walk(&self) -> String {
        format!("{}{}", self.walked, self.nodes)
    }

    fn pass_node(&mut self) {
        self.nodes += 1;
        self.nodes_to_come -= 1;
    }

    fn pass_slot(&mut self, slot: usize) {
        self.walked.push_str(&format!("{}.{slot}.", self.nodes));
        self.nodes = 0;
        self.slots_to_come -= 1;
    }
}
