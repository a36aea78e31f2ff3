use tealight_core::{View, html};

fn condition(open: bool) -> impl View<()> {
    html! {
        if { "a" }
        if open "a"
    }
}

fn arms(kind: Option<u32>) -> impl View<()> {
    html! {
        match kind {}
        match kind { Some(n) => n, None => {} }
    }
}

fn lists(rows: &[u32]) -> impl View<()> {
    html! {
        for row in rows, kye = row { {row} }
        for row in rows, key = row, key = row { {row} }
        for row in rows key={row} { {row} }
        for row in rows; key = row { {row} }
        for row in rows, key: row { {row} }
        for row in rows
    }
}

fn in_braces(open: bool, rows: &[u32]) -> impl View<()> {
    html! {
        {if open { html! { <p>"Open"</p> } }}
        {if open { html! { <p>"Open"</p> } } else { html! { <b>"Closed"</b> } }}
        {match rows.len() { 0 => html! { <p>"None"</p> }, count => html! { <b>{count}</b> } }}
        {for row in rows { html! { <p>{row}</p> } }}
        {open && html! { <p>"Open"</p> }}
        <p class={if open { "open" }} title={if open { "open" }}>{if open { "open" }}</p>
    }
}

fn other_lists(rows: &[u32]) -> impl View<()> {
    html! { for row of rows { {row} } }
}

fn elements_of_other_languages(open: bool, rows: &[u32]) -> impl View<()> {
    html! {
        {rows.iter().map(|row| <li>{row}</li>)}
        {rows.first().map(|row| { <b class="first">{row}</b> })}
        {open && <p>"Open"</p>}
        {rows.first().map(|row| html! { if *row > 1 { <b/> } })}
    }
}

fn statement() -> impl View<()> {
    html! { let a = 1 }
}

fn main() {}
