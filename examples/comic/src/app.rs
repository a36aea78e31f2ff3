use std::hash::{BuildHasher, RandomState};

use tealight::prelude::*;

use crate::pictures::drawing;
use crate::story::Strip;

/// The application. All that pages share is the story, which does not change.
pub(crate) struct Comic;

pub(crate) struct Model {
    strip: Strip,
    /// The state of a generator of random numbers, so that `update` needs nothing from outside.
    chance: u64,
}

#[derive(Clone, Debug, Hash, PartialEq, Route)]
pub(crate) enum Page {
    #[route("/")]
    First,
    #[route("/random")]
    Random,
    #[route("/strips/{strip}")]
    Strip { strip: Strip },
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Back,
    Forward,
}

pub(crate) enum InternalEvent {
    Went(Page),
}

impl LiveView for Comic {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let chance = RandomState::new().hash_one(());
        let elsewhere = |strip| MountError::Redirect(Page::Strip { strip }.address());
        match request.route()? {
            Page::First => Err(elsewhere(Strip::FIRST)),
            Page::Random => Err(elsewhere(Strip::any(chance))),
            Page::Strip { strip } => Ok((Model { strip, chance }, title(strip))),
        }
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Back) => model.strip.previous().map_or(Command::none(), go),
            Event::External(ExternalEvent::Forward) => model.strip.next().map_or(Command::none(), go),
            // The strip takes the place of these addresses in the history.
            Event::Internal(InternalEvent::Went(Page::First)) => go(Strip::FIRST).replace(),
            Event::Internal(InternalEvent::Went(Page::Random)) => go(model.strip.other(model.draw())).replace(),
            Event::Internal(InternalEvent::Went(Page::Strip { strip })) => {
                model.strip = strip;
                title(strip)
            }
        }
    }

    fn view(&self, Model { strip, .. }: &Model) -> impl View<ExternalEvent> {
        let chapter = strip.chapter();
        html! {
            <main
                on:window:keydown.arrowleft={ExternalEvent::Back}
                on:window:keydown.arrowright={ExternalEvent::Forward}
            >
                <header>
                    <p>"Pip, a small light"</p>
                    <h1>{chapter.title}</h1>
                </header>
                <figure>
                    <svg viewBox="0 0 480 300" role="img" aria-label={chapter.description}>
                        {drawing(chapter.picture)}
                    </svg>
                    <figcaption>{chapter.caption}</figcaption>
                </figure>
                <nav aria-label="Strips">
                    {link("First", "⇤", Some(Strip::FIRST).filter(|first| first != strip))}
                    {link("Previous", "←", strip.previous())}
                    {link("Next", "→", strip.next())}
                    {link("Last", "⇥", Some(Strip::LAST).filter(|last| last != strip))}
                    <a href={Page::Random}><span aria-hidden="true">"?"</span> " Random"</a>
                </nav>
                <p class="place">"Strip " <b>{display(*strip)}</b> " of " {display(Strip::LAST)}</p>
                <p class="help"><kbd>"←"</kbd> " " <kbd>"→"</kbd> " turn the page"</p>
            </main>
        }
    }

    fn subscriptions(&self, _model: &Model) -> Subscription<InternalEvent> {
        Subscription::route(InternalEvent::Went)
    }
}

impl Model {
    /// Returns the next random number.
    fn draw(&mut self) -> u64 {
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.chance >> 33
    }
}

fn go(strip: Strip) -> Command<InternalEvent> {
    Command::go(Page::Strip { strip })
}

fn title(strip: Strip) -> Command<InternalEvent> {
    Command::title(format!("{strip}. {} · Pip", strip.chapter().title))
}

/// A link to a strip. Without one it keeps its place, and leads nowhere.
fn link(name: &'static str, arrow: &'static str, to: Option<Strip>) -> impl View<ExternalEvent> {
    let is_missing = to.is_none();
    html! {
        <a
            href={to.map(|strip| Page::Strip { strip })}
            role={is_missing.then_some("link")}
            aria-disabled={is_missing.then_some("true")}
        ><span aria-hidden="true">{arrow}</span> " " {name}</a>
    }
}

#[cfg(test)]
mod tests {
    use tealight_test::{TestApp, TestPage};

    use super::*;

    fn place(page: &TestPage) -> (String, String) {
        (page.url(), page.title())
    }

    fn at(number: usize, title: &str) -> (String, String) {
        (format!("/strips/{number}"), format!("{number}. {title} · Pip"))
    }

    #[test]
    fn a_strip_has_its_own_address() {
        let page = TestApp::start(Comic).open("/strips/4");
        assert_eq!((place(&page), page.text("h1")), (at(4, "The job"), "The job".into()));
        assert!(page.text("figcaption").starts_with("Pip was asked"));
        assert!(page.attribute("svg", "aria-label").expect("a description").contains("teapot"));
        assert_eq!(page.text(".place"), "Strip 4 of 8");
    }

    #[test]
    fn the_arrow_keys_turn_pages_as_far_as_there_are_any() {
        let page = TestApp::start(Comic).open("/strips/2");
        page.press("body", "ArrowLeft");
        page.press("body", "ArrowLeft");
        assert_eq!(place(&page), at(1, "The drawer"));
        for _ in 0..9 {
            page.press("body", "ArrowRight");
        }
        assert_eq!(place(&page), at(8, "The lodger"));
    }

    #[test]
    fn links_lead_to_other_strips_only() {
        let app = TestApp::start(Comic);
        for (number, expected) in [
            (1, [None, None, Some("/strips/2"), Some("/strips/8")]),
            (2, [Some("/strips/1"), Some("/strips/1"), Some("/strips/3"), Some("/strips/8")]),
            (8, [Some("/strips/1"), Some("/strips/7"), None, None]),
        ] {
            let page = app.open(&format!("/strips/{number}"));
            for (at, href) in (1..).zip(expected) {
                let link = format!("nav a:nth-child({at})");
                assert_eq!(page.attribute(&link, "href").as_deref(), href, "{number}: {link}");
                let disabled = page.attribute(&link, "aria-disabled");
                assert_eq!(disabled.as_deref(), href.is_none().then_some("true"), "{number}: {link}");
            }
        }
    }

    #[test]
    fn a_random_strip_is_another_one() {
        let page = TestApp::start(Comic).open("/strips/5");
        for _ in 0..20 {
            let before = page.url();
            page.click("a[href='/random']");
            assert!(page.url().starts_with("/strips/") && page.url() != before, "{} after {before}", page.url());
        }
    }

    #[test]
    fn addresses_without_a_strip_lead_to_one() {
        let app = TestApp::start(Comic);
        for (path, expected) in [("/", "/strips/1"), ("/random", "/strips/")] {
            let error = app.visit(|| PageRequest::new(path, "")).err();
            assert!(matches!(&error, Some(MountError::Redirect(to)) if to.starts_with(expected)), "{path}: {error:?}");
        }
    }

    #[test]
    fn an_unknown_strip_is_not_found() {
        let app = TestApp::start(Comic);
        for path in ["/strips/0", "/strips/9", "/strips/01", "/strips/pip", "/strips"] {
            let error = app.visit(|| PageRequest::new(path, "")).err();
            assert!(matches!(error, Some(MountError::NotFound)), "{path}");
        }
    }
}
