//! Closures that an author writes as a handler: `on:input={|text| Event::Search(text)}`.
//!
//! A handler captures nothing. `html!` refuses a `move`, and asks the compiler about the other closures.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// Returns true for a closure with one parameter whose type is not written.
pub(crate) fn is_untyped(tokens: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let Some((first, rest)) = tokens.split_first() else {
        return false;
    };
    let end = rest.iter().position(is_bar).filter(|end| is_bar(first) && *end > 0);
    end.is_some_and(|end| !rest[..end].iter().any(|token| is_punct(token, ':') || is_punct(token, ',')))
}

/// Returns the first token of a closure without parameters.
pub(crate) fn find_parameterless(tokens: &TokenStream) -> Option<Span> {
    let mut tokens = tokens.clone().into_iter().skip_while(|token| is_word(token, "move"));
    let first = tokens.next().filter(is_bar)?;
    tokens.next().filter(is_bar).map(|_| first.span())
}

/// Returns false for a handler that surely captures nothing: an event, which has a name such as `Event::Search`, or a
/// function. Also for one that is refused already.
pub(crate) fn may_capture(tokens: &TokenStream) -> bool {
    if find_move(tokens).is_some() {
        return false;
    }
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let (path, is_call) = match &tokens[..] {
        [path @ .., TokenTree::Group(_)] => (path, true),
        path => (path, false),
    };
    let is_path = path.iter().all(|token| matches!(token, TokenTree::Ident(_)) || is_punct(token, ':'));
    let Some(TokenTree::Ident(name)) = path.last().filter(|_| is_path) else {
        return true;
    };
    let name = name.to_string();
    let is_capital = name.starts_with(char::is_uppercase);
    let is_event = is_capital && (name.len() == 1 || name.contains(char::is_lowercase));
    let is_variable = path.len() == 1 && !is_call;
    let is_function = path.len() > 1 && !is_call && !is_capital;
    is_variable || !(is_event || is_function)
}

/// Returns true for a handler that is made by a call of this name: `Event::Search("tea".into())`.
pub(crate) fn is_event_with_data(tokens: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let [.., TokenTree::Ident(name), TokenTree::Group(_)] = &tokens[..] else {
        return false;
    };
    name.to_string().starts_with(char::is_uppercase)
}

/// Returns the `move` of a closure that is the handler, or that `with` gets.
pub(crate) fn find_move(tokens: &TokenStream) -> Option<Span> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    if let Some(span) = move_at(&tokens, 0) {
        return Some(span);
    }
    let [.., with, TokenTree::Group(group)] = &tokens[..] else {
        return None;
    };
    if !is_with(with) || group.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let arguments: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut commas = (0..arguments.len()).filter(|at| is_punct(&arguments[*at], ','));
    commas.find_map(|comma| move_at(&arguments, comma + 1))
}

fn move_at(tokens: &[TokenTree], at: usize) -> Option<Span> {
    match (tokens.get(at)?, tokens.get(at + 1)?) {
        (word, bar) if is_word(word, "move") && is_bar(bar) => Some(word.span()),
        _ => None,
    }
}

fn is_with(token: &TokenTree) -> bool {
    is_word(token, "with")
}

fn is_word(token: &TokenTree, wanted: &str) -> bool {
    matches!(token, TokenTree::Ident(word) if word == wanted)
}

fn is_bar(token: &TokenTree) -> bool {
    is_punct(token, '|')
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}
