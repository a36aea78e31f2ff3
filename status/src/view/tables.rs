use tealight_core::{View, html};

use crate::cluster::{Shown, ShownProcess};
use crate::format::{count, length, long_time, rate, short_time};
use crate::model::Press;

/// A section with a table, which scrolls sideways in a narrow window.
pub(super) fn section(
    id: &'static str,
    title: &'static str,
    head: impl View<Press>,
    rows: impl View<Press>,
    below: impl View<Press>,
) -> impl View<Press> {
    let title_id = format!("{id}-title");
    html! {
        <section aria-labelledby={&title_id}>
            <h2 id={&title_id}>{title}</h2>
            <div class="wide" role="region" aria-labelledby={&title_id} tabindex="0">
                <table id={id}>
                    <thead><tr>{head}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {below}
        </section>
    }
}

/// The slowest views.
pub(super) fn views(shown: &Shown) -> impl View<Press> {
    let head = html! {
        <th scope="col">"view"</th> <th scope="col">"attached"</th> <th scope="col">"not yet"</th>
        <th scope="col">"detached"</th> <th scope="col">"events"</th> <th scope="col">"patches"</th>
        <th scope="col">"mean patch"</th> <th scope="col">"event to patch"</th> <th scope="col">"update"</th>
        <th scope="col">"render"</th>
    };
    let rows = html! {
        for view in &shown.views, key = &view.name {
            <tr>
                <th scope="row">{&view.name}</th>
                <td>{count(view.sessions[1])}</td> <td>{count(view.sessions[0])}</td> <td>{count(view.sessions[2])}</td>
                <td>{count(view.events)}</td> <td>{count(view.patches)}</td>
                <td>{length(view.bytes.checked_div(view.patches).unwrap_or_default())}</td>
                <td>{short_time(view.latency)}</td> <td>{short_time(view.update)}</td>
                <td>{short_time(view.render)}</td>
            </tr>
        }
    };
    let note = html! {
        <p class="note">
            {others(shown.other_views)}
            "99 of 100 take no longer than these times, since each process started, in its slowest process."
        </p>
    };
    section("views", "Slowest views", head, rows, note)
}

/// The busiest topics.
pub(super) fn topics(shown: &Shown) -> impl View<Press> {
    let head = html! {
        <th scope="col">"name begins with"</th> <th scope="col">"topics"</th> <th scope="col">"subscriptions"</th>
        <th scope="col">"messages"</th> <th scope="col">"a second"</th> <th scope="col">"bytes"</th>
        <th scope="col">"waiting"</th>
    };
    let rows = html! {
        for (topic, a_second) in &shown.topics, key = &topic.first {
            <tr>
                <th scope="row">{&topic.first}</th>
                <td>{count(topic.topics)}</td> <td>{count(topic.subscribers)}</td>
                <td>{count(topic.messages)}</td> <td>{rate(*a_second)}</td>
                <td>{length(topic.bytes)}</td> <td>{count(topic.waiting)}</td>
            </tr>
        }
    };
    let note = html! {
        <p class="note">
            {others(shown.other_topics)}
            "Each process counts the messages that its sessions hear."
        </p>
    };
    section("topics", "Topics by traffic", head, rows, note)
}

/// Refusals by reason, and limits that were reached.
pub(super) fn refusals(shown: &Shown) -> impl View<Press> {
    html! {
        <section class="pair" aria-label="Refusals and limits">
            {counts("Refused messages and requests, and ended connections", "refused", &shown.refused)}
            {counts("Limits that were reached", "limits", &shown.limits)}
        </section>
    }
}

fn counts<'v>(title: &'static str, id: &'static str, counts: &'v [(String, u64)]) -> impl View<Press> + use<'v> {
    html! {
        <div>
            <h2>{title}</h2>
            if counts.is_empty() {
                <p class="note">"None since the start."</p>
            } else {
                <table id={id}>
                    <thead><tr><th scope="col">"reason"</th> <th scope="col">"times"</th></tr></thead>
                    <tbody>
                        for (reason, times) in counts, key = reason {
                            <tr><th scope="row">{reason}</th><td>{count(*times)}</td></tr>
                        }
                    </tbody>
                </table>
            }
        </div>
    }
}

/// The processes that share the engine.
pub(super) fn processes(shown: &Shown) -> impl View<Press> {
    let head = html! {
        <th scope="col">"name"</th> <th scope="col">"last report"</th> <th scope="col">"version"</th>
        <th scope="col">"uptime"</th> <th scope="col">"attached"</th> <th scope="col">"not yet"</th>
        <th scope="col">"detached"</th> <th scope="col">"events a second"</th> <th scope="col">"patches a second"</th>
        <th scope="col">"commands"</th> <th scope="col">"timers"</th> <th scope="col">"subscriptions"</th>
    };
    let rows = html! {
        for process in &shown.processes, key = process.report.process {
            {row(process)}
        }
    };
    section("processes", "Processes", head, rows, html! {})
}

fn row(process: &ShownProcess) -> impl View<Press> {
    let ShownProcess { report, silent, events, patches } = process;
    html! {
        <tr class={if silent.is_some() { "bad" } else { "" }}>
            <th scope="row">{&report.name}</th>
            <td>
                match silent {
                    Some(seconds) => { "silent for " {long_time(*seconds)} }
                    None => { "now" }
                }
            </td>
            <td>{&report.version}</td> <td>{long_time(report.uptime / 1_000)}</td>
            <td>{count(report.sessions[1])}</td> <td>{count(report.sessions[0])}</td> <td>{count(report.sessions[2])}</td>
            <td>{rate(*events)}</td> <td>{rate(*patches)}</td>
            <td>{count(report.commands)}</td> <td>{count(report.timers)}</td> <td>{count(report.subscriptions)}</td>
        </tr>
    }
}

/// Says how many are not listed.
fn others(number: u64) -> String {
    if number == 0 { String::new() } else { format!("And {} others. ", count(number)) }
}
