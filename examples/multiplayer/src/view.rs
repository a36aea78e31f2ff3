//! The board as a page.

use std::collections::BTreeMap;

use tealight::prelude::*;

use crate::database::{LONGEST, Said};
use crate::guest::Device;
use crate::hands::Hand;
use crate::model::{ExternalEvent, Model};
use crate::note::{HEIGHT, Note, Point, WIDTH};

/// The pixels that a key moves a note.
const STEP: i16 = 20;

pub(crate) fn page(model: &Model) -> impl View<ExternalEvent> {
    html! {
        <header>
            <h1>"Board"</h1>
            <button type="button" on:click={ExternalEvent::Add}>"Add a note"</button>
            {people(model)}
            <span class="connection"></span>
        </header>
        <p role="status" class="trouble">
            if model.is_cut_off { "You may not see what others do at the moment. What you do is kept. " }
            if let Some(trouble) = &model.trouble { "This was not done: " {trouble} "." }
        </p>
        <main>
            <div class="desk">
                <section
                    class="board" aria-label="Notes"
                    style={[("width", format_args!("{WIDTH}px")), ("height", format_args!("{HEIGHT}px"))]}
                    on:pointermove.throttle.50ms={ExternalEvent::Point} on:pointerleave={ExternalEvent::Leave}
                    on:window:pointerup={ExternalEvent::Drop} on:window:pointercancel={ExternalEvent::Drop}
                >
                    let held = model.held();
                    for note in model.notes.iter(), key = note.id { {paper(note, held.get(&note.id).copied())} }
                    for (device, hand) in model.hands(), key = device.page { {cursor(device, hand)} }
                </section>
            </div>
            {chat(&model.chat)}
        </main>
    }
}

fn people<E: 'static>(model: &Model) -> impl View<E> {
    let count = model.people.len();
    html! {
        <ul class="people" aria-label="People who are here">
            for (key, devices) in model.people.iter(), key = key {
                if let Some(device) = devices.last() {
                    <li style={hue(device.hue)}>{&device.name} if key == model.guest.key { " (you)" }</li>
                }
            }
        </ul>
        <p role="status" class="count">{count} if count == 1 { " person is here" } else { " people are here" }</p>
    }
}

/// A note. A person drags its grip, or moves it with the arrow keys.
fn paper(note: &Note, held: Option<(Point, u16)>) -> impl View<ExternalEvent> {
    let (id, at) = (note.id, held.map_or(note.at, |(at, _)| at));
    let nudge = move |x: i16, y: i16| ExternalEvent::Nudge(id, x * STEP, y * STEP);
    html! {
        <article
            class={[("note", true), ("held", held.is_some())]} aria-label={format_args!("Note {id}")}
            style={[("translate", Some(translate(at))), ("--hue", text(note.hue)), ("--holder", held.and_then(|(_, hue)| text(hue)))]}
        >
            <button
                type="button" class="grip" aria-label={format_args!("Move note {id} with the arrow keys")}
                on:pointerdown={with(id, ExternalEvent::Grab)}
                on:keydown.arrowleft.prevent={nudge(-1, 0)} on:keydown.arrowright.prevent={nudge(1, 0)}
                on:keydown.arrowup.prevent={nudge(0, -1)} on:keydown.arrowdown.prevent={nudge(0, 1)}
            >"⠿"</button>
            <button type="button" class="remove" aria-label={format_args!("Remove note {id}")}
                on:click={ExternalEvent::Remove(id)}>"×"</button>
            <textarea id={format_args!("note-{id}")} aria-label={format_args!("Text of note {id}")} maxlength={LONGEST}
                on:input.debounce.200ms={with(id, ExternalEvent::Write)}>{&note.text}</textarea>
        </article>
    }
}

fn cursor<E: 'static>(device: &Device, hand: &Hand) -> impl View<E> {
    html! {
        <div class="cursor" aria-hidden="true" style={[("translate", translate(hand.at)), ("--hue", device.hue.to_string())]}>
            <svg width="18" height="22" viewBox="0 0 18 22"><path d="M1 1v17l5-5 4 8 3-2-4-7h7z"/></svg>
            <span>{&device.name}</span>
        </div>
    }
}

fn chat(lines: &BTreeMap<i64, Said>) -> impl View<ExternalEvent> {
    html! {
        <aside>
            <h2>"Chat"</h2>
            <div class="log">
                <ol role="log" aria-label="Chat">
                    for (id, said) in lines, key = id {
                        <li><b style={hue(said.hue)}>{&said.name}</b> " " {&said.text}</li>
                    }
                </ol>
            </div>
            <form on:submit.reset={ExternalEvent::Say}>
                <input name="text" aria-label="Say something" placeholder="Say something" maxlength={LONGEST} autocomplete="off">
                <button>"Send"</button>
            </form>
        </aside>
    }
}

fn text(hue: u16) -> Option<String> {
    Some(hue.to_string())
}

fn translate(Point { x, y }: Point) -> String {
    format!("{x}px {y}px")
}

fn hue(hue: u16) -> [(&'static str, u16); 1] {
    [("--hue", hue)]
}
