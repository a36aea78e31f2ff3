//! A strict parser for the HTML that sessions write. It panics where a browser would have to correct an error.

use tealight_test::model::{Dom, Id, NodeKind, ROOT, Space};

const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
const RAW: &[&str] = &["script", "style", "noscript", "iframe"];

/// Parses HTML as the content of a `<div>`.
pub fn parse(html: &str) -> Dom {
    let mut dom = Dom::new(Space::Html, "div");
    Parser { rest: html, dom: &mut dom, open: vec![ROOT] }.run();
    dom
}

struct Parser<'a> {
    rest: &'a str,
    dom: &'a mut Dom,
    open: Vec<Id>,
}

impl Parser<'_> {
    fn run(&mut self) {
        while !self.rest.is_empty() {
            if let Some(end) = self.rest.strip_prefix("</") {
                let (tag, rest) = end.split_once('>').expect("an end tag ends");
                if tag.is_empty() {
                    panic!("`</>` at {:?}", self.rest);
                }
                let open = self.open.pop().expect("something is open");
                assert!(matches!(self.dom.kind(open), NodeKind::Element { tag: name, .. } if name == tag), "</{tag}>");
                self.rest = rest;
            } else if let Some(comment) = self.rest.strip_prefix("<!") {
                let (data, rest) = comment.split_once('>').expect("a comment ends");
                let comment = self.dom.comment(data);
                self.dom.append(self.top(), comment);
                self.rest = rest;
            } else if self.rest.starts_with('<') {
                self.start_tag();
            } else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at(end);
                let text = self.dom.text(&decode(text));
                self.dom.append(self.top(), text);
                self.rest = rest;
            }
        }
        assert_eq!(self.open, [ROOT], "all elements are closed");
    }

    fn top(&self) -> Id {
        *self.open.last().expect("the root is open")
    }

    fn start_tag(&mut self) {
        let end = self.rest[1..].find([' ', '>']).expect("a tag ends") + 1;
        let tag = &self.rest[1..end];
        self.rest = &self.rest[end..];
        let outer = self.dom.space_in(self.top());
        let space = match tag {
            "svg" => Space::Svg,
            "math" => Space::Math,
            _ => outer,
        };
        let element = self.dom.element(space, tag);
        self.dom.append(self.top(), element);
        while let Some(rest) = self.rest.strip_prefix(' ') {
            let end = rest.find(['=', ' ', '>']).expect("an attribute ends");
            let name = &rest[..end];
            let (value, rest) = match rest[end..].strip_prefix("=\"") {
                Some(rest) => rest.split_once('"').expect("a value ends"),
                None => ("", &rest[end..]),
            };
            let NodeKind::Element { attributes, .. } = self.dom.kind_mut(element) else { unreachable!() };
            let before = attributes.insert(name.to_owned(), decode(value));
            assert_eq!(before, None, "{name} is there twice");
            self.rest = rest;
        }
        self.rest = self.rest.strip_prefix('>').expect("a tag ends");
        if space != Space::Html {
            return self.open.push(element);
        }
        if VOID.contains(&tag) {
            return;
        }
        if matches!(tag, "pre" | "textarea" | "listing") {
            self.rest = self.rest.strip_prefix('\n').unwrap_or(self.rest);
        }
        if RAW.contains(&tag) || matches!(tag, "textarea" | "title") {
            let end = self.rest.find(&format!("</{tag}>")).expect("a raw text ends");
            let (text, rest) = self.rest.split_at(end);
            let text = if RAW.contains(&tag) { text.to_owned() } else { decode(text) };
            if !text.is_empty() {
                let text = self.dom.text(&text);
                self.dom.append(element, text);
            }
            self.rest = &rest[tag.len() + 3..];
            return;
        }
        self.open.push(element);
    }
}

/// Decodes the character references that sessions write, and line ends.
fn decode(text: &str) -> String {
    assert!(!text.contains('\0'), "a parser would not keep this NUL: {text:?}");
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('&') {
        out += &rest[..at];
        rest = &rest[at..];
        let (reference, after) = rest.split_once(';').expect("`&` is written as a reference");
        out.push(match reference {
            "&amp" => '&',
            "&lt" => '<',
            "&gt" => '>',
            "&quot" => '"',
            "&#13" => '\r',
            other => panic!("a reference {other:?} that nobody writes"),
        });
        rest = after;
    }
    out + rest
}
