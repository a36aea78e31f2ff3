//! Texts that Tealight itself shows to people, by visitor.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::json;
use tealight_core::{Command, Event, FormData, LiveView, MountError, Notice, PageRequest, View, html};
use tealight_runtime::{Live, Posted};

use crate::support::{attach, next, session_in};

struct Shop;

#[derive(Deserialize, Hash)]
struct Order {
    cups: u8,
}

impl LiveView for Shop {
    type Model = u8;
    type ExternalEvent = Order;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(u8, Command<()>), MountError> {
        Ok((0, Command::none()))
    }

    fn update(&self, cups: &mut u8, event: Event<Order, ()>) -> Command<()> {
        if let Event::External(order) = event {
            *cups = order.cups;
        }
        Command::none()
    }

    fn view(&self, cups: &u8) -> impl View<Order> {
        html! { <form method="post" on:submit={|order: Order| order}>{cups}</form> }
    }
}

fn french(notice: Notice) -> Cow<'static, str> {
    match notice {
        Notice::Required => "Remplissez ce champ.".into(),
        other => other.english(),
    }
}

fn request(query: &str, language: &str) -> PageRequest {
    PageRequest::new("/", query).header("cookie", format!("language={language}"))
}

#[tokio::test(start_paused = true)]
async fn each_visitor_has_a_language() {
    let shop = Live::builder(Shop).messages_for(|request| match request.cookie("language") {
        Some("fr") => french,
        _ => Notice::english,
    });
    let live = shop.start();
    // one page after the other, on one thread
    for (language, expected) in
        [("fr", "Remplissez ce champ."), ("en", "Fill in this field."), ("fr", "Remplissez ce champ.")]
    {
        let html = live.page(request("", language), "/").await.expect("a page").into_html();
        let mut connection = live.connect(PageRequest::new("/", ""));
        connection.receive(attach(&session_in(&html), 0, 0).as_bytes());
        next(&mut connection).await.expect("it resumes");
        connection.receive(br#"[1,0,[0],[[["cups",""]],""]]"#);
        let refused = json!({"refused": "payload", "event": 1, "fields": [["cups", expected]]});
        assert_eq!(next(&mut connection).await, Ok(refused));

        let query = html.split("action=\"?").nth(1).expect("a form").split('"').next().expect("its end");
        match live.post(request(query, language), "/", FormData::default()).await {
            Ok(Posted::Invalid(errors)) => assert_eq!(errors.to_string(), format!("cups: {expected}")),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_panic_while_the_language_is_chosen_means_english() {
    let live = Live::builder(Shop).messages_for(|_| panic!("no language")).start();
    let html = live.page(request("", "fr"), "/").await.expect("a page").into_html();
    let mut connection = live.connect(PageRequest::new("/", ""));
    connection.receive(attach(&session_in(&html), 0, 0).as_bytes());
    next(&mut connection).await.expect("it resumes");
    connection.receive(br#"[1,0,[0],[[["cups",""]],""]]"#);
    let refused = json!({"refused": "payload", "event": 1, "fields": [["cups", "Fill in this field."]]});
    assert_eq!(next(&mut connection).await, Ok(refused));
}
