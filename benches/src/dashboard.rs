//! A dashboard: three figures that change every second, and a button.

use std::time::Duration;

use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, fixed, html};

use crate::text_tree::{Node, TextTree, element, text};
use crate::{Attached, Case};

/// The figures.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub(crate) orders: u32,
    pub(crate) sales: u64,
    pub(crate) rating: f32,
}

impl Figures {
    pub(crate) const START: Self = Self { orders: 10, sales: 1_000_000, rating: 3.0 };

    /// Three new figures, all different from the present ones.
    pub(crate) fn next(self) -> Self {
        Self {
            orders: 10 + (self.orders + 7) % 90,
            sales: 1_000_000 + (self.sales + 12_345) % 900_000,
            rating: if self.rating >= 4.9 { 1.1 } else { self.rating + 0.1 },
        }
    }
}

/// The application. It loads new figures every second.
#[derive(Debug)]
pub struct Dashboard;

/// Events of the page.
#[derive(Debug, Hash)]
pub enum External {
    /// Load the figures now.
    Refresh,
}

/// Events of the server.
#[derive(Clone, Debug)]
pub enum Internal {
    /// One second has passed.
    Tick,
    /// The figures are loaded.
    Latest(Figures),
}

impl LiveView for Dashboard {
    type Model = Figures;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, _: &PageRequest) -> Result<(Figures, Command<Internal>), MountError> {
        Ok((Figures::START, Command::none()))
    }

    fn update(&self, model: &mut Figures, event: Event<External, Internal>) -> Command<Internal> {
        match event {
            Event::External(External::Refresh) | Event::Internal(Internal::Tick) => {
                let next = model.next();
                Command::perform(async move { next }, Internal::Latest)
            }
            Event::Internal(Internal::Latest(figures)) => {
                *model = figures;
                Command::none()
            }
        }
    }

    fn view(&self, model: &Figures) -> impl View<External> {
        html! {
            <h1>"Sales Dashboard"</h1>
            <hr/> <span>"🥡 New Orders"</span> <h2>{model.orders}</h2>
            <hr/> <span>"💰 Sales Amount"</span> <h2>{model.sales}</h2>
            <hr/> <span>"🌟 Rating"</span> <h2>{fixed(model.rating, 1)}</h2>
            <button on:click={External::Refresh}>"Refresh"</button>
        }
    }

    fn subscriptions(&self, _: &Figures) -> Subscription<Internal> {
        Subscription::every(Duration::from_secs(1), Internal::Tick)
    }
}

struct Live(Attached<Dashboard>, Figures);

pub(crate) fn tealight() -> impl Case {
    Live(Attached::new(Dashboard, Figures::START), Figures::START)
}

impl Case for Live {
    #[inline(always)]
    fn step(&mut self) {
        self.0.event(Internal::Latest(self.1));
    }

    fn undo(&mut self) {
        self.1 = self.1.next();
    }

    fn frame(&self) -> &[u8] {
        self.0.frame()
    }

    fn kept(&self) -> usize {
        self.0.kept()
    }
}

pub(crate) fn text_tree() -> impl Case {
    fn view(figures: &Figures) -> Node {
        element(
            "div",
            None,
            vec![
                element("h1", None, vec![text("Sales Dashboard")]),
                element("h2", None, vec![text(figures.orders)]),
                element("h2", None, vec![text(figures.sales)]),
                element("h2", None, vec![text(format_args!("{:.1}", figures.rating))]),
                element("button", None, vec![text("Refresh")]),
            ],
        )
    }
    TextTree::new(Figures::START, |figures, _| *figures = figures.next(), view)
}
