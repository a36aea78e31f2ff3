//! Faults that were seen in other systems.
#![allow(unused_variables, reason = "all shapes have the same parameters")]

use tealight_core::{View, html};

use crate::event::Event;
use crate::model::{Item, Key, Kind};

pub(crate) fn liveviewjs_branches_with_equal_values(a: &Item) -> impl View<Event> {
    html! {
        <div data-s="1">
            if a.flag { <b data-s="2">{&a.name}</b> } else { <i data-s="3">{&a.name}</i> }
        </div>
        if a.done { <p>{&a.name}</p> } else { <p>{&a.name}</p> }
        match &a.kind {
            Kind::Word(word) => <u>{word}</u>,
            Kind::Pair { x, .. } => <s>{x}</s>,
            Kind::Many(all) => <u>{all.len()}</u>,
            Kind::Nothing => <s>"0"</s>,
        }
    }
}

pub(crate) fn liveviewjs_rows_of_two_templates(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        <ul data-s="1">
            for b in &a.items, key = b.id {
                if b.flag {
                    <li class="one" data-s="2" data-k={key.and(b.id)}>{&b.name}</li>
                } else {
                    <li data-s="3" data-k={key.and(b.id)}><b>{&b.name}</b> "two"</li>
                }
            }
        </ul>
        for b in &a.others {
            match &b.kind {
                Kind::Word(word) => <p>{word}</p>,
                Kind::Pair { x, y } => { <p>{x}</p><p>{y}</p> }
                Kind::Many(all) => for i in all { <i>{i}</i> }
                Kind::Nothing => "nothing",
            }
        }
    }
}

pub(crate) fn liveviewjs_cell_from_text_to_markup(a: &Item) -> impl View<Event> {
    let cell = |b: &Item| if b.flag { Ok(b.name.clone()) } else { Err(b.n) };
    html! {
        <table data-s="1"><tbody data-s="2">
            for b in &a.items, key = b.id {
                <tr data-s="3" data-k={Key::default().and(b.id)}>
                    <td data-s="4">{cell(b).map_err(|n| html! { <b>{n}</b> "markup" })}</td>
                    <td data-s="5">"before " {cell(b).map_err(|n| html! { <b>{n}</b> })} " after"</td>
                    <td data-s="6">if b.done { {&b.name} } else { <b>{&b.name}</b> }</td>
                </tr>
            }
        </tbody></table>
    }
}

pub(crate) fn liveviewjs_nothing_changed(a: &Item) -> impl View<Event> {
    html! { <p data-s="1">{a.n.signum()}</p> for b in a.items.iter().take(1) { <p>{b.n.signum()}</p> } }
}
