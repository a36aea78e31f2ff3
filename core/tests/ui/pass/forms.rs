//! Every form of `html!`, without a warning.
#![deny(warnings)]
use std::collections::BTreeMap;

use tealight_core::{View, fixed, html, with};

#[derive(Hash, Clone, Copy)]
enum Counted {
    Up,
}

#[derive(Hash)]
enum Event {
    Up,
    Search(String),
    Rename(u32, String),
    Save(Form),
    Counter(u32, Counted),
}

#[derive(Hash, serde::Deserialize)]
struct Form {
    name: String,
}

struct Row {
    id: u32,
    name: String,
    tags: Vec<String>,
    late: Option<String>,
}

struct Model {
    name: String,
    rows: Vec<Row>,
    number: u32,
    names: BTreeMap<u32, String>,
    open: bool,
    rating: f64,
}

enum Kind {
    A(u32),
    B { x: u32, y: u32 },
    C,
}

fn card<E: 'static>(title: &str, body: impl View<E>) -> impl View<E> {
    html! { <section><h2>{title}</h2>{body}</section> }
}

fn owned<E: 'static>(title: String) -> impl View<E> {
    html! { <h2>{title}</h2> }
}

fn nothing<E: 'static>() -> impl View<E> {
    html! {}
}

fn fixed_text<E: 'static>() -> impl View<E> {
    html! { <p class="x">"Hello"</p> "text" }
}

fn options<E: 'static>(count: u32) -> impl View<E> {
    html! { for i in 0..count { <option value={i} selected={i == 2}>{i}</option> } }
}

fn counter(number: u32) -> impl View<Counted> {
    html! { <button on:click={Counted::Up}>{number}</button> }
}

fn values(model: &Model, kind: &Kind) -> impl View<Event> {
    html! {
        <h1 title={&model.name} class={[("a", true), ("b", model.open)]}>{&model.name} {model.name} " x"</h1>
        {if model.number > 1 { 1 } else { 2 }}
        {match kind { Kind::A(x) => *x, Kind::B { x, y } => x + y, Kind::C => 0 }}
        {format!("{} {}", model.number, model.name)}
        {format_args!("{} {}", model.number, model.name)}
        {String::from("temporary").as_str()}
        {model.rows.iter().map(|row| row.id).sum::<u32>()}
        {model.rows.iter().fold(0, |sum, row| sum + row.id)}
        { let a = model.number; let b = a + 1; a * b }
        {fixed(model.rating, 1)}
        {card("title", html! { <b>{model.number}</b> })}
        {owned(model.name.clone())}
        {model.open.then(fixed_text)}
        {counter(1).map_with(model.number, Event::Counter)}
        let double = model.number * 2;
        <p style={[("width", format!("{double}%"))]}>{double}</p>
        <textarea>{&model.name}</textarea>
        <svg viewBox="0 0 10 10"><path d={format_args!("M0 0L{} {}", 1, 2)}/></svg>
        <user-card name={&model.name} on:click={Event::Up}><b>"fixed"</b></user-card>
    }
}

fn branches(model: &Model, kind: &Kind) -> impl View<Event> {
    html! {
        if model.number == 0 {
            <i>"none"</i>
        } else if let Some(row) = model.rows.first() && row.id > 0 {
            <i>{&row.name}</i>
        } else {
            "many"
        }
        if let Kind::B { x, .. } = kind { {x} }
        match kind {
            Kind::A(x) if *x > 4 => <b>{x}</b>,
            Kind::A(x) => { "a " {x} }
            Kind::B { x, y } => for i in *x..*y { <u>{i}</u> }
            Kind::C => {}
        }
    }
}

fn lists(model: &Model) -> impl View<Event> {
    html! {
        <ul>
            for row in &model.rows, key = row.id {
                <li on:click={Event::Up}>
                    {&row.name}
                    if let Some(late) = &row.late { <em>{late}</em> }
                    <input value={&row.name} on:input={with(row.id, Event::Rename)}>
                    for tag in &row.tags { <span>{tag}</span> }
                </li>
            }
        </ul>
        for (i, row) in model.rows.iter().enumerate(), key = row.id { <p>{i} {row.name}</p> }
        for (id, name) in &model.names, key = *id { <p>{name}</p> }
        for (id, mut name) in model.names.clone(), key = *id {
            let length = { name.push('x'); name.len() };
            <p>{id} {name} {length}</p>
        }
        <select>{options(3)}</select>
    }
}

fn handlers(model: &Model) -> impl View<Event> {
    html! {
        <input on:input={Event::Search} on:change={|text| Event::Search(text)}>
        <form on:submit.prevent={Event::Save}>{model.open.then_some("x")}</form>
    }
}

fn main() {
    let model = Model {
        name: "name".into(),
        rows: vec![Row { id: 1, name: "row".into(), tags: vec![], late: None }],
        number: 3,
        names: BTreeMap::new(),
        open: true,
        rating: 1.0,
    };
    for kind in [Kind::A(1), Kind::B { x: 1, y: 2 }, Kind::C] {
        let _ = (values(&model, &kind), branches(&model, &kind), lists(&model), handlers(&model));
    }
    let _ = (nothing::<()>(), Form { name: String::new() }.name);
}
