//! Closures that an author writes as a handler: `on:input={|text| Event::Search(text)}`.
//!
//! A handler captures nothing. The type of a closure does not say if it does, so the compiler would notice it only when
//! it builds the program. For a closure that stands in the template itself, `html!` finds it earlier.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// A closure at the start of a handler.
#[derive(Clone, Copy)]
pub(crate) struct Closure {
    /// It has one parameter, without a type.
    pub(crate) is_untyped: bool,
    /// It has one parameter.
    pub(crate) is_unary: bool,
}

/// Returns the closure that the tokens are. One that moves is refused elsewhere.
pub(crate) fn find(tokens: &TokenStream) -> Option<Closure> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let (first, rest) = tokens.split_first()?;
    if !is_bar(first) {
        return None;
    }
    let parameters = &rest[..rest.iter().position(is_bar)?];
    let has = |wanted: char| parameters.iter().any(|token| is_punct(token, wanted));
    let is_unary = !parameters.is_empty() && (has('<') || !has(','));
    Some(Closure { is_unary, is_untyped: is_unary && !has(':') })
}

/// Returns the `move` of a closure that is the handler, or that `with` gets.
pub(crate) fn find_move(tokens: &TokenStream) -> Option<Span> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    if let Some(span) = move_at(&tokens, 0) {
        return Some(span);
    }
    let [.., TokenTree::Ident(with), TokenTree::Group(group)] = &tokens[..] else {
        return None;
    };
    if with != "with" || group.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let arguments: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut commas = (0..arguments.len()).filter(|at| is_punct(&arguments[*at], ','));
    commas.find_map(|comma| move_at(&arguments, comma + 1))
}

fn move_at(tokens: &[TokenTree], at: usize) -> Option<Span> {
    match (tokens.get(at)?, tokens.get(at + 1)?) {
        (TokenTree::Ident(word), bar) if word == "move" && is_bar(bar) => Some(word.span()),
        _ => None,
    }
}

fn is_bar(token: &TokenTree) -> bool {
    is_punct(token, '|')
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}
