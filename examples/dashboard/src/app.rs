//! The dashboard's model, events and view.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tealight::prelude::*;

use crate::database::{DatabaseError, Figures, MINUTE};
use crate::shop::{Answer, Shop, now};

pub(crate) struct Dashboard {
    shop: Shop,
    /// The time at which the chart's x axis begins. SVG numbers have about seven digits, too few for Unix times.
    origin: i64,
}

#[derive(Default)]
pub(crate) struct Model {
    /// The last figures that could be read.
    figures: Option<Arc<Figures>>,
    trouble: Option<DatabaseError>,
    /// A question is on its way. The shop is not asked again before it answers.
    is_asking: bool,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Refresh,
}

pub(crate) enum InternalEvent {
    Tick,
    Answered(Answer),
}

impl Dashboard {
    pub(crate) fn new(shop: Shop) -> Self {
        Self { shop, origin: now() - MINUTE }
    }

    fn ask(&self, model: &mut Model) -> Command<InternalEvent> {
        if model.is_asking {
            return Command::none();
        }
        model.is_asking = true;
        Command::perform(self.shop.latest(), InternalEvent::Answered)
    }
}

impl Model {
    fn answered(&mut self, answer: Answer) {
        self.is_asking = false;
        match answer {
            Ok(figures) => (self.figures, self.trouble) = (Some(figures), None),
            Err(trouble) => self.trouble = Some(trouble),
        }
    }
}

impl LiveView for Dashboard {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let mut model = Model::default();
        model.answered(self.shop.latest().await);
        Ok((model, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Refresh) | Event::Internal(InternalEvent::Tick) => self.ask(model),
            Event::Internal(InternalEvent::Answered(answer)) => {
                model.answered(answer);
                Command::none()
            }
        }
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        let figures = model.figures.as_deref();
        html! {
            <header>
                <h1>"Sales Dashboard"</h1>
                <span class="connection"></span>
                <button type="button" on:click={ExternalEvent::Refresh}>"Refresh"</button>
            </header>
            <p role="status">
                if let Some(trouble) = &model.trouble {
                    <span class="notice">"Not up to date: " {display(trouble)} "."</span>
                }
            </p>
            <main>
                {card("🥡", "New Orders", "in the last minute", figures.map(|now| now.new_orders))}
                {card("💰", "Sales Amount", "in the last hour", figures.map(|now| dollars(now.sales_amount)))}
                {card("🌟", "Rating", "of the latest 20 reviews", figures.and_then(|now| now.rating).map(|rating| fixed(rating, 1)))}
                {chart(figures, self.origin)}
            </main>
            <footer>
                if let Some(figures) = figures {
                    "As of " <time>{display(TimeOfDay(figures.at))}</time> " UTC"
                }
            </footer>
        }
    }

    fn subscriptions(&self, _model: &Model) -> Subscription<InternalEvent> {
        Subscription::every(Duration::from_secs(1), InternalEvent::Tick)
    }
}

/// One figure. If there is none, the style sheet shows a dash.
fn card<E: 'static>(icon: &str, name: &str, span: &str, value: impl View<E>) -> impl View<E> {
    html! {
        <section class="card">
            <h2><span class="icon" aria-hidden="true">{icon}</span>{name}</h2>
            <p class="value">{value}</p>
            <p class="span">{span}</p>
        </section>
    }
}

fn dollars<E: 'static>(cents: i64) -> impl View<E> {
    html! { "$" {grouped(cents / 100, ',')} }
}

/// A bar for each second of the last minute.
///
/// The position and height of a bar never change. The group around the bars moves and scales them into the picture. So
/// each second removes one bar, adds one, and changes the group's `transform`.
fn chart<E: 'static>(figures: Option<&Figures>, origin: i64) -> impl View<E> {
    let sales = figures.map_or(&[][..], |figures| &figures.by_second);
    let first = figures.map_or(0, |figures| figures.at - MINUTE - origin);
    let peak = sales.iter().copied().max().unwrap_or(0);
    let scale = 20.0 / peak.max(1) as f64;
    html! {
        <section class="card chart">
            <h2>"Sales by the second"</h2>
            <p class="span">"last minute, at most " {dollars(peak)}</p>
            <svg viewBox="0 0 60 20" preserveAspectRatio="none" aria-hidden="true">
                <g transform={format_args!("translate({} 20) scale(1 {:.6})", -first, -scale)}>
                    for (second, cents) in (first..).zip(sales), key = second {
                        <rect x={second} width="0.7" height={cents}/>
                    }
                </g>
            </svg>
        </section>
    }
}

/// Writes the time of day of a Unix time, in UTC.
struct TimeOfDay(i64);

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(at) = self;
        write!(f, "{:02}:{:02}:{:02}", at / 3600 % 24, at / 60 % 60, at % 60)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use tealight_test::{TestApp, TestPage};

    use super::*;
    use crate::shop::Questions;

    fn figures(sales_amount: i64) -> Answer {
        let mut by_second = vec![0; 60];
        by_second[59] = 25_000;
        let figures = Figures { at: 1_800_000_000, new_orders: 92, sales_amount, rating: Some(4.25), by_second };
        Ok(Arc::new(figures))
    }

    /// Opens a page whose first question gets this answer. The test answers the later ones.
    fn open(first: Answer) -> (TestApp, TestPage, Questions) {
        let (shop, questions) = Shop::with_questions();
        let answering = thread::spawn(move || {
            let _ = questions.recv().expect("a question").send(first);
            questions
        });
        let app = TestApp::start(Dashboard { shop, origin: 1_799_999_000 });
        let page = app.open("/");
        (app, page, answering.join().expect("an answer"))
    }

    #[test]
    fn the_shop_is_not_asked_twice_at_once() {
        let (app, page, questions) = open(figures(100));
        app.advance(Duration::from_millis(1_020));
        let question = questions.try_recv().expect("a question");
        page.click("button");
        app.advance(Duration::from_secs(1));
        assert!(questions.try_recv().is_err(), "the first answer is still to come");
        question.send(Err(DatabaseError::Locked)).expect("the page waits");
        app.settle();
        page.click("button");
        assert!(questions.try_recv().is_ok());
    }

    #[test]
    fn trouble_leaves_the_last_figures_and_passes() {
        let (app, page, questions) = open(figures(10_000));
        for (answer, amount, notice) in [
            (Err(DatabaseError::Locked), "$100", vec!["Not up to date: the database is locked."]),
            (Err(DatabaseError::Missing), "$100", vec!["Not up to date: the database file is missing."]),
            (figures(20_000), "$200", vec![]),
        ] {
            page.click("button");
            questions.try_recv().expect("a question").send(answer).expect("the page waits");
            app.settle();
            assert_eq!(
                (page.texts(".value")[1].as_str(), page.texts(".notice")),
                (amount, notice.into_iter().map(str::to_owned).collect())
            );
        }
    }

    #[test]
    fn figures_are_written_for_people() {
        let (_app, page, _questions) = open(figures(123_456_789));
        assert_eq!(page.texts(".value"), ["92", "$1,234,567", "4.2"]);
        assert_eq!(page.text("time"), "08:00:00");
        assert_eq!(page.attribute("svg g", "transform").as_deref(), Some("translate(-940 20) scale(1 -0.000800)"));
        assert_eq!((page.count("rect"), page.count(".notice")), (60, 0));
        assert_eq!(page.html("rect[x='999']"), "<rect height=\"25000\" width=\"0.7\" x=\"999\"></rect>");
    }

    #[test]
    fn a_page_without_figures_says_why() {
        let (_app, page, _questions) = open(Err(DatabaseError::Damaged));
        assert_eq!(page.text("[role=status]"), "Not up to date: the database file is damaged.");
        assert_eq!(page.texts(".value"), ["", "", ""]);
    }

    #[test]
    fn time_of_day() {
        assert_eq!(TimeOfDay(1_799_999_999).to_string(), "07:59:59");
    }
}
