//! Messages and events that a session refuses.

use expect_test::expect;
use tealight_core::session::{HashSeed, Input, Output, Scratch};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};

use crate::support::Page;
use crate::tasks::{Tasks, check, three};

#[test]
fn a_handler_accepts_only_its_own_type_of_payload() {
    let mut page = Page::attached(Tasks, three());
    check(page.frame(r#"[1,0,[1],"Märchen \"quoted\""]"#), expect![[r#"[1,["Märchen \"quoted\""],{"e":1}]"#]]);
    check(page.frame("[2,1,[1]]"), expect![[r#"{"refused":"payload","event":2}"#]]);
    check(page.frame("[3,1,[1],{\"a\":1}]"), expect![[r#"{"refused":"payload","event":3}"#]]);
    let published = page.outputs.iter().find_map(|output| match output {
        Output::Publish(message) => Some(message.clone()),
        _ => None,
    });
    let published = published.expect("the title is published");
    assert_eq!((&*published.topic, &*published.payload), ("titles", "\"Märchen \\\"quoted\\\"\"".as_bytes()));
}

#[test]
fn refusals_are_remembered_within_a_bound() {
    let mut page = Page::attached(Tasks, three());
    for event in 1..=1_000 {
        page.frame(&format!("[{event},0,{}]", if event % 7 == 0 { "[1],7" } else { "[0]" }));
    }
    let said = page.tell(Input::Attach { patch: 0, event: 1_000 });
    assert_eq!(said.lines().count(), 257, "{said}");
    check(said.lines().next().unwrap_or_default(), expect![[r#"{"refused":"no-handler","event":745}"#]]);
}

#[test]
fn malformed_messages_are_refused() {
    let mut page = Page::attached(Tasks, three());
    let long = format!("[1,0,[{}]]", vec!["0"; 300].join(","));
    for message in [
        "",
        "x",
        "[1",
        "[]",
        "[1,0]",
        "[1,0,[]]",
        "[1,0,3]",
        "[1,0,[-1]]",
        "[1,0,[4294967296]]",
        "[0,0,[3]]",
        "[1,9,[3]]",
        "[1,0,[3],1,2]",
        "{}",
        r#"{"pong":1}"#,
        r#"{"ping":"1"}"#,
        r#"{"ping":1,"more":2}"#,
        r#"{"tealight":1,"session":"id","patch":0,"event":0}"#,
        &long,
    ] {
        let said = page.frame(message);
        assert!(said.contains(r#"{"refused":"malformed"}"#) && said.contains("closed: malformed"), "{message}: {said}");
    }
    check(page.frame(r#" {"ping": 7} "#), expect![[r#"{"pong":7}"#]]);
    check(
        page.frame(r#"[1,0,[3]]"#),
        expect![[r#"[1,[4,{"=":[4]}],{"e":1,"t":{"4":{"map":"1#5idjNS","tree":["go on"]}}}]"#]],
    );
}

/// The answers to a thousand events that are all refused.
fn flood(rest: impl Fn(u32) -> &'static str) -> String {
    let mut page = Page::attached(Tasks, three());
    let mut scratch = Scratch::new(HashSeed::new(7));
    for event in 1..=1_000 {
        let message = format!("[{event},0,{}]", rest(event));
        let input = Input::Frame(message.as_bytes());
        page.session.handle(&page.app, &mut scratch, input, &mut page.outputs).expect("the connection stays open");
    }
    page.flush()
}

#[test]
fn each_refused_event_of_a_burst_is_answered() {
    let said = flood(|_| "[0]");
    let expected = (1..=1_000).map(|event| format!(r#"{{"refused":"no-handler","event":{event}}}"#));
    assert!(said.lines().eq(expected), "{said}");
}

#[test]
fn the_answers_to_many_refused_events_are_bounded() {
    let said = flood(|event| if event % 2 == 0 { "[0]" } else { "[1],7" });
    assert!(said.lines().count() < 100, "{}", said.lines().count());
    check(said.lines().last().unwrap_or_default(), expect![[r#"{"event":1000}"#]]);
}

#[test]
fn a_handler_that_has_changed_in_flight_is_refused() {
    struct Toggle;

    #[derive(Hash)]
    enum Set {
        To(bool),
        Other,
    }

    impl LiveView for Toggle {
        type Model = bool;
        type ExternalEvent = Set;
        type InternalEvent = bool;

        async fn mount(&self, _: &PageRequest) -> Result<(bool, Command<bool>), MountError> {
            Ok((false, Command::none()))
        }

        fn update(&self, model: &mut bool, event: Event<Set, bool>) -> Command<bool> {
            match event {
                Event::External(Set::To(on)) | Event::Internal(on) => *model = on,
                Event::External(Set::Other) => {}
            }
            Command::none()
        }

        fn view(&self, is_on: &bool) -> impl View<Set> {
            html! {
                <button on:click={Set::To(!is_on)}>"toggle"</button>
                if *is_on { <button on:click={Set::To(false)}>"off"</button> } else { <button on:click={Set::To(true)}>"on"</button> }
                <button on:click={Set::Other}>"other"</button>
            }
        }
    }

    let mut page = Page::attached(Toggle, false);
    check(
        page.event(true),
        expect![[r#"[1,[1,{"=":[2]}],{"t":{"2":{"map":"1#YMkBLQ e0:click","tree":[["button","off"]]}}}]"#]],
    );
    // these events were made on the previous render; both addresses now lead to another handler
    check(page.frame("[1,0,[0]]"), expect![[r#"{"refused":"stale","event":1}"#]]);
    check(page.frame("[2,0,[1,0]]"), expect![[r#"{"refused":"stale","event":2}"#]]);
    check(page.frame("[3,0,[2]]"), expect![[r#"{"event":3}"#]]);
    check(page.frame("[4,1,[1,0]]"), expect![[r#"[2,[1,{"=":[1]}],{"e":4,"t":{"1":{"tree":[["button","on"]]}}}]"#]]);
    // the model has changed and no patch was sent: the handler at the address is not the one that was shown
    let mut scratch = Scratch::new(HashSeed::new(7));
    page.session.handle(&page.app, &mut scratch, Input::Event(true), &mut page.outputs).expect("an event is taken");
    check(
        page.frame("[5,2,[0]]"),
        expect![[r#"
        {"refused":"stale","event":5}
        [3,[1,{"=":[2]}]]"#]],
    );
}
