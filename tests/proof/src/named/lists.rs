//! Lists and their rows.
#![allow(unused_variables, reason = "all shapes have the same parameters")]

use tealight_core::{View, fixed, html, lazy, with};

use super::components::part;
use crate::event::{Event, Wrap};
use crate::model::{Item, Key, Kind};

pub(crate) fn lists_beside_each_other(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        <div data-s="1">
            for b in &a.items, key = b.id { <p data-s="2" data-k={key.and(b.id)}>{&b.name}</p> }
            for b in &a.others, key = b.id { <p data-s="3" data-k={key.and(b.id)}>{&b.name}</p> }
            "between"
            for b in &a.items, key = b.id { {&b.name} }
            for b in a.items.iter().rev(), key = b.id { <i data-s="4" data-k={key.and(b.id)}>{b.n}</i> {b.n} }
            {a.n}
            for b in &a.others { {b.n} }
        </div>
        for b in &a.items, key = b.id { <hr data-s="5" data-k={key.and(b.id)}> }
        for b in &a.others { {&b.name} }
    }
}

pub(crate) fn lists_in_lists(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        for b in &a.items, key = b.id {
            let key = key.and(b.id);
            <section data-s="1" data-k={key}>
                <h2>{&b.name}</h2>
                for c in &b.items, key = c.id {
                    let key = key.and(c.id);
                    <article data-s="2" data-k={key} on:click={Event::Hit(1, b.id, c.n)} data-click={Wrap::Not.of(&Event::Hit(1, b.id, c.n))}>
                        {&c.name}
                        for d in &c.items, key = d.id {
                            let key = key.and(d.id);
                            <i data-s="3" data-k={key} on:click={Event::Hit(c.id, d.id, 0)} data-click={Wrap::Not.of(&Event::Hit(c.id, d.id, 0))}>{&d.name}</i>
                            {&b.name} {&c.name}
                        }
                        <hr>
                    </article>
                }
            </section>
            for c in &b.others, key = c.id { <p data-s="4" data-k={key.and(c.id)}>{c.n}</p> {b.n} }
        }
    }
}

pub(crate) fn lists_in_branches(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        if a.flag {
            for b in &a.items, key = b.id { <p data-s="1" data-k={key.and(b.id)}>{&b.name}</p> }
        } else if a.done {
            <ul>for b in &a.items, key = b.id { <li data-s="2" data-k={key.and(b.id)}>{&b.name}</li> }</ul>
            for b in &a.others { {b.n} }
        } else {
            "none"
        }
        match &a.kind {
            Kind::Many(all) => for i in all, key = *i { if i % 2 == 0 { <b>{i}</b> } else { {i} } }
            Kind::Word(word) if word.is_empty() => {}
            Kind::Word(word) => for c in word.chars() { <q>{c}</q> }
            _ => {}
        }
    }
}

pub(crate) fn lists_of_table_rows(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        <table>
            <caption>{a.items.len()}</caption>
            <thead><tr>for b in &a.others { <th>{&b.name}</th> }</tr></thead>
            <tbody>
                for b in &a.items, key = b.id {
                    <tr data-s="1" data-k={key.and(b.id)}><td>{&b.name}</td> <td>{b.n}</td></tr>
                    <tr data-s="2" data-k={key.and(b.id)}><td colspan="2">{b.tag.as_deref()}</td></tr>
                }
            </tbody>
            for b in &a.items, key = b.id {
                <tbody data-s="3" data-k={key.and(b.id)}>
                    for c in &b.items, key = c.id { <tr><td>{c.n}</td></tr> }
                    <tr><td>{b.n}</td></tr>
                </tbody>
            }
            if a.flag { <tfoot><tr><td>{a.n}</td></tr></tfoot> }
        </table>
        <table><tbody><tr>for b in &a.items, key = b.id { <td data-s="4" data-k={key.and(b.id)}>{b.n}</td> }</tr></tbody></table>
    }
}

pub(crate) fn lists_of_terms(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        <dl>
            for b in &a.items, key = b.id {
                <dt data-s="1" data-k={key.and(b.id)}>{&b.name}</dt>
                <dd data-s="2" data-k={key.and(b.id)}>{b.n}</dd>
                if let Some(tag) = &b.tag { <dd data-s="3" data-k={key.and(b.id)}>{tag}</dd> }
            }
        </dl>
    }
}

pub(crate) fn lists_of_options(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        <select>
            for b in &a.items, key = b.id {
                <option data-s="1" data-k={key.and(b.id)} value={b.id} selected={b.id == a.choice}>{&b.name}</option>
            }
        </select>
        <select multiple>
            <option>"fixed"</option>
            for b in &a.items, key = b.id { <option data-s="2" data-k={key.and(b.id)} selected={b.flag}>{b.n}</option> }
            <optgroup label="more">for b in &a.others { <option selected={b.flag}>{&b.name}</option> }</optgroup>
        </select>
    }
}

pub(crate) fn lists_of_shapes(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        <svg viewBox="0 0 10 10">
            for b in &a.items, key = b.id { <circle r={b.choice} data-s="1" data-k={key.and(b.id)}/> }
            <g>for b in &a.others, key = b.id { <text data-s="2" data-k={key.and(b.id)}>{&b.name}</text> {b.n} }</g>
            {dot(a)}
            if a.flag { <linearGradient id="g"><stop offset={a.choice}/></linearGradient> }
            <foreignObject>for b in &a.items, key = b.id { <p data-s="3" data-k={key.and(b.id)}>{b.n}</p> }</foreignObject>
        </svg>
    }
}

pub(crate) fn dot(a: &Item) -> impl View<Event> {
    html! { for b in &a.others { <path d="M0 0"/> <foreignObject><div>{b.n}</div></foreignObject> } }
}

pub(crate) fn lists_of_formulas(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        <math>
            for b in &a.items, key = b.id { <mi data-s="1" data-k={key.and(b.id)}>{&b.name}</mi><mo>"+"</mo> }
            <mrow>{term(a)}</mrow>
            if a.flag { <mfrac><mn>{a.n}</mn><mn>"2"</mn></mfrac> }
        </math>
    }
}

pub(crate) fn term(a: &Item) -> impl View<Event> {
    html! { <mn>{a.n}</mn> if a.done { <mo>"="</mo> } }
}

pub(crate) fn rows_without_slots(a: &Item) -> impl View<Event> {
    html! {
        <div>for b in &a.items, key = b.id { <hr> }</div>
        <ul>for _ in &a.items { <li>"fixed"</li> }</ul>
        <p>for b in &a.items, key = b.id { "text" }</p>
        for b in &a.others, key = b.id { <b>"x"</b> " y " <i>"z"</i> }
        for _ in 0..a.choice { "•" }
    }
}

pub(crate) fn rows_of_text(a: &Item) -> impl View<Event> {
    html! {
        <p>for b in &a.items, key = b.id { {&b.name} }</p>
        <p>"list: " for b in &a.items, key = b.id { {&b.name} ", " } "end"</p>
        <p>for b in &a.items { {b.tag.as_deref()} }</p>
        <p>for b in &a.others, key = b.id { "" {&b.name} "" }</p>
        <pre>for b in &a.items { "\n" {&b.name} }</pre>
    }
}

pub(crate) fn rows_between_texts(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        <p>
            "before"
            for b in &a.items, key = b.id { "first " <b data-s="1" data-k={key.and(b.id)}>{&b.name}</b> " last" }
            "after"
            for b in &a.others, key = b.id { {&b.name} <i data-s="2" data-k={key.and(b.id)}></i> {b.n} }
            {a.n}
        </p>
    }
}

pub(crate) fn rows_of_many_roots(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        for b in &a.items, key = b.id {
            let key = key.and(b.id);
            <h2 data-s="1" data-k={key}>{&b.name}</h2>
            {b.n}
            if b.flag { <p data-s="2" data-k={key}>{b.n}</p> "and" }
            for c in &b.items { {c.n} }
            {b.tag.as_ref().map(|tag| html! { <em>{tag}</em> {tag} })}
            <hr data-s="3" data-k={key}>
            " end"
        }
    }
}

pub(crate) fn rows_that_are_branches(a: &Item) -> impl View<Event> {
    html! {
        <ul>for b in &a.items, key = b.id { if b.flag { <li>{&b.name}</li> } }</ul>
        <p>for b in &a.items, key = b.id { match &b.kind { Kind::Word(word) => { {word} } Kind::Many(all) => { {all.len()} <b>"!"</b> } _ => {} } }</p>
        for b in &a.others, key = b.id { {b.flag.then(|| html! { <p>{b.n}</p> })} }
        for b in &a.others, key = b.id { {b.outcome.as_ref().map(|ok| html! { <b>{ok}</b> }).map_err(|no| html! { {no} })} }
    }
}

pub(crate) fn rows_that_are_nothing(a: &Item) -> impl View<Event> {
    html! {
        <p>for _ in &a.items { "" }</p>
        for b in &a.items, key = b.id { "" }
        for b in &a.items, key = b.id { if b.flag {} else {} }
        for b in &a.items, key = b.id { let unused = b.n; }
        <i>{a.n}</i>
    }
}

pub(crate) fn rows_by_position(a: &Item) -> impl View<Event> {
    html! {
        <ol>
            for (i, b) in a.items.iter().enumerate() {
                <li data-s="1" data-k={Key::default().and(i as u32)}>
                    {i} {&b.name}
                    <button data-s="2" on:click={Event::Hit(2, b.id, b.n)} data-click={Wrap::Not.of(&Event::Hit(2, b.id, b.n))}>"x"</button>
                    for c in &b.items { <i>{c.n}</i> }
                </li>
            }
        </ol>
    }
}

pub(crate) fn rows_by_many_kinds_of_key(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = (b.id, b.flag) { <p data-s="1" data-k={Key::default().and(b.id * 2 + u32::from(b.flag))}>{b.n}</p> }
        for b in &a.items, key = &b.name { <p data-s="2" data-k={Key::default().and_text(&b.name)}>{b.n}</p> }
        for b in &a.items, key = b.name.clone() { <p>{b.n}</p> }
        for b in &a.items, key = Some(b.id) { <p>{b.n}</p> }
        for b in &a.items, key = u64::from(b.id) << 40 { <p>{b.n}</p> }
        for b in &a.items, key = &b.kind { <p>{b.n}</p> }
        for b in &a.items, key = b.letter { <p>{b.n}</p> }
        for &Item { id, n, .. } in &a.items, key = id { <p>{n}</p> }
    }
}

pub(crate) fn rows_of_one_key(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = () { <p on:click={Event::Hit(1, b.id, b.n)} data-click={Wrap::Not.of(&Event::Hit(1, b.id, b.n))}>{&b.name}</p> }
        for b in &a.items, key = b.id % 2 { if b.flag { <p>{&b.name}</p> } else { {b.n} } }
        <ul>for b in a.items.iter().chain(&a.others).chain(&a.items), key = b.id { <li>{b.n} for c in &b.items, key = c.flag { {c.n} }</li> }</ul>
    }
}

pub(crate) fn rows_of_rows_only(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = b.id { for c in &b.items, key = c.id { for d in &c.items, key = d.id { {&d.name} <hr> } } }
        <ul>for b in &a.others { for c in &b.items, key = c.id { <li>{c.n}</li> } }</ul>
        for b in &a.items, key = b.id { for c in &b.others { if c.flag { for d in &c.items { {d.n} } } } }
    }
}

pub(crate) fn rows_without_handlers(a: &Item) -> impl View<Event> {
    html! {
        <table><tbody>
            for b in &a.items, key = b.id {
                <tr data-s="1" data-k={Key::default().and(b.id)} class={&b.name}><td>{b.n}</td><td>{&b.name}</td><td>{fixed(b.x(), 2)}</td></tr>
            }
        </tbody></table>
    }
}

pub(crate) fn rows_with_all(a: &Item) -> impl View<Event> {
    html! {
        <ul data-s="1">
            for b in &a.items, key = b.id {
                let key = Key::default().and(b.id);
                <li data-s="2" data-k={key} class={[("flag", b.flag)]} on:click={Event::Hit(1, b.id, 0)} data-click={Wrap::Not.of(&Event::Hit(1, b.id, 0))}>
                    {&b.name} " " {b.n}
                    if let Some(tag) = &b.tag {
                        <em data-s="3" on:click.stop={Event::Hit(2, b.id, b.n)} data-click={Wrap::Not.of(&Event::Hit(2, b.id, b.n))}>{tag}</em>
                    }
                    for c in &b.items, key = c.id {
                        let key = key.and(c.id);
                        {lazy((c, key), move |(c, key)| html! {
                            <span data-s="4" data-k={key} on:click={Event::Hit(3, c.id, c.n)} data-click={Wrap::Not.of(&Event::Hit(3, c.id, c.n))}>{&c.name}</span>
                        })}
                    }
                    {part(b, Wrap::PartOf(b.id)).map_with(b.id, Event::PartOf)}
                    <input data-s="5" value={&b.note} on:input={with((b.id, 0), Event::TypedIn)} data-input={Wrap::Not.typed_in((b.id, 0))}>
                </li>
            }
        </ul>
    }
}

pub(crate) fn rows_in_templates_of_equal_content(a: &Item) -> impl View<Event> {
    html! {
        <ul>for b in &a.items, key = b.id { <li>{b.n}</li> }</ul>
        <ul>for b in &a.others, key = b.id { <li>{b.n}</li> }</ul>
        if a.flag { <ul>for b in &a.items { <li>{b.n}</li> }</ul> } else { <ul>for b in &a.others { <li>{b.n}</li> }</ul> }
        {equal_content(a)} {equal_content(a)}
    }
}

/// Rows with what a person or the browser has done to them: focus, selection, scroll, a frame, a film.
pub(crate) fn rows_with_state(a: &Item) -> impl View<Event> {
    html! {
        <ul>
            for b in &a.items, key = b.id {
                <li data-s="1" data-k={Key::default().and(b.id)}>
                    <span>{&b.name}</span>
                    <input value={&b.note} on:input={with((b.id, 0), Event::TypedIn)} data-input={Wrap::Not.typed_in((b.id, 0))}>
                    <div class="scroll" style="height: 20px; overflow: auto"><p style="height: 500px">{b.n}</p></div>
                    <iframe width="10" height="10"></iframe>
                    <video muted></video>
                    <details><summary>"more"</summary>{b.n}</details>
                </li>
            }
        </ul>
    }
}

pub(crate) fn equal_content(a: &Item) -> impl View<Event> {
    html! { <ul>for b in &a.items { <li>{&b.name}</li> }</ul> }
}
