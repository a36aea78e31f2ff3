//! Texts that one page leaves for the next, as cookies.

use tealight_core::{Command, Event, FormData, LiveView, MountError, PageRequest, View, html};
use tealight_runtime::Live;

use crate::support::{Response, ask, get, serve};

struct Shop;

#[derive(Hash)]
struct Ordered(String);

fn ordered(data: FormData) -> Ordered {
    Ordered(data.get("tea").unwrap_or_default().to_owned())
}

impl LiveView for Shop {
    type Model = Option<String>;
    type ExternalEvent = Ordered;
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(Option<String>, Command<()>), MountError> {
        match request.path() {
            "/nowhere" => Err(MountError::NotFound),
            "/login" => Err(MountError::Redirect("/orders".into())),
            _ => Ok((request.flash().map(str::to_owned), Command::none())),
        }
    }

    fn update(&self, _: &mut Option<String>, event: Event<Ordered, ()>) -> Command<()> {
        let Event::External(Ordered(tea)) = event else { return Command::none() };
        Command::batch([Command::flash(tea), Command::navigate("/login")])
    }

    fn view(&self, flash: &Option<String>) -> impl View<Ordered> {
        html! {
            if let Some(flash) = flash { <p role="status">{flash}</p> }
            <form method="post" on:submit={ordered}><input name="tea"/></form>
        }
    }
}

fn status(page: &Response) -> Option<&str> {
    page.text().split_once("<p role=\"status\">").and_then(|(_, rest)| rest.split("</p>").next())
}

/// Posts the form of a page as a browser without scripts.
async fn order(server: std::net::SocketAddr, headers: &str, tea: &str) -> Response {
    let page = get(server, "/orders/new", headers).await;
    let (_, rest) = page.text().split_once("action=\"?").expect("a form");
    let query = rest.split('"').next().expect("its end");
    let body = format!("tea={tea}");
    let length = body.len();
    let head = format!(
        "POST /orders/new?{query} HTTP/1.1\r\nHost: tea.example\r\nOrigin: http://tea.example\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    ask(server, &(head + &body)).await
}

#[tokio::test]
async fn a_flash_goes_through_redirects_to_the_next_page_and_no_further() {
    let server = serve(&Live::builder(Shop).base("/").start()).await;
    let answer = order(server, "", "Assam%3B+%3Cb%3E").await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/login")));
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert_eq!(cookie, "tealight-flash=Assam%3B%20%3Cb%3E; Path=/; Max-Age=60; SameSite=Lax; HttpOnly");

    let cookie = format!("Cookie: theme=dark; {}\r\n", cookie.split(';').next().expect("its value"));
    for (path, status) in [("/login", 303), ("/nowhere", 404)] {
        let answer = get(server, path, &cookie).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (status, None), "{path}");
    }
    let head = ask(server, &format!("HEAD /orders HTTP/1.1\r\nHost: tea.example\r\n{cookie}\r\n")).await;
    assert_eq!((head.status, head.header("set-cookie")), (200, None));
    let page = get(server, "/orders", &cookie).await;
    assert_eq!(status(&page), Some("Assam; &lt;b&gt;"));
    assert_eq!(page.header("set-cookie"), Some("tealight-flash=; Path=/; Max-Age=0; SameSite=Lax"));
    assert_eq!(page.header("cache-control"), Some("no-store"));

    let page = get(server, "/orders", "Cookie: theme=dark\r\n").await;
    assert_eq!((status(&page), page.header("set-cookie")), (None, None));
}

#[tokio::test]
async fn a_flash_adds_no_header() {
    let server = serve(&Live::builder(Shop).base("/").start()).await;
    let answer = order(server, "X-Forwarded-Proto: https\r\n", "a%0d%0aset-cookie:+b=c;+Domain=evil.example").await;
    let cookies: Vec<&str> =
        answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| &**value).collect();
    let value = "a%0D%0Aset-cookie%3A%20b%3Dc%3B%20Domain%3Devil.example";
    assert_eq!(cookies, [format!("tealight-flash={value}; Path=/; Max-Age=60; SameSite=Lax; Secure; HttpOnly")]);

    // A text of the greatest length, three bytes a letter, comes back in one request.
    let answer = order(server, "", &"%E8%8C%B6".repeat(400)).await;
    let cookie = answer.header("set-cookie").expect("a cookie").split(';').next().expect("its value").to_owned();
    assert!(cookie.len() < 4096, "{} bytes", cookie.len());
    let page = get(server, "/orders", &format!("Cookie: {cookie}\r\n")).await;
    assert_eq!(status(&page), Some(&*"茶".repeat(341)));
}
