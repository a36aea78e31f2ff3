use tealight_core::{View, html};

fn script(user: &str) -> impl View<()> {
    html! { <script>"let user = " {user}</script> }
}

fn style(color: &str) -> impl View<()> {
    html! { <style>"p { color: " {color} " }"</style> }
}

fn attribute(code: &str) -> impl View<()> {
    html! { <button onclick={code}>"Go"</button> }
}

fn document(html: &str) -> impl View<()> {
    html! { <iframe srcdoc={html}></iframe> }
}

fn url() -> impl View<()> {
    html! { <a href="javascript:go()">"Go"</a> }
}

fn main() {}
