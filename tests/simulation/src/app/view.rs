use tealight_core::{View, html, lazy, with};

use super::model::{Model, Place, Row};
use super::{External, Part};

/// All handlers are in an element that names them in `data-place`.
pub(super) fn view(model: &Model) -> impl View<External> {
    html! {
        <main data-tag={model.tag}>
            <p>{model.n} " " {model.ticks} " " {model.heard} " " {model.refused} " " {model.too_long} " " {model.owed}</p>
            <b on:custom:hit={with(Place::Stay, External::Hit)} data-place={Place::Stay.to_string()}>"stay"</b>
            <b on:custom:hit={with(Place::Count(model.n), External::Hit)} data-place={Place::Count(model.n).to_string()}>{model.n}</b>
            match model.shape {
                0 => { {rows(model)} }
                1 => { {table(model)} }
                2 => { {branches(model)} }
                _ => { {components(model)} }
            }
        </main>
    }
}

fn rows(model: &Model) -> impl View<External> {
    html! {
        if model.is_open {
            <i on:custom:hit={with(Place::Close(model.n), External::Hit)} data-place={Place::Close(model.n).to_string()}>"close"</i>
        }
        <ul>
            for row in &model.rows, key = row.id {
                <li on:custom:hit={with(Place::Row(row.id), External::Hit)} data-place={Place::Row(row.id).to_string()}>
                    {row.n}
                    if row.is_open {
                        <i on:custom:hit={with(Place::RowCount(row.id, row.n), External::Hit)} data-place={Place::RowCount(row.id, row.n).to_string()}>"open"</i>
                    }
                </li>
            }
        </ul>
        for row in model.rows.iter().rev(), key = row.id { <s>{row.id}</s> }
    }
}

fn table(model: &Model) -> impl View<External> {
    html! {
        for row in &model.rows, key = row.id {
            <section>
                <h2 on:custom:hit={with(Place::RowCount(row.id, row.n), External::Hit)} data-place={Place::RowCount(row.id, row.n).to_string()}>{row.n}</h2>
                for (id, n) in &row.parts, key = *id {
                    <q on:custom:hit={with(Place::Part(row.id, *id, *n), External::Hit)} data-place={Place::Part(row.id, *id, *n).to_string()}>{n}</q>
                }
                if row.is_open { "open" } else {
                    <u on:custom:hit={with(Place::RowOpen(row.id), External::Hit)} data-place={Place::RowOpen(row.id).to_string()}>"shut"</u>
                }
            </section>
        }
        match model.kind { 0 => {} 1 => { {model.n} } _ => <em>{model.kind}</em> }
    }
}

fn branches(model: &Model) -> impl View<External> {
    html! {
        match model.kind {
            0 => <b on:custom:hit={with(Place::Kind(0), External::Hit)} data-place={Place::Kind(0).to_string()}>"zero"</b>
            1 => {
                <p>{model.n}</p>
                <b on:custom:hit={with(Place::Kind(1), External::Hit)} data-place={Place::Kind(1).to_string()}>"one"</b>
                if model.is_open {
                    <b on:custom:hit={with(Place::Close(model.n), External::Hit)} data-place={Place::Close(model.n).to_string()}>"close"</b>
                } else {
                    <b on:custom:hit={with(Place::Open, External::Hit)} data-place={Place::Open.to_string()}>"open"</b>
                }
            }
            2 => for row in &model.rows { <b on:custom:hit={with(Place::Row(row.id), External::Hit)} data-place={Place::Row(row.id).to_string()}>{row.id}</b> }
            _ => { {rows(model)} }
        }
    }
}

fn components(model: &Model) -> impl View<External> {
    html! {
        {model.is_open.then(|| part(Place::Open, model.n).map(External::Part))}
        for row in &model.rows, key = row.id {
            {part(Place::RowCount(row.id, row.n), row.n).map_with(row.id, External::PartOf)}
            {kept(row)}
        }
    }
}

fn part(place: Place, n: i64) -> impl View<Part> {
    html! { <b on:custom:hit={with(place, Part::Hit)} data-place={place.to_string()}>{n}</b> }
}

fn kept(row: &Row) -> impl View<External> {
    lazy((row.id, row.is_open), |(id, is_open)| {
        html! {
            if is_open {
                <i on:custom:hit={with(Place::RowOpen(id), External::Hit)} data-place={Place::RowOpen(id).to_string()}>"open"</i>
            } else {
                <i>{id}</i>
            }
        }
    })
}
