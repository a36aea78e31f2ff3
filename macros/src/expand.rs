//! Writes the Rust code that renders templates. It calls `tealight_core::__private`.
//!
//! Generated names carry this macro's span, so they never clash with an author's names. Code that may fail to compile
//! because of an author's expression carries the span of that expression.

mod expression;
mod run;
#[cfg(test)]
mod tests;

use proc_macro2::{Ident, Literal, Span, TokenStream};

/// `quote!` with hygienic names.
macro_rules! own {
    ($($tokens:tt)*) => { ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*) };
}
use own;

use crate::ast::{Branch, Flow, List};
use crate::errors::Errors;
use crate::html::AttributeKind;
use crate::nesting::Around;
use crate::template::{Needs, Slot, Step, Template};

pub(crate) fn expand(private: &TokenStream, templates: &[Template<'_>], errors: &Errors) -> TokenStream {
    let expander = Expander { private, templates };
    let statics = (0..templates.len()).map(|index| expander.template(index));
    let body = expander.region(0, Widths::Given);
    let root = static_name(0);
    // An editor finds the code at its cursor by its offset in the expansion, so repeated code comes last.
    let view = own! {{
        let __view = #private::html(&#root, move |mut __c: #private::Cx<'_, _>| { #body });
        #(#statics)*
        __view
    }};
    if errors.is_empty() {
        return view;
    }
    let errors = errors.to_tokens();
    own!({ #errors #view })
}

struct Expander<'t> {
    /// The path of the module `__private` in `tealight-core`.
    private: &'t TokenStream,
    templates: &'t [Template<'t>],
}

/// Says if a region returns the widths of the values that it has rendered.
#[derive(Clone, Copy, PartialEq)]
enum Widths {
    Given,
    Dropped,
}

/// The slot that a statement fills: the name of its template, and its number there.
struct SlotRef {
    template: Ident,
    slot: Literal,
}

impl Expander<'_> {
    fn template(&self, index: usize) -> TokenStream {
        let private = self.private;
        let template = &self.templates[index];
        let name = static_name(index);
        let Template { parts, map, tree, .. } = template;
        let Needs { controls, effects, rare } = template.needs;
        let nodes = match template.nodes {
            Some(nodes) => own!(::core::option::Option::Some(#nodes)),
            None => own!(::core::option::Option::None),
        };
        let slots = template.slots.iter().map(|slot| self.slot(slot));
        let rows = template.rows.iter().map(|row| static_name(*row));
        let inside = self.inside(template);
        own! {
            static #name: #private::Template = #private::Template::new(
                &[#(#parts),*],
                &[#(#private::Slot::#slots),*],
                #map,
                #tree,
                #nodes,
                &[#(&#rows),*],
                #private::Needs { controls: #controls, effects: #effects, routes: false, rare: #rare },
                #inside,
                ::core::concat!(::core::file!(), ":", ::core::line!()),
            );
        }
    }

    fn inside(&self, Template { roots, ends, .. }: &Template<'_>) -> TokenStream {
        let private = self.private;
        let nothing = own!(#private::Inside::NOTHING);
        if roots.is_empty() && ends.is_empty() {
            return own!(&#nothing);
        }
        let roots = roots.join(" ");
        let ends: Vec<String> = ends.iter().map(|(ended, tag)| format!("{ended}/{tag}")).collect();
        let ends = ends.join(" ");
        in_development(own!(#private::Inside { roots: #roots, ends: #ends }), nothing)
    }

    fn around(&self, Around { way, forbids, open, stopped }: &Around) -> TokenStream {
        let private = self.private;
        let nothing = own!(#private::Around::NOTHING);
        if way.is_empty() {
            return own!(&#nothing);
        }
        let around = own!(#private::Around { way: #way, forbids: #forbids, open: #open, stopped: #stopped });
        in_development(around, nothing)
    }

    fn slot(&self, slot: &Slot<'_>) -> TokenStream {
        let private = self.private;
        match slot {
            Slot::Value { sole, newline, around, .. } => {
                let around = self.around(around);
                own!(Value { sole: #sole, newline: #newline, around: #around })
            }
            Slot::Content { newline, .. } => own!(Content { newline: #newline }),
            Slot::Attribute { name, kind, .. } => {
                let kind = match kind {
                    AttributeKind::Plain => own!(Plain),
                    AttributeKind::Word => own!(Word),
                    AttributeKind::Url => own!(Url),
                    AttributeKind::Property => own!(Prop),
                };
                own!(Attr { name: #name, kind: #private::AttrKind::#kind })
            }
            Slot::Handler(handler) => {
                let event = handler.binding.event.as_str();
                own!(On { event: #event })
            }
            Slot::Branch { .. } => own!(Branch),
            Slot::List { list, sole, row } => {
                let row = Literal::usize_unsuffixed(*row);
                let source = list_source(list);
                own!(List { sole: #sole, row: #row, source: #source })
            }
        }
    }

    /// Returns the code that renders one copy of a template.
    fn region(&self, index: usize, widths: Widths) -> TokenStream {
        let statements = self.statements(index, widths);
        let given = statements.iter().rev().filter_map(|statement| statement.width.as_ref());
        let widths = given.fold(None, |rest, width| {
            let rest = rest.unwrap_or_else(|| own!(()));
            Some(own!((#width, #rest)))
        });
        let statements = statements.iter().map(|statement| &statement.tokens);
        own! {
            #(#statements)*
            #widths
        }
    }

    fn statements(&self, index: usize, widths: Widths) -> Vec<Statement> {
        let template = &self.templates[index];
        let mut statements = Vec::new();
        let mut steps = template.steps.as_slice();
        while let Some((step, rest)) = steps.split_first() {
            let (tokens, filled) = match step {
                Step::Let(tokens) => (own!(#tokens), None),
                Step::Refused(value) => {
                    let value = expression::owned(value);
                    (own!(let _ = #value;), None)
                }
                Step::Slot(first) => {
                    let run = run::length(template, steps);
                    if run > 0 {
                        steps = &steps[run..];
                        let tokens = self.run(index, *first, run, widths);
                        statements.push(Statement::filling(tokens, *first, widths));
                        continue;
                    }
                    (self.control_flow(index, *first), Some(*first))
                }
            };
            steps = rest;
            statements.push(match filled {
                Some(slot) => Statement::filling(tokens, slot, widths),
                None => Statement { tokens, width: None },
            });
        }
        statements
    }

    fn control_flow(&self, index: usize, slot: usize) -> TokenStream {
        let template = &self.templates[index];
        let slot_ref = SlotRef { template: static_name(index), slot: Literal::usize_unsuffixed(slot) };
        match &template.slots[slot] {
            Slot::Branch { branch, arms } => self.branch(&slot_ref, branch, arms),
            Slot::List { list, row, .. } => self.list(&slot_ref, list, template.rows[*row]),
            _ => unreachable!("every other slot is part of a run"),
        }
    }

    fn branch(&self, slot_ref: &SlotRef, branch: &Branch, templates: &[Option<usize>]) -> TokenStream {
        let body = |at: usize| self.arm(slot_ref, at, templates[at]);
        match &branch.flow {
            Flow::If { arms, .. } => {
                let arms = arms.iter().enumerate().map(|(at, (condition, _))| {
                    let condition = or_else(condition, || own!(true));
                    let body = body(at);
                    own!(if #condition { #body } else)
                });
                let otherwise = body(templates.len() - 1);
                own!(#(#arms)* { #otherwise })
            }
            Flow::Match { head, arms } => {
                let head = or_else(head, || own!(()));
                if arms.is_empty() {
                    let SlotRef { template, slot } = slot_ref;
                    return own!({ let _ = &(#head); __c.no_arm(&#template, #slot) });
                }
                let arms = arms.iter().enumerate().map(|(at, (pattern, _))| {
                    let body = body(at);
                    own!(#pattern => #body,)
                });
                own!(match #head { #(#arms)* })
            }
        }
    }

    fn arm(&self, slot_ref: &SlotRef, at: usize, template: Option<usize>) -> TokenStream {
        let SlotRef { template: outer, slot } = slot_ref;
        let Some(template) = template else {
            return own!(__c.no_arm(&#outer, #slot));
        };
        let number = Literal::usize_unsuffixed(at + 1);
        let body = self.region(template, Widths::Dropped);
        let template = static_name(template);
        own!(__c.arm(&#outer, #slot, #number, &#template, |mut __c| { #body }))
    }

    fn list(&self, slot_ref: &SlotRef, list: &List, row: usize) -> TokenStream {
        let SlotRef { template, slot } = slot_ref;
        let rows = or_else(&list.rows, || own!(::core::iter::empty::<()>()));
        let pattern = expression::parameter(&or_else(&list.pattern, || own!(_)));
        let body = self.region(row, Widths::Given);
        let row = static_name(row);
        let Some(key) = &list.key else {
            return own!(__c.list(&#template, #slot, &#row, #rows, |mut __c, #pattern| { #body }));
        };
        // The key and the row share the pattern, and each may leave some of its names unused.
        let borrowed = expression::borrowing(&list.pattern);
        let span = key.clone().into_iter().next().map_or_else(Span::mixed_site, |first| first.span());
        let key = or_else(key, || own!(()));
        let key = quote::quote_spanned!(span.resolved_at(Span::mixed_site())=> __seed.of(&(#key)));
        own! {
            __c.keyed(
                &#template,
                #slot,
                &#row,
                #rows,
                |__seed, __x| match __x { #[allow(unused_variables)] #borrowed => #key },
                |mut __c, #[allow(unused_variables)] #pattern| { #body },
            )
        }
    }
}

struct Statement {
    tokens: TokenStream,
    /// The variable that holds the width.
    width: Option<Ident>,
}

impl Statement {
    fn filling(tokens: TokenStream, slot: usize, widths: Widths) -> Self {
        if widths == Widths::Dropped {
            return Statement { tokens: own!(#tokens;), width: None };
        }
        let width = own_name("__w", slot);
        Statement { tokens: own!(let #width = #tokens;), width: Some(width) }
    }
}

/// Returns a constant that is empty in a release build.
fn in_development(constant: TokenStream, nothing: TokenStream) -> TokenStream {
    own!(const { if ::core::cfg!(debug_assertions) { &#constant } else { &#nothing } })
}

/// Returns the file, line and key of a list, for messages to its author.
fn list_source(list: &List) -> TokenStream {
    let Some(key) = &list.key else {
        return own!("");
    };
    // Unit tests run without a compiler.
    let line = if proc_macro::is_available() { list.keyword.unwrap().line() } else { 0 };
    let rest = format!(":{line}, key = {key}");
    own!(::core::concat!(::core::file!(), #rest))
}

fn static_name(index: usize) -> Ident {
    own_name("__T", index)
}

fn own_name(prefix: &str, number: usize) -> Ident {
    Ident::new(&format!("{prefix}{number}"), Span::mixed_site())
}

/// Returns `default` for tokens that an error left empty, to avoid a second error.
fn or_else(tokens: &TokenStream, default: impl FnOnce() -> TokenStream) -> TokenStream {
    if tokens.is_empty() { default() } else { tokens.clone() }
}
