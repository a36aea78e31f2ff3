//! A choice that `update` refuses is taken back, as on a page.

use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
use tealight_test::TestApp;

/// Takes a choice only if it is the wanted one.
struct Picky;

#[derive(Hash)]
enum Chosen {
    Agreed(bool),
    Tea(&'static str),
    Size(String),
    Opened(bool),
}

#[derive(Default)]
struct Model {
    takes: bool,
    agreed: bool,
    tea: &'static str,
    size: String,
    open: bool,
}

impl LiveView for Picky {
    type Model = Model;
    type ExternalEvent = Chosen;
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        let model =
            Model { takes: request.path() == "/takes", tea: "oolong", size: "small".to_owned(), ..Model::default() };
        Ok((model, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<Chosen, ()>) -> Command<()> {
        match event {
            Event::External(_) if !model.takes => {}
            Event::External(Chosen::Agreed(agreed)) => model.agreed = agreed,
            Event::External(Chosen::Tea(tea)) => model.tea = tea,
            Event::External(Chosen::Size(size)) => model.size = size,
            Event::External(Chosen::Opened(open)) => model.open = open,
            Event::Internal(()) => {}
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<Chosen> {
        html! {
            <input id="agreed" type="checkbox" checked={model.agreed} on:check={Chosen::Agreed}>
            <input id="own" type="checkbox" on:check={Chosen::Agreed}>
            for tea in ["oolong", "sencha"], key = tea {
                <input id={tea} type="radio" name="tea" checked={model.tea == tea} on:change={Chosen::Tea(tea)}>
            }
            <select id="size" on:change={Chosen::Size}>
                for size in ["small", "large"], key = size { <option selected={model.size == size}>{size}</option> }
            </select>
            <details id="more" open={model.open} on:toggle={Chosen::Opened}><summary>"More"</summary></details>
        }
    }
}

/// Chooses everything, and returns what the page then shows.
fn choose(path: &str) -> (bool, bool, [bool; 2], String, bool) {
    let page = TestApp::start(Picky).open(path);
    for selector in ["#agreed", "#own", "#sencha", "summary"] {
        page.click(selector);
    }
    page.choose("#size", "large");
    let tea = [page.is_checked("#oolong"), page.is_checked("#sencha")];
    (page.is_checked("#agreed"), page.is_checked("#own"), tea, page.value("#size"), page.count("#more[open]") == 1)
}

#[test]
fn a_choice_that_is_taken_stays() {
    assert_eq!(choose("/takes"), (true, true, [false, true], "large".to_owned(), true));
}

#[test]
fn a_choice_that_is_refused_is_taken_back() {
    assert_eq!(choose("/refuses"), (false, true, [true, false], "small".to_owned(), false));
}
