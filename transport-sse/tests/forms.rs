//! The answers of the service, also to the forms that browsers without JavaScript post.

use std::borrow::Cow;

use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use tealight_core::{Command, Event, FormData, LiveView, MountError, Notice, PageRequest, View, html};
use tealight_runtime::{Limits, Live};
use tealight_sse::{Body, Sse};
use tower_service::Service;

struct Tea;

#[derive(Hash)]
enum External {
    Ordered(Cups),
}

#[derive(Hash)]
struct Cups(String);

fn ordered(data: FormData) -> External {
    External::Ordered(Cups(data.get("cups").unwrap_or("no").to_owned()))
}

impl LiveView for Tea {
    type Model = String;
    type ExternalEvent = External;
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(String, Command<()>), MountError> {
        if request.path() == "/nowhere" {
            return Err(MountError::NotFound);
        }
        Ok(("no".to_owned(), Command::none()))
    }

    fn update(&self, cups: &mut String, event: Event<External, ()>) -> Command<()> {
        if let Event::External(External::Ordered(Cups(ordered))) = event {
            *cups = ordered;
        }
        Command::none()
    }

    fn view(&self, cups: &String) -> impl View<External> {
        html! {
            <form method="post" on:submit={ordered}><input name="cups"/></form>
            <p>{cups} " cups"</p>
        }
    }
}

#[tokio::test]
async fn only_the_script_is_in_its_folder() {
    let sse = Sse::new(Live::new(Tea));
    let script = format!("/tea/{}", tealight_runtime::script::path());
    for (path, status) in [
        ("/tea", 200),
        ("/tea/", 200),
        (&*script, 200),
        ("/tea/tealight/", 404),
        ("/tea/tealight/other", 404),
        ("/tea/tealight/other.js", 404),
        ("/tealight/other.js", 404),
        ("/tea/mytealight/other", 200),
    ] {
        let found = ask(&mut sse.clone(), Request::get(path), String::new()).await;
        assert_eq!(found.0, status, "{path}");
    }
}

async fn ask(sse: &mut Sse, request: http::request::Builder, body: String) -> (u16, String) {
    let request: Request<Full<Bytes>> =
        request.header("host", "tea.example").body(Full::new(Bytes::from(body))).expect("a request");
    let answer: Response<Body> = sse.call(request).await.expect("it always answers");
    let status = answer.status().as_u16();
    let html = answer.into_body().collect().await.expect("it comes to its end").to_bytes();
    (status, String::from_utf8(html.to_vec()).expect("a text"))
}

#[tokio::test]
async fn forms_are_answered_with_the_page_or_refused() {
    let mut sse = Sse::new(Live::builder(Tea).limits(Limits::default().message_bytes(1024)).start());
    let (_, html) = ask(&mut sse, Request::get("/shop"), String::new()).await;
    let from = html.find("action=\"").expect("a form") + "action=\"".len();
    let to = format!("/shop{}", html[from..].split('"').next().expect("its end"));

    let post = |to: &str| Request::post(to).header("content-type", "application/x-www-form-urlencoded");
    let own = |to: &str| post(to).header("origin", "http://tea.example");
    let (status, html) = ask(&mut sse, own(&to), "cups=3".to_owned()).await;
    assert_eq!(status, 200);
    assert!(html.contains("<p>3<!> cups</p>"), "{html}");
    assert!(html.contains("<script src=\"/shop/tealight/"), "{html}");

    let evil = post(&to).header("origin", "https://evil.example");
    let fetched = post(&to).header("sec-fetch-site", "same-origin");
    let other = Request::post(&to).header("sec-fetch-site", "same-origin").header("content-type", "text/plain");
    for (request, body, expected) in [
        (fetched, "cups=3".to_owned(), 200),
        (evil, "cups=3".to_owned(), 403),
        (post(&to), "cups=3".to_owned(), 403),
        (other, "cups=3".to_owned(), 415),
        (own(&to), "x".repeat(1025), 413),
        (own("/shop?tealight-form=1.2"), "cups=3".to_owned(), 409),
        (own("/shop"), "cups=3".to_owned(), 400),
        (own(&to).header("tealight-connection", "x"), "cups=3".to_owned(), 400),
    ] {
        assert_eq!(ask(&mut sse, request, body).await.0, expected);
    }
}

#[tokio::test]
async fn refusals_that_people_read_are_in_the_language_of_the_application() {
    fn french(notice: Notice) -> Cow<'static, str> {
        match notice {
            Notice::Language => "fr".into(),
            Notice::NotFound => "Introuvable".into(),
            Notice::FormGone => "Ce formulaire n’est plus là".into(),
            Notice::FormGoneText => "Rien n’a été fait <pour l’instant>.".into(),
            Notice::FormGoneLink => "Voir la page".into(),
            Notice::FormTooLong => "Ce formulaire est trop long.".into(),
            other => other.english(),
        }
    }
    let mut sse = Sse::new(Live::builder(Tea).limits(Limits::default().message_bytes(64)).messages(french).start());
    let post = |kind| {
        let post = Request::post("/shop?tealight-form=1.2").header("origin", "http://tea.example");
        post.header("content-type", kind)
    };
    let form = "application/x-www-form-urlencoded";
    let title = "<title>Ce formulaire n’est plus là</title><h1>Ce formulaire n’est plus là</h1>";
    let gone = "<p>Rien n’a été fait &lt;pour l’instant&gt;. <a href=\"?\">Voir la page</a></p>";
    for (request, body, status, expected) in [
        (
            Request::get("/nowhere"),
            String::new(),
            404,
            "<!DOCTYPE html>\n<html lang=\"fr\"><title>Introuvable</title><h1>Introuvable</h1></html>\n".to_owned(),
        ),
        (post(form), String::new(), 409, format!("<!DOCTYPE html>\n<html lang=\"fr\">{title}{gone}</html>\n")),
        (post(form), "x".repeat(65), 413, "Ce formulaire est trop long.\n".to_owned()),
        (post("multipart/form-data"), String::new(), 415, "This form cannot be sent with files.\n".to_owned()),
    ] {
        assert_eq!(ask(&mut sse, request, body).await, (status, expected));
    }
}
