//! Parses `if`, `match` and `for`: Rust's syntax with nodes as bodies.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use super::{Cursor, Parser};
use crate::ast::{Branch, Flow, List, Node};

impl Parser<'_> {
    pub(super) fn if_(&mut self) -> Branch {
        let first = self.cursor.span();
        let mut arms = Vec::new();
        let mut otherwise = Vec::new();
        loop {
            let keyword = self.cursor.span();
            self.cursor.skip(1);
            let condition = self.head(keyword, "if", "a condition");
            arms.push((condition, self.body(keyword, "if")));
            if !self.cursor.is_word(0, "else") {
                break;
            }
            let keyword = self.cursor.span();
            self.cursor.skip(1);
            if !self.cursor.is_word(0, "if") {
                otherwise = self.body(keyword, "else");
                break;
            }
        }
        Branch { keyword: first, flow: Flow::If { arms, otherwise } }
    }

    pub(super) fn match_(&mut self) -> Branch {
        let keyword = self.cursor.span();
        self.cursor.skip(1);
        let head = self.head(keyword, "match", "a value");
        let arms = match self.filled_braces() {
            Some(group) => self.inside(&group).arms(),
            None => {
                self.errors.at(keyword, "this `match` has no arms\nhelp: write { pattern => { … } … } after its value");
                Vec::new()
            }
        };
        Branch { keyword, flow: Flow::Match { head, arms } }
    }

    fn arms(mut self) -> Vec<(TokenStream, Vec<Node>)> {
        let mut arms = Vec::new();
        while !self.cursor.is_at_end() {
            let from = self.cursor.span();
            let pattern = self.cursor.take_while(|cursor| !(cursor.is_punct(0, '=') && cursor.is_punct(1, '>')));
            if pattern.is_empty() || self.cursor.is_at_end() {
                self.errors.at(from, "expected an arm of the `match` here\nhelp: write pattern => { … }");
                break;
            }
            self.cursor.skip(2);
            arms.push((pattern, self.arm_body()));
            self.cursor.take_punct(',');
        }
        arms
    }

    /// Parses nodes in braces, or one node without braces.
    fn arm_body(&mut self) -> Vec<Node> {
        if let Some(group) = self.cursor.take_braces() {
            return self.inside(&group).region();
        }
        let is_node = match self.cursor.peek(0) {
            Some(TokenTree::Literal(_)) => true,
            Some(TokenTree::Punct(punct)) => punct.as_char() == '<',
            Some(TokenTree::Ident(word)) => ["if", "match", "for"].iter().any(|keyword| word == keyword),
            _ => false,
        };
        if is_node {
            return self.node().into_iter().collect();
        }
        let span = self.cursor.span();
        self.cursor.take_while(|cursor| !cursor.is_punct(0, ','));
        self.errors.at(span, "the body of an arm is an element, a text, or nodes in braces\nhelp: write { {…} } for a value, {} for nothing");
        Vec::new()
    }

    pub(super) fn for_(&mut self) -> List {
        let keyword = self.cursor.span();
        self.cursor.skip(1);
        let start = self.cursor.mark();
        // `of` is no word of Rust, so it can be a name in a pattern: `for of in …`
        let is_of = |cursor: &Cursor| cursor.is_word(0, "of") && cursor.mark() > start && !cursor.is_word(1, "in");
        let pattern = self.cursor.take_while(|cursor| !cursor.is_word(0, "in") && !is_of(cursor));
        if is_of(&self.cursor) {
            self.errors.at(self.cursor.span(), "a `for` has `in` before its rows\nhelp: write for row in rows { … }");
        }
        if pattern.is_empty() || self.cursor.is_at_end() {
            self.errors.at(keyword, "this `for` has no rows\nhelp: write for row in rows { … }");
        }
        self.cursor.skip(1);
        let mut rows = self.head(keyword, "for", "rows after `in`");
        let mut key = None;
        if let Some((before, span, after)) = split_at_key(&rows) {
            self.errors.at(
                span,
                "a list's key has a `,` before it and a `=` after it\nhelp: write for row in rows, key = row.id { … }",
            );
            rows = before;
            key = if after.is_empty() { self.cursor.take_braces().map(|group| group.stream()) } else { Some(after) };
        }
        while self.cursor.take_punct(',') {
            let span = self.cursor.span();
            let is_key = self.cursor.is_word(0, "key");
            self.cursor.skip(2);
            let value = match self.braced_key() {
                Some(group) => group.stream(),
                None => self.head(span, "key =", "a value"),
            };
            if !is_key {
                self.errors.at(span, "only `key` can be used here\nhelp: write for row in rows, key = row.id { … }");
            } else if key.is_some() {
                self.errors.at(span, "a list has one key\nhelp: a tuple is a key of several parts: key = (a, b)");
            } else {
                key = Some(value);
            }
        }
        let body = match self.filled_braces() {
            Some(group) => self.inside(&group).region(),
            None => {
                self.errors.at(keyword, "this `for` has no body\nhelp: write { … } after it, with what a row shows");
                Vec::new()
            }
        };
        List { keyword, pattern, rows, key, body }
    }

    /// Returns the tokens before a body. The braces of a pattern (between `let` and `=`) are part of them, and so is a comma
    /// unless `name = …` follows it.
    fn head(&mut self, keyword: Span, what: &str, wanted: &str) -> TokenStream {
        let mut in_pattern = false;
        let mut previous = None;
        let head = self.cursor.take_while(|cursor| {
            let token = cursor.peek(0).cloned();
            match &token {
                Some(TokenTree::Ident(word)) if word == "let" => in_pattern = true,
                Some(TokenTree::Literal(_)) if ends_operand(previous.as_ref()) => return false,
                Some(TokenTree::Punct(punct)) => match punct.as_char() {
                    '=' if !is_dot(previous.as_ref()) => in_pattern = false,
                    ',' if names_an_option(cursor) => return false,
                    _ => {}
                },
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace && !in_pattern => {
                    return false;
                }
                _ => {}
            }
            previous = token;
            true
        });
        if head.is_empty() {
            self.errors.at(keyword, format!("`{what}` needs {wanted}"));
        }
        head
    }

    /// Returns the braces of `key={…}`. They are the key only if the body's braces follow.
    fn braced_key(&mut self) -> Option<Group> {
        self.cursor.braces(1)?;
        self.cursor.take_braces()
    }

    /// Returns the braces, or none if they are missing or empty.
    fn filled_braces(&mut self) -> Option<Group> {
        self.cursor.take_braces().filter(|group| !group.stream().is_empty())
    }

    fn body(&mut self, keyword: Span, what: &str) -> Vec<Node> {
        match self.cursor.take_braces() {
            Some(group) => self.inside(&group).region(),
            None => {
                self.errors.at(keyword, format!("this `{what}` has no body\nhelp: write {{ … }} after it"));
                Vec::new()
            }
        }
    }
}

/// Returns true for the dot of `..=`, whose `=` does not end a pattern.
fn is_dot(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '.')
}

/// Returns true if no literal can follow: a literal there is a text, and the body before it is missing.
fn ends_operand(token: Option<&TokenTree>) -> bool {
    match token {
        Some(TokenTree::Ident(word)) => !["let", "if", "match", "return"].iter().any(|keyword| word == keyword),
        Some(TokenTree::Literal(_) | TokenTree::Group(_)) => true,
        Some(TokenTree::Punct(_)) | None => false,
    }
}

/// Returns true at `, name =`, but not at `, name ==`.
fn names_an_option(cursor: &Cursor) -> bool {
    let is_word = matches!(cursor.peek(1), Some(TokenTree::Ident(_)));
    is_word && cursor.is_punct(2, '=') && !cursor.is_punct(3, '=') && !cursor.is_punct(3, '>')
}

/// Splits `rows key = value`, where a comma is missing, and `rows; key: value`, into the rows, the place of `key` and the
/// value.
fn split_at_key(rows: &TokenStream) -> Option<(TokenStream, Span, TokenStream)> {
    let tokens: Vec<TokenTree> = rows.clone().into_iter().collect();
    let is =
        |at: usize, wanted: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted);
    let is_word = |at: usize| matches!(&tokens[at], TokenTree::Ident(word) if word == "key");
    let at = (1..tokens.len()).find(|at| {
        let is_one = |sign: char| is(at + 1, sign) && !is(at + 2, sign);
        is_word(*at) && (is_one('=') || is_one(':')) && !is_dot(Some(&tokens[at - 1]))
    })?;
    let end = if is(at - 1, ',') || is(at - 1, ';') { at - 1 } else { at };
    let part = |tokens: &[TokenTree]| tokens.iter().cloned().collect();
    Some((part(&tokens[..end]), tokens[at].span(), part(&tokens[at + 2..])))
}

pub(super) const ELEMENTS: &str = "elements";

/// Returns the keyword of an `if`, `match` or `for` that is not Rust's, and says what is in its bodies.
pub(super) fn wrapped_in_braces(tokens: &TokenStream) -> Option<(&'static str, &'static str)> {
    let is_value = !lacks_else(tokens);
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let (TokenTree::Ident(first), rest) = tokens.split_first()? else {
        return None;
    };
    let keyword = ["if", "match", "for"].into_iter().find(|keyword| first == keyword)?;
    let bodies = || {
        rest.iter().filter_map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
            _ => None,
        })
    };
    if bodies().any(starts_with_element) {
        return Some((keyword, ELEMENTS));
    }
    let views: usize = bodies().map(views).sum();
    // each `html!` has a type of its own
    let is_rust = views == 0 || (views == 1 && keyword != "for" && is_value);
    (!is_rust).then_some((keyword, "`html!`"))
}

/// Counts the `html!` that are the whole of a body, or of an arm.
fn views(body: TokenStream) -> usize {
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    let is = |at: usize, wanted: char| is_punct(tokens.get(at), wanted);
    let begins = |at: usize| at == 0 || (at > 1 && is(at - 2, '=') && is(at - 1, '>'));
    let ends = |at: usize| at == tokens.len() || is(at, ',');
    let is_html = |at: &usize| {
        matches!(tokens.get(*at), Some(TokenTree::Ident(word)) if word == "html")
            && is(at + 1, '!')
            && begins(*at)
            && ends(at + 3)
    };
    (0..tokens.len()).filter(is_html).count()
}

/// Returns true for an `if` without `else`, which is no value.
pub(crate) fn lacks_else(tokens: &TokenStream) -> bool {
    let is = |token: &TokenTree, wanted: &str| matches!(token, TokenTree::Ident(word) if word == wanted);
    let mut tokens = tokens.clone().into_iter();
    tokens.next().is_some_and(|first| is(&first, "if")) && !tokens.any(|token| is(&token, "else"))
}

/// Returns true for `open && html! { … }` and `open && <p/>`, which are an `if` in other languages.
pub(super) fn is_condition(tokens: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    (2..tokens.len()).any(|at| {
        let is_view =
            matches!(&tokens[at], TokenTree::Ident(word) if word == "html") && is_punct(tokens.get(at + 1), '!');
        is_punct(tokens.get(at - 2), '&') && is_punct(tokens.get(at - 1), '&') && (is_view || is_element(&tokens, at))
    })
}

/// Returns true for a closure that returns an element without an `html!`: `|row| <li>…</li>`.
pub(super) fn has_bare_element(tokens: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is_body = |at: usize| at > 0 && is_punct(tokens.get(at - 1), '|');
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Group(group) => {
            let is_macro = at > 0 && is_punct(tokens.get(at - 1), '!');
            let is_block = is_body(at) && group.delimiter() == Delimiter::Brace;
            (is_block && starts_with_element(group.stream())) || (!is_macro && has_bare_element(&group.stream()))
        }
        _ => is_body(at) && is_element(&tokens, at),
    })
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

/// Returns true if tokens begin with an element, also after the arrow of a `match`.
fn starts_with_element(tokens: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is = |at: usize, wanted: char| is_punct(tokens.get(at), wanted);
    is_element(&tokens, 0) || (0..tokens.len()).any(|at| is(at, '=') && is(at + 1, '>') && is_element(&tokens, at + 2))
}

/// Returns true for `<p>`, `<p/` and `<p class`, but not for `<T>::` and `<T as`.
fn is_element(tokens: &[TokenTree], at: usize) -> bool {
    if !is_punct(tokens.get(at), '<') {
        return false;
    }
    match (tokens.get(at + 1), tokens.get(at + 2)) {
        (Some(TokenTree::Ident(_)), Some(TokenTree::Ident(word))) => word != "as",
        (Some(TokenTree::Ident(_)), Some(TokenTree::Punct(punct))) => match punct.as_char() {
            '>' => !is_punct(tokens.get(at + 3), ':'),
            '/' => true,
            _ => false,
        },
        _ => false,
    }
}
