//! Views in views, and views that are left out while they stay the same.
#![allow(unused_variables, reason = "all shapes have the same parameters")]

use std::convert::identity;
use std::rc::Rc;

use tealight_core::view::{AttrValue, Text};
use tealight_core::{View, html, lazy};

use crate::event::{Event, Part, Wrap};
use crate::model::{Item, Key};
use crate::parts;

pub(crate) fn part(a: &Item, wrap: Wrap) -> impl View<Part> {
    html! {
        <button on:click={Part::Hit(7, a.id, a.n)} data-click={wrap.of(&Part::Hit(7, a.id, a.n))}>{a.n}</button>
        if a.flag { <input on:input={Part::Typed} data-input={wrap.typed()}> }
    }
}

pub(crate) fn views_as_arguments(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        {parts::card(1, key, &a.name, html! { <p data-s="3" on:click={Event::Hit(1, a.id, a.n)} data-click={Wrap::Not.of(&Event::Hit(1, a.id, a.n))}>{a.n}</p> })}
        {parts::columns(5, key, html! { {&a.name} }, html! { if a.flag { <b data-s="7">{a.n}</b> } })}
        {parts::card(8, key, "title", parts::card(10, key, &a.note, html! { for b in &a.items, key = b.id { <p data-s="12" data-k={key.and(b.id)}>{b.n}</p> } }))}
        {parts::card(14, key, "text", &a.name)}
        {parts::card(16, key, "option", a.tag.as_deref())}
        {parts::card(18, key, "number", a.n)}
        {parts::card(20, key, "result", a.outcome.as_deref().map_err(|no| html! { <u>{no}</u> }))}
        {parts::when(22, key, a.flag, html! { <s>{a.n}</s> })}
    }
}

pub(crate) fn views_used_twice(a: &Item) -> impl View<Event> {
    let view =
        html! { <b on:click={Event::Hit(1, a.id, a.n)} data-click={Wrap::Not.of(&Event::Hit(1, a.id, a.n))}>{a.n}</b> };
    html! {
        {&view} {&view}
        if a.flag { {&view} } else { <p>{&view}</p> }
        for b in &a.items, key = b.id { <p>{&view} {b.n}</p> }
    }
}

pub(crate) fn views_behind_pointers(a: &Item) -> impl View<Event> {
    html! {
        {Box::new(html! { <b>{a.n}</b> })} {Rc::new(html! { {a.n} })} {&html! { <i>{a.n}</i> }}
        {a.flag.then(|| Box::new(html! { <b>{a.n}</b> }))}
        for b in &a.items, key = b.id { {Box::new(html! { <b>{b.n}</b> if b.flag { "x" } })} }
    }
}

pub(crate) fn components_in_rows(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = b.id {
            <p data-s="1" data-k={Key::default().and(b.id)}>{part(b, Wrap::PartOf(b.id)).map_with(b.id, Event::PartOf)}</p>
        }
        for b in &a.others, key = b.id { {part(b, Wrap::PartOf(b.id)).map_with(b.id, Event::PartOf)} }
        for b in &a.others { {part(b, Wrap::Part).map(Event::Part)} }
        {part(a, Wrap::Part).map(Event::Part)}
        {a.flag.then(|| part(a, Wrap::Part).map(Event::Part))}
        {a.flag.then(|| part(a, Wrap::Part)).map(|view| view.map(Event::Part))}
    }
}

pub(crate) fn tagged(id: u32, part: Part) -> Part {
    match part {
        Part::Hit(_, a, n) => Part::Hit(id, a, n),
        other => other,
    }
}

pub(crate) fn components_mapped_twice(a: &Item) -> impl View<Event> {
    let inner = |b: &Item, outer: u32| {
        let (id, n) = (b.id, b.n);
        let told = Wrap::PartOf(outer).of(&Part::Hit(id, id, n));
        html! { <b on:click={Part::Hit(0, id, n)} data-click={&told}>{n}</b> {lazy(n, move |n| html! { <i>{n}</i> })} }
    };
    html! {
        for b in &a.items, key = b.id {
            {html! { for c in &b.items, key = c.id { <p>{inner(c, b.id).map_with(c.id, tagged)}</p> } }.map(identity::<Part>).map_with(b.id, Event::PartOf)}
        }
        {inner(a, a.id).map_with(a.id, tagged).map_with(a.id, Event::PartOf)}
    }
}

pub(crate) fn text_part<E: 'static>(text: impl Text + AttrValue) -> impl View<E> {
    html! { <b title={&text}></b> "static" }
}

pub(crate) fn components_of_text(a: &Item) -> impl View<Event> {
    fn only_text<E: 'static>() -> impl View<E> {
        html! { "text" }
    }
    fn nothing<E: 'static>() -> impl View<E> {
        html! {}
    }
    fn value<E: 'static>(n: i64) -> impl View<E> {
        html! { {n} }
    }
    html! {
        {only_text()} {only_text()} "x" {nothing()} {nothing()} {value(a.n)} {value(a.n)} {text_part(a.n)}
        <p>{only_text()}</p> <p>{nothing()}</p> <p>{value(a.n)}</p>
        for b in &a.items, key = b.id { {only_text()} {value(b.n)} }
        for b in &a.items, key = b.id { {nothing()} }
        if a.flag { {nothing()} } else { {only_text()} }
        {a.done.then(nothing)} {a.flag.then(only_text)}
    }
}

pub(crate) fn lazy_at_the_root(a: &Item) -> impl View<Event> {
    html! {
        {lazy((a.n, a.flag), |(n, flag)| html! { <p data-s="1">{n} if flag { <b>{n}</b> }</p> })}
        <p>{lazy(&a.name, |name| html! { {name} })}</p>
        {lazy(a.id, |id| html! { <b on:click={Event::Hit(1, id, 0)} data-click={Wrap::Not.of(&Event::Hit(1, id, 0))}></b> })}
        {lazy((), |()| html! { <hr> })}
    }
}

pub(crate) fn lazy_rows(a: &Item) -> impl View<Event> {
    html! {
        <ul>
            for b in &a.items, key = b.id {
                {lazy(b, |b| html! {
                    <li data-s="1" data-k={Key::default().and(b.id)} on:click={Event::Hit(1, b.id, b.n)} data-click={Wrap::Not.of(&Event::Hit(1, b.id, b.n))}>
                        {&b.name} for c in &b.items, key = c.id { <i>{c.n}</i> } if b.flag { <b>{b.n}</b> }
                    </li>
                })}
            }
        </ul>
        for b in &a.others, key = b.id { <p>{b.n} {lazy(b.n, |n| html! { {n} <b>{n}</b> })}</p> }
        for b in &a.others { {lazy((b.id, b.flag), |(id, flag)| html! { <u class={[("x", flag)]}>{id}</u> })} }
    }
}

pub(crate) fn lazy_in_lazy(a: &Item) -> impl View<Event> {
    html! {
        {lazy(a, |a| html! {
            <p>{a.n}</p>
            {lazy((&a.name, a.n), move |(name, n)| html! { <p data-s="1">{name}</p> {lazy(n, |n| html! { {n} })} })}
            for b in &a.items, key = b.id { {lazy(b, |b| html! { {&b.name} {lazy(b.n, |n| html! { <i>{n}</i> })} })} }
        })}
    }
}

pub(crate) fn lazy_in_components(a: &Item) -> impl View<Event> {
    fn lazy_part(a: &Item, wrap: Wrap) -> impl View<Part> {
        html! { {lazy((a.n, wrap), |(n, wrap)| html! { <b on:click={Part::Hit(1, 0, n)} data-click={wrap.of(&Part::Hit(1, 0, n))}>{n}</b> })} }
    }
    html! {
        for b in &a.items, key = b.id { {lazy_part(b, Wrap::PartOf(b.id)).map_with(b.id, Event::PartOf)} }
        for b in &a.items { {lazy(b, |b| lazy_part(b, Wrap::PartOf(b.id)).map_with(b.id, Event::PartOf))} }
        {lazy_part(a, Wrap::Part).map(Event::Part)}
    }
}

pub(crate) fn lazy_that_varies(a: &Item) -> impl View<Event> {
    html! {
        {lazy(a, |a| a.flag.then(|| html! { <b>{a.n}</b> }))}
        {a.done.then(|| lazy(a.n, |n| html! { <b>{n}</b> }))}
        <p>{lazy(a, |a| a.outcome.as_deref().map(|ok| html! { <b>{ok}</b> }).map_err(|no| html! { {no} }))}</p>
        for b in &a.items, key = b.id { {lazy(b, |b| b.flag.then(|| html! { {&b.name} }))} {b.flag.then(|| lazy(b, |b| html! { {b.n} }))} }
    }
}
