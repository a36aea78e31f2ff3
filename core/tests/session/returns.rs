//! Pages that attach again, or claim the session of another page.

use expect_test::expect;
use tealight_core::session::{Input, Session};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};

use crate::support::Page;
use crate::tasks::{Internal, Tasks, check, three};

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
fn a_page_hears_again_of_a_refusal_whose_answer_was_lost() {
    let mut page = Page::attached(Tasks, three());
    page.frame("[1,0,[3]]");
    check(page.frame("[2,1,[0]]"), expect![[r#"{"refused":"no-handler","event":2}"#]]);
    check(page.frame("[3,1,[1],7]"), expect![[r#"{"refused":"payload","event":3}"#]]);
    check(
        page.tell(Input::Attach { patch: 1, event: 3 }),
        expect![[r#"
            {"refused":"no-handler","event":2}
            {"refused":"payload","event":3}
            {"resume":{"event":3}}"#]],
    );
    // the page has a later patch, so it has heard of all that was sent before
    page.event(Internal::Tick);
    check(page.tell(Input::Attach { patch: 2, event: 3 }), expect![[r#"{"resume":{"event":3}}"#]]);
}

#[test]
fn a_page_takes_no_event_of_another_page_for_its_own() {
    let mut page = Page::attached(Tasks, three());
    page.session.claim(5, 0);
    page.tell(Input::Attach { patch: 0, event: 0 });
    page.frame("[1,0,[3]]");
    check(page.frame("[2,1,[0]]"), expect![[r#"{"refused":"no-handler","event":2}"#]]);
    // a copy of the page has made three events that the server does not have
    page.session.claim(6, 3);
    let said = page.tell(Input::Attach { patch: 0, event: 3 });
    assert!(said.starts_with(r#"{"mount":{"session":"id","patch":2,"event":10003,"#), "{said}");
    check(
        page.frame("[10004,2,[3]]"),
        expect![[r#"[3,[4,{"=":[4]}],{"e":10004,"t":{"4":{"map":"1#w5VxZM","tree":["pause"]}}}]"#]],
    );
    // the first page is back
    page.session.claim(5, 2);
    let said = page.tell(Input::Attach { patch: 1, event: 2 });
    assert!(said.starts_with(r#"{"mount":{"session":"id","patch":4,"event":20004,"#), "{said}");
    // and a hostile one, which says that it has made four billion events
    page.session.claim(7, u32::MAX);
    check(page.tell(Input::Attach { patch: 4, event: u32::MAX }), expect![[r#"{"resume":{"event":1073751824}}"#]]);
    check(page.frame("[1073751825,4,[0]]"), expect![[r#"{"refused":"no-handler","event":1073751825}"#]]);
}

/// Says something at each click.
struct Speaker;

impl LiveView for Speaker {
    type Model = u32;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<()>), MountError> {
        Ok((0, Command::none()))
    }

    fn update(&self, said: &mut u32, _: Event<(), ()>) -> Command<()> {
        *said += 1;
        Command::announce(said.to_string())
    }

    fn view(&self, said: &u32) -> impl View<()> {
        html! { <button on:click={()}>{said}</button> }
    }
}

#[test]
fn a_page_carries_out_no_command_of_another_page() {
    let mut page = Page::new(Speaker, 0);
    page.first_paint();
    page.session.claim(5, 0);
    page.tell(Input::Attach { patch: 0, event: 0 });
    check(page.frame("[1,0,[0]]"), expect![[r#"[1,[1,"1"],{"e":1,"c":[["announce","1"]],"n":["effects"]}]"#]]);
    // the same page is back, and has not had the patch
    page.session.claim(5, 1);
    check(
        page.tell(Input::Attach { patch: 0, event: 1 }),
        expect![[
            r#"{"mount":{"session":"id","patch":2,"event":1,"templates":{"0":{"map":"1#Osy9gN e0:click S0","tree":[["button"]]}},"commands":[["announce","1"]],"needs":["effects"],"view":[0,"1"]}}"#
        ]],
    );
    // a copy of it, and then the page itself, which has had the patch
    page.session.claim(6, 0);
    check(
        page.tell(Input::Attach { patch: 0, event: 0 }),
        expect![[
            r#"{"mount":{"session":"id","patch":3,"event":10001,"templates":{"0":{"map":"1#Osy9gN e0:click S0","tree":[["button"]]}},"view":[0,"1"]}}"#
        ]],
    );
    page.session.claim(5, 1);
    check(
        page.tell(Input::Attach { patch: 2, event: 1 }),
        expect![[
            r#"{"mount":{"session":"id","patch":4,"event":20001,"templates":{"0":{"map":"1#Osy9gN e0:click S0","tree":[["button"]]}},"view":[0,"1"]}}"#
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
fn an_attach_that_comes_late_leads_no_event_to_another_row() {
    let mut page = Page::attached(Tasks, three());
    page.event(Internal::Add(4, "sugar"));
    // the page gets the full render 2, in which sugar is row 0
    page.frame(r#"{"remount":1}"#);
    // an attach from before that was under way for long; the page does not hear the answer
    let late = page.tell(Input::Attach { patch: 1, event: 0 });
    assert!(late.starts_with(r#"{"mount":{"session":"id","patch":3,"#), "{late}");
    page.event(Internal::Add(5, "salt"));
    // the server no longer knows what the page shows
    let mount = page.tell(Input::Attach { patch: 2, event: 1 });
    assert!(mount.starts_with(r#"{"mount":{"session":"id","patch":5,"#), "{mount}");
    check(page.frame("[1,2,[5,0,1]]"), expect![[r#"{"refused":"stale","event":1}"#]]);
}

#[test]
fn an_attach_that_comes_late_repeats_no_command() {
    let mut page = Page::attached(Speaker, 0);
    page.frame("[1,0,[0]]");
    let late = page.tell(Input::Attach { patch: 0, event: 1 });
    assert!(late.contains(r#""commands":[["announce","1"]]"#), "{late}");
    // the page has had the first patch, and not the answer to the late attach
    check(
        page.tell(Input::Attach { patch: 1, event: 1 }),
        expect![[
            r#"{"mount":{"session":"id","patch":3,"event":1,"templates":{"0":{"map":"1#Osy9gN e0:click S0","tree":[["button"]]}},"view":[0,"1"]}}"#
        ]],
    );
}

#[test]
fn a_request_that_the_last_full_render_answers_is_ignored() {
    let mut page = Page::attached(Tasks, three());
    check(page.frame(r#"{"remount":0}"#).split_at(30).0, expect![[r#"{"mount":{"session":"id","patc"#]]);
    check(page.frame(r#"{"remount":0}"#), expect![[""]]);
}

#[test]
fn a_page_that_never_confirms_a_full_render_costs_little() {
    let mut page = Page::attached(Tasks, three());
    let once = page.session.kept_bytes();
    for patch in 0..100 {
        page.frame(&format!(r#"{{"remount":{patch}}}"#));
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
