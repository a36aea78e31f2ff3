//! Events and patches while a page is attached.

use expect_test::expect;
use tealight_core::session::{HashSeed, Input, Scratch};

use crate::support::Page;
use crate::tasks::{Internal, Tasks, check, three};

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
