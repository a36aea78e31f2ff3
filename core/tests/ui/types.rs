use tealight_core::{View, html};

#[derive(Hash)]
enum Event {
    Refresh,
    Search(String),
    Ordered(Order),
}

#[derive(Hash)]
struct Order {
    id: u32,
}

fn value(order: &Order) -> impl View<Event> {
    html! { <p>{order.id} {order}</p> }
}

fn attribute(order: &Order) -> impl View<Event> {
    html! { <p title={order} class={(1, 2)} style={order}>"text"</p> }
}

fn content() -> impl View<Event> {
    html! { <textarea>{html! { <p/> }}</textarea> }
}

fn handler() -> impl View<Event> {
    html! { <button on:click={5}>"Refresh"</button> }
}

fn constructor() -> impl View<Event> {
    html! { <button on:click={Event::Search}>"Refresh"</button> }
}

fn text_handler() -> impl View<Event> {
    html! { <input on:input={Event::Refresh} on:change={|n: u32| Event::Search(n.to_string())}> }
}

fn two_texts() -> impl View<Event> {
    html! { <input on:input={|a: String, b: String| Event::Search(a + &b)}> }
}

fn form() -> impl View<Event> {
    html! { <form on:submit={Event::Ordered}/> }
}

fn main() {}
