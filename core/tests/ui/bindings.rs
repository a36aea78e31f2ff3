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

fn at_the_window() -> impl View<Event> {
    html! { <button on:online={Event::Refresh} on:window:submit={Event::Refresh}>"Refresh"</button> }
}

fn times_and_keys() -> impl View<Event> {
    html! { <input on:input.debounce.1ms={Event::Refresh} on:keydown.a.b={Event::Refresh} on:click.ctrl={Event::Refresh}> }
}

fn times_without_a_unit() -> impl View<Event> {
    html! { <input on:input.debounce.5={Event::Refresh} on:keydown.control={Event::Refresh}> }
}

fn keys() -> impl View<Event> {
    html! { <input on:keydown.slash={Event::Refresh} on:keydown.notakeyatall={Event::Refresh} on:keydown."a b"={Event::Refresh}> }
}

fn a_key_of_an_attribute() -> impl View<Event> {
    html! { <input do:keydown."/"={tealight_core::effect::focus("#search")}> }
}

fn anywhere() -> impl View<Event> {
    html! { <input on:keydown.anywhere.escape={Event::Refresh}> }
}

fn reset() -> impl View<Event> {
    html! { <form on:reset.reset={Event::Refresh} on:submit.debounce.reset={Event::Refresh}></form> }
}

fn controls() -> impl View<Event> {
    html! { <input on:select={Event::Refresh} on:custom:={Event::Refresh} data-tealight-x="1"> }
}

fn main() {}
