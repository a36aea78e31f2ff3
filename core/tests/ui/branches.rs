use tealight_core::{View, html};

fn if_outside(open: bool) -> impl View<()> {
    if open {
        html! { <p>"Open"</p> }
    } else {
        html! { <b>"Closed"</b> }
    }
}

fn match_outside(count: u32) -> impl View<()> {
    match count {
        0 => html! { <p>"None"</p> },
        count => html! { <b>{count}</b> },
    }
}

fn main() {}
