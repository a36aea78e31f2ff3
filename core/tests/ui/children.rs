use tealight_core::{View, html};

fn title(name: &str) -> impl View<()> {
    html! { <title>"Hello " {name}</title> }
}

fn area(open: bool) -> impl View<()> {
    html! { <textarea>if open { "text" }</textarea> }
}

fn custom(name: &str) -> impl View<()> {
    html! { <user-card><p>{name}</p></user-card> }
}

fn template(name: &str) -> impl View<()> {
    html! { <template><p>{name}</p></template> }
}

fn main() {}
