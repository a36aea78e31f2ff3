//! Addresses that `#[derive(Route)]` reads and writes.
#![allow(missing_docs)]

use proptest::prelude::*;
use tealight_core::{MountError, PageRequest, Route};

#[derive(Clone, Debug, Hash, PartialEq, Route)]
#[route(crate = tealight_core)]
enum Page {
    #[route("/")]
    Home,
    #[route("/orders?page&q")]
    Orders { page: Option<u32>, q: Option<String> },
    #[route("/orders/new")]
    NewOrder,
    #[route("/orders/{id}")]
    Order { id: u64 },
    #[route("/people/{name}/{letter}")]
    Person { name: String, letter: char },
    #[route("/files/{*path}?raw")]
    File { path: String, raw: bool },
    #[route("/tags/?tag&utm-source={source}")]
    Tags { tag: Vec<String>, source: i64 },
    #[route("/größe/a~@:,+!$'()*;=&/{type}")]
    Odd { r#type: String },
}

#[derive(Debug, Hash, PartialEq, Route)]
#[route(crate = tealight_core)]
#[route("/alone")]
struct Alone;

/// Checks that an address is this page, and is written as it is read.
#[track_caller]
fn check(address: &str, page: Page) {
    assert_eq!(page.address(), address);
    assert_eq!(Page::parse(address), Some(page), "{address}");
}

/// Checks that this address, which is not written in this way, is the page too.
#[track_caller]
fn reads(address: &str, page: Page) {
    assert_eq!(Page::parse(address), Some(page), "{address}");
}

#[track_caller]
fn no_page(addresses: &[&str]) {
    for address in addresses {
        assert_eq!(Page::parse(address), None, "{address}");
    }
}

fn orders(page: Option<u32>, q: Option<&str>) -> Page {
    Page::Orders { page, q: q.map(str::to_owned) }
}

fn person(name: &str, letter: char) -> Page {
    Page::Person { name: name.to_owned(), letter }
}

fn file(path: &str, raw: bool) -> Page {
    Page::File { path: path.to_owned(), raw }
}

fn tags(tag: &[&str], source: i64) -> Page {
    Page::Tags { tag: tag.iter().copied().map(str::to_owned).collect(), source }
}

#[test]
fn an_address_is_read_as_it_is_written() {
    check("/", Page::Home);
    check("/orders", orders(None, None));
    check("/orders?page=2&q=green+tea", orders(Some(2), Some("green tea")));
    check("/orders?q=", orders(None, Some("")));
    check("/orders?q=%26%3D%3F%23%2B%25%00%F0%9F%8D%B5", orders(None, Some("&=?#+%\0🍵")));
    check("/orders/new", Page::NewOrder);
    check("/orders/7", Page::Order { id: 7 });
    check("/people/a%2Fb%5C%3F%23%25/%C3%A4", person("a/b\\?#%", 'ä'));
    check("/people/.../x", person("...", 'x'));
    check("/files/a/b%20c?raw=true", file("a/b c", true));
    check("/files/..a", file("..a", false));
    check("/tags/?utm-source=-3", tags(&[], -3));
    check("/tags/?tag=b&tag=a&tag=b&utm-source=0", tags(&["b", "a", "b"], 0));
    check("/gr%C3%B6%C3%9Fe/a~@:,%2B%21%24%27%28%29%2A%3B%3D%26/x", Page::Odd { r#type: "x".to_owned() });
    assert_eq!(Alone::parse(&Alone.address()), Some(Alone));
}

#[test]
fn an_address_can_be_written_in_several_ways() {
    reads("/%6Frders/%37", Page::Order { id: 7 });
    reads("/größe/a~@:,+!$'()*;=&/x", Page::Odd { r#type: "x".to_owned() });
    reads("/orders?unknown=1&page=2&", orders(Some(2), None));
    reads("/orders?page=2&page=x", orders(Some(2), None));
    reads("/orders?", orders(None, None));
    reads("/orders?page=&q=", orders(None, Some("")));
    reads("/orders?q=%FF", orders(None, Some("\u{FFFD}")));
    reads("/files/a?raw", file("a", true));
    reads("/files/a?raw=false", file("a", false));
}

#[test]
fn a_value_that_does_not_parse_is_no_page() {
    no_page(&[
        "/orders/seven",
        "/orders/-1",
        "/orders/18446744073709551616",
        "/orders/7/",
        "/orders/",
        "/orders?page=x",
    ]);
    no_page(&[
        "/people/a/bc",
        "/people//b",
        "/people/a",
        "/people/%FF/b",
        "/files/a?raw=yes",
        "/tags/",
        "/tags/?utm-source=",
    ]);
    no_page(&["", "orders", "//orders", "/orders//7", "/Orders", "/files", "/files/", "/files/a/../b", "/files/a//b"]);
    no_page(&["/files/a%2Fb", "/files/%2E%2E/b", "https://tea.example/orders", "/orders#7", "/{id}", "/orders/{id}"]);
}

#[test]
fn a_part_that_browsers_remove_is_not_written() {
    for name in ["", ".", ".."] {
        assert_eq!(person(name, 'x').address(), "/people/%EF%BF%BD/x");
    }
    assert_eq!(file("../a//./b/", false).address(), "/files/%EF%BF%BD/a/%EF%BF%BD/%EF%BF%BD/b/%EF%BF%BD");
}

#[test]
fn a_request_has_a_route() {
    assert_eq!(PageRequest::new("/orders", "page=3").route::<Page>().expect("a route"), orders(Some(3), None));
    assert!(matches!(PageRequest::new("/nowhere", "").route::<Page>(), Err(MountError::NotFound)));
}

fn any_page() -> impl Strategy<Value = Page> {
    let part = "\\PC{1,9}|[ -~]{1,9}|[./%\\\\]{1,4}";
    let text = "\\PC{0,9}|[&=%+?#\0/]{0,4}";
    prop_oneof![
        (any::<Option<u32>>(), proptest::option::of(text)).prop_map(|(page, q)| Page::Orders { page, q }),
        any::<u64>().prop_map(|id| Page::Order { id }),
        (part, any::<char>()).prop_map(|(name, letter)| Page::Person { name, letter }),
        (proptest::collection::vec(part, 1..4), any::<bool>())
            .prop_map(|(parts, raw)| Page::File { path: parts.join("/"), raw }),
        (proptest::collection::vec(text, 0..4), any::<i64>()).prop_map(|(tag, source)| Page::Tags { tag, source }),
    ]
}

fn is_kept(part: &str) -> bool {
    !matches!(part, "" | "." | "..")
}

proptest! {
    #[test]
    fn every_page_is_read_as_it_was_written(page in any_page()) {
        let address = page.address();
        // No other host, and nothing that a browser, a header or an attribute would read in another way.
        prop_assert!(address.starts_with('/') && !address.starts_with("//"), "{address}");
        prop_assert!(address.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte)), "{address}");
        let holds = match &page {
            Page::Person { name, letter } => is_kept(name) && *letter != '.',
            Page::File { path, .. } => path.split('/').all(is_kept),
            _ => true,
        };
        if holds {
            prop_assert_eq!(Page::parse(&address), Some(page));
        }
    }

    #[test]
    fn no_address_panics(address in any::<String>(), path in "/[a-z/.%{}*]{0,12}", query in "[a-z&=%+]{0,12}") {
        let _ = Page::parse(&address);
        if let Some(page) = Page::parse(&format!("{path}?{query}")) {
            prop_assert_eq!(Page::parse(&page.address()), Some(page));
        }
    }
}

/// Pairs of patterns that the compiler accepts although both match an address.
#[derive(Debug, Hash, PartialEq, Route)]
#[route(crate = tealight_core)]
enum Nested {
    #[route("/files/{*path}")]
    Any { path: String },
    #[route("/files/a/{name}")]
    InA { name: String },
    #[route("/files/a/b")]
    B,
    #[route("/files/a/{name}/edit")]
    Edit { name: String },
}

#[test]
fn the_most_specific_pattern_matches() {
    let (name, path) = ("c".to_owned(), |path: &str| path.to_owned());
    for (address, page) in [
        ("/files/a", Nested::Any { path: path("a") }),
        ("/files/a/b", Nested::B),
        ("/files/a/c", Nested::InA { name: name.clone() }),
        ("/files/a/c/edit", Nested::Edit { name }),
        ("/files/a/b/c", Nested::Any { path: path("a/b/c") }),
        ("/files/a/c/edit/d", Nested::Any { path: path("a/c/edit/d") }),
    ] {
        assert_eq!(Nested::parse(address), Some(page), "{address}");
    }
}
