//! Page commands are carried out exactly once, even if the connection breaks.

mod support;

use std::time::Duration;

use expect_test::{Expect, expect};
use support::Page;
use tealight_core::PageEffect;
use tealight_core::effect::{
    add_class, close, closest, dispatch, focus, hide, open, remove_attribute, remove_class, scroll_into_view,
    set_attribute, set_checked, set_value, show, this, toggle, toggle_class, transition, within,
};
use tealight_core::session::{HashSeed, Input, Output, Scratch, Session};
use tealight_core::{Call, Command, Event, LiveView, MountError, PageRequest, View, html, with};

struct Talker;

#[derive(Debug)]
enum Internal {
    Count,
    Say(Vec<Command<()>>),
}

#[derive(Hash)]
struct Clicked;

impl LiveView for Talker {
    type Model = u32;
    type ExternalEvent = Clicked;
    type InternalEvent = Internal;

    async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<Internal>), MountError> {
        Ok((0, Command::none()))
    }

    fn update(&self, count: &mut u32, event: Event<Clicked, Internal>) -> Command<Internal> {
        match event {
            Event::External(Clicked) => Command::title("clicked"),
            Event::Internal(Internal::Count) => {
                *count += 1;
                Command::none()
            }
            Event::Internal(Internal::Say(commands)) => Command::batch(commands).map(|()| Internal::Count),
        }
    }

    fn view(&self, count: &u32) -> impl View<Clicked> {
        html! { <p>{*count}</p> <button on:click={Clicked}>"Click"</button> }
    }
}

fn say(command: Command<()>) -> Internal {
    Internal::Say(vec![command])
}

fn check(said: impl AsRef<str>, expected: Expect) {
    expected.assert_eq(said.as_ref());
}

fn page() -> Page<Talker> {
    Page::attached(Talker, 0)
}

#[test]
fn effects_as_messages() {
    let said = |effect: PageEffect| {
        let said = page().event(say(Command::effect(effect)));
        said.strip_prefix(r#"[1,[],{"c":["#)
            .and_then(|rest| rest.strip_suffix(r#"],"n":["effects"]}]"#))
            .unwrap_or("")
            .to_owned()
    };
    let all = [
        show("#menu"),
        hide(this()),
        toggle(closest("li")),
        add_class(within(".row"), "late seen"),
        remove_class("#a", "late".to_owned()),
        toggle_class("#a".to_owned(), "late"),
        set_attribute("#a", "title", "say \"hello\""),
        set_attribute("#a", "href", "javascript:alert(1)"),
        set_attribute("#a", "onclick", "alert(1)"),
        remove_attribute("#a", "title"),
        focus("#q"),
        scroll_into_view("#q"),
        dispatch("#map", "reset"),
        transition("#a", "fading", Duration::from_millis(200)).then(hide("#a")).then(focus("#q")),
        open("dialog"),
        close("dialog"),
        set_value("#q", ""),
        set_checked("#all", true),
        set_checked("#all", false),
    ];
    let lines: Vec<String> = all.into_iter().map(said).collect();
    check(
        lines.join("\n"),
        expect![[r##"
            ["attribute","#menu","hidden",null]
            ["attribute",0,"hidden",true]
            ["toggle",["closest","li"]]
            ["class",["within",".row"],"late seen",true]
            ["class","#a","late",false]
            ["class","#a","late"]
            ["attribute","#a","title","say \"hello\""]
            ["attribute","#a","href","about:blank#blocked"]

            ["attribute","#a","title",null]
            ["focus","#q"]
            ["scroll","#q"]
            ["dispatch","#map","reset"]
            ["then",["then",["transition","#a","fading",200],["attribute","#a","hidden",true]],["focus","#q"]]
            ["open","dialog",true]
            ["open","dialog",false]
            ["value","#q",""]
            ["checked","#all",true]
            ["checked","#all",false]"##]],
    );
}

#[test]
fn commands_for_the_page_are_part_of_the_patch() {
    let mut page = page();
    let call = Call::from("which?");
    let commands = vec![
        Command::push("#chart", "point", &(1, 2.5)),
        Command::announce("Saved"),
        Command::title("New \"title\""),
        Command::navigate("/next?a=<b>"),
        Command::navigate("javascript:alert(1)"),
        Command::navigate("https://tea.example/"),
        Command::navigate("/\t/tea.example"),
        Command::leave_to("javascript:alert(1)"),
        Command::reply(&call, &[1, 2]),
        Command::effect([hide("#a"), focus("#b")]),
        Command::after(Duration::from_secs(1), ()),
    ];
    check(
        page.event(Internal::Say(commands)),
        expect![[
            r##"[1,[],{"c":[["dispatch","#chart","point",[1,2.5]],["announce","Saved"],["title","New \"title\""],["navigate","/next?a=<b>"],["reply",0,[1,2]],["attribute","#a","hidden",true],["focus","#b"]],"n":["effects"]}]"##
        ]],
    );
    assert!(matches!(page.outputs[..], [Output::After(..)]), "{:?}", page.outputs);
    assert_eq!(page.session.navigation(), Some("/next?a=<b>"));
    check(page.event(Internal::Count), expect![[r#"[2,["1"]]"#]]);
    check(page.frame("[1,2,[1]]"), expect![[r#"[3,[],{"e":1,"c":[["title","clicked"]],"n":["effects"]}]"#]]);
    assert_eq!(page.session.navigation(), None);
    page.event(say(Command::leave_to("https://tea.example/")));
    assert_eq!(page.session.navigation(), Some("https://tea.example/"));
}

#[test]
fn a_payload_that_is_not_json_is_not_sent() {
    let unspeakable = std::collections::BTreeMap::from([((1, 2), 3)]);
    let mut page = page();
    check(page.event(say(Command::push("#a", "b", &unspeakable))), expect![[""]]);
    check(page.event(say(Command::reply(&Call::from(()), &unspeakable))), expect![[""]]);
}

#[test]
fn only_commands_of_lost_patches_are_sent_again() {
    let mut page = page();
    page.event(say(Command::title("one")));
    page.event(say(Command::title("two")));
    page.event(Internal::Count);
    // the page has the first of three patches
    check(
        page.tell(Input::Attach { patch: 1, event: 0 }),
        expect![[
            r#"{"mount":{"session":"id","patch":4,"event":0,"templates":{"0":{"map":"2#e2hilp S0 e1:click","tree":[["p"],["button","Click"]]}},"commands":[["title","two"]],"needs":["effects"],"view":[0,"1"]}}"#
        ]],
    );
    // and the full render is lost too
    check(
        page.tell(Input::Attach { patch: 1, event: 0 }),
        expect![[
            r#"{"mount":{"session":"id","patch":5,"event":0,"templates":{"0":{"map":"2#e2hilp S0 e1:click","tree":[["p"],["button","Click"]]}},"commands":[["title","two"]],"needs":["effects"],"view":[0,"1"]}}"#
        ]],
    );
    check(page.tell(Input::Attach { patch: 5, event: 0 }), expect![[r#"{"resume":{"event":0}}"#]]);
    check(
        page.tell(Input::Attach { patch: Session::<Talker>::NOTHING, event: 0 }),
        expect![[
            r#"{"mount":{"session":"id","patch":6,"event":0,"templates":{"0":{"map":"2#e2hilp S0 e1:click","tree":[["p"],["button","Click"]]}},"view":[0,"1"]}}"#
        ]],
    );
}

#[test]
fn acknowledged_commands_are_not_sent_again() {
    for seen in [r#"{"seen":1}"#, "[1,1,[1]]", "[1,1,[0]]"] {
        let mut page = page();
        page.event(say(Command::title("one")));
        page.event(Internal::Count);
        page.frame(seen);
        let said = page.tell(Input::Attach { patch: 0, event: 1 });
        assert!(!said.contains("one"), "{seen}: {said}");
    }
    let said = page().frame(r#"{"seen":1}"#);
    assert!(said.contains("malformed"), "an acknowledgement of a patch that was not made: {said}");
}

#[test]
fn commands_wait_while_the_page_is_detached() {
    let mut page = page();
    page.event(say(Command::title("one")));
    let mut scratch = Scratch::new(HashSeed::new(7));
    for title in ["two", "three"] {
        let input = Input::Event(say(Command::title(title)));
        page.session.handle(&page.app, &mut scratch, input, &mut page.outputs).expect("an event is taken");
    }
    assert!(page.session.wants_flush());
    check(
        page.tell(Input::Attach { patch: 1, event: 0 }),
        expect![[r#"
            {"resume":{"event":0}}
            [2,[],{"c":[["title","two"],["title","three"]],"n":["effects"]}]"#]],
    );
}

#[test]
fn commands_of_mount_are_sent_when_the_page_attaches() {
    let mut page = Page::with_command(Talker, 0, Command::title("hello"));
    page.first_paint();
    check(page.flush(), expect![[""]]);
    check(
        page.tell(Input::Attach { patch: 0, event: 0 }),
        expect![[r#"
            {"resume":{"event":0}}
            [1,[],{"c":[["title","hello"]],"n":["effects"]}]"#]],
    );
}

#[test]
fn commands_of_a_patch_that_could_not_be_applied_are_sent_again_once() {
    let mut page = page();
    page.event(say(Command::title("one")));
    page.event(say(Command::title("two")));
    // the page has patch 1, and could not apply patch 2
    check(
        page.frame(r#"{"remount":1}"#),
        expect![[
            r#"{"mount":{"session":"id","patch":3,"event":0,"templates":{"0":{"map":"2#e2hilp S0 e1:click","tree":[["p"],["button","Click"]]}},"commands":[["title","two"]],"needs":["effects"],"view":[0,"0"]}}"#
        ]],
    );
    // it asked twice, before the full render arrived
    check(page.frame(r#"{"remount":1}"#), expect![""]);
    // it applied the full render, and then failed
    check(
        page.frame(r#"{"remount":4294967295}"#),
        expect![[
            r#"{"mount":{"session":"id","patch":4,"event":0,"templates":{"0":{"map":"2#e2hilp S0 e1:click","tree":[["p"],["button","Click"]]}},"view":[0,"0"]}}"#
        ]],
    );
}

#[test]
fn waiting_commands_are_bounded() {
    let mut page = page();
    let mut scratch = Scratch::new(HashSeed::new(7));
    let mut hear = |page: &mut Page<Talker>, command| {
        page.session
            .handle(&page.app, &mut scratch, Input::Event(say(command)), &mut page.outputs)
            .expect("an event is taken");
    };
    for n in 0..300 {
        hear(&mut page, Command::title(n.to_string()));
    }
    let dropped = page.outputs.iter().filter(|output| matches!(output, Output::Dropped)).count();
    assert_eq!(dropped, 44);
    let said = page.flush();
    assert!(
        said.starts_with(r#"[1,[],{"c":[["title","44"],"#) && said.ends_with(r#"["title","299"]],"n":["effects"]}]"#),
        "{said}"
    );
    for _ in 0..3 {
        hear(&mut page, Command::title("x".repeat(400_000)));
    }
    assert_eq!(page.flush().matches("title").count(), 2);
    hear(&mut page, Command::title("y".repeat(2_000_000)));
    assert!(page.flush().contains("yyy"));
}

#[test]
fn a_reply_names_the_event_of_its_call() {
    struct Directory;

    #[derive(Debug, Hash)]
    enum Asked {
        Where(Call<String>),
        Which(u8, Call<(u8, u8)>),
        Told(String),
    }

    impl LiveView for Directory {
        type Model = Option<Call<String>>;
        type ExternalEvent = Asked;
        type InternalEvent = ();

        async fn mount(&self, _: &PageRequest) -> Result<(Self::Model, Command<()>), MountError> {
            Ok((None, Command::none()))
        }

        fn update(&self, later: &mut Self::Model, event: Event<Asked, ()>) -> Command<()> {
            match event {
                Event::External(Asked::Where(call)) => {
                    *later = Some(call);
                    Command::none()
                }
                Event::External(Asked::Which(n, call)) => Command::reply(&call, &(call.detail.0 + call.detail.1 + n)),
                Event::External(Asked::Told(_)) => Command::none(),
                Event::Internal(()) => {
                    later.take().map_or_else(Command::none, |call| Command::reply(&call, &call.detail.len()))
                }
            }
        }

        fn view(&self, _: &Self::Model) -> impl View<Asked> {
            html! {
                <p on:custom:where={Asked::Where} on:custom:which={with(7, Asked::Which)} on:custom:told={Asked::Told}/>
            }
        }
    }

    let mut page = Page::attached(Directory, None);
    check(page.frame(r#"[1,0,[0],"Aberdeen"]"#), expect![[r#"{"event":1}"#]]);
    check(page.frame("[2,0,[1],[1,2]]"), expect![[r#"[1,[],{"e":2,"c":[["reply",2,10]]}]"#]]);
    check(page.event(()), expect![[r#"[2,[],{"c":[["reply",1,8]]}]"#]]);
    check(page.frame(r#"[3,2,[2],"thanks"]"#), expect![[r#"{"event":3}"#]]);
    check(page.frame("[4,2,[0],5]"), expect![[r#"{"refused":"payload","event":4}"#]]);
}
