//! Closures as handlers, which know the type of their parameter.
#![deny(warnings)]

use std::hash::Hash;

use tealight_core::{Decimal, FormData, View, html, with};

#[derive(Clone, Hash)]
enum Event {
    Named(String),
    Rename(u32, String),
    Pressed(bool),
    Count(usize),
    Warmed(Decimal),
}

fn closures(id: u32, names: &[String]) -> impl View<Event> {
    html! {
        <input on:input={|text| Event::Named(text.trim().to_owned())} on:change={|text: String| Event::Named(text)}
               on:keydown={|key| Event::Pressed(key.ctrl)} on:paste={|mut text| { text.push('!'); Event::Named(text) }}>
        <input type="checkbox" on:check={|is_checked| Event::Pressed(is_checked)}
               on:pointermove={|at| Event::Warmed(at.x.into())} on:wheel={|_| Event::Count(0)}>
        <select on:select={|chosen| Event::Count(chosen.len())}></select>
        <form on:submit={|form: FormData| Event::Named(form.target().to_owned())}
              on:input={|_: FormData| Event::Count(1)}></form>
        <input on:change={with(id, |id, text| Event::Rename(id, text))} on:input={with((id, 2), |(id, _), text| Event::Rename(id, text))}>
        for name in names {
            <button on:click={Event::Named(name.clone())} on:keyup={|_| { let count = 1; Event::Count(count) }}>{name}</button>
        }
        <button on:click={Event::Warmed(0.5.into())}>"Warmer"</button>
    }
}

fn first_letter(text: String) -> Event {
    Event::Named(text.chars().take(1).collect())
}

/// A component takes a constructor from its caller.
fn field<E: Hash + 'static>(event: impl Fn(String) -> E + Copy + 'static) -> impl View<E> {
    html! { <input on:change={event}> }
}

fn variables(names: &[String]) -> impl View<Event> {
    let trimmed = |text: String| Event::Named(text.trim().to_owned());
    let rename = |id, text| Event::Rename(id, text);
    let count = Event::Count;
    let pressed = Event::Pressed(true).clone();
    html! {
        <input on:input={trimmed} on:change={with(names.len() as u32, rename)}>
        <input on:input={first_letter} on:change={with(1, rename.clone())}>
        <select on:select={{ let more = 1; let _ = more; |chosen: Vec<String>| Event::Count(chosen.len()) }}></select>
        <button on:click={pressed.clone()} on:keyup={|_| Event::Count(1)}>"x"</button>
        {field(Event::Named)}
        {field(|text: String| text.len()).map(count)}
        {field(|text: String| text.len()).map(|length| Event::Count(length + 1))}
        {field(|text: String| text).map_with(2, |id, text| Event::Rename(id, text))}
        {field(|text: String| text.len()).map(if names.is_empty() { Event::Count } else { |_| Event::Count(0) })}
        {chosen(names.len())}
        <form on:submit={Event::named()}></form>
        <button on:click={one(names)} on:keyup={Event::named()} on:focus={chosen_event::<u8>()}>"x"</button>
        <ul>for name in names.iter().map(|name| name.trim()) { <li>{name.split('a').map(str::len).sum::<usize>()}</li> }</ul>
    }
}

impl Event {
    fn named() -> Self {
        Self::Named(String::new())
    }
}

fn one(names: &[String]) -> Event {
    Event::Count(names.len())
}

fn chosen_event<T: Default + Into<usize>>() -> Event {
    Event::Count(T::default().into())
}

/// A component is wrapped outside of `html!` too.
fn chosen(count: usize) -> impl View<Event> {
    html! { <input on:change={|text| text}> }.map_with(count, |count, text: String| Event::Count(count + text.len()))
}

fn either(open: bool) -> impl View<Event> {
    if open { Ok(html! { <p>"Open"</p> }) } else { Err(html! { <b>"Closed"</b> }) }
}

fn main() {
    let _ = (closures(1, &[]), variables(&[]), either(true));
}
