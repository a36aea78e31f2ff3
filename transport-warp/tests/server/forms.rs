//! Forms that are posted by browsers without JavaScript.

use serde::Deserialize;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
use tealight_runtime::{Limits, Live};

use crate::support::{Response, ask, get, serve};

struct Tea;

#[derive(Hash, Deserialize)]
struct Order {
    cups: u8,
}

#[derive(Hash)]
struct Ordered(Order);

impl LiveView for Tea {
    type Model = (String, u8);
    type ExternalEvent = Ordered;
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<((String, u8), Command<()>), MountError> {
        Ok(((request.query("tea").unwrap_or_default(), 0), Command::none()))
    }

    fn update(&self, (_, cups): &mut (String, u8), event: Event<Ordered, ()>) -> Command<()> {
        if let Event::External(Ordered(order)) = event {
            *cups = order.cups;
        }
        if *cups == 100 { Command::navigate("/sold?out=1") } else { Command::none() }
    }

    fn view(&self, (tea, cups): &(String, u8)) -> impl View<Ordered> {
        html! {
            <form method="post" on:submit={Ordered}><input name="cups"/></form>
            <p>{tea} " × " {*cups}</p>
        }
    }
}

fn action(page: &Response) -> String {
    let html = page.text();
    let from = html.find("action=\"?").expect("a form") + "action=\"".len();
    html[from..].split('"').next().expect("its end").replace("&amp;", "&")
}

const OWN: &str = "Origin: http://tea.example\r\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

fn post(path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: tea.example\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

#[tokio::test]
async fn a_form_is_answered_with_the_page() {
    let live = Live::builder(Tea).base("/").start();
    let server = serve(&live).await;
    for path in ["/", "/below/shop"] {
        let shown = get(server, &format!("{path}?tea=Assam"), "").await;
        let to = format!("{path}{}", action(&shown));
        assert!(to.starts_with(&format!("{path}?tea=Assam&tealight-form=")), "{to}");
        let page = ask(server, &post(&to, &format!("{OWN}{FORM}"), "cups=3&more=x")).await;
        assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
        assert!(page.header("content-security-policy").is_some());
        assert!(page.text().contains("Assam<!> × <!>3</p>"), "{}", page.text());
        assert!(page.text().contains("<script src=\"/tealight/"), "{}", page.text());
        // the new page can be posted too, and its address can be opened
        let page = ask(server, &post(&format!("{path}{}", action(&page)), &format!("{OWN}{FORM}"), "cups=4")).await;
        assert!(page.text().contains("× <!>4</p>"), "{}", page.text());
        assert_eq!(get(server, &to, "").await.status, 200);
    }
}

#[tokio::test]
async fn a_form_may_redirect() {
    let live = Live::new(Tea);
    let server = serve(&live).await;
    let to = format!("/{}", action(&get(server, "/", "").await));
    let answer = ask(server, &post(&to, &format!("{OWN}{FORM}"), "cups=100")).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/sold?out=1")));
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let live = Live::builder(Tea).allow_origin("https://shop.example").start();
    let server = serve(&live).await;
    let to = format!("/{}", action(&get(server, "/", "").await));
    for (headers, status) in [
        ("", 403),
        ("Origin: https://evil.example\r\n", 403),
        ("Origin: https://evil.example\r\nSec-Fetch-Site: same-origin\r\n", 403),
        ("Origin: http://tea.example\r\nOrigin: https://evil.example\r\n", 403),
        ("Origin: null\r\n", 403),
        ("Origin: null\r\nSec-Fetch-Site: cross-site\r\n", 403),
        ("Sec-Fetch-Site: cross-site\r\n", 403),
        ("Sec-Fetch-Site: same-site\r\n", 403),
        ("Sec-Fetch-Site: none\r\n", 403),
        ("Sec-Fetch-Site: same-origin\r\n", 200),
        ("Origin: null\r\nSec-Fetch-Site: same-origin\r\n", 200),
        ("Origin: http://tea.example\r\nSec-Fetch-Site: same-origin\r\n", 200),
        ("Origin: https://shop.example\r\nSec-Fetch-Site: cross-site\r\n", 200),
    ] {
        let answer = ask(server, &post(&to, &format!("{headers}{FORM}"), "cups=3")).await;
        assert_eq!(answer.status, status, "{headers}");
    }
    assert_eq!(live.stats().sessions(), 5);
}

#[tokio::test]
async fn other_posts_are_refused() {
    let live = Live::builder(Tea).limits(Limits::default().message_bytes(1024)).start();
    let server = serve(&live).await;
    let to = format!("/{}", action(&get(server, "/", "").await));
    let form = format!("{OWN}{FORM}");
    let long = "x".repeat(2000);
    let many = "a&".repeat(400);
    for (path, headers, body, status) in [
        (&*to, &*form, "cups=3", 200),
        (&to, &format!("{OWN}Content-Type: Application/X-WWW-Form-URLEncoded; charset=UTF-8\r\n"), "cups=3", 200),
        (&to, &form, "cups=many", 422),
        (&to, &form, &many, 422),
        (&to, &form, "%ff%&=&&==%00", 422),
        (&to, &form, &long, 413),
        (&to, OWN, "cups=3", 415),
        (&to, &format!("{OWN}Content-Type: multipart/form-data; boundary=x\r\n"), "--x--", 415),
        ("/?tealight-form=7.abc", &form, "cups=3", 409),
        ("/?tealight-form", &form, "cups=3", 409),
        ("/", &form, "cups=3", 405),
        ("/?other=1", &form, "cups=3", 405),
    ] {
        let answer = ask(server, &post(path, headers, body)).await;
        assert_eq!(answer.status, status, "{path} {headers} {body}");
    }
    let wrong = ask(server, &post(&to, &form, "cups=%3Cb%3E")).await;
    assert!(wrong.text().contains("<li>cups: Enter a whole number.</li>"), "{}", wrong.text());
    // a body without a length is limited too
    let chunked = format!("{:x}\r\n{long}\r\n0\r\n\r\n", long.len());
    let head = format!("POST {to} HTTP/1.1\r\nHost: tea.example\r\nTransfer-Encoding: chunked\r\n{form}\r\n");
    assert_eq!(ask(server, &(head + &chunked)).await.status, 413);
}
