//! Texts that one page leaves for the next.

use serde::Deserialize;
use serde_json::{Value, json};
use tealight_core::{Command, Event, FormData, LiveView, MountError, PageRequest, Route, Subscription, View, html};
use tealight_runtime::{Live, Page, Posted, Router};
use tealight_test::TestApp;
use tealight_test::protocol::{Tab, request};

/// The address of the event that a person follows a link.
const LINK: u32 = u32::MAX - 1;
/// The slots of the buttons of an order.
const SAVE: u64 = 1;
const SAVE_AND_GO: u64 = 2;
const GO_AND_SAVE: u64 = 3;
const FORGET: u64 = 4;

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
#[route("/order/{id}")]
struct OrderPage {
    id: u64,
}

#[derive(Hash, Route)]
#[route(crate = tealight_core)]
enum ListPage {
    #[route("/orders")]
    List,
    #[route("/orders/{name}")]
    Named { name: String },
}

/// An order, which hears its own routes.
struct Order;

#[derive(Hash, Deserialize)]
struct Note {
    text: String,
    leads_to: String,
}

#[derive(Hash)]
enum Said {
    Save,
    SaveAndGo,
    GoAndSave,
    Forget,
    Note(Note),
}

impl LiveView for Order {
    type Model = String;
    type ExternalEvent = Said;
    type InternalEvent = OrderPage;

    async fn mount(&self, request: &PageRequest) -> Result<(String, Command<OrderPage>), MountError> {
        let OrderPage { id } = request.route()?;
        let welcome = if id == 1 { Command::flash("You were at the first order") } else { Command::none() };
        Ok((request.flash().unwrap_or_default().to_owned(), welcome))
    }

    fn update(&self, _: &mut String, event: Event<Said, OrderPage>) -> Command<OrderPage> {
        let Event::External(said) = event else { return Command::none() };
        match said {
            Said::Save => Command::flash("Saved; done"),
            Said::SaveAndGo => Command::batch([Command::flash("Saved; done"), Command::go(ListPage::List)]),
            Said::GoAndSave => Command::batch([Command::navigate("/orders"), Command::flash("Saved; done")]),
            Said::Forget => Command::flash(""),
            Said::Note(Note { text, leads_to }) if leads_to.is_empty() => Command::flash(text),
            Said::Note(Note { text, leads_to }) if text.is_empty() => Command::navigate(leads_to),
            Said::Note(Note { text, leads_to }) => Command::batch([Command::flash(text), Command::navigate(leads_to)]),
        }
    }

    fn view(&self, flash: &String) -> impl View<Said> {
        html! {
            <p role="status">{flash}</p>
            <button on:click={Said::Save}>"Save"</button>
            <button on:click={Said::SaveAndGo}>"Save and go"</button>
            <button on:click={Said::GoAndSave}>"Go and save"</button>
            <button on:click={Said::Forget}>"Forget"</button>
            <form method="post" on:submit={Said::Note}><input name="text"/></form>
            <a href={OrderPage { id: 8 }}>"Next"</a>
            <a id="list" href={ListPage::List}>"All orders"</a>
        }
    }

    fn subscriptions(&self, _: &String) -> Subscription<OrderPage> {
        Subscription::route(|page: OrderPage| page)
    }
}

struct List;

impl LiveView for List {
    type Model = String;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(String, Command<()>), MountError> {
        match request.route()? {
            ListPage::Named { name } if name == "old" => return Err(MountError::Redirect("/orders".into())),
            ListPage::Named { name } if name == "other" => {
                return Ok((String::new(), Command::flash("Another")));
            }
            _ => {}
        }
        Ok((request.flash().unwrap_or("nothing").to_owned(), Command::none()))
    }

    fn update(&self, _: &mut String, _: Event<(), ()>) -> Command<()> {
        Command::none()
    }

    fn view(&self, flash: &String) -> impl View<()> {
        html! { <p role="status">{flash}</p><a href={OrderPage { id: 7 }}>"Order 7"</a> }
    }
}

fn router() -> Router {
    Router::new().live::<OrderPage>(Order).live::<ListPage>(List)
}

/// Follows a link. Returns the view's flash, and the commands.
async fn go(tab: &mut Tab, to: Value) -> Value {
    tab.event += 1;
    let link = json!([tab.event, tab.patch, [LINK], to]);
    tab.send(&link);
    let went = json!({"went": tab.event});
    // Everything that is due comes first.
    let mut next = tab.next().await.expect("a message");
    while next.is_array() {
        next = tab.next().await.expect("a message");
    }
    assert_eq!(next, went);
    tab.send(&went);
    let mount = tab.next().await.expect("a full render")["mount"].clone();
    json!([mount["view"][1], mount["commands"]])
}

#[tokio::test(start_paused = true)]
async fn a_page_brings_its_flash_to_the_next_view_which_takes_it_away() {
    let live = Live::from(router());
    let mut tab = Tab::open(&live, "/order/7").await;
    let commands = json!([["flash", "Saved; done"], ["navigate", "/orders", true]]);
    tab.click(SAVE_AND_GO);
    assert_eq!(tab.next().await.expect("a patch")[2]["c"], commands);
    let shown = go(&mut tab, json!(["/orders", null, "Saved%3B%20done"])).await;
    assert_eq!(shown, json!(["Saved; done", [["title", "Tealight"], ["flash", ""]]]));
    // It is not shown again.
    assert_eq!(go(&mut tab, json!("/order/8")).await, json!(["", [["title", "Tealight"]]]));
    assert_eq!(go(&mut tab, json!("/orders")).await, json!(["nothing", [["title", "Tealight"]]]));
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_followed_before_the_flash_is_there_takes_it_too() {
    let live = Live::from(router());
    let mut tab = Tab::open(&live, "/order/7").await;
    let first = tab.session.clone();
    tab.click(SAVE);
    let shown = go(&mut tab, json!(["/orders", null, "Older"])).await;
    assert_eq!(shown, json!(["Saved; done", [["title", "Tealight"], ["flash", ""]]]));
    // Nor does the session that was left say it again.
    assert_eq!(go(&mut tab, json!(["/order/7", first])).await, json!(["", null]));

    // A text that the page has not heard of counts, also an empty one.
    tab.click(FORGET);
    assert_eq!(go(&mut tab, json!(["/orders", null, "Older"])).await[0], "nothing");
}

#[tokio::test(start_paused = true)]
async fn a_flash_comes_before_the_command_to_leave() {
    let live = Live::from(router());
    let mut tab = Tab::open(&live, "/order/7").await;
    tab.click(GO_AND_SAVE);
    let commands = json!([["flash", "Saved; done"], ["navigate", "/orders"]]);
    assert_eq!(tab.next().await.expect("a patch")[2]["c"], commands);
}

#[tokio::test(start_paused = true)]
async fn a_step_back_to_a_session_does_not_use_up_the_flash() {
    let live = Live::from(router());
    let mut tab = Tab::open(&live, "/order/7").await;
    let first = tab.session.clone();
    go(&mut tab, json!("/orders")).await;
    assert_eq!(go(&mut tab, json!(["/order/7", first, "Kept"])).await, json!(["", null]));
    assert_eq!(go(&mut tab, json!(["/orders", null, "Kept"])).await[0], "Kept");
}

#[tokio::test(start_paused = true)]
async fn a_view_that_redirects_does_not_use_it_up() {
    let live = Live::from(router());
    let mut tab = Tab::open(&live, "/order/7").await;
    tab.send(&json!([1, 0, [LINK], ["/orders/old", null, "Saved"]]));
    assert_eq!(tab.next().await, Ok(json!({"refused": "elsewhere", "event": 1})));
    // The page loads the address. It has the cookie.
    let with_cookie = |path| request(path).header("cookie", "tealight-flash=Saved");
    assert!(matches!(live.page(with_cookie("/orders/old"), "/").await, Err(MountError::Redirect(_))));
    let page = live.page(with_cookie("/orders"), "/").await.expect("a page");
    assert!(page.html().contains(">Saved</p>"), "{}", page.html());
    assert_eq!(cookie(&page), Some("tealight-flash=; Path=/; Max-Age=0; SameSite=Lax"));
    let page = live.page(request("/orders"), "/").await.expect("a page");
    assert!(page.html().contains(">nothing</p>"), "{}", page.html());
    assert_eq!(cookie(&page), None);
}

fn cookie(page: &Page) -> Option<&str> {
    page.headers().find(|(name, _)| *name == "set-cookie").map(|(_, value)| value)
}

#[tokio::test(start_paused = true)]
async fn a_page_that_attaches_again_does_not_use_it_up() {
    let live = Live::from(router());
    let request = request("/orders").header("cookie", "tealight-flash=Saved").with_flash("Saved");
    let mut tab = Tab { connection: live.connect(request), session: String::new(), patch: 0, event: 0 };
    tab.attach();
    assert_eq!(tab.next().await.expect("a full render")["mount"]["view"][1], "nothing");
    assert_eq!(go(&mut tab, json!("/order/7")).await[0], "");
}

#[tokio::test(start_paused = true)]
async fn a_forged_flash_is_none() {
    let live = Live::from(router());
    for forged in ["%ff".to_owned(), "x".repeat(1025)] {
        let page = live.page(request("/orders").header("cookie", format!("tealight-flash={forged}")), "/").await;
        assert!(page.expect("a page").html().contains(">nothing</p>"));
        let mut tab = Tab::open(&live, "/order/7").await;
        assert_eq!(go(&mut tab, json!(["/orders", null, forged])).await[0], "nothing");
    }
    let page = live.page(request("/orders").header("cookie", "tealight-flash=%3Cb%3E"), "/").await.expect("a page");
    assert!(page.html().contains(">&lt;b&gt;</p>"), "{}", page.html());
    for link in [json!(["/orders", null, "a", "b"]), json!([null]), json!([]), json!(["/orders", 7])] {
        let mut tab = Tab::open(&live, "/order/7").await;
        tab.send(&json!([1, 0, [LINK], link]));
        assert_eq!(tab.next().await, Ok(json!({"refused": "elsewhere", "event": 1})));
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_may_leave_a_flash_as_it_is_mounted() {
    let live = Live::from(router());
    let page = live.page(request("/order/1"), "/").await.expect("a page");
    let value = "tealight-flash=You%20were%20at%20the%20first%20order; Path=/; Max-Age=60; SameSite=Lax";
    assert_eq!(cookie(&page), Some(value));
    assert!(page.html().contains("-effects.js"), "the page may have to read the cookie");
    // The page need not be told of it again.
    let mut tab = Tab::open(&live, "/order/1").await;
    assert_eq!(tab.now().await, None);
    // Over a connection there is no answer that could have the cookie. The new text replaces the old one.
    let commands = json!([["flash", "Another"], ["title", "Tealight"]]);
    assert_eq!(go(&mut tab, json!(["/orders/other", null, "Old"])).await, json!(["", commands]));
}

async fn post(live: &Live, request: PageRequest, body: &str) -> Posted {
    let page = live.page(self::request("/order/7"), "/").await.expect("a page");
    let (_, rest) = page.html().split_once("action=\"?").expect("a form");
    let query = rest.split('"').next().expect("its end");
    let data = FormData::from_urlencoded(body.as_bytes()).expect("few fields");
    live.post(request.with_path("/order/7", query), "/", data).await.expect("an answer")
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_a_posted_form_brings_the_flash() {
    let live = Live::from(router());
    let plain = || request("/");
    let carrying = || request("/").header("cookie", "tealight-flash=Older");
    let set = "tealight-flash=1%20%3B%202; Path=/; Max-Age=60; SameSite=Lax";
    let hidden = &*format!("{set}; HttpOnly");
    let secure = &*format!("{set}; Secure; HttpOnly");
    let over_tls = || plain().header("origin", "https://tea.example");
    for (request, body, expected) in [
        (plain(), "text=1+;+2&leads_to=/orders", Some(hidden)),
        (over_tls(), "text=1+;+2&leads_to=/orders", Some(secure)),
        (carrying(), "text=1+;+2&leads_to=/orders", Some(hidden)),
        // The flash of the request is for the page behind the redirect.
        (carrying(), "text=&leads_to=/orders", None),
    ] {
        match post(&live, request, body).await {
            Posted::Elsewhere { url, cookie } => {
                assert_eq!((&*url, cookie.as_deref()), ("/orders", expected), "{body}")
            }
            other => panic!("{body}: {other:?}"),
        }
    }
    let cleared = "tealight-flash=; Path=/; Max-Age=0; SameSite=Lax";
    for (request, body, expected, shown) in [
        (plain(), "text=1+;+2&leads_to=", Some(set), "<p role=\"status\"></p>"),
        (carrying(), "text=&leads_to=", Some(cleared), "<p role=\"status\">Older</p>"),
    ] {
        match post(&live, request, body).await {
            Posted::Page(page) => {
                assert_eq!(cookie(&page), expected, "{body}");
                assert!(page.html().contains(shown), "{}", page.html());
            }
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_does_not_use_it_up() {
    let live = Live::from(router());
    let request = request("/orders").header("cookie", "tealight-flash=Saved");
    live.probe(request).await.expect("a page");
    assert!(live.page_headers().all(|(name, _)| name != "set-cookie"));
}

#[test]
fn the_test_kit_brings_the_flash_as_a_browser_does() {
    let app = TestApp::with(|| Live::from(router()));
    let page = app.open("/order/7");
    page.click("button:nth-of-type(1)");
    assert_eq!(page.flash().as_deref(), Some("Saved; done"));
    // The view hears this route: nothing is mounted.
    page.click("a:not(#list)");
    page.click("#list");
    assert_eq!((page.text("[role=status]"), page.flash()), ("Saved; done".to_owned(), None));

    let page = app.open("/order/7");
    page.click("button:nth-of-type(1)");
    app.advance(std::time::Duration::from_secs(60));
    assert_eq!(page.flash(), None);
    page.click("#list");
    assert_eq!(page.text("[role=status]"), "nothing");
}
