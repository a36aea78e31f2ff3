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

fn statement() -> impl View<()> {
    html! { let a = 1 }
}

fn main() {}
