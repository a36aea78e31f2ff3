//! The parts of the client's script that a page needs.

mod support;

use support::Page;
use tealight_core::{Command, Event, LiveView, MountError, Needs, PageRequest, View, html, trusted};

#[derive(Clone, Copy, Debug, Default)]
struct Shown {
    field: bool,
    menu: bool,
    markup: &'static str,
}

struct Parts;

impl LiveView for Parts {
    type Model = Shown;
    type ExternalEvent = ();
    type InternalEvent = Shown;

    async fn mount(&self, _: &PageRequest) -> Result<(Shown, Command<Shown>), MountError> {
        Ok((Shown::default(), Command::none()))
    }

    fn update(&self, model: &mut Shown, event: Event<(), Shown>) -> Command<Shown> {
        if let Event::Internal(shown) = event {
            *model = shown;
        }
        Command::none()
    }

    fn view(&self, model: &Shown) -> impl View<()> {
        html! {
            if model.field { <input name="tea"/> }
            if model.menu { <button do:click={[]}>"Menu"</button> }
            <div>{trusted(model.markup)}</div>
        }
    }
}

const FORM: &str = "<p><input name=tea></p>";

fn needs(message: &str) -> (bool, bool) {
    let list = message.rsplit_once("\"n\":").or_else(|| message.rsplit_once("\"needs\":")).map_or("", |(_, list)| list);
    let (list, _) = list.split_once(']').unwrap_or_default();
    (list.contains("controls"), list.contains("effects"))
}

#[test]
fn a_message_names_the_parts_for_its_new_templates() {
    let mut page = Page::attached(Parts, Shown::default());
    let nothing = Shown::default();
    let field = Shown { field: true, ..nothing };
    for (shown, expected) in [
        (field, (true, false)),
        (nothing, (false, false)),
        // The page has them already.
        (field, (false, false)),
        (Shown { field: true, menu: true, markup: "" }, (false, true)),
        (Shown { markup: "<b>tea</b>", ..nothing }, (false, false)),
        (Shown { markup: FORM, ..nothing }, (true, false)),
    ] {
        let said = page.event(shown);
        assert_eq!(needs(&said), expected, "{shown:?}: {said}");
    }
}

#[test]
fn a_page_names_the_parts_for_all_its_templates() {
    let nothing = Shown::default();
    for (shown, controls, effects) in [
        (nothing, false, false),
        (Shown { field: true, ..nothing }, true, false),
        (Shown { menu: true, ..nothing }, false, true),
        (Shown { field: true, menu: true, markup: "" }, true, true),
        (Shown { markup: FORM, ..nothing }, true, false),
    ] {
        let mut page = Page::new(Parts, shown);
        let found = page.session.first_paint(&page.app, &mut page.scratch, "id", &mut Vec::new());
        assert_eq!(found, Needs { controls, effects, ..Needs::default() }, "{shown:?}");
        assert_eq!(needs(&page.first_paint()), (controls, effects), "{shown:?}");
        let mount = page.frame("{\"remount\":0}");
        assert_eq!(needs(&mount), (controls, effects), "{mount}");
    }
}
