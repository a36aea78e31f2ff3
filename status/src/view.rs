//! The page's sections.

mod session;
mod tables;

use tealight_core::{View, html};

use crate::chart;
use crate::format::{count, rate};
use crate::model::{Model, Press};
use crate::style::style;

pub(crate) fn page(model: &Model) -> impl View<Press> {
    let shown = &*model.shown;
    let [unattached, attached, detached] = shown.sessions;
    let last = shown.history.last().copied().unwrap_or_default();
    let silent = shown.processes.iter().filter(|process| process.silent.is_some()).count();
    let summary = match (shown.processes.len(), silent) {
        (1, 0) => "One process".to_owned(),
        (all, 0) => format!("{all} processes"),
        (all, silent) => format!("{all} processes, {silent} of them silent"),
    };
    html! {
        {style()}
        <main class="tealight-status">
            <header><h1>"Status"</h1> <p id="summary" class={if silent > 0 { "bad" } else { "" }}>{summary}</p></header>
            <dl class="tiles">
                <div><dt>"attached"</dt><dd id="attached">{count(attached)}</dd></div>
                <div><dt>"not yet attached"</dt><dd id="unattached">{count(unattached)}</dd></div>
                <div><dt>"detached"</dt><dd id="detached">{count(detached)}</dd></div>
                <div><dt>"connections"</dt><dd id="connections">{count(shown.connections)}</dd></div>
                <div><dt>"events a second"</dt><dd id="events">{rate(last.events)}</dd></div>
                <div><dt>"patches a second"</dt><dd id="patches">{rate(last.patches)}</dd></div>
            </dl>
            <div class="charts">
                {chart::rates(&shown.history)}
                {chart::latency(&shown.latency)}
            </div>
            {tables::views(shown)}
            {session::list(model)}
            {tables::topics(shown)}
            {tables::refusals(shown)}
            {tables::processes(shown)}
        </main>
    }
}
