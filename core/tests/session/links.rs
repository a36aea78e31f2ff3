//! Links whose routes the model hears, and `Command::go`.

use std::time::Duration;

use expect_test::{Expect, expect};
use tealight_core::session::{Input, Output};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Refusal, Route, Subscription, View, html};

use crate::support::Page;

#[derive(Clone, Debug, Hash, PartialEq, Route)]
#[route(crate = tealight_core)]
enum Shown {
    #[route("/?page")]
    List { page: Option<u32> },
    #[route("/teas/{name}")]
    Tea { name: String },
}

struct Teas {
    hears: bool,
}

enum Internal {
    Went(Shown),
    Say(Vec<Command<Internal>>),
}

impl LiveView for Teas {
    type Model = Shown;
    type ExternalEvent = ();
    type InternalEvent = Internal;

    async fn mount(&self, request: &PageRequest) -> Result<(Shown, Command<Internal>), MountError> {
        Ok((request.route()?, Command::none()))
    }

    fn update(&self, shown: &mut Shown, event: Event<(), Internal>) -> Command<Internal> {
        match event {
            Event::External(()) => Command::go(Shown::List { page: Some(9) }),
            Event::Internal(Internal::Went(route)) => {
                let next = match &route {
                    Shown::Tea { name } if name == "old" => Command::go(Shown::Tea { name: "new".into() }).replace(),
                    Shown::Tea { name } if name == "circle" => Command::go(route.clone()),
                    _ => Command::none(),
                };
                *shown = route;
                next
            }
            Event::Internal(Internal::Say(commands)) => Command::batch(commands),
        }
    }

    fn view(&self, shown: &Shown) -> impl View<()> {
        html! { <p>{shown.address()}</p> <button on:click={()}>"Last"</button> }
    }

    fn subscriptions(&self, shown: &Shown) -> Subscription<Internal> {
        if !self.hears {
            return Subscription::none();
        }
        let brew = match shown {
            Shown::Tea { name } if name == "green" => {
                Subscription::every(Duration::from_secs(1), Internal::Say(Vec::new()))
            }
            _ => Subscription::none(),
        };
        Subscription::batch([Subscription::route(Internal::Went), brew])
    }
}

fn page(hears: bool) -> Page<Teas> {
    Page::attached(Teas { hears }, Shown::List { page: None })
}

fn check(said: impl AsRef<str>, expected: Expect) {
    expected.assert_eq(said.as_ref());
}

#[test]
fn a_page_learns_that_its_model_hears_routes() {
    let needs = |hears| Page::new(Teas { hears }, Shown::List { page: None }).block()["needs"].to_string();
    assert_eq!((needs(true), needs(false)), (r#"["routes"]"#.to_owned(), "null".to_owned()));
}

#[test]
fn a_link_to_a_route_that_the_model_hears_is_an_event() {
    let mut page = page(true);
    check(page.frame(r#"[1,0,[4294967294],"/?page=2"]"#), expect![[r#"[1,["/?page=2"],{"e":1}]"#]]);
    check(page.frame(r#"[2,1,[4294967294],"/teas/green%20tea"]"#), expect![[r#"[2,["/teas/green%20tea"],{"e":2}]"#]]);
    // It came already.
    check(page.frame(r#"[2,1,[4294967294],"/teas/green%20tea"]"#), expect![[r#"{"event":2}"#]]);
    assert_eq!(page.session.model(), &Shown::Tea { name: "green tea".to_owned() });
}

#[test]
fn a_link_that_leads_elsewhere_is_loaded() {
    for (hears, payload) in [
        (false, r#""/?page=2""#),
        (true, r#""/teas""#),
        // An optional parameter that does not parse.
        (true, r#""/?page=x""#),
        (true, r#""//tea.example/""#),
        (true, "7"),
        (true, "[]"),
    ] {
        let mut page = page(hears);
        let said = page.frame(&format!("[1,0,[4294967294],{payload}]"));
        assert_eq!(said, r#"{"refused":"elsewhere","event":1}"#, "{payload}");
        assert!(page.outputs.iter().all(|output| !matches!(output, Output::Refused(Refusal::NoHandler))));
    }
}

#[test]
fn go_changes_the_address_and_the_model() {
    let mut page = page(true);
    check(page.frame("[1,0,[1]]"), expect![[r#"[1,["/?page=9"],{"e":1,"c":[["go","/?page=9"]],"n":["effects"]}]"#]]);
    let tea = |name: &str| Shown::Tea { name: name.to_owned() };
    let mut say = |command| page.event(Internal::Say(vec![command]));
    check(
        say(Command::go(tea("a\"b")).replace()),
        expect![[r#"[2,["/teas/a%22b"],{"c":[["go","/teas/a%22b",true]],"n":["effects"]}]"#]],
    );
    check(
        say(Command::go(tea("old"))),
        expect![[r#"[3,["/teas/new"],{"c":[["go","/teas/old"],["go","/teas/new",true]],"n":["effects"]}]"#]],
    );
    assert_eq!(page.session.model(), &tea("new"));
}

#[test]
fn go_loads_a_route_that_the_model_does_not_hear() {
    check(
        page(false).frame("[1,0,[1]]"),
        expect![[r#"[1,[],{"e":1,"c":[["navigate","/?page=9",true]],"n":["effects"]}]"#]],
    );
}

#[test]
fn go_in_a_circle_ends() {
    let mut page = page(true);
    let said = page.event(Internal::Say(vec![Command::go(Shown::Tea { name: "circle".to_owned() })]));
    assert_eq!(said.matches("[\"go\"").count(), 8);
}

#[test]
fn the_answer_to_a_form_without_javascript_leads_to_the_route() {
    let mut page = page(true);
    page.event(Internal::Say(vec![Command::go(Shown::List { page: Some(3) })]));
    let before = page.session.navigation().map(ToOwned::to_owned);
    assert_eq!(before.as_deref(), Some("/?page=3"));
}

#[test]
fn a_person_who_goes_elsewhere_is_not_taken_back() {
    let mut page = page(true);
    // The patch with this address is lost, and the person follows a link on the page before.
    page.event(Internal::Say(vec![Command::go(Shown::List { page: Some(3) })]));
    check(page.tell(Input::Attach { patch: 0, event: 1 }), expect![[r#"{"resume":{"event":0}}"#]]);
    let said = page.frame(r#"[1,0,[4294967294],"/teas/old"]"#);
    assert!(said.contains(r#""commands":[["go","/teas/new",true]]"#), "{said}");
    assert_eq!(page.session.model(), &Shown::Tea { name: "new".to_owned() });
}

#[test]
fn the_first_command_may_go_to_a_route_with_other_timers() {
    let command = Command::go(Shown::Tea { name: "green".to_owned() });
    let mut page = Page::with_command(Teas { hears: true }, Shown::List { page: None }, command);
    page.first_paint();
    check(
        page.tell(Input::Attach { patch: 0, event: 0 }),
        expect![[r#"
            {"resume":{"event":0}}
            [1,["/teas/green"],{"c":[["go","/teas/green"]],"n":["effects"]}]"#]],
    );
    assert!(matches!(page.outputs[..], [Output::Every { .. }]), "{:?}", page.outputs);
}

#[test]
fn a_flash_is_not_for_a_later_page_than_the_next() {
    let flash = || Command::flash("Saved");
    let list = || Command::go(Shown::List { page: Some(3) });
    for (hears, commands) in [(true, [flash(), list()]), (true, [list(), flash()])] {
        let said = page(hears).event(Internal::Say(commands.into()));
        assert!(said.contains(r#""c":[["go","/?page=3"]]"#), "{said}");
    }
    for commands in [[flash(), list()], [list(), flash()]] {
        let said = page(false).event(Internal::Say(commands.into()));
        assert!(said.contains(r#""c":[["flash","Saved"],["navigate","/?page=3",true]]"#), "{said}");
    }
}
