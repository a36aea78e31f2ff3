//! Timers, topics and panics.

use std::time::Duration;

use expect_test::expect;
use tealight_core::session::{Input, Output, SubscriptionId};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};

use crate::support::Page;
use crate::tasks::{External, Internal, Tasks, check, three};

fn subscriptions(page: &mut Page<Tasks>) -> String {
    let outputs = std::mem::take(&mut page.outputs);
    let lines = outputs.iter().map(|output| match output {
        Output::Every { period, .. } => format!("every {period:?}"),
        Output::Subscribe { topic, .. } => format!("topic {}", topic.text()),
        Output::Stop(_) => "stop".to_owned(),
        other => format!("{other:?}"),
    });
    lines.collect::<Vec<_>>().join(", ")
}

#[test]
fn timers_and_topics_follow_the_model() {
    let command = Command::after(Duration::from_secs(5), Internal::Retitle("Later"));
    let mut page = Page::with_command(Tasks, three(), command);
    page.first_paint();
    check(subscriptions(&mut page), expect![[""]]);
    page.tell(Input::Attach { patch: 0, event: 0 });
    check(subscriptions(&mut page), expect!["topic news, every 1s, After(5s)"]);
    page.event(Internal::Tick);
    check(subscriptions(&mut page), expect![[""]]);
    page.frame("[1,1,[3]]");
    check(subscriptions(&mut page), expect!["stop"]);
    page.frame("[2,2,[3]]");
    check(subscriptions(&mut page), expect!["every 1s"]);
    page.tell(Input::Attach { patch: 3, event: 2 });
    check(subscriptions(&mut page), expect![[""]]);
}

#[test]
fn timers_and_topics_are_identified_by_their_names() {
    let mut page = Page::new(Tasks, three());
    page.first_paint();
    page.tell(Input::Attach { patch: 0, event: 0 });
    let ids: Vec<SubscriptionId> = page
        .outputs
        .iter()
        .filter_map(|output| match output {
            Output::Every { id, .. } | Output::Subscribe { id, .. } => Some(*id),
            _ => None,
        })
        .collect();
    let [topic, timer] = ids[..] else { panic!("two subscriptions: {ids:?}") };
    check(page.tell(Input::Timer(timer)), expect![[r#"[1,[2,"1"]]"#]]);
    check(
        page.tell(Input::Message { id: topic, topic: "chat", payload: b"\"hello\"" }),
        expect![[r#"[2,[6,[{"+":[["hello"]]}]],{"t":{"2":{"tree":[["i"]]}}}]"#]],
    );
    check(page.tell(Input::Message { id: topic, topic: "chat", payload: b"{\"not\":\"a text\"}" }), expect![[""]]);
    page.frame("[1,2,[3]]");
    check(page.tell(Input::Timer(timer)), expect![[""]]);
}

#[test]
fn a_session_survives_a_panic_in_update() {
    struct Fragile;

    impl LiveView for Fragile {
        type Model = bool;
        type ExternalEvent = External;
        type InternalEvent = bool;

        async fn mount(&self, _: &PageRequest) -> Result<(bool, Command<bool>), MountError> {
            Ok((false, Command::none()))
        }

        fn update(&self, model: &mut bool, event: Event<External, bool>) -> Command<bool> {
            *model = matches!(event, Event::Internal(true));
            Command::none()
        }

        fn view(&self, is_broken: &bool) -> impl View<External> {
            html! { <p>"before"</p> <p>if *is_broken { {broken()} } else { "fine" }</p> <p on:click={External::Boom}/> }
        }
    }

    fn broken() -> &'static str {
        panic!("the view cannot show this")
    }

    let mut page = Page::attached(Fragile, false);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| page.event(true)));
    assert!(panicked.is_err());
    // the interrupted diff is not trusted: the page is rendered in full
    check(
        page.event(false),
        expect![[
            r#"{"mount":{"session":"id","patch":2,"event":0,"templates":{"0":{"map":"3#nfrddB b1/0 e2:click","tree":[["p","before"],["p",1],["p"]]},"1":{"map":"1#wh6S7z","tree":["fine"]}},"view":[0,[1]]}}"#
        ]],
    );
}
