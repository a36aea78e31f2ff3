use tealight_core::{View, html, with};

#[derive(Hash)]
enum Event {
    Named(String),
    Rename(u32, String),
    Move(u32, u32, String),
}

fn moving(id: u32) -> impl View<Event> {
    html! { <input on:change={move |text| Event::Rename(id, text)}> }
}

fn moving_with(id: u32, to: u32) -> impl View<Event> {
    html! { <input on:change={with(id, move |id, text| Event::Move(id, to, text))}> }
}

fn capturing(id: u32) -> impl View<Event> {
    html! { <input on:change={|text| Event::Rename(id, text)}> }
}

fn capturing_a_row(ids: &[u32]) -> impl View<Event> {
    html! {
        for id in ids {
            <input on:change={|text: String| Event::Rename(*id, text)}>
        }
    }
}

fn main() {}
