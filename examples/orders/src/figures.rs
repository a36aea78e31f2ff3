//! The figures of all orders, and the chart.

use serde::{Deserialize, Serialize};
use tealight::prelude::*;

use crate::order::dollars;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// The last change of an order that is counted.
    pub(crate) change: i64,
    /// The minute of the last bar, since the beginning of Unix time.
    pub(crate) minute: i64,
    /// The orders in each state.
    pub(crate) states: [Sum; 4],
    /// The sales of each minute, in cents.
    pub(crate) by_minute: Vec<i64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sum {
    pub(crate) count: u32,
    pub(crate) cents: i64,
}

/// The minutes of the chart.
pub(crate) const MINUTES: usize = 30;

/// The figures, each time that they change.
pub(crate) const FIGURES: Topic<Figures> = Topic::new("figures").newest();

impl Figures {
    /// Takes others if they are newer.
    pub(crate) fn take(&mut self, other: Self) {
        if (other.change, other.minute) > (self.change, self.minute) {
            *self = other;
        }
    }

    pub(crate) fn first_minute(&self) -> i64 {
        self.minute + 1 - MINUTES as i64
    }

    pub(crate) fn total(&self) -> Sum {
        let add = |all: Sum, one: &Sum| Sum { count: all.count + one.count, cents: all.cents + one.cents };
        self.states.iter().fold(Sum::default(), add)
    }
}

/// A bar for each of the last minutes. A new minute removes one bar, adds one, and moves the group around them.
pub(crate) fn chart<E: 'static>(figures: &Figures) -> impl View<E> {
    let peak = figures.by_minute.iter().copied().max().unwrap_or(0);
    let height = move |cents: i64| 20.0 * cents as f64 / peak.max(1) as f64;
    // SVG numbers have about seven digits, too few for minutes since 1970.
    let (first, day) = (figures.first_minute(), figures.first_minute() - figures.first_minute() % 1_440);
    html! {
        <figure class="card chart">
            <figcaption>"Sales by the minute, last half hour, at most " {dollars(peak)}</figcaption>
            <svg viewBox={format_args!("0 0 {MINUTES} 20")} preserveAspectRatio="none" aria-hidden="true">
                <g transform={format_args!("translate({} 0)", day - first)}>
                    for (minute, cents) in (first - day..).zip(&figures.by_minute), key = minute {
                        <rect x={minute} width="0.8" y={fixed(20.0 - height(*cents), 2)} height={fixed(height(*cents), 2)}/>
                    }
                </g>
            </svg>
        </figure>
    }
}
