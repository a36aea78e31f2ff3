use tealight::prelude::*;

use crate::rack::{Id, MEMORY, Rack, Status, Switches};

/// The application: the rack that all pages look at.
#[derive(Default)]
pub(crate) struct Servers {
    rack: Rack,
}

pub(crate) struct Model {
    page: Page,
    switches: Switches,
}

#[derive(Clone, Debug, Hash, PartialEq, Route)]
pub(crate) enum Page {
    #[route("/")]
    Overview,
    #[route("/servers/{id}")]
    Server { id: Id },
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Switched { id: Id, is_on: bool },
}

pub(crate) enum InternalEvent {
    Went(Page),
    /// This page has used a switch.
    Changed(Switches),
    /// A page has published its change.
    Heard(Switches),
    /// Changes may be lost.
    Lagged,
}

/// The topic on which pages publish their changes.
const SWITCHES: Topic<Switches> = Topic::new("switches").newest();

impl LiveView for Servers {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let page = request.route()?;
        let title = Command::title(title(&page));
        Ok((Model { page, switches: self.rack.switches() }, title))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Switched { id, is_on }) => {
                let rack = self.rack.clone();
                Command::perform(async move { rack.switch(id, is_on) }, InternalEvent::Changed)
            }
            Event::Internal(InternalEvent::Went(page)) => {
                model.page = page;
                Command::title(title(&model.page))
            }
            Event::Internal(InternalEvent::Changed(switches)) => Command::publish(SWITCHES, &switches),
            Event::Internal(InternalEvent::Heard(switches)) => {
                model.switches = model.switches.newer(switches);
                Command::none()
            }
            Event::Internal(InternalEvent::Lagged) => {
                let rack = self.rack.clone();
                Command::perform(async move { rack.switches() }, InternalEvent::Heard)
            }
        }
    }

    fn view(&self, Model { page, switches }: &Model) -> impl View<ExternalEvent> {
        let at = |link: Page| (link == *page).then_some("page");
        html! {
            <nav aria-label="Servers">
                <a class="home" href={Page::Overview} aria-current={at(Page::Overview)}>"Servers"</a>
                <ul>
                    for id in Id::all() {
                        <li>
                            <a href={Page::Server { id }} aria-current={at(Page::Server { id })}>
                                {lamp(switches.status(id))}
                                <span>{display(id)}</span> " "
                                <small>{switches.status(id).name()}</small>
                            </a>
                        </li>
                    }
                </ul>
            </nav>
            <main>
                match page {
                    Page::Overview => { {overview(switches)} }
                    Page::Server { id } => { {server(*id, switches)} }
                }
            </main>
        }
    }

    fn subscriptions(&self, _model: &Model) -> Subscription<InternalEvent> {
        Subscription::batch([
            Subscription::route(InternalEvent::Went),
            Subscription::topic(SWITCHES, InternalEvent::Heard).lagged(InternalEvent::Lagged),
        ])
    }
}

fn title(page: &Page) -> String {
    match page {
        Page::Overview => "Servers".to_owned(),
        Page::Server { id } => format!("{id} · Servers"),
    }
}

/// The status as a shape, for people who see it before they read.
fn lamp<E: 'static>(status: Status) -> impl View<E> {
    html! { <span class={["lamp", status.class()].join(" ")} aria-hidden="true"></span> }
}

fn overview(switches: &Switches) -> impl View<ExternalEvent> {
    let count = |status| Id::all().filter(|id| switches.status(*id) == status).count();
    html! {
        <h1>"Servers"</h1>
        <ul class="counts">
            for status in Status::ALL {
                <li class={status.class()}><b>{count(status)}</b> " " {status.name()}</li>
            }
        </ul>
        <p class="help">"Choose a server to see more of it."</p>
    }
}

fn server(id: Id, switches: &Switches) -> impl View<ExternalEvent> {
    let (server, status, is_on) = (id.server(), switches.status(id), switches.is_on(id));
    let (memory, load) = if is_on { (server.memory, server.load) } else { (0.0, 0) };
    html! {
        <header>
            <h1>{server.name}</h1>
            <p role="status" class={["status", status.class()].join(" ")}>{lamp(status)} {status.name()}</p>
            <form method="post" on:submit={ExternalEvent::Switched { id, is_on: !is_on }}>
                <button>if is_on { "Switch off" } else { "Switch on" }</button>
            </form>
        </header>
        <dl class="figures">
            <div>
                <dt>"Memory"</dt>
                <dd>{fixed(memory, 1)} " of " {MEMORY} " GB" {bar(100.0 * memory / MEMORY)}</dd>
            </div>
            <div><dt>"Load"</dt> <dd>{load} " %" {bar(load.into())}</dd></div>
            <div><dt>"Deploys"</dt> <dd>{grouped(server.deploys, ',')}</dd></div>
        </dl>
        <dl class="facts">
            <div><dt>"Framework"</dt> <dd>{server.framework}</dd></div>
            <div><dt>"Git repository"</dt> <dd><code>{server.repository}</code></dd></div>
            <div><dt>"Last commit"</dt> <dd>"“" {server.last_commit} "”"</dd></div>
            <div><dt>"Place"</dt> <dd>{server.place}</dd></div>
        </dl>
    }
}

/// A percentage as a line.
fn bar<E: 'static>(percent: f64) -> impl View<E> {
    html! { <span class="bar" style={[("--percent", fixed(percent, 0))]}/> }
}

#[cfg(test)]
mod tests {
    use tealight_test::{TestApp, TestPage};

    use super::*;

    fn current(page: &TestPage) -> String {
        page.text("[aria-current=page]")
    }

    #[test]
    fn a_server_has_its_own_address_and_title() {
        let app = TestApp::start(Servers::default());
        let page = app.open("/servers/teapot");
        assert_eq!((page.title(), page.text("h1")), ("teapot · Servers".into(), "teapot".into()));
        assert_eq!((current(&page), page.text("[role=status]")), ("teapot Busy".into(), "Busy".into()));
        assert_eq!(page.texts(".figures dd"), ["14.6 of 16 GB", "91 %", "418"]);
        assert_eq!(page.text("code"), "git.example/tea/teapot");
    }

    #[test]
    fn a_link_shows_another_server_on_the_same_page() {
        let app = TestApp::start(Servers::default());
        let page = app.open("/");
        assert_eq!((page.title(), current(&page)), ("Servers".into(), "Servers".into()));
        page.click("nav a[href='/servers/caddy']");
        assert_eq!((page.url(), page.title()), ("/servers/caddy".into(), "caddy · Servers".into()));
        assert_eq!((current(&page), page.text("h1")), ("caddy Healthy".into(), "caddy".into()));
        page.click(".home");
        assert_eq!((page.url(), page.title()), ("/".into(), "Servers".into()));
    }

    #[test]
    fn a_switch_changes_the_server_on_all_pages() {
        let app = TestApp::start(Servers::default());
        let (ada, bob, overview) = (app.open("/servers/kettle"), app.open("/servers/kettle"), app.open("/"));
        assert_eq!(overview.texts(".counts li"), ["3 Healthy", "2 Busy", "1 Down"]);
        ada.submit("form");
        for page in [&ada, &bob] {
            assert_eq!((page.text("[role=status]"), current(page)), ("Down".into(), "kettle Down".into()));
            assert_eq!(page.texts(".figures dd"), ["0.0 of 16 GB", "0 %", "128"]);
        }
        assert_eq!(overview.texts(".counts li"), ["2 Healthy", "2 Busy", "2 Down"]);
        bob.submit("form");
        assert_eq!((ada.text("[role=status]"), ada.text("button")), ("Healthy".into(), "Switch off".into()));
        assert_eq!(app.open("/servers/trivet").text("button"), "Switch on");
    }

    #[test]
    fn an_older_change_is_ignored() {
        let kettle = "kettle".parse().expect("a server");
        let rack = Rack::default();
        let (down, healthy) = (rack.switch(kettle, false), rack.switch(kettle, true));
        let app = TestApp::start(Servers::default());
        let page = app.open("/servers/kettle");
        app.publish(SWITCHES, &down);
        assert_eq!(page.text("[role=status]"), "Down");
        for switches in [healthy, down] {
            app.publish(SWITCHES, &switches);
            assert_eq!(page.text("[role=status]"), "Healthy");
        }
    }

    #[test]
    fn an_unknown_server_is_not_found() {
        let app = TestApp::start(Servers::default());
        for path in ["/servers/coffee-pot", "/servers/Kettle", "/servers", "/nowhere"] {
            let error = app.visit(|| PageRequest::new(path, "")).err();
            assert!(matches!(error, Some(MountError::NotFound)), "{path}");
        }
    }
}
