//! Requests that servers and proxies may read differently, and hosts that the application does not answer for.

use tealight_runtime::{Layout, Live, script};

use crate::support::{Counter, ask, get, handshake, serve};

#[tokio::test]
async fn a_request_with_two_meanings_is_refused() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    for head in [
        "CONNECT tea.example:80 HTTP/1.1\r\nHost: tea.example:80\r\n",
        "CONNECT tea.example:80 HTTP/1.1\r\nHost: tea.example:80\r\nUpgrade: websocket\r\n",
        "CONNECT / HTTP/1.1\r\nHost: tea.example\r\n",
        "GET tea.example:80 HTTP/1.1\r\nHost: tea.example:80\r\n",
        "POST tea.example:80 HTTP/1.1\r\nHost: tea.example:80\r\nContent-Length: 0\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: tea.example\r\n",
        "GET * HTTP/1.1\r\nHost: tea.example\r\n",
        "GET http://evil.example/ HTTP/1.1\r\nHost: tea.example\r\n",
        "GET http://tea.example@evil.example/ HTTP/1.1\r\nHost: evil.example\r\n",
        "GET ftp://tea.example/ HTTP/1.1\r\nHost: tea.example\r\n",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n",
        "GET / HTTP/1.1\r\nHost: tea.example\r\nHost: tea.example\r\n",
        "GET / HTTP/1.1\r\nHost: tea.example\r\nHOST: evil.example\r\n",
        "GET / HTTP/1.1\r\nHost: me@tea.example\r\n",
        "GET / HTTP/1.1\r\nHost: tea.example/evil\r\n",
        "GET / HTTP/1.1\r\nHost: tea.example:99999\r\n",
        "GET / HTTP/1.1\r\nHost: tea example\r\n",
    ] {
        let response = ask(server, &format!("{head}\r\n")).await;
        assert_eq!(response.status, 400, "{head}");
        assert_eq!(response.header("connection"), Some("close"), "{head}");
    }
    for head in [
        "GET http://tea.example/ HTTP/1.1\r\nHost: tea.example\r\n",
        "GET http://TEA.example:80 HTTP/1.1\r\nHost: tea.example\r\n",
        "GET / HTTP/1.1\r\nHost: tea.example:3000\r\n",
        "GET / HTTP/1.0\r\n",
    ] {
        assert_eq!(ask(server, &format!("{head}\r\n")).await.status, 200, "{head}");
    }
}

#[tokio::test]
async fn no_path_names_a_script_of_another_host() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    for (path, base) in [
        ("//evil.example/", "/.//evil.example/"),
        ("//evil.example", "/.//evil.example/"),
        ("/\\evil.example/", "/./\\evil.example/"),
        ("/%2Fevil.example/", "/%2Fevil.example/"),
        ("///evil.example/", "/.///evil.example/"),
        ("/a//evil.example/", "/a//evil.example/"),
    ] {
        // a route that takes every path, as a server of one page does
        let page =
            live.page(tealight_core::PageRequest::new(path, ""), &format!("{}/", path.trim_end_matches('/'))).await;
        let page = page.expect("a page").into_html();
        assert!(page.contains(&format!("<script src=\"{base}{}\"", script::path())), "{path}: {page}");
    }
    let page = get(server, "//evil.example/", "").await;
    assert!(page.text().contains("src=\"/"), "{}", page.text());
    assert!(!page.text().contains("src=\"//"), "{}", page.text());
}

#[tokio::test]
async fn hosts_that_are_not_listed_are_refused() {
    let live = Live::builder(Counter::default()).allow_host("tea.example").allow_origin("https://evil.example").start();
    let server = serve(&live).await;
    for (host, status) in [
        ("tea.example", [200, 101, 409]),
        ("TEA.EXAMPLE.:80", [200, 101, 409]),
        ("127.0.0.1:3000", [200, 101, 409]),
        ("localhost", [200, 101, 409]),
        ("evil.example", [421, 421, 421]),
        ("tea.example.evil.example", [421, 421, 421]),
    ] {
        let get = ask(server, &format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).await;
        let socket = ask(server, &handshake("/").replace("tea.example", host)).await;
        let form =
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\nSec-Fetch-Site: same-origin";
        let post = format!("POST /?tealight-form=1.0 HTTP/1.1\r\nHost: {host}\r\n{form}\r\n\r\n");
        let post = ask(server, &post).await;
        assert_eq!([get.status, socket.status, post.status], status, "{host}");
        assert_eq!(ask(server, &format!("HEAD / HTTP/1.1\r\nHost: {host}\r\n\r\n")).await.status, status[0], "{host}");
    }
}

#[tokio::test]
async fn a_server_that_only_this_machine_reaches_answers_only_for_it() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    assert_eq!(get(server, "/", "").await.status, 200);
    live.listens_on(server);
    assert_eq!(get(server, "/", "").await.status, 421);
    assert_eq!(ask(server, &handshake("/")).await.status, 421);
    for host in ["localhost:3000", "127.0.0.1", "[::1]:3000"] {
        assert_eq!(ask(server, &format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")).await.status, 200, "{host}");
    }
    live.listens_on("0.0.0.0:3000".parse().expect("an address"));
    assert_eq!(get(server, "/", "").await.status, 200);
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let policy = "script-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; \
        require-trusted-types-for 'script'; trusted-types tealight";
    let without_scripts =
        "script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
    let script = format!("/{}", script::path());
    let form =
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\nSec-Fetch-Site: same-origin\r\n";
    for (head, status, referrer, policy) in [
        ("GET /", 200, Some("same-origin"), Some(policy)),
        ("HEAD /", 200, Some("same-origin"), Some(policy)),
        ("GET /nowhere", 404, Some("same-origin"), Some(without_scripts)),
        ("HEAD /nowhere", 404, Some("same-origin"), Some(without_scripts)),
        ("GET /away", 303, Some("same-origin"), Some(without_scripts)),
        ("GET /later", 503, Some("same-origin"), Some(without_scripts)),
        ("POST /?tealight-form=9.0", 409, Some("same-origin"), Some(without_scripts)),
        ("GET /?socket", 400, None, None),
        ("GET *", 400, None, None),
        (&format!("GET {script}"), 200, None, None),
    ] {
        let others = match head {
            "GET /?socket" => "Upgrade: websocket\r\n",
            head if head.starts_with("POST") => form,
            _ => "",
        };
        let answer = ask(server, &format!("{head} HTTP/1.1\r\nHost: tea.example\r\n{others}\r\n")).await;
        assert_eq!(answer.status, status, "{head}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{head}");
        assert_eq!(answer.header("referrer-policy"), referrer, "{head}");
        assert_eq!(answer.header("content-security-policy"), policy, "{head}");
        let caching = if head.contains(&script) { "public, max-age=31536000, immutable" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), Some(caching), "{head}");
    }
}

#[tokio::test]
async fn an_application_changes_its_headers() {
    let layout = Layout::new("Tea")
        .allow_script("https://cdn.example")
        .allow_frame("https://portal.example")
        .without_trusted_types()
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .without_header("Referrer-Policy");
    let server = serve(&Live::builder(Counter::default()).layout(layout).start()).await;
    let page = get(server, "/", "").await;
    let policy = "script-src 'self' https://cdn.example; object-src 'none'; base-uri 'self'; form-action 'self'; \
        frame-ancestors 'self' https://portal.example";
    assert_eq!(page.header("content-security-policy"), Some(policy));
    assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
    assert_eq!(page.header("referrer-policy"), None);

    let bare = serve(&Live::builder(Counter::default()).layout(Layout::new("Tea").without_policy()).start()).await;
    assert_eq!(get(bare, "/", "").await.header("content-security-policy"), None);
}
