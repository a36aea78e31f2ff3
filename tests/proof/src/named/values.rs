//! Texts, numbers and trusted markup.
#![allow(unused_variables, reason = "all shapes have the same parameters")]

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use tealight_core::{View, display, fixed, grouped, html, lazy, trusted};

use crate::event::Event;
use crate::model::{Item, Key, Kind, Pieces};
use crate::parts;

pub(crate) fn texts_of_every_kind(a: &Item) -> impl View<Event> {
    html! {
        <p>{&a.name}</p> <p>{a.name.as_str()}</p> <p>{a.name.clone()}</p> <p>{&&a.name}</p>
        <p>{Cow::Borrowed(&*a.name)}</p> <p>{Box::new(a.name.clone())}</p> <p>{Rc::new(a.n)}</p> <p>{Arc::<str>::from(&*a.note)}</p>
        <p>{a.letter}</p> <p>{format!("{}{}", a.name, a.n)}</p> <p>{format_args!("{}{}", a.name, a.note)}</p>
        <p>{display(Pieces(a))}</p> <p>{display(a.flag)}</p> <p>{if a.flag { "y" } else { "n" }}</p>
        <p>{match &a.kind { Kind::Word(word) => word.as_str(), _ => "" }}</p>
        <p>{ let twice = a.n.wrapping_mul(2); twice }</p>
    }
}

pub(crate) fn texts_that_are_nothing(a: &Item) -> impl View<Event> {
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

pub(crate) fn texts_in_a_row(a: &Item) -> impl View<Event> {
    html! {
        {a.n} {&a.name} {a.n} "x" {a.letter} "" {&a.note} "y" "z" {a.tag.as_deref()}
        <p>{a.n} {a.n} {a.n}</p>
        <b>"a" {a.n} "b" {a.n} "c"</b>
    }
}

pub(crate) fn texts_that_are_long(a: &Item) -> impl View<Event> {
    html! {
        <p>{a.name.repeat(80)}</p>
        <p>"a" {a.name.repeat(80)} <b>{a.n}</b> {a.note.repeat(80)} "b"</p>
        <p title={a.name.repeat(80)}></p>
        <textarea>{a.note.repeat(80)}</textarea>
    }
}

pub(crate) fn static_texts(a: &Item) -> impl View<Event> {
    html! {
        <p>{"&amp; &lt;b&gt; <b> </p> <!-- --> ]]> \" ' {n} \u{a0}\u{2028}"}</p>
        <p>" leading" " and " "trailing "</p> " between " <p>"\n"</p> "\n\n" <p>"\t"</p>
        <p>"nul\0nul" "\r\n" "\r" "a\rb"</p>
        <p>"🥡 e\u{301} שלום \u{202e}rtl\u{202c}"</p>
        <p title="a \"b\" & <c> 'd' \n \r \t \0 e" class="x" data-n="5" data-d={"literal"}></p>
        <pre>"\nfirst"</pre> <pre>"\n\nfirst" {a.n}</pre> <pre>"\r\nfirst"</pre> <pre>"a\nb"</pre>
        <textarea>{"\n<b>&amp;</b>"}</textarea>
        if a.flag { <p>{"&amp; &lt;b&gt; <b> </p> <!-- --> \u{a0} nul\0nul\r\n \r"}</p> <pre>"\n\nfirst"</pre> <pre>"\r\nx"</pre> <textarea>{"\n<b>&amp;</b>\r\n"}</textarea> <p title="a \"b\" & <c> 'd' \n \r \t \0 e"></p> }
        {r#"raw "text" \n"#} {1} {'c'} {"&"}
    }
}

pub(crate) fn numbers(a: &Item) -> impl View<Event> {
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

pub(crate) fn preformatted(a: &Item) -> impl View<Event> {
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

pub(crate) fn trusted_markup(a: &Item) -> impl View<Event> {
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

pub(crate) fn trusted_markup_in_rows(a: &Item) -> impl View<Event> {
    html! {
        for b in &a.items, key = b.id { {trusted(parts::markup(b))} }
        <ul>for b in &a.items, key = b.id { <li data-s="1" data-k={Key::default().and(b.id)}>{trusted(parts::markup(b))} {b.n}</li> }</ul>
        for b in &a.items, key = b.id { {b.flag.then(|| trusted(parts::markup(b)))} {b.n} }
        for b in &a.others, key = b.id { <p>{b.flag.then(|| b.done.then(|| trusted(parts::markup(b))))}</p> }
        for b in &a.others { {b.n} {lazy(b, |b| trusted(parts::markup(b)))} }
    }
}

pub(crate) fn trusted_markup_in_tables(a: &Item) -> impl View<Event> {
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
