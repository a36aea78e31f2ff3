//! Charts as SVG, which the server draws. Each has a title, a description, and its numbers as a table.

use std::fmt::Write;

use tealight_core::{View, html};

use crate::cluster::{SECONDS, Second};
use crate::format::{count, long_time, rate, short_time};
use crate::model::Press;
use crate::wire::{BUCKETS, sum};

/// The height of a chart's picture. Its width is the number of its values: the page stretches it.
const HEIGHT: f64 = 100.0;
/// The seconds that a row of the table sums up.
const ROW: usize = 10;

/// The events and patches of the last seconds.
pub(crate) fn rates(history: &[Second]) -> impl View<Press> {
    let last = history.last().copied().unwrap_or_default();
    let most = history.iter().map(|second| second.events.max(second.patches)).fold(0.0, f64::max);
    let top = rounded_up(most);
    let [events, patches] = [|second: &Second| second.events, |second: &Second| second.patches];
    let described = format!(
        "{} events and {} patches a second now, at most {} in the last {}",
        rate(last.events),
        rate(last.patches),
        rate(most),
        long_time(history.len() as u64),
    );
    let rows: Vec<_> = history.rchunks(ROW).enumerate().map(|(at, seconds)| row(at, seconds)).collect();
    html! {
        <figure>
            <figcaption>
                "Events and patches a second"
                <span class="key"><i class="events"></i>"events" <i class="patches"></i>"patches"</span>
            </figcaption>
            <div class="plot">
                <svg viewBox={format!("0 0 {} 100", SECONDS - 1)} preserveAspectRatio="none" role="img" aria-labelledby="rates-title rates-about">
                    <title id="rates-title">"Events and patches a second"</title>
                    <desc id="rates-about">{described}</desc>
                    <path class="grid" d={grid(SECONDS - 1)}/>
                    <path class="line patches" d={path(history, patches, top)}/>
                    <path class="line events" d={path(history, events, top)}/>
                </svg>
                <span class="top">{rate(top)}</span> <span class="middle">{rate(top / 2.0)}</span> <span class="bottom">"0"</span>
            </div>
            <p class="axis"><span>"2 min ago"</span><span>"1 min ago"</span><span>"now"</span></p>
            <details>
                <summary>"As a table"</summary>
                <table>
                    <thead><tr><th scope="col">"seconds ago"</th><th scope="col">"events a second"</th><th scope="col">"patches a second"</th></tr></thead>
                    <tbody>
                        for (at, events, patches) in &rows, key = *at {
                            <tr><th scope="row">{at * ROW} "–" {(at + 1) * ROW}</th><td>{rate(*events)}</td><td>{rate(*patches)}</td></tr>
                        }
                    </tbody>
                </table>
            </details>
        </figure>
    }
}

/// The means of some seconds.
fn row(at: usize, seconds: &[Second]) -> (usize, f64, f64) {
    let mean = |of: fn(&Second) -> f64| seconds.iter().map(of).sum::<f64>() / seconds.len() as f64;
    (at, mean(|second| second.events), mean(|second| second.patches))
}

/// Lines at the top, in the middle and at the bottom.
fn grid(width: usize) -> String {
    format!("M0 0H{width}M0 50H{width}M0 100H{width}")
}

/// A line through the values, which ends at the right.
fn path(history: &[Second], value: impl Fn(&Second) -> f64, top: f64) -> String {
    let mut path = String::with_capacity(history.len() * 9);
    let first = SECONDS - history.len();
    for (at, second) in history.iter().enumerate() {
        let (step, y) = (if at == 0 { 'M' } else { 'L' }, HEIGHT - HEIGHT * value(second) / top);
        write!(path, "{step}{} {y:.1}", first + at).expect("a String takes every text");
    }
    path
}

/// The next number with one digit of 1, 2 or 5 that is not smaller.
fn rounded_up(number: f64) -> f64 {
    let power = 10_f64.powf(number.max(1.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power).into_iter().find(|round| *round >= number).unwrap_or(number)
}

/// The numbers of events, by the time until their patch.
pub(crate) fn latency(counts: &[u64; BUCKETS]) -> impl View<Press> {
    let most = counts.iter().copied().max().unwrap_or_default().max(1);
    let all = sum(counts);
    let described = match (quantile(counts, 0.5), quantile(counts, 0.99)) {
        (Some(half), Some(nearly_all)) => {
            format!("half of {} took at most {half}, 99 of 100 at most {nearly_all}", count(all))
        }
        _ => "nothing was measured in the last two minutes".to_owned(),
    };
    let bars: Vec<_> =
        counts.iter().enumerate().map(|(at, count)| (at, *count, HEIGHT * *count as f64 / most as f64)).collect();
    let rows: Vec<_> = bars.iter().filter(|(_, count, _)| *count > 0).map(|(at, count, _)| (*at, *count)).collect();
    html! {
        <figure>
            <figcaption>"From an event to its patch" <span class="key">{&described}</span></figcaption>
            <div class="plot">
                <svg viewBox={format!("0 0 {BUCKETS} 100")} preserveAspectRatio="none" role="img" aria-labelledby="latency-title latency-about">
                    <title id="latency-title">"The time from an event to its patch, in the last two minutes"</title>
                    <desc id="latency-about">{&described}</desc>
                    <path class="grid" d={grid(BUCKETS)}/>
                    for (at, _, height) in &bars, key = *at {
                        <path class="bar" d={format!("M{at}.1 100V{:.1}h.8V100z", HEIGHT - height)}/>
                    }
                </svg>
                <span class="top">{count(most)}</span> <span class="bottom">"0"</span>
            </div>
            <p class="axis"><span>"1 µs"</span><span>"30 µs"</span><span>"1 ms"</span><span>"30 ms"</span><span>"1 s"</span></p>
            <details>
                <summary>"As a table"</summary>
                <table>
                    <thead><tr><th scope="col">"time"</th><th scope="col">"events"</th></tr></thead>
                    <tbody>
                        for (at, number) in &rows, key = *at {
                            <tr><th scope="row">{between(*at)}</th><td>{count(*number)}</td></tr>
                        }
                    </tbody>
                </table>
            </details>
        </figure>
    }
}

/// The end of the bucket in which this part of all is reached.
fn quantile(counts: &[u64; BUCKETS], part: f64) -> Option<String> {
    let all = sum(counts);
    let rank = (all as f64 * part).ceil();
    let mut reached = 0_u64;
    let reaches = |count: &u64| {
        reached = reached.saturating_add(*count);
        reached as f64 >= rank
    };
    let at = (all > 0).then(|| counts.iter().position(reaches))??;
    Some(short_time(1 << at))
}

fn between(bucket: usize) -> String {
    match bucket {
        0 => "less than 1 µs".to_owned(),
        _ if bucket + 1 == BUCKETS => format!("{} and more", short_time(1 << (bucket - 1))),
        _ => format!("{} – {}", short_time(1 << (bucket - 1)), short_time(1 << bucket)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_of_a_chart_is_round() {
        assert_eq!([0.0, 0.4, 1.0, 1.1, 23.0, 99.0, 100.0].map(rounded_up), [1.0, 1.0, 1.0, 2.0, 50.0, 100.0, 100.0]);
    }

    #[test]
    fn a_quantile_is_the_end_of_a_bucket() {
        let mut counts = [0; BUCKETS];
        assert_eq!(quantile(&counts, 0.5), None);
        (counts[3], counts[11]) = (99, 1);
        assert_eq!(quantile(&counts, 0.99).as_deref(), Some("8 µs"));
        assert_eq!(quantile(&counts, 1.0).as_deref(), Some("2.0 ms"));
        assert_eq!([0, 1, 11, 23].map(between), ["less than 1 µs", "1 µs – 2 µs", "1.0 ms – 2.0 ms", "4.2 s and more"]);
    }

    #[test]
    fn a_line_ends_at_the_right() {
        let second = |events| Second { events, ..Second::default() };
        let drawn = path(&[second(0.0), second(5.0)], |second| second.events, 10.0);
        assert_eq!(drawn, "M118 100.0L119 50.0");
    }
}
