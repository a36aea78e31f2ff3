use tealight_core::{View, html};

fn paragraph(open: bool) -> impl View<()> {
    html! { <p>"text" if open { <div>"more"</div> }</p> }
}

fn table() -> impl View<()> {
    html! {
        <table><tr><td>"cell"</td></tr></table>
        <table>"text"</table>
        <div><td>"cell"</td></div>
    }
}

fn link() -> impl View<()> {
    html! { <a href="/"><b><a href="/">"inner"</a></b></a> }
}

fn items(items: &[&str]) -> impl View<()> {
    html! { <li>for item in items { <li>{item}</li> }</li> }
}

fn select() -> impl View<()> {
    html! { <select>"text" <p>"text"</p></select> }
}

fn picture() -> impl View<()> {
    html! { <svg><p>"text"</p></svg> }
}

fn main() {}
