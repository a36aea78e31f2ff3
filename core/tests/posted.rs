//! Forms that a browser without scripts posts, and forms that do not decode.

use std::time::Duration;

use serde::Deserialize;
use tealight_core::session::{FormAddress, HashSeed, Input, Output, PostError, Refusal, Scratch, Session};
use tealight_core::{
    Command, Event, FieldErrors, FormData, LiveView, MountError, PageRequest, Subscription, View, html, with,
};

struct Shop;

#[derive(Clone, Default)]
struct Model {
    rows: Vec<u32>,
    is_open: bool,
    log: Vec<String>,
}

#[derive(Debug, Hash, Deserialize)]
struct Order {
    cups: u8,
}

#[derive(Hash)]
enum External {
    Ordered(Order),
    Removed(u32, Order),
    Closed,
    Part(u32, Part),
}

#[derive(Hash)]
enum Part {
    Saved(Order),
}

impl LiveView for Shop {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        Ok((Model::default(), Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<External, ()>) -> Command<()> {
        let Event::External(event) = event else { return Command::none() };
        model.log.push(match event {
            External::Ordered(Order { cups }) => format!("ordered {cups}"),
            External::Removed(row, Order { cups }) => format!("removed {cups} of {row}"),
            External::Closed => "closed".to_owned(),
            External::Part(part, Part::Saved(Order { cups })) => format!("part {part} saved {cups}"),
        });
        Command::none()
    }

    fn subscriptions(&self, model: &Model) -> Subscription<()> {
        Subscription::batch([
            Subscription::every(Duration::from_secs(1), ()),
            Subscription::topic("orders", |_: u8| ()),
            if model.log.is_empty() { Subscription::none() } else { Subscription::topic("ordered", |_: u8| ()) },
        ])
    }

    fn view(&self, model: &Model) -> impl View<External> {
        html! {
            <form method="post" on:submit={External::Ordered}><input name="cups"/></form>
            <form method="POST" action="/elsewhere" on:submit={External::Ordered}></form>
            <form on:submit={External::Ordered}></form>
            <ul>
                for row in &model.rows, key = *row {
                    if model.is_open {
                        <li><form method="post" on:submit={with(*row, External::Removed)}></form></li>
                    }
                }
            </ul>
            <button on:click={External::Closed}>"Close"</button>
            {part().map_with(model.rows.len() as u32, External::Part)}
        }
    }
}

fn part() -> impl View<Part> {
    html! { <form method="post" on:submit={Part::Saved}></form> }
}

struct Page {
    session: Session<Shop>,
    scratch: Scratch,
    /// The URLs to which its forms are posted.
    actions: Vec<String>,
}

impl Page {
    fn of(rows: &[u32], is_open: bool, query: &str) -> Self {
        let mut scratch = Scratch::new(HashSeed::new(rows.len() as u64));
        let model = Model { rows: rows.to_vec(), is_open, log: Vec::new() };
        let mut session = Session::new(model, Command::none());
        let mut html = Vec::new();
        session.first_paint_at(query, &Shop, &mut scratch, "k", &mut html);
        let html = String::from_utf8(html).expect("HTML is text");
        let actions = html.split(" action=\"?").skip(1).map(|rest| rest[..rest.find('"').expect("its end")].to_owned());
        Self { session, scratch, actions: actions.collect() }
    }

    fn post_to(&mut self, address: &str, body: &str) -> Result<(), PostError> {
        let address: FormAddress =
            address.strip_prefix("tealight-form=").unwrap_or(address).parse().expect("an address");
        let data = FormData::from_urlencoded(body.as_bytes()).expect("few fields");
        self.session.post(&Shop, &mut self.scratch, &address, &data, &mut Vec::new())
    }

    fn log(&self) -> &[String] {
        &self.session.model().log
    }
}

const STALE: Result<(), PostError> = Err(PostError::Refused(Refusal::Stale));

#[test]
fn a_form_is_posted_to_the_address_of_its_handler() {
    let first = Page::of(&[7, 8], true, "");
    assert_eq!(first.actions.len(), 4, "{:?}", first.actions);
    // another process has another session, and another key for its fingerprints
    for (at, expected) in ["ordered 2", "removed 2 of 7", "removed 2 of 8", "part 2 saved 2"].into_iter().enumerate() {
        let mut page = Page::of(&[7, 8], true, "");
        assert_eq!(page.actions, first.actions);
        assert_eq!(page.post_to(&first.actions[at], "cups=2"), Ok(()));
        assert_eq!(page.log(), [expected]);
    }
}

#[test]
fn a_form_of_another_render_is_refused() {
    let first = Page::of(&[7, 8], true, "");
    // the address now leads to another row
    let mut page = Page::of(&[9, 7, 8], true, "");
    assert_eq!(page.post_to(&first.actions[1], "cups=2"), STALE);
    // the address now leads to another component
    assert_eq!(page.post_to(&first.actions[3], "cups=2"), STALE);
    assert_eq!(page.log(), [""; 0]);
    // the address leads nowhere
    for (rows, is_open) in [(&[7, 8][..], false), (&[], true)] {
        let mut page = Page::of(rows, is_open, "");
        assert_eq!(page.post_to(&first.actions[1], "cups=2"), Err(PostError::Refused(Refusal::NoHandler)));
    }
}

#[test]
fn only_a_form_with_its_mark_can_be_posted() {
    let mut page = Page::of(&[], true, "");
    let (address, mark) = page.actions[0].rsplit_once('.').expect("an address");
    let (address, mark) = (address.to_owned(), mark.to_owned());
    assert_eq!(page.post_to(&format!("{address}.0"), "cups=2"), STALE);
    for slot in 0..8 {
        for mark in ["0", &mark] {
            let posted = page.post_to(&format!("{slot}.{mark}"), "cups=2");
            assert_eq!(posted.is_ok(), address.ends_with(&format!("={slot}")) && mark != "0", "{slot} {mark}");
        }
    }
    assert_eq!(page.log(), ["ordered 2"]);
}

#[test]
fn a_form_is_posted_with_the_query_of_its_page() {
    let page = Page::of(&[], true, "page=2&tealight-form=1.2&q=%22x\"");
    let own = Page::of(&[], true, "").actions[0].clone();
    assert_eq!(page.actions[0], format!("page=2&amp;q=%22x&quot;&amp;{own}"));
}

#[test]
fn a_posted_form_that_does_not_decode_returns_its_errors() {
    let mut page = Page::of(&[], true, "");
    let mut errors = FieldErrors::default();
    errors.add("cups", "Enter a whole number.");
    let action = page.actions[0].clone();
    assert_eq!(page.post_to(&action, "cups=two"), Err(PostError::Fields(errors)));
    assert_eq!(page.post_to(&action, "cups=2"), Ok(()));
}

#[test]
fn topics_run_while_a_form_is_taken() {
    let mut page = Page::of(&[], true, "");
    let address = page.actions[0].strip_prefix("tealight-form=").expect("an address").parse().expect("an address");
    let data = FormData::from_iter([("cups", "2")]);
    let mut outputs = Vec::new();
    let done = |outputs: &mut Vec<Output<()>>| -> Vec<String> {
        let of = |output| match output {
            Output::Subscribe { topic, .. } => format!("topic {}", topic.text()),
            Output::Every { .. } => "timer".to_owned(),
            Output::Stop(_) => "stop".to_owned(),
            other => panic!("{other:?}"),
        };
        outputs.drain(..).map(of).collect()
    };
    assert_eq!(page.session.post(&Shop, &mut page.scratch, &address, &data, &mut outputs), Ok(()));
    assert_eq!(done(&mut outputs), ["topic orders", "topic ordered"]);
    page.session.end_post(&mut outputs);
    assert_eq!(done(&mut outputs), ["stop", "stop"]);
    page.session.handle(&Shop, &mut page.scratch, Input::Event(()), &mut outputs).expect("it is taken");
    assert_eq!(done(&mut outputs), [""; 0]);
    let attach = Input::Attach { patch: 0, event: 0 };
    page.session.handle(&Shop, &mut page.scratch, attach, &mut outputs).expect("it is taken");
    assert_eq!(done(&mut outputs), ["topic orders", "topic ordered", "timer"]);
}

#[test]
fn a_form_that_does_not_decode_is_refused_by_field() {
    let mut page = Page::of(&[], true, "");
    let mut outputs = Vec::new();
    let mut tell = |page: &mut Page, input: Input<'_, ()>| {
        page.session.handle(&Shop, &mut page.scratch, input, &mut outputs).expect("the connection stays open");
        let mut out = Vec::new();
        while page.session.flush(&Shop, &mut page.scratch, "k", &mut out) {}
        String::from_utf8(out).expect("JSON")
    };
    tell(&mut page, Input::Attach { patch: 0, event: 0 });
    let refused = tell(&mut page, Input::Frame(br#"[1,0,[0],[[["cups","two"]],""]]"#));
    assert_eq!(refused, r#"{"refused":"payload","event":1,"fields":[["cups","Enter a whole number."]]}"#);
    // payloads that are not forms
    for (event, payload) in
        ["", r#",{"cups":2}"#, ",[]", r#",[[["cups"]],""]"#, r#",[[["cups",2]],""]"#].iter().enumerate()
    {
        let refused = tell(&mut page, Input::Frame(format!("[{},0,[0]{payload}]", event + 2).as_bytes()));
        assert_eq!(refused, format!(r#"{{"refused":"payload","event":{}}}"#, event + 2), "{payload}");
    }
    let applied = tell(&mut page, Input::Frame(br#"[7,0,[0],[[["cups","2"]],"go"]]"#));
    assert_eq!(applied, r#"{"event":7}"#);
    assert_eq!(page.log(), ["ordered 2"]);
    assert_eq!(outputs.iter().filter(|output| matches!(output, Output::Refused(Refusal::Payload))).count(), 6);
}
