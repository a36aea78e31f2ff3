use tealight_core::{View, html};

use super::tables::section;
use crate::format::{count, length, long_time, short_time};
use crate::model::{Chosen, ChosenState, Model, Press};
use crate::wire::{Named, Session, State, sum};

/// The sessions with the largest pages, and the one that the person looks into.
pub(super) fn list(model: &Model) -> impl View<Press> {
    let shown = &*model.shown;
    let others = sum(&shown.sessions).saturating_sub(shown.largest.len() as u64);
    let head = html! {
        <th scope="col">"number"</th> <th scope="col" class="text">"view"</th> <th scope="col" class="text">"process"</th>
        <th scope="col" class="text">"state"</th> <th scope="col">"age"</th> <th scope="col">"events"</th>
        <th scope="col">"patches"</th> <th scope="col">"page memory"</th> <th scope="col">"sent"</th>
    };
    let rows = html! {
        for (named, session) in &shown.largest, key = (named.process, named.session) {
            {row(*named, session, shown.name_of(named.process))}
        }
    };
    let below = html! {
        if others > 0 {
            <p class="note">"And " {count(others)} " others."</p>
        }
        if let Some(chosen) = &model.chosen {
            {panel(chosen, shown.name_of(chosen.named.process))}
        }
    };
    section("sessions", "Sessions with the largest pages", head, rows, below)
}

fn row<'v>(named: Named, session: &'v Session, process: &'v str) -> impl View<Press> + use<'v> {
    html! {
        <tr>
            <th scope="row">
                <button type="button" class="look" on:click={Press::Look(named)}>
                    <span class="hidden">"Look into session "</span> {session.number}
                </button>
            </th>
            <td class="text">{&session.view}</td> <td class="text">{process}</td>
            <td class="text">{state(session.state)}</td> <td>{long_time(session.age)}</td> <td>{count(session.events.into())}</td>
            <td>{count(session.patches.into())}</td> <td>{length(session.page_bytes)}</td> <td>{length(session.sent)}</td>
        </tr>
    }
}

/// The counters of one session.
fn panel<'v>(chosen: &'v Chosen, process: &'v str) -> impl View<Press> + use<'v> {
    let named = chosen.named;
    html! {
        <div id="session" class="panel" role="group" aria-labelledby="session-title">
            <h3 id="session-title">"Session " {named.session} " of " {process}</h3>
            match &chosen.state {
                ChosenState::Asked => { <p>"Its process has not answered yet."</p> }
                ChosenState::Ended => { <p>"It has ended. Its page gets a new session."</p> }
                ChosenState::Known(session) => {
                    {counters(session)}
                    <p class="note">"If you end it, its page gets a new session. Everything that only this one has is lost."</p>
                    <button type="button" class="end" on:click={Press::End(named)}>"End this session"</button>
                }
            }
            <button type="button" class="leave" on:click={Press::Leave}>"Close"</button>
        </div>
    }
}

fn counters(session: &Session) -> impl View<Press> {
    let unsent = session
        .unsent
        .map_or("nothing".to_owned(), |unsent| format!("for {}", short_time(unsent.saturating_mul(1_000))));
    html! {
        <dl class="counters">
            <div><dt>"view"</dt><dd>{&session.view}</dd></div>
            <div><dt>"state"</dt><dd>{state(session.state)}</dd></div>
            <div><dt>"age"</dt><dd>{long_time(session.age)}</dd></div>
            <div><dt>"events"</dt><dd id="session-events">{count(session.events.into())}</dd></div>
            <div><dt>"patches"</dt><dd>{count(session.patches.into())}</dd></div>
            <div><dt>"received"</dt><dd>{length(session.received)}</dd></div>
            <div><dt>"sent"</dt><dd>{length(session.sent)}</dd></div>
            <div><dt>"waits to be sent"</dt><dd>{unsent}</dd></div>
            <div><dt>"slowest event"</dt><dd>{short_time(session.slowest)}</dd></div>
            <div><dt>"page memory"</dt><dd>{length(session.page_bytes)}</dd></div>
            <div><dt>"commands, timers, topics"</dt><dd>{count(session.resources)}</dd></div>
        </dl>
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::Unattached => "not yet attached",
        State::Attached => "attached",
        State::Detached => "detached",
    }
}
