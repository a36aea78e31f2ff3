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
pub fn html_impl(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    html(input.into()).into()
}

fn html(input: TokenStream) -> TokenStream {
    let mut input = input.into_iter();
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let private: TokenStream = input
        .by_ref()
        .take_while(|token| !is_comma(token))
        .collect();
    let mut errors = Errors::default();
    let mut nodes = parse::parse(input.collect(), &mut errors);
    check::check(&mut nodes, &mut errors);
    let templates = template::layout(&nodes);
    expand::expand(&private, &templates, &errors)
}
