//! Components whose events the page wraps: an event is made only by the constructor that the page showed.

mod support;

use support::Page;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};

struct Wrapped;

#[derive(Debug, Default)]
struct Model {
    is_other: bool,
    log: Vec<Press>,
}

#[derive(Clone, Debug, Hash, PartialEq)]
enum Press {
    One(Part),
    Other(Part),
    Row(u32, Part),
    OtherRow(u32, Part),
}

#[derive(Clone, Debug, Hash, PartialEq)]
struct Part;

fn part() -> impl View<Part> {
    html! { <button on:click={Part}>"x"</button> }
}

impl LiveView for Wrapped {
    type Model = Model;
    type ExternalEvent = Press;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        Ok((Model::default(), Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<Press, ()>) -> Command<()> {
        match event {
            Event::External(press) => model.log.push(press),
            Event::Internal(()) => model.is_other = !model.is_other,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<Press> {
        html! {
            {part().map(if model.is_other { Press::Other } else { Press::One })}
            {part().map_with(7, if model.is_other { Press::OtherRow } else { Press::Row })}
        }
    }
}

#[test]
fn a_constructor_is_chosen_at_each_render() {
    let mut page = Page::attached(Wrapped, Model::default());
    assert_eq!(page.frame("[1,0,[0,0]]"), r#"{"event":1}"#);
    assert_eq!(page.frame("[2,0,[1,0]]"), r#"{"event":2}"#);
    // Nothing that the page shows has changed, but its handlers have.
    assert_eq!(page.event(()), "[1,[]]");
    assert_eq!(page.frame("[3,1,[0,0]]"), r#"{"event":3}"#);
    assert_eq!(page.frame("[4,1,[1,0]]"), r#"{"event":4}"#);
    assert_eq!(
        page.session.model().log,
        [Press::One(Part), Press::Row(7, Part), Press::Other(Part), Press::OtherRow(7, Part)]
    );
}

#[test]
fn an_event_made_before_the_constructor_changed_is_stale() {
    let mut page = Page::attached(Wrapped, Model::default());
    page.event(());
    assert_eq!(page.frame("[1,0,[0,0]]"), r#"{"refused":"stale","event":1}"#);
    assert_eq!(page.frame("[2,0,[1,0]]"), r#"{"refused":"stale","event":2}"#);
    assert_eq!(page.session.model().log, []);
}
