use std::time::Duration;

use tealight_core::effect::{self, PageEffect, closest, focus, hide, show, this, transition};
use tealight_core::{View, html};

#[derive(Hash)]
enum Event {
    Refresh,
}

fn menu(is_open: bool, ids: &[u32]) -> impl View<Event> {
    let both = vec![show("#menu"), focus("#q")];
    html! {
        <button do:click={hide("#menu")} on:click={Event::Refresh}>"one"</button>
        <button do:click.stop={both}>"several"</button>
        <button do:click={if is_open { Some(hide("#menu")) } else { None }}>"perhaps"</button>
        <button do:click={if is_open { hide("#menu") } else { show("#menu") }} do:focus={[effect::add_class(this(), "on")]}>"either"</button>
        for id in ids, key = id {
            <li do:dblclick={transition(closest("li"), "fading", Duration::from_millis(200)).then(hide(this()))}>{*id}</li>
            <li do:click={leave(format!("#row-{id}"))}>"leave"</li>
        }
        <div hook="Chart" client-owned data-figure={3} on:click={Event::Refresh}>"loading" <b>"…"</b></div>
    }
}

fn leave(id: String) -> PageEffect {
    hide(id)
}

fn main() {
    let _ = menu(true, &[1]);
}
