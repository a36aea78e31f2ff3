//! Components with state: events and results reach the component that they belong to, or none.

mod support;

use std::convert::Infallible;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use support::Page;
use tealight_core::session::{FormAddress, HashSeed, Input, Output, Scratch, Session};
use tealight_core::{
    Child, ChildEvent, Children, Command, Component, Event, FormData, LiveView, MountError, PageRequest, Subscription,
    View, html,
};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Lamp {
    is_on: bool,
    log: Vec<String>,
}

#[derive(Clone, Debug, Hash)]
enum Press {
    Switch,
    Named(Named),
    Away,
}

#[derive(Clone, Debug, Hash, Deserialize)]
struct Named {
    name: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Told {
    Tick,
    Heard(String),
}

/// A lamp that tells its parent when it is done.
impl Component for Lamp {
    type ExternalEvent = Press;
    type InternalEvent = Told;
    type Outcome = (Command<Told>, bool);

    fn update(&mut self, event: Event<Press, Told>) -> (Command<Told>, bool) {
        let mut is_done = false;
        match event {
            Event::External(Press::Switch) => {
                self.is_on = !self.is_on;
                return (Command::after(Duration::from_secs(1), Told::Heard("after".into())), false);
            }
            Event::External(Press::Named(Named { name })) => self.log.push(name),
            Event::External(Press::Away) => is_done = true,
            Event::Internal(Told::Tick) => self.log.push("tick".into()),
            Event::Internal(Told::Heard(text)) => self.log.push(text),
        }
        (Command::none(), is_done)
    }

    fn view(&self) -> impl View<Press> {
        html! {
            <button on:click={Press::Switch}>{if self.is_on { "on" } else { "off" }}</button>
            <form method="post" on:submit={Press::Named}><input name="name"/></form>
        }
    }

    fn subscriptions(&self) -> Subscription<Told> {
        if !self.is_on {
            return Subscription::none();
        }
        Subscription::batch([
            Subscription::every(Duration::from_secs(1), Told::Tick),
            Subscription::every(Duration::from_secs(1), Told::Heard("a second".into())),
            Subscription::topic("news", Told::Heard),
        ])
    }
}

struct House;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Model {
    lamps: Children<String, Lamp>,
    porch: Child<Lamp>,
}

#[derive(Clone, Debug, Hash)]
enum External {
    Lamp(ChildEvent<Press, String>),
    Porch(ChildEvent<Press>),
}

#[derive(Clone, Debug)]
enum Internal {
    Lamp(ChildEvent<Told, String>),
    Porch(ChildEvent<Told>),
    Change(fn(&mut Model)),
}

impl LiveView for House {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        Ok((Model::default(), Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<External, Internal>) -> Command<Internal> {
        match event {
            Event::External(External::Lamp(event)) => model.lamps.update(Event::External(event), Internal::Lamp).0,
            Event::Internal(Internal::Lamp(event)) => model.lamps.update(Event::Internal(event), Internal::Lamp).0,
            Event::External(External::Porch(event)) => model.porch.update(Event::External(event), Internal::Porch).0,
            Event::Internal(Internal::Porch(event)) => model.porch.update(Event::Internal(event), Internal::Porch).0,
            Event::Internal(Internal::Change(change)) => {
                change(model);
                Command::none()
            }
        }
    }

    fn view(&self, model: &Model) -> impl View<External> {
        html! {
            <ul>for lamp in &model.lamps, key = lamp.key() { <li>{lamp.view(External::Lamp)}</li> }</ul>
            <p>{model.porch.view(External::Porch)}</p>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        Subscription::batch([model.lamps.subscriptions(Internal::Lamp), model.porch.subscriptions(Internal::Porch)])
    }
}

fn lamps(names: &[&str]) -> Children<String, Lamp> {
    names.iter().map(|name| ((*name).to_owned(), Lamp::default())).collect()
}

fn house(names: &[&str]) -> Model {
    Model { lamps: lamps(names), porch: Child::default() }
}

fn page() -> Page<House> {
    Page::attached(House, house(&["hall", "attic"]))
}

fn is_on(model: &Model) -> Vec<bool> {
    model.lamps.iter().map(|lamp| lamp.is_on).collect()
}

fn keys(lamps: &Children<String, Lamp>) -> Vec<&str> {
    lamps.iter().map(|lamp| lamp.key().as_str()).collect()
}

#[test]
fn an_event_reaches_its_component() {
    let mut page = page();
    assert!(!page.frame("[1,0,[0,1,0,0]]").contains("refused"));
    assert_eq!((is_on(page.session.model()), page.session.model().porch.is_on), (vec![false, true], false));
    assert!(!page.frame("[2,1,[1,0]]").contains("refused"));
    assert_eq!((is_on(page.session.model()), page.session.model().porch.is_on), (vec![false, true], true));
    assert!(page.outputs.iter().any(|output| matches!(output, Output::After(_, Internal::Porch(_)))));
}

#[test]
fn an_event_for_an_earlier_component_with_the_same_key_is_stale() {
    let mut page = page();
    page.event(Internal::Change(|model| {
        model.lamps.remove("attic");
        model.lamps.insert("attic".into(), Lamp::default());
        model.porch.replace(Lamp::default());
    }));
    assert_eq!(page.frame("[1,0,[0,1,0,0]]"), r#"{"refused":"stale","event":1}"#);
    assert_eq!(page.frame("[2,0,[1,0]]"), r#"{"refused":"stale","event":2}"#);
    assert_eq!(is_on(page.session.model()), [false, false]);
}

#[test]
fn a_result_for_a_removed_component_is_dropped() {
    let mut lamps = lamps(&["hall", "attic"]);
    let attic = lamps.get("attic").expect("a lamp");
    let (click, result) = (attic.event(Press::Switch), attic.event(Told::Heard("late".into())));
    let before = lamps.clone();
    lamps.remove("attic");
    for _ in 0..2 {
        let kept = lamps.clone();
        for event in [Event::External(click.clone()), Event::Internal(result.clone())] {
            let (command, is_done) = lamps.update(event, Internal::Lamp);
            assert!(command.is_none() && !is_done);
        }
        assert_eq!(lamps, kept);
        // now there is another one with the same key
        lamps.insert("attic".into(), Lamp::default());
    }
    assert_ne!(lamps, before);
    assert!(before.get("attic").is_some());
}

#[test]
fn a_result_for_a_replaced_component_is_dropped() {
    let mut porch = Child::new(Lamp::default());
    let result = porch.event(Told::Heard("late".into()));
    let mut replaced = porch.clone();
    replaced.replace(Lamp::default());
    assert!(replaced.update(Event::Internal(result.clone()), Internal::Porch).0.is_none());
    assert_eq!(replaced.log, [""; 0]);
    let _ = porch.update(Event::Internal(result), Internal::Porch);
    assert_eq!(porch.log, ["late"]);
}

#[test]
fn a_component_tells_its_parent() {
    let mut lamps = lamps(&["hall", "attic"]);
    for event in [Press::Switch, Press::Away] {
        let is_away = matches!(event, Press::Away);
        let event = lamps.get("hall").expect("a lamp").event(event);
        assert_eq!(lamps.update(Event::External(event), Internal::Lamp).1, is_away);
    }
}

#[test]
fn subscriptions_of_a_component_stay_when_others_go() {
    let mut page = page();
    page.event(Internal::Change(|model| model.lamps.iter_mut().for_each(|lamp| lamp.is_on = true)));
    let (timers, topics): (Vec<_>, Vec<_>) =
        page.outputs.drain(..).partition(|output| matches!(output, Output::Every { .. }));
    assert_eq!((timers.len(), topics.len()), (4, 2));
    page.event(Internal::Change(|model| drop(model.lamps.remove("hall"))));
    let stopped: Vec<_> = page.outputs.drain(..).collect();
    assert_eq!(stopped.len(), 3, "{stopped:?}");
    // the attic's own timers still run, and deliver to it
    for timer in &timers[2..] {
        let Output::Every { id, .. } = timer else { unreachable!("only timers") };
        page.tell(Input::Timer(*id));
    }
    assert_eq!(page.session.model().lamps.get("attic").expect("a lamp").log, ["tick", "a second"]);
}

#[test]
fn a_list_keeps_its_order() {
    let mut list = lamps(&["a", "b", "c", "b"]);
    assert_eq!((keys(&list), list.len()), (vec!["a", "b", "c"], 3));
    list.move_to("a", 1);
    assert_eq!(keys(&list), ["b", "a", "c"]);
    list.move_to("b", usize::MAX);
    list.move_to("x", 0);
    assert_eq!(keys(&list), ["a", "c", "b"]);
    assert_eq!(list.insert("c".into(), Lamp { is_on: true, log: Vec::new() }), Some(Lamp::default()));
    assert_eq!((keys(&list), list.get("c").map(|lamp| lamp.is_on)), (vec!["a", "c", "b"], Some(true)));
    list.retain(|lamp| !lamp.is_on);
    assert_eq!(list.remove("c"), None);
    assert_eq!(keys(&list), ["a", "b"]);
    list.clear();
    assert!(list.is_empty() && list.get_mut("a").is_none());
    assert!(list.run("a", |_| Command::title("never"), Internal::Lamp).is_none());
}

#[test]
fn a_saved_model_is_the_same_model() {
    let mut model = house(&["hall", "attic"]);
    model.lamps.remove("hall");
    let late = model.lamps.get("attic").expect("a lamp").event(Told::Heard("late".into()));
    let json = serde_json::to_string(&model).expect("JSON");
    let mut loaded: Model = serde_json::from_str(&json).expect("a model");
    assert_eq!(loaded, model);
    let _ = loaded.lamps.update(Event::Internal(late.clone()), Internal::Lamp);
    loaded.lamps.insert("attic".into(), Lamp::default());
    assert!(loaded.lamps.update(Event::Internal(late), Internal::Lamp).0.is_none());
}

/// The same keys are enough: a new session numbers its components anew.
#[test]
fn a_form_that_is_posted_without_javascript_reaches_the_component_with_its_key() {
    let paint = |model: Model| {
        let mut scratch = Scratch::new(HashSeed::new(7));
        let mut session = Session::new(model, Command::none());
        let mut out = Vec::new();
        session.first_paint_at("", &House, &mut scratch, "id", &mut out);
        (String::from_utf8(out).expect("text"), session, scratch)
    };
    let (html, ..) = paint(house(&["hall", "attic"]));
    let action = html.split("action=\"?tealight-form=").nth(2).and_then(|rest| rest.split('"').next()).expect("a form");
    let mut model = house(&["old", "hall", "attic"]);
    model.lamps.remove("old");
    let (_, mut session, mut scratch) = paint(model);
    let address: FormAddress = action.parse().expect("an address");
    let data = FormData::from_urlencoded(b"name=warm").expect("few fields");
    assert_eq!(session.post(&House, &mut scratch, &address, &data, &mut Vec::new()), Ok(()));
    assert_eq!(session.model().lamps.get("attic").expect("a lamp").log, ["warm"]);
}

/// A component without events of the server, inside of a component in a list.
#[test]
fn components_contain_components() {
    #[derive(Default)]
    struct Room {
        lamps: Children<u32, Plain>,
    }

    #[derive(Default)]
    struct Plain(bool);

    impl Component for Plain {
        type ExternalEvent = ();
        type InternalEvent = Infallible;
        type Outcome = Command<Infallible>;

        fn update(&mut self, event: Event<(), Infallible>) -> Command<Infallible> {
            let Event::External(()) = event;
            self.0 = !self.0;
            Command::title("switched")
        }

        fn view(&self) -> impl View<()> {
            html! { <button on:click={()}>{if self.0 { "on" } else { "off" }}</button> }
        }
    }

    impl Component for Room {
        type ExternalEvent = ChildEvent<(), u32>;
        type InternalEvent = ChildEvent<Infallible, u32>;
        type Outcome = Command<ChildEvent<Infallible, u32>>;

        fn update(&mut self, event: Event<ChildEvent<(), u32>, ChildEvent<Infallible, u32>>) -> Self::Outcome {
            self.lamps.update(event, |event| event)
        }

        fn view(&self) -> impl View<ChildEvent<(), u32>> {
            html! { for lamp in &self.lamps, key = lamp.key() { {lamp.view(|event| event)} } }
        }
    }

    let mut rooms = Children::from_iter([("hall", Room::default())]);
    let room = rooms.get_mut("hall").expect("a room");
    room.lamps.insert(7, Plain(false));
    let inner = room.lamps.get(&7).expect("a lamp").event(());
    let event = room.event(inner);
    assert!(!rooms.update(Event::External(event), |event| event.event.event).is_none());
    assert!(rooms.get("hall").and_then(|room| room.lamps.get(&7)).is_some_and(|lamp| lamp.0));
}
