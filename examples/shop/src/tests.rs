use tealight::prelude::*;
use tealight_test::{TestApp, TestPage};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::filters;
use crate::routes::{Account, Buying, List, Login, Product};
use crate::shop::{DEMO, Shop};
use crate::start;
use crate::visitor::{User, only_signed_in};

fn shop() -> (Shop, TestApp) {
    let shop = Shop::new();
    let app = TestApp::with(|| start(&shop));
    (shop, app)
}

/// A request of a visitor, whose name is these digits.
fn request(visitor: u32, cookies: &str, address: &impl Route) -> PageRequest {
    let address = address.address();
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    PageRequest::new(path, query).header("cookie", format!("visitor={visitor:032}; {cookies}"))
}

fn visit(app: &TestApp, address: &impl Route) -> TestPage {
    app.visit(|| request(7, "", address)).expect("a page")
}

fn add(app: &TestApp, id: u32, count: &str) {
    let page = visit(app, &Product { id });
    page.fill("#count", count);
    page.submit("main form");
}

fn order(app: &TestApp, request: impl Fn() -> PageRequest) -> TestPage {
    let page = app.visit(request).expect("a page");
    for (name, value) in [("#name", "Ada"), ("#street", "1 Mill Lane"), ("#city", "Delft")] {
        page.fill(name, value);
    }
    page.submit("main form");
    page
}

#[test]
fn the_parts_of_the_catalogue_have_each_product_once() {
    let (shop, app) = shop();
    let names = |page| visit(&app, &List { page: Some(page), ..List::default() }).texts(".products a");
    let mut all: Vec<_> = (1..=4).flat_map(names).collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), shop.products().len());
}

#[test]
fn links_of_the_catalogue_keep_the_kind_and_the_search() {
    let (_, app) = shop();
    let page = app.open("/?kind=tea&q=a");
    let link = |selector: &str| page.attribute(selector, "href").expect("a link");
    assert_eq!(link("[aria-label=Kinds] li:first-child a"), "/?q=a");
    assert_eq!(link("[aria-label='Parts of the list'] li:nth-child(2) a"), "/?kind=tea&q=a&page=2");
    assert_eq!((page.title(), page.value("#q")), ("Teas".into(), "a".into()));
    assert_eq!(page.text("main [aria-current=true]"), "Teas");
}

#[test]
fn an_address_that_no_page_has_is_not_found() {
    let (_, app) = shop();
    for path in ["/products/99", "/products/tea", "/orders/1001", "/nowhere", "/account/nothing"] {
        let error = app.visit(|| PageRequest::new(path, "")).err();
        assert!(matches!(error, Some(MountError::NotFound)), "{path}: {error:?}");
    }
}

#[test]
fn all_tabs_of_a_visitor_have_the_same_basket() {
    let (_, app) = shop();
    let tab = visit(&app, &List::default());
    let basket = visit(&app, &Buying::Basket);
    let other = app.visit(|| request(8, "", &List::default())).expect("a page");
    add(&app, 3, "2");
    add(&app, 3, "4000000000");
    add(&app, 5, "1");
    assert_eq!((tab.text(".count"), other.text(".count")), ("21".into(), "0".into()));
    assert_eq!(basket.count("tbody tr"), 2);
    basket.fill("#count-3", "0");
    basket.submit("tbody tr:first-child form");
    assert_eq!((tab.text(".count"), basket.count("tbody tr")), ("1".into(), 1));
}

#[test]
fn an_order_empties_the_basket_and_belongs_to_its_buyer() {
    let (_, app) = shop();
    add(&app, 3, "2");
    let page = order(&app, || request(7, "", &Buying::Checkout));
    assert_eq!((page.text("h1"), page.url()), ("Order 1001".into(), "/orders/1001".into()));
    assert_eq!(
        (page.title(), page.text(".products"), page.text(".count")),
        ("Order 1001".into(), "2 × Darjeeling, spring".into(), "0".into())
    );
    assert_eq!(page.text("header [role=status]"), "Thank you. Order 1001 is on its way.");
    let own = Buying::Order { number: 1001 };
    // The thanks are said once.
    assert_eq!(visit(&app, &own).count("header [role=status]"), 0);
    let error = app.visit(|| request(8, "", &own)).err();
    assert!(matches!(error, Some(MountError::NotFound)), "{error:?}");
}

#[test]
fn an_order_needs_an_address() {
    let (_, app) = shop();
    add(&app, 3, "2");
    let page = visit(&app, &Buying::Checkout);
    page.fill("#name", "Ada");
    page.submit("main form");
    assert_eq!(page.texts(".field-error"), ["Fill in this field.", "Fill in this field."]);
    assert_eq!((page.text("h1"), page.text(".count")), ("Checkout".into(), "2".into()));
}

#[test]
fn the_account_is_for_people_who_are_signed_in() {
    let (shop, app) = shop();
    let error = app.visit(|| request(7, "login=guessed", &Account::Details)).err();
    assert!(matches!(error, Some(MountError::Redirect(to)) if to == "/login?next=%2Faccount%2Fdetails"));
    assert_eq!(shop.log_in("ada", "wrong"), None);
    let login = shop.log_in(DEMO.0, DEMO.1).expect("the password is right");
    let cookie = format!("login={login}");
    let details = app.visit(|| request(7, &cookie, &Account::Details)).expect("a page");
    for (name, value) in [("#name", "Ada"), ("#street", "1 Mill Lane"), ("#city", "Delft")] {
        details.fill(name, value);
    }
    details.submit("main form");
    assert_eq!(details.text("[role=status]"), "Saved.");
    add(&app, 3, "2");
    let checkout = app.visit(|| request(7, &cookie, &Buying::Checkout)).expect("a page");
    assert_eq!(checkout.value("#street"), "1 Mill Lane");
    checkout.submit("main form");
    // The orders are the person's in every browser.
    let orders = app.visit(|| request(8, &cookie, &Account::Orders)).expect("a page");
    assert_eq!(orders.texts(".products a"), ["Order 1001"]);
    app.visit(|| request(8, &cookie, &Buying::Order { number: 1001 })).expect("a page");
}

#[test]
fn changed_details_ask_before_they_are_lost() {
    let (shop, app) = shop();
    let cookie = format!("login={}", shop.log_in(DEMO.0, DEMO.1).expect("the password is right"));
    let page = app.visit(|| request(7, &cookie, &Account::Details)).expect("a page");
    let asks = || page.attribute("main form", "leave").is_some();
    assert!(!asks());
    page.fill("#name", "Ada");
    assert!(asks());
    page.fill("#name", "");
    assert!(!asks());
    page.fill("#street", "1 Mill Lane");
    // The person has said that the changes may be lost.
    page.click("main a[href='/account']");
    page.click("main a[href='/account/details']");
    assert_eq!((asks(), page.value("#street")), (false, String::new()));
    for (name, value) in [("#name", "Ada"), ("#street", "1 Mill Lane"), ("#city", "Delft"), ("#note", "Ring twice")] {
        page.fill(name, value);
    }
    assert!(asks());
    page.submit("main form");
    assert_eq!((page.text("main [role=status]"), asks()), ("Saved.".into(), false));
}

#[tokio::test]
async fn a_logout_says_so_on_the_next_page() {
    let shop = Shop::new();
    let login = shop.log_in(DEMO.0, DEMO.1).expect("the password is right");
    let head = format!("POST /logout HTTP/1.1\r\nOrigin: http://shop.example\r\nCookie: login={login}");
    let answer = ask(&shop, &head, "").await;
    let cookies: Vec<_> = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: ")).collect();
    assert_eq!((header(&answer, "location"), cookies.len()), ("/".into(), 2));
    let flash = cookies[1].split(';').next().expect("a cookie");
    let page = start(&shop).page(request(7, flash, &List::default()), "/").await.expect("a page");
    assert!(page.html().contains(r#"<p role="status">You are signed out.</p>"#), "{}", page.html());
}

#[test]
fn the_login_leads_only_to_pages_of_the_account() {
    for (path, next) in [("/account", Some("/account")), ("/account/", None), ("//evil.example/account", None)] {
        let error = only_signed_in(PageRequest::new(path, "")).expect_err("nobody is signed in");
        let expected = Login { next: next.map(str::to_owned), failed: false }.address();
        assert!(matches!(&error, MountError::Redirect(to) if *to == expected), "{path}: {error}");
    }
    only_signed_in(PageRequest::new("/account", "").with(User("ada".into()))).expect("ada is signed in");
}

/// Sends a request to a server of the shop, and returns its answer without the body.
async fn ask(shop: &Shop, head: &str, body: &str) -> String {
    let live = start(shop);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(tealight::warp::serve(listener, filters::routes(shop, &live)));
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let rest = format!("Host: shop.example\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    stream.write_all(format!("{head}\r\n{rest}").as_bytes()).await.expect("the server reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("the server answers");
    server.abort();
    answer.split("\r\n\r\n").next().expect("a head").to_owned()
}

/// Posts a form, and returns the status, where it leads, and the cookie.
async fn post(shop: &Shop, path: &str, origin: &str, body: &str) -> (String, String, String) {
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let answer = ask(shop, &format!("POST {path} HTTP/1.1\r\nOrigin: {origin}\r\n{kind}"), body).await;
    (answer[9..12].to_owned(), header(&answer, "location"), header(&answer, "set-cookie"))
}

fn header(answer: &str, name: &str) -> String {
    let mut headers = answer.lines().filter_map(|line| line.split_once(": "));
    headers.find(|(other, _)| *other == name).map(|(_, value)| value.to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_login_sets_a_cookie_that_scripts_cannot_read() {
    let shop = Shop::new();
    let body = |password: &str, next: &str| format!("name=ada&password={password}&next={next}");
    for (next, to) in [
        ("", "/account"),
        ("/account/details", "/account/details"),
        ("//evil.example/account", "/account"),
        ("https://evil.example", "/account"),
        ("/products/3", "/account"),
    ] {
        let (status, location, cookie) = post(&shop, "/login", "http://shop.example", &body("more+tea", next)).await;
        assert_eq!((&*status, &*location), ("303", to), "{next}");
        let secret =
            cookie.strip_prefix("login=").and_then(|rest| rest.strip_suffix("; Path=/; HttpOnly; SameSite=Lax"));
        assert!(shop.user_of(secret.expect("a cookie")).is_some());
    }
    let wrong = post(&shop, "/login", "http://shop.example", &body("tea", "/account/details")).await;
    assert_eq!(wrong, ("303".into(), "/login?next=%2Faccount%2Fdetails&failed=true".into(), String::new()));
}

#[tokio::test]
async fn another_site_logs_nobody_in_or_out() {
    let shop = Shop::new();
    for (path, body) in [("/login", "name=ada&password=more+tea&next="), ("/logout", "")] {
        for origin in ["http://evil.example", "null", "http://shop.example:8080"] {
            let answer = post(&shop, path, origin, body).await;
            assert_eq!(answer, ("403".into(), String::new(), String::new()), "{path} {origin}");
        }
    }
    assert!(ask(&shop, "GET /logout HTTP/1.1", "").await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn a_new_visitor_gets_a_cookie_and_keeps_it() {
    let shop = Shop::new();
    let cookie = header(&ask(&shop, "GET / HTTP/1.1\r\nAccept: text/html", "").await, "set-cookie");
    assert!(cookie.starts_with("visitor=") && cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
    let named = cookie.split(';').next().expect("a name");
    let again = ask(&shop, &format!("GET / HTTP/1.1\r\nAccept: text/html\r\nCookie: {named}"), "").await;
    assert_eq!(header(&again, "set-cookie"), "");
}
