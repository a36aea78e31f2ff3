use tealight_core::{View, html};

fn unclosed() -> impl View<()> {
    html! { <div><p>"text"</div> }
}

fn mismatched() -> impl View<()> {
    html! { <h1>"text"</h2> }
}

fn void() -> impl View<()> {
    html! { <p><br>"text"</br></p> }
}

fn value_as_name(tag: &str, name: &str) -> impl View<()> {
    html! {
        <{tag}>"text"
        <p {name}="a"/>
    }
}

fn component() -> impl View<()> {
    html! { <OrderCard/> }
}

fn main() {}
