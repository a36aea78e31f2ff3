//! Branches, options and results.
#![allow(unused_variables, reason = "all shapes have the same parameters")]

use tealight_core::{View, html};

use crate::event::Event;
use crate::model::{Item, Kind};

pub(crate) fn branches_of_every_kind(a: &Item) -> impl View<Event> {
    html! {
        if a.flag { <p>"flag"</p> }
        if a.flag { <p>{a.n}</p> } else { <p>{&a.name}</p> }
        if a.n > 3 { "many" } else if a.n == 3 { {a.n} } else if let Some(tag) = &a.tag { <b>{tag}</b> } else { {&a.name} }
        if let Some(tag) = &a.tag && a.flag && let Ok(ok) = &a.outcome { <i>{tag} {ok}</i> }
        match a.choice { 0 => "zero", 1 | 2 => <b>{a.choice}</b>, n if n == a.id => { {n} } _ => {} }
        match (&a.kind, a.flag) {
            (Kind::Word(word), true) => <u>{word}</u>,
            (Kind::Word(word), false) => { {word} "!" }
            (Kind::Pair { x, y }, _) if x == y => { {x} }
            (Kind::Pair { x, y }, _) => if x < y { {x} } else { {y} }
            (Kind::Many(all), _) => match all.len() { 0 => {} 1 => "one", n => { {n} } }
            (Kind::Nothing, _) => {}
        }
        <p>if a.flag { "a" } if a.done { "b" } "c" if a.flag { "d" }</p>
    }
}

pub(crate) fn branches_in_branches(a: &Item) -> impl View<Event> {
    html! {
        if a.flag {
            if a.done { if a.n > 2 { <b>{a.n}</b> } else { {&a.name} } } else { <i>{&a.name}</i> }
        } else {
            match &a.kind { Kind::Word(word) => if a.done { {word} } else { <u>{word}</u> } _ => {} }
        }
        <p>if a.flag { if a.done { if a.n > 2 { "x" } } }</p>
    }
}

pub(crate) fn branches_that_are_empty(a: &Item) -> impl View<Event> {
    html! {
        if a.flag {} else if a.done { "" } else {}
        <p>if a.flag {}</p>
        <p>"a" if a.flag {} else { "b" } "c"</p>
        match a.choice { 0 => {} 1 => "one", _ => {} }
    }
}

pub(crate) fn branches_alone(a: &Item) -> impl View<Event> {
    html! {
        <p data-s="1">if a.flag { {&a.name} } else { <b>{&a.name}</b> }</p>
        <table><tbody>if a.flag { <tr><td>{a.n}</td></tr> <tr><td>"2"</td></tr> }</tbody></table>
        <table><tbody><tr>if a.done { <td>{a.n}</td> } else { <th>{a.n}</th> }</tr></tbody></table>
        <select>if a.flag { <option>{a.n}</option> } else { <option>"none"</option> <option>{&a.name}</option> }</select>
        <ul>match &a.kind { Kind::Many(all) => for i in all { <li>{i}</li> } Kind::Word(word) => <li>{word}</li>, _ => {} }</ul>
    }
}

pub(crate) fn branches_of_text(a: &Item) -> impl View<Event> {
    html! {
        <p>"a" if a.flag { {&a.name} } else { "fixed" } "b" {a.n} if a.done { {a.n} } {&a.note}</p>
        if a.flag { {&a.name} } {&a.name} if a.flag { "" } {a.tag.as_deref()}
    }
}

pub(crate) fn options_and_results(a: &Item) -> impl View<Event> {
    html! {
        <p>{a.tag.as_deref()}</p>
        <p>"a" {a.tag.as_deref()} "b" {a.tag.as_ref().map(|tag| tag.len())}</p>
        {a.flag.then(|| html! { <b data-s="1">{a.n}</b> })}
        {a.tag.as_ref().map(|tag| html! { {tag} })}
        <div>{a.tag.as_ref().map(|tag| html! { <b>{tag}</b> })}</div>
        {a.outcome.as_ref().map(|ok| html! { <b data-s="2">{ok}</b> }).map_err(|no| html! { <i data-s="3">{no}</i> <i>"!"</i> })}
        {a.outcome.as_ref().map(|ok| html! { <u>{ok}</u> }).ok()}
        <table><tbody>{a.flag.then(|| html! { <tr><td>{a.n}</td></tr> })}</tbody></table>
    }
}

pub(crate) fn options_in_options(a: &Item) -> impl View<Event> {
    html! {
        {a.flag.then(|| a.done.then(|| html! { <b>{a.n}</b> }))}
        {a.flag.then(|| a.tag.as_deref())}
        {a.flag.then(|| a.outcome.as_ref().map(|ok| html! { <u>{ok}</u> }).map_err(|no| *no))}
        {a.outcome.as_ref().map(|_| a.tag.as_ref().map(|tag| html! { <s>{tag}</s> })).map_err(|_| a.done.then_some(a.n))}
    }
}

pub(crate) fn results_of_text(a: &Item) -> impl View<Event> {
    let result = || a.outcome.as_deref().map_err(|no| *no);
    html! {
        <p>{result()}</p>
        <p>"a" {result()} {result()} "b"</p>
        <pre>{result()}</pre>
        <pre>{result()} "b"</pre>
        <pre>{Some(result())}</pre>
        {result()}
        for b in &a.items, key = b.id { {b.outcome.as_deref().map_err(|no| *no)} }
    }
}
