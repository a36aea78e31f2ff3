//! The figures of a run, as text.

use std::fmt::Display;
use std::time::Duration;

use crate::crowd::Tally;
use crate::process::Costs;
use crate::shown::Answer;

pub(crate) fn line(what: &str, value: impl Display) {
    println!("  {what:<44} {value}");
}

pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// Prints how long events have waited for their answers.
pub(crate) fn answers(when: &str, answers: &[Answer]) {
    let mut times: Vec<_> = answers.iter().map(|answer| answer.took).collect();
    times.sort_unstable();
    let Some(last) = times.last() else { return line(&format!("answered events {when}"), 0) };
    let at = |part: f64| milliseconds(times[((times.len() - 1) as f64 * part) as usize]);
    let waits = format!("{}: median {}, p99 {}, last {}", times.len(), at(0.5), at(0.99), milliseconds(*last));
    line(&format!("answered events {when}"), waits);
}

/// Prints what each process costs in this time.
pub(crate) fn costs<'n>(processes: impl Iterator<Item = (&'n str, (Costs, Costs))>, time: Duration) {
    for (name, (before, after)) in processes {
        let cpu = after.cpu.saturating_sub(before.cpu).as_secs_f64() / time.as_secs_f64() * 100.0;
        let [memory, peak] = [after.memory, after.peak].map(|bytes| bytes / (1 << 20));
        line(name, format!("{cpu:.0} % of a core, {memory} MiB, at most {peak} MiB"));
    }
}

pub(crate) fn tally(tally: &Tally) {
    let Tally { made, lost, doubled, given_up, refused, new_sessions, older_states, reloaded, lags } = tally;
    line("events made", made);
    line("lost", format!("{lost}: the page was told of {}", given_up + *refused as usize));
    line("doubled", doubled);
    line("pages with a new session", new_sessions);
    line("pages with an older state of their session", older_states);
    line("pages that were told to load themselves anew", reloaded);
    line("times that a page was told to read again", lags);
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
