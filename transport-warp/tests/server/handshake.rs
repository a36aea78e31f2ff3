use tealight_runtime::Live;

use crate::support::{Client, Counter, Received, ask, attach, get, handshake, serve};

#[tokio::test]
async fn the_opening_handshake_row_by_row() {
    let live = Live::builder(Counter::default()).allow_origin("https://shop.example").start();
    let server = serve(&live).await;
    let good = handshake("/");
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (what, old, new, status) in [
        ("as it should be", "", "", 101),
        ("with a query", "GET /", "GET /?from=7", 101),
        (
            "names in any case",
            "Upgrade: websocket\r\nConnection: Upgrade",
            "upgrade: WebSocket\r\nCONNECTION: keep-alive, UPGRADE",
            101,
        ),
        ("connection in two lines", "Connection: Upgrade", "Connection: keep-alive\r\nConnection: Upgrade", 101),
        ("of the same origin", "\r\n\r\n", "\r\nOrigin: http://tea.example\r\n\r\n", 101),
        ("of the same origin behind TLS", "\r\n\r\n", "\r\nOrigin: https://tea.example\r\n\r\n", 101),
        ("of an origin that is allowed", "\r\n\r\n", "\r\nOrigin: https://shop.example\r\n\r\n", 101),
        ("of another origin", "\r\n\r\n", "\r\nOrigin: https://evil.example\r\n\r\n", 403),
        ("of another port", "\r\n\r\n", "\r\nOrigin: http://tea.example:8080\r\n\r\n", 403),
        ("of no origin", "\r\n\r\n", "\r\nOrigin: null\r\n\r\n", 403),
        ("of two origins", "\r\n\r\n", "\r\nOrigin: http://tea.example\r\nOrigin: http://x.example\r\n\r\n", 400),
        ("another method", "GET", "POST", 405),
        ("HEAD", "GET", "HEAD", 405),
        ("HTTP/1.0", "HTTP/1.1", "HTTP/1.0", 400),
        ("no host", "Host: tea.example\r\n", "", 400),
        ("two hosts", "Host: tea.example", "Host: tea.example\r\nHost: evil.example", 400),
        ("no connection", "Connection: Upgrade\r\n", "", 400),
        ("connection of another kind", "Connection: Upgrade", "Connection: keep-alive", 400),
        ("no version", "Sec-WebSocket-Version: 13\r\n", "", 426),
        ("version 8", "Version: 13", "Version: 8", 426),
        ("no key", key, "", 400),
        ("key of 15 bytes", "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j", 400),
        ("key of 17 bytes", "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZWU=", 400),
        ("key that is not base64", "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j!!==", 400),
        ("two keys", key, &format!("{key}{key}"), 400),
    ] {
        assert!(good.contains(old), "{what}");
        let response = ask(server, &good.replacen(old, new, 1)).await;
        assert_eq!(response.status, status, "{what}: {}", response.text());
        match status {
            101 => {
                assert_eq!(response.header("upgrade"), Some("websocket"), "{what}");
                assert_eq!(response.header("connection"), Some("Upgrade"), "{what}");
                // from RFC 6455, section 1.3
                assert_eq!(response.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{what}");
                assert_eq!(response.header("sec-websocket-protocol"), None, "{what}");
            }
            405 => assert_eq!(response.header("allow"), Some("GET"), "{what}"),
            426 => assert_eq!(response.header("sec-websocket-version"), Some("13"), "{what}"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn other_upgrades_are_ignored() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let response = get(server, "/", "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n").await;
    assert_eq!(response.status, 200);
    assert!(response.text().contains("<p>0</p>"));
}

#[tokio::test]
async fn a_frame_may_arrive_together_with_the_handshake() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let mut client = Client::new(tokio::net::TcpStream::connect(server).await.expect("a connection"));
    let mut bytes = handshake("/").into_bytes();
    let attach = attach("");
    bytes.extend(&attach[..20]);
    client.send(&bytes).await;
    assert_eq!(client.ask("").await.status, 101);
    client.send(&attach[20..]).await;
    let Received::Message(mount) = client.receive().await else { panic!("no message") };
    assert_eq!(mount["mount"]["view"][1], "0");
}
