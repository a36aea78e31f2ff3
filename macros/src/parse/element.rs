//! Parses elements: a start tag, children, an end tag.

use proc_macro2::{Delimiter, Span, TokenTree};

use super::{End, Parser, braced, literal, placeholder, void_closed};
use crate::ast::{Attribute, AttributeValue, Element, Name};
use crate::html::{self, Namespace};

impl Parser<'_> {
    pub(super) fn element(&mut self) -> Option<Element> {
        let less_than = self.cursor.span();
        self.cursor.skip(1);
        let Some(name) = self.name() else {
            self.no_tag_name(less_than);
            return None;
        };
        let mut element = Element {
            name,
            namespace: Namespace::Html,
            is_client_owned: false,
            attributes: Vec::new(),
            children: Vec::new(),
        };
        let has_children = self.rest_of_open_tag(less_than, &mut element);
        if has_children && !html::is_void(&element.name.text) {
            self.open.push(element.name.text.clone());
            self.children(less_than, &mut element);
            self.open.pop();
        }
        Some(element)
    }

    fn no_tag_name(&mut self, less_than: Span) {
        if let Some(group) = self.cursor.braces(0) {
            let span = group.span();
            self.errors.at(span, "a value cannot be a tag's name: the page's structure is fixed when the application is compiled\nhelp: use `if` or `match` around whole elements");
        } else if self.cursor.is_punct(0, '>') {
            self.errors.at(
                less_than,
                "`<>` has no name\nhelp: a template may have several roots, so no element is needed around them",
            );
        } else {
            self.errors.at(
                self.cursor.span(),
                "expected a tag's name after `<`\nhelp: to show the character, write it in quotes: \"<\"",
            );
        }
        self.cursor.skip_past('>');
    }

    /// Parses attributes, then `>` or `/>`. Returns true if children follow.
    fn rest_of_open_tag(&mut self, less_than: Span, element: &mut Element) -> bool {
        loop {
            if self.cursor.is_punct(0, '/') && self.cursor.is_punct(1, '>') {
                self.cursor.skip(2);
                return false;
            }
            if self.cursor.take_punct('>') {
                return true;
            }
            let at_text = matches!(self.cursor.peek(0), Some(TokenTree::Literal(_)));
            if self.cursor.is_at_end() || self.cursor.is_punct(0, '<') || at_text {
                let name = &element.name;
                self.errors.between(
                    less_than,
                    name.to,
                    format!("the tag `<{}` is not finished\nhelp: `>` is missing", name.text),
                );
                return !self.cursor.is_at_end();
            }
            element.attributes.extend(self.attribute());
        }
    }

    fn attribute(&mut self) -> Option<Attribute> {
        let span = self.cursor.span();
        if let Some(name) = self.name() {
            let value = if self.cursor.is_punct(0, '=') { self.attribute_value(&name) } else { AttributeValue::Flag };
            return Some(Attribute { name, value });
        }
        if let Some(group) = self.cursor.take_braces() {
            self.errors.at(span, "a value cannot be an attribute's name\nhelp: give each attribute its name, and the value after it: name={…}");
            if self.cursor.take_punct('=') {
                self.cursor.skip(1);
            }
            let name = Name { text: String::new(), from: span, to: span };
            return Some(Attribute { name, value: AttributeValue::Refused(Some(braced(&group))) });
        }
        let found = self.cursor.next().map_or_else(String::new, |token| token.to_string());
        let help = match self.cursor.peek(0) {
            Some(TokenTree::Ident(event)) if found == "@" => format!("\nhelp: write on:{event}={{Event::…}}"),
            _ => String::new(),
        };
        self.errors.at(span, format!("expected an attribute, `>` or `/>`, found `{found}`{help}"));
        if !help.is_empty() {
            // its value is none of an attribute
            self.name();
            if self.cursor.take_punct('=') {
                self.cursor.skip(1);
            }
        }
        None
    }

    fn attribute_value(&mut self, name: &Name) -> AttributeValue {
        let equals = self.cursor.span();
        self.cursor.skip(1);
        match self.cursor.peek(0).cloned() {
            Some(TokenTree::Literal(literal)) => {
                self.cursor.skip(1);
                if let Some(text) = literal::string(&literal) {
                    self.entity(&text, literal.span());
                    if self.placeholder_in(name, &text, literal.span()) {
                        return AttributeValue::Refused(None);
                    }
                    return AttributeValue::Static(text);
                }
                self.errors.at(
                    literal.span(),
                    format!(
                        "an attribute's value must be in quotes or braces\nhelp: write {}=\"{literal}\"",
                        name.text
                    ),
                );
                AttributeValue::Refused(None)
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                self.cursor.skip(1);
                let value = braced(&group);
                if value.tokens.is_empty() {
                    self.errors.at(value.span, "these braces are empty");
                    return AttributeValue::Refused(None);
                }
                match literal::constant(&value.tokens) {
                    Some(text) if !name.is_binding() => AttributeValue::Static(text),
                    _ => AttributeValue::Value(value),
                }
            }
            Some(TokenTree::Ident(_)) => {
                let from = self.cursor.span();
                let path = self.path();
                let to = path.last().map_or(from, TokenTree::span);
                let written = super::source_text(&path);
                self.errors.between(from, to, format!("an attribute's value must be in quotes or braces\nhelp: write {0}=\"{written}\" for a text, {0}={{{written}}} for a value", name.text));
                AttributeValue::Refused(None)
            }
            _ => {
                self.errors.between(
                    name.from,
                    equals,
                    format!("the value of `{}` is missing\nhelp: write it in quotes or in braces after `=`", name.text),
                );
                AttributeValue::Refused(None)
            }
        }
    }

    /// Refuses `{name}` in an attribute's quoted text. In the regular expression of a `pattern`, braces are common.
    fn placeholder_in(&mut self, name: &Name, text: &str, span: Span) -> bool {
        let name = &name.text;
        let Some(found) = placeholder::find(text).filter(|_| name != "pattern") else {
            return false;
        };
        let help = if placeholder::is_all_of(text, found) {
            format!("{name}={}", placeholder::value(found))
        } else {
            format!("{name}={{format_args!(\"…{{{found}}}…\")}}")
        };
        self.errors.at(span, format!("`{{{found}}}` in a quoted text is not filled in\nhelp: write {help}; to keep the braces themselves, put the text in braces: {name}={{\"…\"}}"));
        true
    }

    /// Parses as much as an author may have meant as one value: words joined by `.` and `::`, with parentheses after them.
    fn path(&mut self) -> Vec<TokenTree> {
        let mut after_word = false;
        let tokens = self.cursor.take_while(|cursor| match cursor.peek(0) {
            Some(TokenTree::Ident(_)) => !std::mem::replace(&mut after_word, true),
            Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '.' | ':') => {
                after_word = false;
                true
            }
            Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
            _ => false,
        });
        tokens.into_iter().collect()
    }

    fn children(&mut self, less_than: Span, element: &mut Element) {
        while self.nodes(&mut element.children) == End::CloseTag {
            let start = self.cursor.mark();
            let close = self.close_tag();
            let (name, closed) = (&element.name.text, &close.text);
            if closed == name {
                return;
            }
            if html::is_void(closed) {
                self.errors.between(close.from, close.to, void_closed(closed));
                continue;
            }
            let closes_outer = self.open[..self.open.len() - 1].contains(closed);
            if closes_outer {
                self.cursor.restore(start);
                self.errors.between(less_than, element.name.to, format!("`<{name}>` is never closed: `</{closed}>` comes where `</{name}>` should\nhelp: write `</{name}>` before `</{closed}>`"));
            } else {
                self.errors.between(
                    close.from,
                    close.to,
                    format!("`</{closed}>` does not close `<{name}>`\nhelp: write `</{name}>`"),
                );
            }
            return;
        }
        let name = &element.name.text;
        self.errors.between(
            less_than,
            element.name.to,
            format!(
                "`<{name}>` is never closed\nhelp: write `</{name}>` after its children, or `<{name}/>` if it has none"
            ),
        );
    }

    /// Parses `</name>`, from its `<` to its `>`.
    pub(super) fn close_tag(&mut self) -> Name {
        let from = self.cursor.span();
        self.cursor.skip(2);
        let text = self.name().map_or_else(String::new, |name| name.text);
        let to = self.cursor.span();
        if !self.cursor.take_punct('>') {
            self.errors.between(from, to, format!("`</{text}` is not finished\nhelp: `>` is missing"));
        }
        Name { text, from, to }
    }
}
