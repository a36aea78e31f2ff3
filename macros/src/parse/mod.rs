//! Parses tokens into nodes.
//!
//! Expressions, patterns and conditions stay tokens: the compiler reads them, so an editor completes half-typed code.
//! After an error the parser continues where a person would, to find all errors at once.

pub(crate) mod control;
mod cursor;
mod element;
mod entity;
pub(crate) mod literal;
mod placeholder;
#[cfg(test)]
mod tests;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use self::cursor::Cursor;
use crate::ast::{Braced, Name, Node, Text};
use crate::errors::Errors;
use crate::html;

pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Vec<Node> {
    Parser { cursor: Cursor::new(tokens), open: Vec::new(), errors }.region()
}

struct Parser<'e> {
    cursor: Cursor,
    /// The names of the open elements, the innermost last.
    open: Vec<String>,
    errors: &'e mut Errors,
}

/// The reason that a sequence of nodes ended.
#[derive(PartialEq)]
enum End {
    Tokens,
    CloseTag,
}

impl Parser<'_> {
    /// Parses to the end of the tokens. A close tag in here cannot close an element outside.
    fn region(mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        while self.nodes(&mut nodes) == End::CloseTag {
            let close = self.close_tag();
            let name = &close.text;
            let message = if html::is_void(name) {
                void_closed(name)
            } else {
                format!("`</{name}>` closes nothing: no `<{name}>` is open here")
            };
            self.errors.between(close.from, close.to, message);
        }
        nodes
    }

    fn inside(&mut self, group: &Group) -> Parser<'_> {
        Parser { cursor: Cursor::inside(group), open: Vec::new(), errors: self.errors }
    }

    fn nodes(&mut self, nodes: &mut Vec<Node>) -> End {
        while !self.cursor.is_at_end() {
            if self.cursor.is_punct(0, '<') && self.cursor.is_punct(1, '/') {
                return End::CloseTag;
            }
            nodes.extend(self.node());
        }
        End::Tokens
    }

    /// Parses one node, or none if it is refused. Consumes at least one token.
    fn node(&mut self) -> Option<Node> {
        match self.cursor.peek(0)?.clone() {
            TokenTree::Punct(punct) if punct.as_char() == '<' => {
                if self.cursor.is_punct(1, '!') {
                    self.declaration();
                    return None;
                }
                self.element().map(Node::Element)
            }
            TokenTree::Literal(literal) => {
                self.cursor.skip(1);
                let span = literal.span();
                match literal::string(&literal) {
                    Some(value) => {
                        self.entity(&value, span);
                        self.placeholder(&value, span);
                        Some(Node::Text(Text { value, span }))
                    }
                    None => {
                        let message = format!(
                            "text must be in quotes in `html!`\nhelp: write \"{literal}\", or {{{literal}}} for a value"
                        );
                        self.errors.at(span, message);
                        None
                    }
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                self.cursor.skip(1);
                self.value(&group)
            }
            TokenTree::Ident(word) => match word.to_string().as_str() {
                "if" => Some(Node::Branch(self.if_())),
                "match" => Some(Node::Branch(self.match_())),
                "for" => Some(Node::List(self.for_())),
                "let" => self.let_(),
                _ => self.unquoted(),
            },
            _ => self.unquoted(),
        }
    }

    fn value(&mut self, group: &Group) -> Option<Node> {
        let value = braced(group);
        if value.tokens.is_empty() {
            self.errors.at(value.span, "these braces are empty\nhelp: write a comment as // … or /* … */");
            return None;
        }
        if let Some(text) = literal::constant(&value.tokens) {
            return Some(Node::Text(Text { value: text, span: value.span }));
        }
        if let Some((keyword, inside)) = control::wrapped_in_braces(&value.tokens) {
            let with_views = inside != control::ELEMENTS;
            let and = if with_views { ", and the `html!` inside" } else { "" };
            let message = format!(
                "`{keyword}` with {inside} inside needs no braces around it in `html!`\nhelp: remove the outer `{{` and `}}`{and}"
            );
            self.errors.at(value.span, message);
            return if with_views { None } else { self.inside(group).region().into_iter().next() };
        }
        if control::lacks_else(&value.tokens) {
            let message = "an `if` in braces is a value, so it needs an `else`\nhelp: write if open { \"text\" }, without braces around it";
            self.errors.at(value.span, message);
            return None;
        }
        if control::is_condition(&value.tokens) {
            let message = "`&&` does not show an `html!`\nhelp: write if open { <p/> }, without braces around it";
            self.errors.at(value.span, message);
            return None;
        }
        if control::has_bare_element(&value.tokens) {
            let message = "an element in a closure needs an `html!` around it\nhelp: a list is written for row in rows { <li>{row}</li> }, and an `Option` if let Some(row) = row { … }, both without braces around them";
            self.errors.at(value.span, message);
            return None;
        }
        Some(Node::Value(value))
    }

    /// Refuses `<!DOCTYPE html>` and `<!-- … -->`.
    fn declaration(&mut self) {
        let from = self.cursor.span();
        self.cursor.skip(2);
        let is_comment = self.cursor.is_punct(0, '-') && self.cursor.is_punct(1, '-');
        let message = if is_comment {
            self.cursor
                .take_while(|cursor| !(cursor.is_punct(0, '-') && cursor.is_punct(1, '-') && cursor.is_punct(2, '>')));
            self.cursor.skip(2);
            "an HTML comment cannot be used in `html!`\nhelp: write a Rust comment: // … or /* … */"
        } else {
            self.cursor.take_while(|cursor| !cursor.is_punct(0, '>'));
            "`<!DOCTYPE html>` cannot be part of a view: a view is the content of the page\nhelp: the application's layout makes the document around the view"
        };
        self.errors.between(from, self.cursor.span(), message);
        self.cursor.skip(1);
    }

    /// Refuses an HTML entity in a quoted text, where it would be shown as it is written.
    fn entity(&mut self, text: &str, span: Span) {
        if let Some(entity) = entity::find(text) {
            let written = &entity.written;
            let help = format!("; to show `{written}` itself, put the text in braces: {{\"{written}\"}}");
            self.errors.at(span, entity.message() + &help);
        }
    }

    /// Refuses `{name}` in a quoted text, where it would be shown as it is written.
    fn placeholder(&mut self, text: &str, span: Span) {
        if self.open.last().is_some_and(|tag| matches!(tag.as_str(), "script" | "style")) {
            return;
        }
        if let Some(found) = placeholder::find(text) {
            let value = placeholder::value(found);
            let value = if placeholder::is_all_of(text, found) {
                format!("{value}, without quotes")
            } else {
                format!("the value between the texts: \"…\" {value} \"…\"")
            };
            self.errors.at(span, format!("`{{{found}}}` in a quoted text is not filled in\nhelp: write {value}; to show the braces themselves, put the text in braces: {{\"{{{found}}}\"}}"));
        }
    }

    /// Refuses text without quotes. Consumes all of it, to report one error.
    fn unquoted(&mut self) -> Option<Node> {
        let from = self.cursor.span();
        let first = self.cursor.next()?;
        let rest = self.cursor.take_while(|cursor| match cursor.peek(0) {
            Some(TokenTree::Literal(_)) => false,
            Some(TokenTree::Punct(punct)) => punct.as_char() != '<',
            _ => cursor.braces(0).is_none(),
        });
        let tokens: Vec<TokenTree> = [first].into_iter().chain(rest).collect();
        let to = tokens.last()?.span();
        let text = source_text(&tokens);
        if let Some(entity) = entity::find(&text) {
            self.errors.between(from, to, entity.message());
            return None;
        }
        let is_code = match &tokens[..] {
            [TokenTree::Ident(_) | TokenTree::Literal(_)] | [TokenTree::Ident(_), TokenTree::Group(_), ..] => true,
            [TokenTree::Ident(_), TokenTree::Punct(next), _, ..] => matches!(next.as_char(), '.' | ':' | '!'),
            _ => false,
        };
        let help = match (is_code, text.contains('"')) {
            (true, true) => format!("{{{text}}}"),
            (true, false) => format!("\"{text}\", or {{{text}}} for a value"),
            (false, _) => format!("\"{text}\""),
        };
        self.errors.between(from, to, format!("text must be in quotes in `html!`\nhelp: write {help}"));
        None
    }

    fn let_(&mut self) -> Option<Node> {
        let from = self.cursor.span();
        let mut statement = self.cursor.take_while(|cursor| !cursor.is_punct(0, ';'));
        match self.cursor.next() {
            Some(semicolon) => {
                statement.extend([semicolon]);
                Some(Node::Let(statement))
            }
            None => {
                self.errors.at(from, "this `let` does not end\nhelp: write `;` after its value");
                None
            }
        }
    }

    /// Parses a word, then more words and numbers after `-`, `:` and `.`; in a binding also keys in quotes.
    fn name(&mut self) -> Option<Name> {
        let Some(TokenTree::Ident(first)) = self.cursor.peek(0) else {
            return None;
        };
        let mut name = Name { text: plain(first), from: first.span(), to: first.span() };
        self.cursor.skip(1);
        while let Some(TokenTree::Punct(separator)) = self.cursor.peek(0)
            && matches!(separator.as_char(), '-' | ':' | '.')
        {
            name.to = separator.span();
            let separator = separator.as_char();
            name.text.push(separator);
            self.cursor.skip(1);
            let part = match self.cursor.peek(0) {
                Some(TokenTree::Ident(word)) => plain(word),
                Some(TokenTree::Literal(number)) if number.to_string().starts_with(|c: char| c.is_ascii_digit()) => {
                    number.to_string()
                }
                Some(TokenTree::Literal(key)) if separator == '.' && name.is_binding() => match literal::text(key) {
                    Some(key) => format!("{key:?}"),
                    None => continue,
                },
                _ => continue,
            };
            name.text.push_str(&part);
            name.to = self.cursor.span();
            self.cursor.skip(1);
        }
        Some(name)
    }
}

fn braced(group: &Group) -> Braced {
    Braced { tokens: group.stream(), span: group.span() }
}

/// Returns the word without `r#`: `r#type` is the attribute `type`.
fn plain(word: &proc_macro2::Ident) -> String {
    let word = word.to_string();
    word.strip_prefix("r#").map_or(word.clone(), str::to_owned)
}

fn void_closed(name: &str) -> String {
    format!(
        "`<{name}>` is a void element: it has no children and no close tag\nhelp: write `<{name}>` or `<{name}/>` alone"
    )
}

/// Returns the tokens as the author wrote them, with spaces if the compiler knows them.
fn source_text(tokens: &[TokenTree]) -> String {
    let mut text = String::new();
    let mut end: Option<(usize, usize)> = None;
    for token in tokens {
        // Unit tests run without a compiler.
        let place = proc_macro::is_available().then(|| token.span().unwrap());
        if let Some((line, column)) = end {
            let together = place.is_some_and(|at| at.line() == line && at.column() == column);
            if !together {
                text.push(' ');
            }
        }
        text.push_str(&token.span().source_text().unwrap_or_else(|| token.to_string()));
        end = Some(place.map_or((0, 0), |at| (at.end().line(), at.end().column())));
    }
    text
}
