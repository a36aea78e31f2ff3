//! Closures as handlers, which know the type of their parameter.
#![deny(warnings)]

use tealight_core::{Decimal, FormData, View, html, with};

#[derive(Hash)]
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

fn either(open: bool) -> impl View<Event> {
    if open { Ok(html! { <p>"Open"</p> }) } else { Err(html! { <b>"Closed"</b> }) }
}

fn main() {
    let _ = (closures(1, &[]), either(true));
}
