//! Texts that Tealight itself shows to people, in a language of the application's choice.

mod support;

use std::borrow::Cow;

use serde::Deserialize;
use tealight_core::session::{Input, PostError};
use tealight_core::{
    Command, Event, Form, FormData, LiveView, MountError, Notice, PageRequest, View, field_error, html,
};

use crate::support::Page;

fn german(notice: Notice) -> Cow<'static, str> {
    match notice {
        Notice::Required => "Bitte füllen Sie dieses Feld aus.".into(),
        Notice::WholeNumber => "Geben Sie eine ganze Zahl ein.".into(),
        Notice::TooSmall { least } => format!("Geben Sie {least} oder mehr ein.").into(),
        Notice::TooLarge { most } => format!("Geben Sie {most} oder weniger ein.").into(),
        Notice::YesOrNo => "Wählen Sie Ja oder Nein.".into(),
        Notice::TooLong => "Das ist zu lang.".into(),
        other => other.english(),
    }
}

#[derive(Debug, Deserialize, Hash)]
struct Order {
    cups: u8,
}

/// A form inside another type.
#[derive(Deserialize, Hash)]
struct Draft {
    form: FormData,
}

#[derive(Hash)]
enum External {
    Ordered(Order),
    Typed(FormData),
    Drafted(Draft),
}

struct Shop;

impl LiveView for Shop {
    type Model = Form<Order>;
    type ExternalEvent = External;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(Form<Order>, Command<()>), MountError> {
        Ok((Form::default(), Command::none()))
    }

    fn update(&self, form: &mut Form<Order>, event: Event<External, ()>) -> Command<()> {
        match event {
            Event::External(External::Typed(data) | External::Drafted(Draft { form: data })) => drop(form.submit(data)),
            Event::External(External::Ordered(_)) | Event::Internal(()) => {}
        }
        Command::none()
    }

    fn view(&self, form: &Form<Order>) -> impl View<External> {
        html! {
            <form method="post" on:submit={External::Ordered}></form>
            <form method="post" on:submit={External::Typed}></form>
            <form method="post" on:submit={External::Drafted}></form>
            {field_error(form, "cups")}
        }
    }
}

fn german_page() -> Page<Shop> {
    let mut page = Page::attached(Shop, Form::default());
    page.scratch.set_messages(german);
    page
}

#[test]
fn a_refused_form_has_the_messages_of_the_application() {
    let refused = german_page().frame(r#"[1,0,[0],[[["cups","two"]],""]]"#);
    let message = "Geben Sie eine ganze Zahl ein.";
    assert_eq!(refused, format!(r#"{{"refused":"payload","event":1,"fields":[["cups","{message}"]]}}"#));
}

#[test]
fn a_form_in_the_model_has_them_too() {
    for (handler, payload) in [(1, r#"[[["cups","300"]],""]"#), (2, r#"[[["cups","300"],["form",""]],""]"#)] {
        let mut page = german_page();
        page.frame(&format!("[1,0,[{handler}],{payload}]"));
        assert_eq!(page.session.model().error("cups"), Some("Geben Sie 255 oder weniger ein."), "{handler}");
        // each form brings the messages of the page that sent it
        page.scratch.set_messages(Notice::english);
        page.frame(&format!("[2,1,[{handler}],{payload}]"));
        assert_eq!(page.session.model().error("cups"), Some("Enter 255 or less."), "{handler}");
    }
}

#[test]
fn a_posted_form_has_them_too() {
    let mut page = Page::new(Shop, Form::default());
    let html = page.html();
    page.scratch.set_messages(german);
    let mut actions = html.split("?tealight-form=").skip(1).map(|rest| rest.split('"').next().expect("its end"));
    let address = actions.next().expect("a form").parse().expect("an address");
    let data = FormData::from_iter([("cups", "-1")]);
    match page.session.post(&Shop, &mut page.scratch, &address, &data, &mut page.outputs) {
        Err(PostError::Fields(errors)) => assert_eq!(errors.get("cups"), Some("Geben Sie 0 oder mehr ein.")),
        other => panic!("{other:?}"),
    }
    page.tell(Input::Attach { patch: 0, event: 0 });
}

#[test]
fn messages_do_not_count_when_forms_are_compared() {
    let data = FormData::from_iter([("milk", "perhaps")]);
    let translated = data.clone().with_messages(german);
    assert_eq!(data, translated);
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Milk {
        milk: bool,
    }
    for (data, expected) in [(data, "Choose yes or no."), (translated, "Wählen Sie Ja oder Nein.")] {
        assert_eq!(data.decode::<Milk>().expect_err("neither").get("milk"), Some(expected));
    }
}

/// An application that shows the length of the text that was too long.
struct Notes;

#[derive(Hash)]
struct Typed(String);

impl LiveView for Notes {
    type Model = usize;
    type ExternalEvent = Typed;
    type InternalEvent = usize;

    async fn mount(&self, _: &PageRequest) -> Result<(usize, Command<usize>), MountError> {
        Ok((0, Command::none()))
    }

    fn update(&self, length: &mut usize, event: Event<Typed, usize>) -> Command<usize> {
        match event {
            Event::External(Typed(text)) => *length = text.len(),
            Event::Internal(unsent) => *length = unsent,
        }
        Command::none()
    }

    fn view(&self, length: &usize) -> impl View<Typed> {
        html! { <textarea on:input={Typed}></textarea> <p>{length}</p> }
    }

    fn too_long(&self, length: usize) -> Option<usize> {
        Some(length)
    }
}

#[test]
fn a_text_that_is_too_long_is_refused_with_a_message_and_the_application_hears_of_it() {
    let mut page = Page::attached(Notes, 0);
    page.scratch.set_messages(german);
    let refused = page.frame("[1,0,[4294967295],70000]");
    assert!(
        refused.starts_with(r#"{"refused":"too-long","event":1,"fields":[["*","Das ist zu lang."]]}"#),
        "{refused}"
    );
    assert_eq!(*page.session.model(), 70_000);
    // Only a length says that an event was too long.
    for (event, payload) in [(2, ""), (3, r#","a""#), (4, ",-1"), (5, ",null")] {
        let refused = page.frame(&format!("[{event},1,[4294967295]{payload}]"));
        assert_eq!(refused, format!(r#"{{"refused":"no-handler","event":{event}}}"#), "{payload}");
    }
}
