//! Shapes with a name: a fault that was seen in another system, or a row of what the language promises.
#![allow(unused_variables, reason = "all shapes have the same parameters")]

use std::borrow::Cow;
use std::convert::identity;
use std::rc::Rc;
use std::sync::Arc;

use tealight_core::{AttrValue, Text, View, display, fixed, grouped, html, lazy, trusted, with};

use crate::event::{Event, Part, Wrap};
use crate::live::shapes;
use crate::model::{Item, Key, Kind, Pieces};
use crate::parts;

shapes! {
    NAMED:
    // faults of LiveViewJS 0.8.1, found by running it
    liveviewjs_branches_with_equal_values,
    liveviewjs_rows_of_two_templates,
    liveviewjs_cell_from_text_to_markup,
    liveviewjs_nothing_changed,
    // lists
    lists_beside_each_other,
    lists_in_lists,
    lists_in_branches,
    lists_of_table_rows,
    lists_of_terms,
    lists_of_options,
    lists_of_shapes,
    lists_of_formulas,
    rows_without_slots,
    rows_of_text,
    rows_between_texts,
    rows_of_many_roots,
    rows_that_are_branches,
    rows_that_are_nothing,
    rows_by_position,
    rows_by_many_kinds_of_key,
    rows_of_one_key,
    rows_of_rows_only,
    rows_without_handlers,
    rows_with_all,
    rows_in_templates_of_equal_content,
    rows_with_state,
    // branches
    branches_of_every_kind,
    branches_in_branches,
    branches_that_are_empty,
    branches_alone,
    branches_of_text,
    options_and_results,
    options_in_options,
    results_of_text,
    // values
    texts_of_every_kind,
    texts_that_are_nothing,
    texts_in_a_row,
    texts_that_are_long,
    static_texts,
    numbers,
    preformatted,
    trusted_markup,
    trusted_markup_in_rows,
    trusted_markup_in_tables,
    attributes_of_every_kind,
    attributes_that_may_be_absent,
    classes_and_styles,
    urls,
    properties,
    properties_in_rows,
    radio_buttons,
    selects,
    textareas,
    titles,
    drawings,
    formulas,
    foreign_attributes,
    custom_elements,
    elements_with_rules_of_their_own,
    bindings,
    // components
    views_as_arguments,
    views_used_twice,
    views_behind_pointers,
    components_in_rows,
    components_mapped_twice,
    components_of_text,
    // lazy
    lazy_at_the_root,
    lazy_rows,
    lazy_in_lazy,
    lazy_in_components,
    lazy_that_varies,
    // roots
    root_of_nothing,
    root_of_text,
    root_of_a_value,
    root_of_a_branch,
    root_of_a_list,
    statements,
}

fn liveviewjs_branches_with_equal_values(a: &Item) -> impl View<Event> {
    html! {
        <div data-s="1">
            if a.flag { <b data-s="2">{&a.name}</b> } else { <i data-s="3">{&a.name}</i> }
        </div>
        if a.done { <p>{&a.name}</p> } else { <p>{&a.name}</p> }
        match &a.kind {
            Kind::Word(word) => <u>{word}</u>,
            Kind::Pair { x, .. } => <s>{x}</s>,
            Kind::Many(all) => <u>{all.len()}</u>,
            Kind::Nothing => <s>"0"</s>,
        }
    }
}

fn liveviewjs_rows_of_two_templates(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        <ul data-s="1">
            for b in &a.items, key = b.id {
                if b.flag {
                    <li class="one" data-s="2" data-k={key.and(b.id)}>{&b.name}</li>
                } else {
                    <li data-s="3" data-k={key.and(b.id)}><b>{&b.name}</b> "two"</li>
                }
            }
        </ul>
        for b in &a.others {
            match &b.kind {
                Kind::Word(word) => <p>{word}</p>,
                Kind::Pair { x, y } => { <p>{x}</p><p>{y}</p> }
                Kind::Many(all) => for i in all { <i>{i}</i> }
                Kind::Nothing => "nothing",
            }
        }
    }
}

fn liveviewjs_cell_from_text_to_markup(a: &Item) -> impl View<Event> {
    let cell = |b: &Item| if b.flag { Ok(b.name.clone()) } else { Err(b.n) };
    html! {
        <table data-s="1"><tbody data-s="2">
            for b in &a.items, key = b.id {
                <tr data-s="3" data-k={Key::default().and(b.id)}>
                    <td data-s="4">{cell(b).map_err(|n| html! { <b>{n}</b> "markup" })}</td>
                    <td data-s="5">"before " {cell(b).map_err(|n| html! { <b>{n}</b> })} " after"</td>
                    <td data-s="6">if b.done { {&b.name} } else { <b>{&b.name}</b> }</td>
                </tr>
            }
        </tbody></table>
    }
}

fn liveviewjs_nothing_changed(a: &Item) -> impl View<Event> {
    html! { <p data-s="1">{a.n.signum()}</p> for b in a.items.iter().take(1) { <p>{b.n.signum()}</p> } }
}

fn lists_beside_each_other(a: &Item) -> impl View<Event> {
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

fn lists_in_lists(a: &Item) -> impl View<Event> {
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

fn lists_in_branches(a: &Item) -> impl View<Event> {
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

fn lists_of_table_rows(a: &Item) -> impl View<Event> {
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

fn lists_of_terms(a: &Item) -> impl View<Event> {
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

fn lists_of_options(a: &Item) -> impl View<Event> {
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

fn lists_of_shapes(a: &Item) -> impl View<Event> {
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

fn dot(a: &Item) -> impl View<Event> {
    html! { for b in &a.others { <path d="M0 0"/> <foreignObject><div>{b.n}</div></foreignObject> } }
}

fn lists_of_formulas(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        <math>
            for b in &a.items, key = b.id { <mi data-s="1" data-k={key.and(b.id)}>{&b.name}</mi><mo>"+"</mo> }
            <mrow>{term(a)}</mrow>
            if a.flag { <mfrac><mn>{a.n}</mn><mn>"2"</mn></mfrac> }
        </math>
    }
}

fn term(a: &Item) -> impl View<Event> {
    html! { <mn>{a.n}</mn> if a.done { <mo>"="</mo> } }
}

fn rows_without_slots(a: &Item) -> impl View<Event> {
    html! {
        <div>for b in &a.items, key = b.id { <hr> }</div>
        <ul>for _ in &a.items { <li>"fixed"</li> }</ul>
        <p>for b in &a.items, key = b.id { "text" }</p>
        for b in &a.others, key = b.id { <b>"x"</b> " y " <i>"z"</i> }
        for _ in 0..a.choice { "•" }
    }
}

fn rows_of_text(a: &Item) -> impl View<Event> {
    html! {
        <p>for b in &a.items, key = b.id { {&b.name} }</p>
        <p>"list: " for b in &a.items, key = b.id { {&b.name} ", " } "end"</p>
        <p>for b in &a.items { {b.tag.as_deref()} }</p>
        <p>for b in &a.others, key = b.id { "" {&b.name} "" }</p>
        <pre>for b in &a.items { "\n" {&b.name} }</pre>
    }
}

fn rows_between_texts(a: &Item) -> impl View<Event> {
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

fn rows_of_many_roots(a: &Item) -> impl View<Event> {
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

fn rows_that_are_branches(a: &Item) -> impl View<Event> {
    html! {
        <ul>for b in &a.items, key = b.id { if b.flag { <li>{&b.name}</li> } }</ul>
        <p>for b in &a.items, key = b.id { match &b.kind { Kind::Word(word) => { {word} } Kind::Many(all) => { {all.len()} <b>"!"</b> } _ => {} } }</p>
        for b in &a.others, key = b.id { {b.flag.then(|| html! { <p>{b.n}</p> })} }
        for b in &a.others, key = b.id { {b.outcome.as_ref().map(|ok| html! { <b>{ok}</b> }).map_err(|no| html! { {no} })} }
    }
}

fn rows_that_are_nothing(a: &Item) -> impl View<Event> {
    html! {
        <p>for _ in &a.items { "" }</p>
        for b in &a.items, key = b.id { "" }
        for b in &a.items, key = b.id { if b.flag {} else {} }
        for b in &a.items, key = b.id { let unused = b.n; }
        <i>{a.n}</i>
    }
}

fn rows_by_position(a: &Item) -> impl View<Event> {
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

fn rows_by_many_kinds_of_key(a: &Item) -> impl View<Event> {
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

fn rows_of_one_key(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = () { <p on:click={Event::Hit(1, b.id, b.n)} data-click={Wrap::Not.of(&Event::Hit(1, b.id, b.n))}>{&b.name}</p> }
        for b in &a.items, key = b.id % 2 { if b.flag { <p>{&b.name}</p> } else { {b.n} } }
        <ul>for b in a.items.iter().chain(&a.others).chain(&a.items), key = b.id { <li>{b.n} for c in &b.items, key = c.flag { {c.n} }</li> }</ul>
    }
}

fn rows_of_rows_only(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = b.id { for c in &b.items, key = c.id { for d in &c.items, key = d.id { {&d.name} <hr> } } }
        <ul>for b in &a.others { for c in &b.items, key = c.id { <li>{c.n}</li> } }</ul>
        for b in &a.items, key = b.id { for c in &b.others { if c.flag { for d in &c.items { {d.n} } } } }
    }
}

fn rows_without_handlers(a: &Item) -> impl View<Event> {
    html! {
        <table><tbody>
            for b in &a.items, key = b.id {
                <tr data-s="1" data-k={Key::default().and(b.id)} class={&b.name}><td>{b.n}</td><td>{&b.name}</td><td>{fixed(b.x(), 2)}</td></tr>
            }
        </tbody></table>
    }
}

fn rows_with_all(a: &Item) -> impl View<Event> {
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

fn part(a: &Item, wrap: Wrap) -> impl View<Part> {
    html! {
        <button on:click={Part::Hit(7, a.id, a.n)} data-click={wrap.of(&Part::Hit(7, a.id, a.n))}>{a.n}</button>
        if a.flag { <input on:input={Part::Typed} data-input={wrap.typed()}> }
    }
}

fn rows_in_templates_of_equal_content(a: &Item) -> impl View<Event> {
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

fn equal_content(a: &Item) -> impl View<Event> {
    html! { <ul>for b in &a.items { <li>{&b.name}</li> }</ul> }
}

fn branches_of_every_kind(a: &Item) -> impl View<Event> {
    html! {
        if a.flag { <p>"flag"</p> }
        if a.flag { <p>{a.n}</p> } else { <p>{&a.name}</p> }
        if a.n > 3 { "many" } else if a.n == 3 { {a.n} } else if let Some(tag) = &a.tag { <b>{tag}</b> } else { {&a.name} }
        if let Some(tag) = &a.tag && a.flag && let Ok(ok) = &a.outcome { <i>{tag} {ok}</i> }
        match a.choice { 0 => "zero", 1 | 2 => <b>{a.choice}</b>, n if n == a.id => { {n} } _ => {} }
        match (&a.kind, a.flag) {
            (Kind::Word(word), true) => <u>{word}</u>,
            (Kind::Word(word), false) => { {word} "!" }
            (Kind::Pair { x, y }, _) if x == y => { {x} }
            (Kind::Pair { x, y }, _) => if x < y { {x} } else { {y} }
            (Kind::Many(all), _) => match all.len() { 0 => {} 1 => "one", n => { {n} } }
            (Kind::Nothing, _) => {}
        }
        <p>if a.flag { "a" } if a.done { "b" } "c" if a.flag { "d" }</p>
    }
}

fn branches_in_branches(a: &Item) -> impl View<Event> {
    html! {
        if a.flag {
            if a.done { if a.n > 2 { <b>{a.n}</b> } else { {&a.name} } } else { <i>{&a.name}</i> }
        } else {
            match &a.kind { Kind::Word(word) => if a.done { {word} } else { <u>{word}</u> } _ => {} }
        }
        <p>if a.flag { if a.done { if a.n > 2 { "x" } } }</p>
    }
}

fn branches_that_are_empty(a: &Item) -> impl View<Event> {
    html! {
        if a.flag {} else if a.done { "" } else {}
        <p>if a.flag {}</p>
        <p>"a" if a.flag {} else { "b" } "c"</p>
        match a.choice { 0 => {} 1 => "one", _ => {} }
    }
}

fn branches_alone(a: &Item) -> impl View<Event> {
    html! {
        <p data-s="1">if a.flag { {&a.name} } else { <b>{&a.name}</b> }</p>
        <table><tbody>if a.flag { <tr><td>{a.n}</td></tr> <tr><td>"2"</td></tr> }</tbody></table>
        <table><tbody><tr>if a.done { <td>{a.n}</td> } else { <th>{a.n}</th> }</tr></tbody></table>
        <select>if a.flag { <option>{a.n}</option> } else { <option>"none"</option> <option>{&a.name}</option> }</select>
        <ul>match &a.kind { Kind::Many(all) => for i in all { <li>{i}</li> } Kind::Word(word) => <li>{word}</li>, _ => {} }</ul>
    }
}

fn branches_of_text(a: &Item) -> impl View<Event> {
    html! {
        <p>"a" if a.flag { {&a.name} } else { "fixed" } "b" {a.n} if a.done { {a.n} } {&a.note}</p>
        if a.flag { {&a.name} } {&a.name} if a.flag { "" } {a.tag.as_deref()}
    }
}

fn options_and_results(a: &Item) -> impl View<Event> {
    html! {
        <p>{a.tag.as_deref()}</p>
        <p>"a" {a.tag.as_deref()} "b" {a.tag.as_ref().map(|tag| tag.len())}</p>
        {a.flag.then(|| html! { <b data-s="1">{a.n}</b> })}
        {a.tag.as_ref().map(|tag| html! { {tag} })}
        <div>{a.tag.as_ref().map(|tag| html! { <b>{tag}</b> })}</div>
        {a.outcome.as_ref().map(|ok| html! { <b data-s="2">{ok}</b> }).map_err(|no| html! { <i data-s="3">{no}</i> <i>"!"</i> })}
        {a.outcome.as_ref().map(|ok| html! { <u>{ok}</u> }).ok()}
        <table><tbody>{a.flag.then(|| html! { <tr><td>{a.n}</td></tr> })}</tbody></table>
    }
}

fn options_in_options(a: &Item) -> impl View<Event> {
    html! {
        {a.flag.then(|| a.done.then(|| html! { <b>{a.n}</b> }))}
        {a.flag.then(|| a.tag.as_deref())}
        {a.flag.then(|| a.outcome.as_ref().map(|ok| html! { <u>{ok}</u> }).map_err(|no| *no))}
        {a.outcome.as_ref().map(|_| a.tag.as_ref().map(|tag| html! { <s>{tag}</s> })).map_err(|_| a.done.then_some(a.n))}
    }
}

fn results_of_text(a: &Item) -> impl View<Event> {
    let result = || a.outcome.as_deref().map_err(|no| *no);
    html! {
        <p>{result()}</p>
        <p>"a" {result()} {result()} "b"</p>
        <pre>{result()}</pre>
        <pre>{result()} "b"</pre>
        <pre>{Some(result())}</pre>
        {result()}
        for b in &a.items, key = b.id { {b.outcome.as_deref().map_err(|no| *no)} }
    }
}

fn texts_of_every_kind(a: &Item) -> impl View<Event> {
    html! {
        <p>{&a.name}</p> <p>{a.name.as_str()}</p> <p>{a.name.clone()}</p> <p>{&&a.name}</p>
        <p>{Cow::Borrowed(&*a.name)}</p> <p>{Box::new(a.name.clone())}</p> <p>{Rc::new(a.n)}</p> <p>{Arc::<str>::from(&*a.note)}</p>
        <p>{a.letter}</p> <p>{format!("{}{}", a.name, a.n)}</p> <p>{format_args!("{}{}", a.name, a.note)}</p>
        <p>{display(Pieces(a))}</p> <p>{display(a.flag)}</p> <p>{if a.flag { "y" } else { "n" }}</p>
        <p>{match &a.kind { Kind::Word(word) => word.as_str(), _ => "" }}</p>
        <p>{ let twice = a.n.wrapping_mul(2); twice }</p>
    }
}

fn texts_that_are_nothing(a: &Item) -> impl View<Event> {
    let empty = |text: &str| text.chars().take(a.choice as usize).collect::<String>();
    html! {
        <p>{empty(&a.name)}</p>
        <p>{empty(&a.name)} {empty(&a.note)}</p>
        <p>"a" {empty(&a.name)}</p> <p>{empty(&a.name)} "b"</p>
        <p><b></b> {empty(&a.name)} <b></b></p>
        {empty(&a.name)} {empty(&a.note)}
        <i title={empty(&a.name)}></i>
    }
}

fn texts_in_a_row(a: &Item) -> impl View<Event> {
    html! {
        {a.n} {&a.name} {a.n} "x" {a.letter} "" {&a.note} "y" "z" {a.tag.as_deref()}
        <p>{a.n} {a.n} {a.n}</p>
        <b>"a" {a.n} "b" {a.n} "c"</b>
    }
}

fn texts_that_are_long(a: &Item) -> impl View<Event> {
    html! {
        <p>{a.name.repeat(80)}</p>
        <p>"a" {a.name.repeat(80)} <b>{a.n}</b> {a.note.repeat(80)} "b"</p>
        <p title={a.name.repeat(80)}></p>
        <textarea>{a.note.repeat(80)}</textarea>
    }
}

fn static_texts(a: &Item) -> impl View<Event> {
    html! {
        <p>"&amp; &lt;b&gt; <b> </p> <!-- --> ]]> \" ' {n} \u{a0}\u{2028}"</p>
        <p>" leading" " and " "trailing "</p> " between " <p>"\n"</p> "\n\n" <p>"\t"</p>
        <p>"nul\0nul" "\r\n" "\r" "a\rb"</p>
        <p>"🥡 e\u{301} שלום \u{202e}rtl\u{202c}"</p>
        <p title="a \"b\" & <c> 'd' \n \r \t \0 e" class="x" data-n="5" data-d={"literal"}></p>
        <pre>"\nfirst"</pre> <pre>"\n\nfirst" {a.n}</pre> <pre>"\r\nfirst"</pre> <pre>"a\nb"</pre>
        <textarea>"\n<b>&amp;</b>"</textarea>
        if a.flag { <p>"&amp; &lt;b&gt; <b> </p> <!-- --> \u{a0} nul\0nul\r\n \r"</p> <pre>"\n\nfirst"</pre> <pre>"\r\nx"</pre> <textarea>"\n<b>&amp;</b>\r\n"</textarea> <p title="a \"b\" & <c> 'd' \n \r \t \0 e"></p> }
        {r#"raw "text" \n"#} {1} {'c'} {"&"}
    }
}

fn numbers(a: &Item) -> impl View<Event> {
    html! {
        <p>{a.n}</p> <p>{a.n as u8}</p> <p>{a.n as i8}</p> <p>{a.n as u16}</p> <p>{a.n as i16}</p> <p>{a.n as u32}</p> <p>{a.n as i32}</p>
        <p>{a.n as u64}</p> <p>{a.n as usize}</p> <p>{a.n as isize}</p> <p>{(a.n as u128).wrapping_mul(10)}</p> <p>{i128::from(a.n) * 10}</p>
        <p>{a.n as f32}</p> <p>{a.n as f64}</p> <p>{a.x()}</p> <p>{1.0 / a.x()}</p> <p>{(a.x() - a.x()) / (a.x() - a.x())}</p>
        <p>{fixed(a.x(), 0)}</p> <p>{fixed(a.x(), 1)}</p> <p>{fixed(a.x() as f32, 3)}</p> <p>{fixed(a.n as f64, 9)}</p> <p>{fixed(1.0 / a.x(), 2)}</p>
        <p>{fixed(-a.x(), a.choice as u8)}</p>
        <p>{grouped(a.n, ',')}</p> <p>{grouped(a.n as u64, '\u{a0}')}</p> <p>{grouped(i128::from(a.n) * 1_000_000_007, '.')}</p> <p>{grouped(a.n, a.letter)}</p>
        <i title={a.n} data-a={fixed(a.x(), 2)} data-b={grouped(a.n, '<')} data-c={a.x()}></i>
    }
}

fn preformatted(a: &Item) -> impl View<Event> {
    html! {
        <pre>{&a.note}</pre> <pre>{&a.note} "x"</pre> <pre>"\n" {&a.note}</pre> <pre><b>{&a.note}</b></pre>
        <pre>if a.flag { "\n" } else { {&a.note} }</pre>
        <pre>for b in &a.items { {&b.note} }</pre>
        <pre>{a.flag.then(|| html! { "\nx" })}</pre>
        <pre>{a.tag.as_deref()}</pre>
        <pre>let note = &a.note; {note}</pre>
        <textarea>{&a.note}</textarea>
        <listing>{&a.note}</listing>
    }
}

fn trusted_markup(a: &Item) -> impl View<Event> {
    html! {
        <div data-s="1">{trusted(parts::markup(a))}</div>
        <div>"a" {trusted(parts::markup(a))} "b" {trusted(parts::markup(a))} {a.n}</div>
        {trusted(parts::markup(a))}
        {a.flag.then(|| trusted(parts::markup(a)))}
        if a.done { {trusted(parts::markup(a))} }
        {a.outcome.as_ref().map(|ok| html! { <b>{ok}</b> }).map_err(|_| trusted(parts::markup(a)))}
        {lazy(a.choice, |_| trusted(parts::markup(a)))}
        <pre>{trusted("\nx")}</pre>
        {trusted(format!("<s>{}</s>", a.id))}
    }
}

fn trusted_markup_in_rows(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = b.id { {trusted(parts::markup(b))} }
        <ul>for b in &a.items, key = b.id { <li data-s="1" data-k={Key::default().and(b.id)}>{trusted(parts::markup(b))} {b.n}</li> }</ul>
        for b in &a.items, key = b.id { {b.flag.then(|| trusted(parts::markup(b)))} {b.n} }
        for b in &a.others, key = b.id { <p>{b.flag.then(|| b.done.then(|| trusted(parts::markup(b))))}</p> }
        for b in &a.others { {b.n} {lazy(b, |b| trusted(parts::markup(b)))} }
    }
}

fn trusted_markup_in_tables(a: &Item) -> impl View<Event> {
    let rows = |b: &Item| ["", "<tr><td>1</td></tr>", "<tr></tr><tr><td>2</td><td>3</td></tr>"][b.choice as usize % 3];
    let cells = |b: &Item| ["", "<td>1</td>", "<td>2</td><th>3</th>"][b.choice as usize % 3];
    html! {
        <table><tbody>{trusted(rows(a))}</tbody></table>
        <table><tbody>for b in &a.items, key = b.id { <tr>{trusted(cells(b))}</tr> {trusted(rows(b))} }</tbody></table>
        <select>{trusted(["", "<option>1</option>", "<option>2</option><option>3</option>"][a.choice as usize % 3])}</select>
        <svg>{trusted(["", "<circle r=\"1\"></circle>", "<g><path d=\"M0 0\"></path></g>"][a.choice as usize % 3])}</svg>
        <math>{trusted(["", "<mi>x</mi>", "<mrow><mn>1</mn></mrow>"][a.choice as usize % 3])}</math>
    }
}

fn attributes_of_every_kind(a: &Item) -> impl View<Event> {
    html! {
        <p title={&a.name} lang={a.tag.as_deref()} hidden={a.flag} data-n={a.n} data-flag={a.flag} data-tag={a.tag.as_ref()}
            aria-hidden={a.done} aria-label={&a.note} contenteditable={a.flag} spellcheck={a.flag.then_some(a.done)} id={format_args!("id{}", a.id)}
            tabindex={a.n as i8} data-letter={a.letter} data-cow={Cow::Borrowed(&*a.name)} data-display={display(Pieces(a))}>"p"</p>
        <button disabled={a.flag} type="button" autofocus={false}>"b"</button>
        <input required={a.flag} readonly={a.done} maxlength={a.choice} placeholder={&a.name} list={a.tag.as_deref()}>
        <td-cell colspan={a.choice} data-a.b={a.n} data-c:d={a.n}></td-cell>
        <img alt={&a.name} width={a.choice} src="data:,">
        <label r#for={&a.name}>"for"</label>
        <ol start={a.choice} reversed={a.flag}></ol>
        <details open><summary>"s"</summary></details>
    }
}

fn attributes_that_may_be_absent(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = b.id {
            <p title={b.tag.as_deref()} class={b.tag.as_deref()} style={b.tag.as_ref().map(|_| "margin: 0")} hidden={b.flag.then_some(true)} data-x={b.flag.then_some(b.n)} data-y={b.flag.then_some(b.done)} data-z={Some(b.tag.as_deref())}></p>
        }
        <a href={a.flag.then_some(&a.url)}>"a"</a>
        <input value={a.tag.as_deref()} checked={a.flag.then_some(a.done)}>
    }
}

fn classes_and_styles(a: &Item) -> impl View<Event> {
    html! {
        <p class={&a.name}></p> <p class={a.tag.as_deref()}></p>
        <p class={[("a", a.flag), ("b c", a.done), (&*a.name, a.n > 2)]}></p>
        <p class={vec![(a.name.clone(), a.flag), (a.note.clone(), true)]}></p>
        <p class={a.items.iter().map(|b| (b.name.clone(), b.flag)).collect::<Vec<_>>()}></p>
        <p style={&a.note}></p>
        <p style={[("width", format_args!("{}px", a.choice)), ("--name", format_args!("{}", a.name))]}></p>
        <p style={[("color", a.tag.as_deref()), ("margin", a.flag.then_some("0"))]}></p>
        <p style={vec![("--n", a.n), ("--id", i64::from(a.id))]}></p>
        <p style="color: red" class="fixed"></p>
    }
}

fn urls(a: &Item) -> impl View<Event> {
    html! {
        <a href={&a.url}>"a"</a> <a href={a.flag.then_some(&a.url)}>"b"</a> <form action={&a.url}></form>
        <blockquote cite={&a.url}></blockquote> <button type="button" formaction={&a.url}>"c"</button>
        <svg><a href={&a.url} xlink:href={&a.url}><text>"d"</text></a></svg>
    }
}

fn properties(a: &Item) -> impl View<Event> {
    html! {
        <input data-s="1" value={&a.note}> <input value={a.tag.as_deref()}> <input type="number" value={a.n}> <input type="hidden" value={&a.name}>
        <input type="checkbox" checked={a.flag}> <input type="checkbox" checked={a.done} value={a.tag.as_deref()}>
        <input type="checkbox" indeterminate={a.flag} checked={a.done}> <input type="range" value={a.choice}>
        <input type={if a.flag { "text" } else { "checkbox" }} value={&a.name} checked={a.done}>
        <input type="radio" name="one" checked={a.flag}>
        <details open={a.flag}><summary>"s"</summary>{a.n}</details> <dialog open={a.done}>{a.n}</dialog>
        <video muted={a.flag}></video> <audio muted={a.done}></audio>
        <progress max="9" value={a.choice}></progress> <meter value={a.choice} max="9"></meter> <li value={a.choice}></li> <button type="button" value={&a.name}></button>
    }
}

fn properties_in_rows(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = b.id {
            <input data-s="1" data-k={Key::default().and(b.id)} value={&b.note} on:input={with((b.id, 1), Event::TypedIn)} data-input={Wrap::Not.typed_in((b.id, 1))}>
            <input type="checkbox" checked={b.flag} on:change={Event::Hit(2, b.id, 0)} data-change={Wrap::Not.of(&Event::Hit(2, b.id, 0))}>
            <details open={b.done}><summary>{b.n}</summary></details>
            <textarea>{&b.note}</textarea>
        }
    }
}

fn radio_buttons(a: &Item) -> impl View<Event> {
    html! {
        <form on:submit={Event::Sent} data-submit={Wrap::Not.sent()}>
            for b in &a.items, key = b.id { <label><input type="radio" name="choice" value={b.id} checked={b.id == a.choice}>{&b.name}</label> }
        </form>
    }
}

fn selects(a: &Item) -> impl View<Event> {
    html! {
        <select on:change={Event::Typed} data-change={Wrap::Not.typed()}>
            <option selected={a.choice == 0}>"zero"</option> <option selected={a.choice == 1}>"one"</option> <option selected={a.choice == 2}>"two"</option>
        </select>
        <select multiple><option selected={a.flag}>{a.n}</option><option selected={a.done}>{&a.name}</option></select>
        <select><option>"a"</option><option selected>"b"</option><option selected={a.flag}>"c"</option></select>
        <select>for b in &a.items { <option value={&b.name} selected={b.flag}>{&b.name}</option> }</select>
        <select size="3">for b in &a.items { <option selected={b.flag}>{b.n}</option> }</select>
        <select disabled={a.flag}><optgroup label={&a.name} disabled={a.done}><option>{a.n} " pieces"</option></optgroup><hr></select>
    }
}

fn textareas(a: &Item) -> impl View<Event> {
    html! {
        <textarea data-s="1">{&a.note}</textarea> <textarea rows="3">{&a.name}</textarea> <textarea>{a.n}</textarea> <textarea></textarea>
        if a.flag { <textarea>{&a.note}</textarea> <textarea>"\nfixed"</textarea> }
        <textarea on:input={Event::Typed} data-input={Wrap::Not.typed()}>let note = &a.note; {note}</textarea>
    }
}

fn titles(a: &Item) -> impl View<Event> {
    html! {
        <svg><title>{&a.name}</title><desc>{&a.note}</desc><g><title>"fixed"</title></g></svg>
        <svg>for b in &a.items, key = b.id { <g><title>{&b.name} " and"</title></g> }</svg>
        if a.flag { <svg><title>{a.tag.as_deref()}</title></svg> }
        <svg>{a.flag.then(|| html! { <g><title>{a.n}</title></g> })}</svg>
        <div><title>{&a.name}</title> <title>"fixed & <b>"</title> <title>{a.n}</title></div>
        if a.done { <div><title>{&a.note}</title> <title>"fixed & <b>"</title></div> }
    }
}

fn drawings(a: &Item) -> impl View<Event> {
    html! {
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" xmlns="http://www.w3.org/2000/svg">
            <defs><clipPath id="c"><rect width="1"/></clipPath><linearGradient id="g" gradientTransform="rotate(1)"><stop offset={a.choice}/></linearGradient></defs>
            <g transform={format_args!("rotate({})", a.choice)} on:click={Event::Hit(1, a.id, a.n)} data-click={Wrap::Not.of(&Event::Hit(1, a.id, a.n))}>
                <text x={a.choice}>"a" {a.n} <tspan>{&a.name}</tspan> "b"</text>
            </g>
            if a.flag { <foreignObject width="1"><div>{a.n}<svg><foreignObject><p>{&a.name}</p></foreignObject></svg></div></foreignObject> }
            <filter><feGaussianBlur stdDeviation={a.choice}/></filter>
            <style>"a { color: red }"</style>
            {a.done.then(|| html! { <circle r={a.choice}/> <a href={&a.url}><text>{a.n}</text></a> })}
        </svg>
        if a.flag { <svg viewBox="0 0 1 1"><clipPath id="d"><path pathLength={a.choice} d="M0 0"/></clipPath></svg> }
    }
}

fn formulas(a: &Item) -> impl View<Event> {
    html! {
        <math display="block"><mrow><mi>{&a.name}</mi><mo stretchy={a.flag}>"="</mo><mfrac><mn>{a.n}</mn><msup><mn>"2"</mn><mi>"x"</mi></msup></mfrac></mrow></math>
        if a.flag { <math><mtable><mtr><mtd><mtext>{&a.note}</mtext></mtd></mtr></mtable></math> }
        <math><semantics><mi>"x"</mi><annotation-xml encoding="SVG1.1"><svg><circle r={a.choice}/></svg></annotation-xml></semantics></math>
        if a.done { <math><semantics><mi>"x"</mi><annotation-xml encoding="SVG1.1"><svg><circle r={a.choice}/></svg></annotation-xml></semantics></math> }
    }
}

fn foreign_attributes(a: &Item) -> impl View<Event> {
    html! {
        <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xml:lang="de" xml:space="preserve"><a xlink:href="#a" xlink:title={&a.name} xml:lang={a.tag.as_deref()}><text>"a"</text></a></svg>
        if a.flag { <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xml:lang="de" xml:space="preserve"><a xlink:href="#a" xlink:title={&a.name} xml:lang={a.tag.as_deref()}><text>"a"</text></a></svg> }
        if a.done { <math xmlns="http://www.w3.org/1998/Math/MathML" xlink:href="#b" definitionURL={&a.url}><mi>"x"</mi></math> }
        if a.flag { <p xml:lang="de" xlink:href="#c" xmlns="x"></p> }
    }
}

fn custom_elements(a: &Item) -> impl View<Event> {
    html! {
        <x-card name={&a.name} flag={a.flag} on:click={Event::Hit(1, a.id, a.n)} data-click={Wrap::Not.of(&Event::Hit(1, a.id, a.n))}><b>"fixed"</b> "text"</x-card>
        <x-empty value={a.n} checked={a.flag} selected={a.done}></x-empty>
        for b in &a.items, key = b.id { <x-row data-s="1" data-k={Key::default().and(b.id)} n={b.n}>"fixed"</x-row> }
        <p is="x-paragraph" part={&a.name} slot={a.tag.as_deref()}>{a.n}</p>
        if a.flag { <x-card name={&a.name}><b>"fixed"</b> "text"</x-card> }
    }
}

fn elements_with_rules_of_their_own(a: &Item) -> impl View<Event> {
    html! {
        <template id="t"><p class="x">"in a template"</p> "text" <b></b></template>
        <noscript><p>"no &amp; <script>"</p></noscript>
        <style>"p > b { content: \"<\" }"</style>
        <script type="text/plain">"if (a < b && c) \"x\""</script>
        <p>"a" <br> "b" <wbr> "c"</p> <hr> <input> <ruby>"x" <rp>"("</rp><rt>{a.n}</rt></ruby>
        if a.flag {
            <template><p class="x">"in a template"</p> "text" <table><tbody><tr><td>"x"</td></tr></tbody></table></template>
            <noscript><p>"no &amp; <script>"</p></noscript>
            <style>"p > b { content: \"<\" }"</style>
            <script type="text/plain">"if (a < b && c) \"x\""</script>
        }
        <button type="button"><p>{a.n}</p></button> <a href="/"><div>{a.n}</div></a> <object><p>{a.n}</p></object>
        <fieldset><legend>{a.n}</legend></fieldset> <label>"l" <input></label>
    }
}

fn bindings(a: &Item) -> impl View<Event> {
    let hit = |site: u32| Event::Hit(site, a.id, a.n);
    let told = |site: u32| Wrap::Not.of(&Event::Hit(site, a.id, a.n));
    html! {
        <p on:click={hit(1)} on:dblclick={hit(2)} on:mouseenter={hit(3)} on:mouseleave={hit(4)} on:contextmenu.prevent={hit(5)}
            data-click={told(1)} data-dblclick={told(2)} data-mouseenter={told(3)} data-mouseleave={told(4)} data-contextmenu={told(5)}>{a.n}</p>
        <input on:focus={hit(6)} on:blur={hit(7)} on:input={Event::Typed} on:change={|text| Event::Typed(text)}
            data-focus={told(6)} data-blur={told(7)} data-input={Wrap::Not.typed()} data-change={Wrap::Not.typed()}>
        <details on:toggle={hit(8)} data-toggle={told(8)}><summary>"s"</summary></details>
        <form on:submit.prevent={Event::Sent} on:reset={hit(9)} data-submit={Wrap::Not.sent()} data-reset={told(9)}>
            <button type="button" on:click.stop.prevent={hit(10)} data-click={told(10)}>"b"</button>
        </form>
        if a.flag { <form on:submit={with(a.id, Event::SentIn)} data-submit={Wrap::Not.sent_in(a.id)}></form> }
        if a.done { <i on:click={hit(11)} data-click={told(11)}></i> } else { <i on:click={hit(12)} data-click={told(12)}></i> }
        <video on:play={hit(13)} on:ended={hit(14)} data-play={told(13)} data-ended={told(14)}></video>
    }
}

fn views_as_arguments(a: &Item) -> impl View<Event> {
    let key = Key::default();
    html! {
        {parts::card(1, key, &a.name, html! { <p data-s="3" on:click={Event::Hit(1, a.id, a.n)} data-click={Wrap::Not.of(&Event::Hit(1, a.id, a.n))}>{a.n}</p> })}
        {parts::columns(5, key, html! { {&a.name} }, html! { if a.flag { <b data-s="7">{a.n}</b> } })}
        {parts::card(8, key, "title", parts::card(10, key, &a.note, html! { for b in &a.items, key = b.id { <p data-s="12" data-k={key.and(b.id)}>{b.n}</p> } }))}
        {parts::card(14, key, "text", &a.name)}
        {parts::card(16, key, "option", a.tag.as_deref())}
        {parts::card(18, key, "number", a.n)}
        {parts::card(20, key, "result", a.outcome.as_deref().map_err(|no| html! { <u>{no}</u> }))}
        {parts::when(22, key, a.flag, html! { <s>{a.n}</s> })}
    }
}

fn views_used_twice(a: &Item) -> impl View<Event> {
    let view =
        html! { <b on:click={Event::Hit(1, a.id, a.n)} data-click={Wrap::Not.of(&Event::Hit(1, a.id, a.n))}>{a.n}</b> };
    html! {
        {&view} {&view}
        if a.flag { {&view} } else { <p>{&view}</p> }
        for b in &a.items, key = b.id { <p>{&view} {b.n}</p> }
    }
}

fn views_behind_pointers(a: &Item) -> impl View<Event> {
    html! {
        {Box::new(html! { <b>{a.n}</b> })} {Rc::new(html! { {a.n} })} {&html! { <i>{a.n}</i> }}
        {a.flag.then(|| Box::new(html! { <b>{a.n}</b> }))}
        for b in &a.items, key = b.id { {Box::new(html! { <b>{b.n}</b> if b.flag { "x" } })} }
    }
}

fn components_in_rows(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = b.id {
            <p data-s="1" data-k={Key::default().and(b.id)}>{part(b, Wrap::PartOf(b.id)).map_with(b.id, Event::PartOf)}</p>
        }
        for b in &a.others, key = b.id { {part(b, Wrap::PartOf(b.id)).map_with(b.id, Event::PartOf)} }
        for b in &a.others { {part(b, Wrap::Part).map(Event::Part)} }
        {part(a, Wrap::Part).map(Event::Part)}
        {a.flag.then(|| part(a, Wrap::Part).map(Event::Part))}
        {a.flag.then(|| part(a, Wrap::Part)).map(|view| view.map(Event::Part))}
    }
}

fn tagged(id: u32, part: Part) -> Part {
    match part {
        Part::Hit(_, a, n) => Part::Hit(id, a, n),
        other => other,
    }
}

fn components_mapped_twice(a: &Item) -> impl View<Event> {
    let inner = |b: &Item, outer: u32| {
        let (id, n) = (b.id, b.n);
        let told = Wrap::PartOf(outer).of(&Part::Hit(id, id, n));
        html! { <b on:click={Part::Hit(0, id, n)} data-click={&told}>{n}</b> {lazy(n, move |n| html! { <i>{n}</i> })} }
    };
    html! {
        for b in &a.items, key = b.id {
            {html! { for c in &b.items, key = c.id { <p>{inner(c, b.id).map_with(c.id, tagged)}</p> } }.map(identity::<Part>).map_with(b.id, Event::PartOf)}
        }
        {inner(a, a.id).map_with(a.id, tagged).map_with(a.id, Event::PartOf)}
    }
}

fn text_part<E: 'static>(text: impl Text + AttrValue) -> impl View<E> {
    html! { <b title={&text}></b> "static" }
}

fn components_of_text(a: &Item) -> impl View<Event> {
    fn only_text<E: 'static>() -> impl View<E> {
        html! { "text" }
    }
    fn nothing<E: 'static>() -> impl View<E> {
        html! {}
    }
    fn value<E: 'static>(n: i64) -> impl View<E> {
        html! { {n} }
    }
    html! {
        {only_text()} {only_text()} "x" {nothing()} {nothing()} {value(a.n)} {value(a.n)} {text_part(a.n)}
        <p>{only_text()}</p> <p>{nothing()}</p> <p>{value(a.n)}</p>
        for b in &a.items, key = b.id { {only_text()} {value(b.n)} }
        for b in &a.items, key = b.id { {nothing()} }
        if a.flag { {nothing()} } else { {only_text()} }
        {a.done.then(nothing)} {a.flag.then(only_text)}
    }
}

fn lazy_at_the_root(a: &Item) -> impl View<Event> {
    html! {
        {lazy((a.n, a.flag), |(n, flag)| html! { <p data-s="1">{n} if flag { <b>{n}</b> }</p> })}
        <p>{lazy(&a.name, |name| html! { {name} })}</p>
        {lazy(a.id, |id| html! { <b on:click={Event::Hit(1, id, 0)} data-click={Wrap::Not.of(&Event::Hit(1, id, 0))}></b> })}
        {lazy((), |()| html! { <hr> })}
    }
}

fn lazy_rows(a: &Item) -> impl View<Event> {
    html! {
        <ul>
            for b in &a.items, key = b.id {
                {lazy(b, |b| html! {
                    <li data-s="1" data-k={Key::default().and(b.id)} on:click={Event::Hit(1, b.id, b.n)} data-click={Wrap::Not.of(&Event::Hit(1, b.id, b.n))}>
                        {&b.name} for c in &b.items, key = c.id { <i>{c.n}</i> } if b.flag { <b>{b.n}</b> }
                    </li>
                })}
            }
        </ul>
        for b in &a.others, key = b.id { <p>{b.n} {lazy(b.n, |n| html! { {n} <b>{n}</b> })}</p> }
        for b in &a.others { {lazy((b.id, b.flag), |(id, flag)| html! { <u class={[("x", flag)]}>{id}</u> })} }
    }
}

fn lazy_in_lazy(a: &Item) -> impl View<Event> {
    html! {
        {lazy(a, |a| html! {
            <p>{a.n}</p>
            {lazy((&a.name, a.n), move |(name, n)| html! { <p data-s="1">{name}</p> {lazy(n, |n| html! { {n} })} })}
            for b in &a.items, key = b.id { {lazy(b, |b| html! { {&b.name} {lazy(b.n, |n| html! { <i>{n}</i> })} })} }
        })}
    }
}

fn lazy_in_components(a: &Item) -> impl View<Event> {
    fn lazy_part(a: &Item, wrap: Wrap) -> impl View<Part> {
        html! { {lazy((a.n, wrap), |(n, wrap)| html! { <b on:click={Part::Hit(1, 0, n)} data-click={wrap.of(&Part::Hit(1, 0, n))}>{n}</b> })} }
    }
    html! {
        for b in &a.items, key = b.id { {lazy_part(b, Wrap::PartOf(b.id)).map_with(b.id, Event::PartOf)} }
        for b in &a.items { {lazy(b, |b| lazy_part(b, Wrap::PartOf(b.id)).map_with(b.id, Event::PartOf))} }
        {lazy_part(a, Wrap::Part).map(Event::Part)}
    }
}

fn lazy_that_varies(a: &Item) -> impl View<Event> {
    html! {
        {lazy(a, |a| a.flag.then(|| html! { <b>{a.n}</b> }))}
        {a.done.then(|| lazy(a.n, |n| html! { <b>{n}</b> }))}
        <p>{lazy(a, |a| a.outcome.as_deref().map(|ok| html! { <b>{ok}</b> }).map_err(|no| html! { {no} }))}</p>
        for b in &a.items, key = b.id { {lazy(b, |b| b.flag.then(|| html! { {&b.name} }))} {b.flag.then(|| lazy(b, |b| html! { {b.n} }))} }
    }
}

fn root_of_nothing(a: &Item) -> impl View<Event> {
    html! {}
}

fn root_of_text(a: &Item) -> impl View<Event> {
    html! { "text" }
}

fn root_of_a_value(a: &Item) -> impl View<Event> {
    html! { {&a.name} }
}

fn root_of_a_branch(a: &Item) -> impl View<Event> {
    html! { if a.flag { {&a.name} } else { <p>{&a.name}</p> } }
}

fn root_of_a_list(a: &Item) -> impl View<Event> {
    html! { for b in &a.items, key = b.id { {&b.name} } }
}

fn statements(a: &Item) -> impl View<Event> {
    html! {
        let twice = a.n.wrapping_mul(2);
        <p>let more = twice.wrapping_add(1); {twice} let text = format!("{more}"); {&text}</p>
        let names: Vec<&str> = a.items.iter().map(|b| &*b.name).collect();
        if names.len() > 2 { let first = names[0]; <b>{first}</b> } else { let n = names.len(); {n} }
        for name in &names { let length = name.len(); <i>{length}</i> {name} }
        {twice}
    }
}
