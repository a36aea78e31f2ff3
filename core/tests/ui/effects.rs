use tealight_core::effect::{focus, hide};
use tealight_core::{View, html};

#[derive(Hash)]
enum Event {
    Refresh,
}

fn no_effect() -> impl View<Event> {
    html! { <button do:click>"Refresh"</button> <button do:click="#menu">"Menu"</button> }
}

fn unknown() -> impl View<Event> {
    html! { <button do:clik={hide("#menu")}>"Menu"</button> }
}

fn an_event() -> impl View<Event> {
    html! { <button do:click={Event::Refresh}>"Refresh"</button> }
}

fn an_effect() -> impl View<Event> {
    html! { <button on:click={focus("#q")}>"Search"</button> }
}

fn of_a_hook(name: &str) -> impl View<Event> {
    html! { <div hook={name}/> <div hook/> }
}

fn of_another_script(count: u32) -> impl View<Event> {
    html! {
        <div client-owned><p>{count}</p></div>
        <div client-owned><button on:click={Event::Refresh}>"Refresh"</button></div>
        <div client-owned={true}/>
    }
}

fn main() {}
