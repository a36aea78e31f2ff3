use tealight_core::{View, html};

fn unquoted(name: &str) -> impl View<()> {
    html! { <p>Hello, world! {name}</p> }
}

fn number() -> impl View<()> {
    html! { <p>5</p> }
}

fn code(name: &str) -> impl View<()> {
    html! { <p>name.len()</p> <p>format!("Hello, {}", name)</p> <p>"a", "b"</p> }
}

fn comment() -> impl View<()> {
    html! { <!-- a comment --> }
}

fn page() -> impl View<()> {
    html! { <!DOCTYPE html> <html><body>"text"</body></html> }
}

fn entities() -> impl View<()> {
    html! { <p>&nbsp;</p> <p>"tea&nbsp;&amp; milk"</p> <p title="caf&eacute;" class="a &#160; b">"&hearts;"</p> "&#xA0;" }
}

fn braces(open: bool) -> impl View<()> {
    html! { {if open { <p>"open"</p> }} }
}

fn nothing() -> impl View<()> {
    html! { <p>{}</p> }
}

fn placeholders(name: &str, price: f64) -> impl View<()> {
    html! { <p title="Hello {name}" id="{name}">"Hello {name}!" " {price:.2} €" "{price}" {"{name}"}</p> }
}

fn main() {}
