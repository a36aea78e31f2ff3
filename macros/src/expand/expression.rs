//! Adapts an author's tokens to the code around them.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::own;
use crate::ast::Braced;

/// Prepares a value to follow `&`. Parentheses keep the temporaries of a single expression alive.
pub(super) fn borrowed(value: &Braced) -> TokenStream {
    let delimiter = if is_one_expression(&value.tokens) { Delimiter::Parenthesis } else { Delimiter::Brace };
    grouped(delimiter, value)
}

/// Prepares a value to be an element of a tuple.
pub(super) fn owned(value: &Braced) -> TokenStream {
    if is_one_expression(&value.tokens) && !value.tokens.clone().into_iter().any(|token| is_punct(&token, ',')) {
        return value.tokens.clone();
    }
    grouped(Delimiter::Brace, value)
}

/// Prepares a pattern to be a closure's parameter, where a `|` would end it.
pub(super) fn parameter(pattern: &TokenStream) -> TokenStream {
    if pattern.clone().into_iter().any(|token| is_punct(&token, '|')) { own!((#pattern)) } else { pattern.clone() }
}

/// Returns the pattern for a match with a reference: all its names are references.
pub(super) fn borrowing(pattern: &TokenStream) -> TokenStream {
    let mut tokens = pattern.clone().into_iter();
    match tokens.next() {
        Some(first) if is_punct(&first, '&') => [first].into_iter().chain(without_modes(tokens)).collect(),
        Some(first) => without_modes([first].into_iter().chain(tokens)).collect(),
        None => own!(_),
    }
}

/// Removes `&`, `ref` and `mut`, which a pattern that binds by reference must not have.
fn without_modes(tokens: impl Iterator<Item = TokenTree>) -> impl Iterator<Item = TokenTree> {
    tokens.filter_map(|token| match token {
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), without_modes_in(group.stream()));
            inner.set_span(group.span());
            Some(TokenTree::Group(inner))
        }
        TokenTree::Ident(word) if word == "mut" || word == "ref" => None,
        token => (!is_punct(&token, '&')).then_some(token),
    })
}

fn without_modes_in(tokens: TokenStream) -> TokenStream {
    without_modes(tokens.into_iter()).collect()
}

fn grouped(delimiter: Delimiter, value: &Braced) -> TokenStream {
    let mut group = Group::new(delimiter, value.tokens.clone());
    group.set_span(value.span);
    TokenTree::Group(group).into()
}

/// Returns true for one expression, and false for statements: tokens with a `;`, or with a block that ends too early.
fn is_one_expression(tokens: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    if tokens.iter().any(|token| is_punct(token, ';')) {
        return false;
    }
    let begins_with_block = match tokens.first() {
        Some(TokenTree::Ident(word)) => {
            ["if", "match", "unsafe", "loop", "while", "for", "fn", "struct", "enum", "impl", "mod"]
                .iter()
                .any(|keyword| word == keyword)
        }
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    if !begins_with_block {
        return true;
    }
    let is_block =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let mut rest = tokens.as_slice();
    while let Some(at) = rest.iter().position(is_block) {
        rest = &rest[at + 1..];
        let is_else = matches!(rest.first(), Some(TokenTree::Ident(word)) if word == "else");
        if !is_else {
            break;
        }
    }
    rest.first().is_none_or(|next| is_punct(next, '.') || is_punct(next, '?'))
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}
