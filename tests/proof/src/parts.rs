//! Components that take views as arguments.

use tealight_core::{View, html};

use crate::model::{Item, Key};

/// A title, and one view.
pub fn card<E: 'static>(site: u32, key: Key, title: &str, body: impl View<E>) -> impl View<E> {
    html! { <section class="card" data-s={site} data-k={key}><h3 data-s={site + 1}>{title}</h3>{body}</section> }
}

/// Two views beside each other.
pub fn columns<E: 'static>(site: u32, key: Key, left: impl View<E>, right: impl View<E>) -> impl View<E> {
    html! { <div data-s={site} data-k={key}>{left}{right}<i data-s={site + 1}></i></div> }
}

/// A view that may be absent, twice.
pub fn when<E: 'static>(site: u32, key: Key, show: bool, body: impl View<E>) -> impl View<E> {
    html! {
        <div data-s={site} data-k={key}>
            if show { "shown: " {&body} }
            {show.then_some(&body)}
        </div>
    }
}

/// The same view in each row of a list.
pub fn under_each<E: 'static>(site: u32, key: Key, rows: &[Item], body: impl View<E>) -> impl View<E> {
    html! {
        <ul data-s={site} data-k={key}>
            for row in rows, key = row.id { <li data-s={site + 1} data-k={key.and(row.id)}>{row.n} {&body}</li> }
        </ul>
    }
}

/// Trusted markup.
pub fn markup(item: &Item) -> &'static str {
    ["", "text", "<i>i</i>", "a <b>b</b> c &amp; d", "<u></u><s>s</s>"][item.choice as usize]
}
