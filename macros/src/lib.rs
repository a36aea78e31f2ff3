//! The macros of Tealight: `html!`, behind its views, and `#[derive(Route)]`. Use it through `tealight`, whose guide shows every form.
//!
//! A template passes through four modules, in this order:
//!
//! - `parse` turns tokens into the nodes of `ast`;
//! - `check` makes them valid and safe HTML, with the tables in `html`, `nesting` and `bindings`;
//! - `template` separates static parts from slots, and writes the map by which a page finds each slot;
//! - `expand` writes the Rust code that renders the templates.
//!
//! Every module reports to `errors`, so one compilation shows all mistakes of a template.
//!
//! `route` is the derive macro of `Route`, for addresses.

mod ast;
mod bindings;
mod check;
mod closure;
mod errors;
mod expand;
mod html;
mod nesting;
mod parse;
mod route;
mod template;

use proc_macro2::{TokenStream, TokenTree};

use crate::errors::Errors;

/// Expands a template. `html!` in `tealight-core` calls it, with the path of its `__private` module before the template.
#[doc(hidden)]
#[proc_macro]
pub fn html(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    view(input.into()).into()
}

/// Derives `Route`. The trait's documentation describes the patterns.
#[doc(hidden)]
#[proc_macro_derive(Route, attributes(route))]
pub fn route(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    route::derive(input.into()).into()
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

/// Returns the first line of each error in a template.
#[cfg(test)]
fn faults(source: &str) -> Vec<String> {
    let mut errors = Errors::default();
    let mut nodes = parse::parse(source.parse().expect("tokens"), &mut errors);
    check::check(&mut nodes, &mut errors);
    // An invalid template is expanded too, so that an editor can complete code in it.
    let tokens = expand::expand(&TokenStream::new(), &template::layout(&nodes), &errors);
    assert_eq!(errors.is_empty(), !tokens.to_string().contains("compile_error"));
    let first_line = |message: &&str| message.lines().next().unwrap_or_default().to_owned();
    errors.messages().iter().map(first_line).collect()
}
