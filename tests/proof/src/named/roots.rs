//! The possible roots of a page.
#![allow(unused_variables, reason = "all shapes have the same parameters")]

use tealight_core::{View, html};

use crate::event::Event;
use crate::model::Item;

pub(crate) fn root_of_nothing(a: &Item) -> impl View<Event> {
    html! {}
}

pub(crate) fn root_of_text(a: &Item) -> impl View<Event> {
    html! { "text" }
}

pub(crate) fn root_of_a_value(a: &Item) -> impl View<Event> {
    html! { {&a.name} }
}

pub(crate) fn root_of_a_branch(a: &Item) -> impl View<Event> {
    html! { if a.flag { {&a.name} } else { <p>{&a.name}</p> } }
}

pub(crate) fn root_of_a_list(a: &Item) -> impl View<Event> {
    html! { for b in &a.items, key = b.id { {&b.name} } }
}

pub(crate) fn statements(a: &Item) -> impl View<Event> {
    html! {
        let twice = a.n.wrapping_mul(2);
        <p>let more = twice.wrapping_add(1); {twice} let text = format!("{more}"); {&text}</p>
        let names: Vec<&str> = a.items.iter().map(|b| &*b.name).collect();
        if names.len() > 2 { let first = names[0]; <b>{first}</b> } else { let n = names.len(); {n} }
        for name in &names { let length = name.len(); <i>{length}</i> {name} }
        {twice}
    }
}
