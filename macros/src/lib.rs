//! `html!`, the macro behind Tealight's views. Use it through `tealight`, whose guide shows every form.
//!
//! A template goes through four rooms: `parse` (tokens to nodes), `check` (is it valid HTML, is it safe?),
//! `template` (static parts, slots, and how a page finds them) and `expand` (the Rust that renders it).

mod ast;
mod bindings;
mod check;
mod errors;
mod expand;
mod html;
mod nesting;
mod parse;
mod template;

use proc_macro2::{TokenStream, TokenTree};

use crate::errors::Errors;

/// What `html!` of `tealight-core` calls, with the path of its own `__private` before the template.
#[doc(hidden)]
#[proc_macro]
pub fn html(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    view(input.into()).into()
}

fn view(input: TokenStream) -> TokenStream {
    let mut input = input.into_iter();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let private: TokenStream = input.by_ref().take_while(|token| !is_comma(token)).collect();
    let mut errors = Errors::default();
    let mut nodes = parse::parse(input.collect(), &mut errors);
    check::check(&mut nodes, &mut errors);
    let templates = template::layout(&nodes);
    expand::expand(&private, &templates, &errors)
}

/// What is wrong with a template, without the help.
#[cfg(test)]
fn faults(source: &str) -> Vec<String> {
    let mut errors = Errors::default();
    let mut nodes = parse::parse(source.parse().expect("tokens"), &mut errors);
    check::check(&mut nodes, &mut errors);
    // What cannot be valid is laid out and expanded all the same, for an editor's sake.
    let tokens = expand::expand(&TokenStream::new(), &template::layout(&nodes), &errors);
    assert_eq!(errors.is_empty(), !tokens.to_string().contains("compile_error"));
    let first_line = |message: &&str| message.lines().next().unwrap_or_default().to_owned();
    errors.messages().iter().map(first_line).collect()
}
