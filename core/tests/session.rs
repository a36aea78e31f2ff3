//! Whole conversations between a page and its session.

mod support;

use std::time::Duration;

use expect_test::{Expect, expect};
use support::Page;
use tealight_core::session::{HashSeed, Input, Output, Scratch, Session, SubscriptionId};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};

/// A list of tasks, with a title that can be typed and a clock that can be paused.
struct Tasks;

#[derive(Clone, Default)]
struct Model {
    title: String,
    tasks: Vec<(u32, &'static str)>,
    ticks: u32,
    is_paused: bool,
    log: Vec<String>,
}

#[derive(Clone, Debug, Hash)]
enum External {
    Pause,
    Remove(u32),
    Rename(String),
    Boom,
}

#[derive(Clone, Debug)]
enum Internal {
    Tick,
    Add(u32, &'static str),
    Reverse,
    Said(String),
    Nothing,
    Retitle(&'static str),
}

impl LiveView for Tasks {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        Ok((Model::default(), Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<External, Internal>) -> Command<Internal> {
        match event {
            Event::External(External::Pause) => model.is_paused = !model.is_paused,
            Event::External(External::Remove(id)) => model.tasks.retain(|task| task.0 != id),
            Event::External(External::Rename(title)) => {
                model.title = title;
                return Command::publish("titles", &model.title);
            }
            Event::External(External::Boom) => panic!("boom"),
            Event::Internal(Internal::Tick) => model.ticks += 1,
            Event::Internal(Internal::Add(id, task)) => model.tasks.insert(0, (id, task)),
            Event::Internal(Internal::Reverse) => model.tasks.reverse(),
            Event::Internal(Internal::Said(word)) => model.log.push(word),
            Event::Internal(Internal::Nothing) => {}
            Event::Internal(Internal::Retitle(title)) => model.title = title.to_owned(),
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<External> {
        html! {
            <h1>{model.title}</h1>
            <input on:input={External::Rename}/>
            <p>{model.ticks}</p>
            <button on:click={External::Pause}>if model.is_paused { "go on" } else { "pause" }</button>
            <ul>
                for (id, task) in &model.tasks, key = id {
                    <li>{task} <button on:click={External::Remove(*id)}>"×"</button></li>
                }
            </ul>
            for word in &model.log { <i>{word}</i> }
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        if model.is_paused {
            return Subscription::topic("news", Internal::Said);
        }
        Subscription::batch([
            Subscription::every(Duration::from_secs(1), Internal::Tick),
            Subscription::topic("news", Internal::Said),
        ])
    }
}

fn three() -> Model {
    Model { title: "Today".to_owned(), tasks: vec![(1, "tea"), (2, "milk"), (3, "honey")], ..Model::default() }
}

fn check(said: impl AsRef<str>, expected: Expect) {
    expected.assert_eq(said.as_ref());
}

#[test]
fn an_attached_page_receives_patches() {
    let mut page = Page::new(Tasks, three());
    check(
        page.first_paint(),
        expect![[
            r#"<div data-tealight="connecting"><h1>Today</h1><input><p>0</p><button><!3>pause</button><ul><li>tea<button>×</button></li><li>milk<button>×</button></li><li>honey<button>×</button></li></ul><!/></div><script type="application/json">{"tealight":1,"session":"id","nodes":22,"needs":["controls"],"templates":{"1":{"map":"1#AgNRho s0/0 e0/-1:click"},"2":{"map":"1#0xNv7I S0"},"0":{"map":"5.6.0#2p14S5 S0 e1:input S2 e3:click b3/0 L4:1 l5:2"},"3":{"map":"1#w5VxZM"}}}</script>"#
        ]],
    );
    check(page.tell(Input::Attach { patch: 0, event: 0 }), expect![[r#"{"resume":{"event":0}}"#]]);
    check(page.event(Internal::Tick), expect![[r#"[1,[2,"1"]]"#]]);
    check(page.event(Internal::Nothing), expect![[""]]);
    check(
        page.event(Internal::Add(4, "sugar")),
        expect![[r#"[2,[5,[{"+":[["sugar"]]}]],{"t":{"1":{"tree":[["li",1,["button","×"]]]}}}]"#]],
    );
    check(
        page.frame("[1,2,[3]]"),
        expect![[r#"[3,[4,{"=":[4]}],{"e":1,"t":{"4":{"map":"1#5idjNS","tree":["go on"]}}}]"#]],
    );
    check(page.event(Internal::Reverse), expect![[r#"[4,[5,[{">":3},{">":2},{">":1}]]]"#]]);
    check(
        page.event(Internal::Said("hello".to_owned())),
        expect![[r#"[5,[6,[{"+":[["hello"]]}]],{"t":{"2":{"tree":[["i"]]}}}]"#]],
    );
}

#[test]
fn many_events_make_one_patch() {
    let mut page = Page::attached(Tasks, three());
    let mut scratch = Scratch::new(HashSeed::new(7));
    for _ in 0..10 {
        let input = Input::Event(Internal::Tick);
        page.session.handle(&page.app, &mut scratch, input, &mut page.outputs).expect("an event is taken");
    }
    check(page.flush(), expect![[r#"[1,[2,"10"]]"#]]);
}

#[test]
fn a_handler_is_found_in_its_row_after_the_row_moved() {
    let mut page = Page::attached(Tasks, three());
    page.event(Internal::Reverse);
    page.event(Internal::Add(4, "sugar"));
    // the page has not seen these changes; when it was painted, row 0 was tea
    check(page.frame("[1,0,[5,0,1]]"), expect![[r#"[3,[5,[{"-":[3]}]],{"e":1}]"#]]);
    // sugar was added as row 3
    check(page.frame("[2,2,[5,3,1]]"), expect![[r#"[4,[5,[{"-":[0]}]],{"e":2}]"#]]);
    check(page.frame("[3,3,[5,3,1]]"), expect![[r#"{"refused":"stale","event":3}"#]]);
    check(page.frame("[4,3,[5,9,1]]"), expect![[r#"{"refused":"no-handler","event":4}"#]]);
    check(page.frame("[5,3,[5]]"), expect![[r#"{"refused":"no-handler","event":5}"#]]);
    check(page.frame("[6,3,[0]]"), expect![[r#"{"refused":"no-handler","event":6}"#]]);
}

#[test]
fn an_event_is_applied_once_and_in_order() {
    let mut page = Page::attached(Tasks, three());
    check(
        page.frame("[1,0,[3]]"),
        expect![[r#"[1,[4,{"=":[4]}],{"e":1,"t":{"4":{"map":"1#5idjNS","tree":["go on"]}}}]"#]],
    );
    check(page.frame("[1,0,[3]]"), expect![[r#"{"event":1}"#]]);
    check(
        page.frame("[3,1,[3]]"),
        expect![[r#"
        {"refused":"order"}
        closed: order: an earlier event has not arrived; attach again"#]],
    );
}

#[test]
fn an_event_of_an_older_patch_counts_after_a_new_attach() {
    // the page has numbered the event already, or still delays it
    for event in [1, 0] {
        let mut page = Page::attached(Tasks, three());
        page.event(Internal::Tick);
        page.event(Internal::Tick);
        check(page.tell(Input::Attach { patch: 2, event }), expect![[r#"{"resume":{"event":0}}"#]]);
        check(
            page.frame("[1,1,[3]]"),
            expect![[r#"[3,[4,{"=":[4]}],{"e":1,"t":{"4":{"map":"1#5idjNS","tree":["go on"]}}}]"#]],
        );
    }
}

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
fn a_page_that_attaches_again_receives_what_it_missed() {
    let mut page = Page::attached(Tasks, three());
    page.event(Internal::Tick);
    check(page.tell(Input::Attach { patch: 1, event: 0 }), expect![[r#"{"resume":{"event":0}}"#]]);
    page.event(Internal::Tick);
    // patch 2 was lost with the connection
    check(
        page.tell(Input::Attach { patch: 1, event: 0 }),
        expect![[
            r#"{"mount":{"session":"id","patch":3,"event":0,"templates":{"1":{"map":"1#AgNRho s0/0 e0/-1:click","tree":[["li",1,["button","×"]]]},"2":{"map":"1#0xNv7I S0","tree":[["i"]]},"0":{"map":"5.6.0#2p14S5 S0 e1:input S2 e3:click b3/0 L4:1 l5:2","tree":[["h1"],["input"],["p"],["button",1],["ul"],2]},"3":{"map":"1#w5VxZM","tree":["pause"]}},"needs":["controls"],"view":[0,"Today","2",[3],[["tea"],["milk"],["honey"]],[]]}}"#
        ]],
    );
    // the page made this event before it had the full render
    check(
        page.frame("[1,1,[3]]"),
        expect![[r#"[4,[4,{"=":[4]}],{"e":1,"t":{"4":{"map":"1#5idjNS","tree":["go on"]}}}]"#]],
    );
    check(page.frame("[2,3,[5,0,1]]"), expect![[r#"[5,[5,[{"-":[0]}]],{"e":2}]"#]]);
    check(
        page.frame(r#"{"remount":3}"#),
        expect![[
            r#"{"mount":{"session":"id","patch":6,"event":2,"templates":{"1":{"map":"1#AgNRho s0/0 e0/-1:click","tree":[["li",1,["button","×"]]]},"2":{"map":"1#0xNv7I S0","tree":[["i"]]},"0":{"map":"5.6.0#2p14S5 S0 e1:input S2 e3:click b3/0 L4:1 l5:2","tree":[["h1"],["input"],["p"],["button",1],["ul"],2]},"3":{"map":"1#5idjNS","tree":["go on"]}},"needs":["controls"],"view":[0,"Today","2",[3],[["milk"],["honey"]],[]]}}"#
        ]],
    );
}

#[test]
fn a_page_that_lost_a_patch_sends_its_events_before_it_is_rendered_anew() {
    let mut page = Page::attached(Tasks, three());
    page.event(Internal::Reverse);
    page.event(Internal::Add(4, "sugar"));
    // both patches were lost, and the page has made two events meanwhile
    check(page.tell(Input::Attach { patch: 0, event: 2 }), expect![[r#"{"resume":{"event":0}}"#]]);
    check(page.event(Internal::Tick), expect![[""]]);
    check(page.frame("[1,0,[5,0,1]]"), expect![[""]]);
    check(
        page.frame("[2,0,[5,1,1]]"),
        expect![[
            r#"{"mount":{"session":"id","patch":3,"event":2,"templates":{"1":{"map":"1#AgNRho s0/0 e0/-1:click","tree":[["li",1,["button","×"]]]},"2":{"map":"1#0xNv7I S0","tree":[["i"]]},"0":{"map":"5.6.0#2p14S5 S0 e1:input S2 e3:click b3/0 L4:1 l5:2","tree":[["h1"],["input"],["p"],["button",1],["ul"],2]},"3":{"map":"1#w5VxZM","tree":["pause"]}},"needs":["controls"],"view":[0,"Today","1",[3],[["sugar"],["honey"]],[]]}}"#
        ]],
    );
}

#[test]
fn an_address_from_before_full_renders_leads_to_the_same_row() {
    let mut page = Page::attached(Tasks, three());
    page.event(Internal::Add(4, "sugar"));
    for patch in 1..4 {
        page.frame(&format!(r#"{{"remount":{patch}}}"#));
    }
    // sugar was row 3 then, and is row 0 now
    check(page.frame("[1,1,[5,3,1]]"), expect![[r#"[5,[5,[{"-":[0]}]],{"e":1}]"#]]);
    check(page.frame("[2,4,[5,1,1]]"), expect![[r#"[6,[5,[{"-":[0]}]],{"e":2}]"#]]);
    // a page's patches only grow
    check(page.frame("[3,1,[5,1,1]]"), expect![[r#"{"refused":"stale","event":3}"#]]);
}

#[test]
fn a_page_that_never_confirms_a_full_render_costs_little() {
    let mut page = Page::attached(Tasks, three());
    let once = page.session.kept_bytes();
    for _ in 0..100 {
        page.frame(r#"{"remount":0}"#);
    }
    let most = page.session.kept_bytes();
    assert!(most < 8 * once, "{most} bytes, and {once} at first");
    // the page showed this before the oldest full render that is kept
    check(page.frame("[1,0,[5,0,1]]"), expect![[r#"{"refused":"stale","event":1}"#]]);
    page.frame(r#"{"seen":100}"#);
    assert!(page.session.kept_bytes() <= once, "{} bytes, and {once} at first", page.session.kept_bytes());
}

#[test]
fn a_page_without_a_session_gets_a_full_render_of_a_new_one() {
    let mut page = Page::new(Tasks, three());
    check(
        page.tell(Input::Attach { patch: Session::<Tasks>::NOTHING, event: 0 }),
        expect![[
            r#"{"mount":{"session":"id","patch":1,"event":0,"templates":{"1":{"map":"1#AgNRho s0/0 e0/-1:click","tree":[["li",1,["button","×"]]]},"2":{"map":"1#0xNv7I S0","tree":[["i"]]},"0":{"map":"5.6.0#2p14S5 S0 e1:input S2 e3:click b3/0 L4:1 l5:2","tree":[["h1"],["input"],["p"],["button",1],["ul"],2]},"3":{"map":"1#w5VxZM","tree":["pause"]}},"needs":["controls"],"view":[0,"Today","0",[3],[["tea"],["milk"],["honey"]],[]]}}"#
        ]],
    );
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

fn subscriptions(page: &mut Page<Tasks>) -> String {
    let outputs = std::mem::take(&mut page.outputs);
    let lines = outputs.iter().map(|output| match output {
        Output::Every { period, .. } => format!("every {period:?}"),
        Output::Subscribe { name, .. } => format!("topic {name}"),
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
    check(subscriptions(&mut page), expect!["every 1s, topic news, After(5s)"]);
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
    let [timer, topic] = ids[..] else { panic!("two subscriptions: {ids:?}") };
    check(page.tell(Input::Timer(timer)), expect![[r#"[1,[2,"1"]]"#]]);
    check(
        page.tell(Input::Message(topic, b"\"hello\"")),
        expect![[r#"[2,[6,[{"+":[["hello"]]}]],{"t":{"2":{"tree":[["i"]]}}}]"#]],
    );
    check(page.tell(Input::Message(topic, b"{\"not\":\"a text\"}")), expect![[""]]);
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
