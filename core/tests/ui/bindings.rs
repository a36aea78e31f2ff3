use tealight_core::{View, html};

#[derive(Hash)]
enum Event {
    Refresh,
}

fn unknown() -> impl View<Event> {
    html! { <button on:clik={Event::Refresh}>"Refresh"</button> }
}

fn no_such() -> impl View<Event> {
    html! { <button on:hover={Event::Refresh}>"Refresh"</button> }
}

fn modifier() -> impl View<Event> {
    html! { <button on:click.prevnt={Event::Refresh}>"Refresh"</button> }
}

fn no_handler() -> impl View<Event> {
    html! { <button on:click>"Refresh"</button> }
}

fn two_handlers() -> impl View<Event> {
    html! { <button on:click={Event::Refresh} on:click.stop={Event::Refresh}>"Refresh"</button> }
}

fn main() {}
