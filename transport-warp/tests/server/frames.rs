use std::net::SocketAddr;

use serde_json::json;
use tealight_runtime::{Live, Stats};
use tokio::io::AsyncWriteExt;

use crate::support::{
    BINARY, BREAK, CLOSE, Client, Counter, FIN, PING, PONG, Received, TEXT, UP, attach, frame, get, header, serve,
    session_in, text, until,
};

async fn page(server: SocketAddr) -> Client<tokio::net::TcpStream> {
    let page = get(server, "/", "").await;
    let mut client = Client::open(server, "/").await;
    client.attach(session_in(page.text())).await;
    client
}

fn click(event: u32, patch: u32, slot: u32) -> Vec<u8> {
    text(&json!([event, patch, [slot]]).to_string())
}

fn counted(patch: u32) -> Received {
    Received::Message(json!([patch, [patch.to_string()], {"e": patch}]))
}

#[tokio::test]
async fn forbidden_messages_close_the_connection() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let long = "x".repeat(1024 * 1024);
    let reserved = |bits: u8| frame(FIN | TEXT | bits, b"{}");
    let unmasked = vec![FIN | TEXT, 2, b'{', b'}'];
    for (what, bytes, answer, code) in [
        ("nonsense", text("nonsense"), Some("malformed"), 4400),
        ("an empty message", text(""), Some("malformed"), 4400),
        ("another attach", attach("x"), Some("malformed"), 4400),
        ("an event of the future", click(1, 9, UP), Some("malformed"), 4400),
        ("an event that skips one", click(2, 0, UP), Some("order"), 4409),
        ("binary", frame(FIN | BINARY, b"[1,0,[2]]"), None, 1003),
        ("bad UTF-8", frame(FIN | TEXT, b"\"\xff\""), None, 1007),
        ("bad UTF-8 in a close frame", frame(FIN | CLOSE, b"\x03\xe8\xff"), None, 1007),
        ("a megabyte", text(&long), None, 1009),
        ("a megabyte in pieces", [frame(TEXT, &[b' '; 40_000]), frame(FIN, &[b' '; 40_000])].concat(), None, 1009),
        ("no mask", unmasked, None, 1002),
        ("a reserved bit", reserved(0x40), None, 1002),
        ("a reserved bit", reserved(0x10), None, 1002),
        ("an unknown kind", frame(FIN | 3, b""), None, 1002),
        ("an unknown control", frame(FIN | 11, b""), None, 1002),
        ("a ping in pieces", frame(PING, b"x"), None, 1002),
        ("a long ping", frame(FIN | PING, &[0; 126]), None, 1002),
        ("a continuation of nothing", frame(FIN, b"x"), None, 1002),
        ("a message within a message", [frame(TEXT, b"x"), frame(FIN | TEXT, b"y")].concat(), None, 1002),
        ("a close frame of one byte", frame(FIN | CLOSE, b"x"), None, 1002),
        ("an update that panics", click(1, 0, BREAK), None, 1011),
    ] {
        let mut client = page(server).await;
        client.send(&bytes).await;
        if let Some(reason) = answer {
            assert_eq!(client.receive().await, Received::Message(json!({"refused": reason})), "{what}");
        }
        assert_eq!(client.receive().await, Received::Close(code), "{what}");
        assert_eq!(client.receive().await, Received::End, "{what}");
    }
    let mut other = Client::open(server, "/").await;
    other.send(&text(r#"{"tealight":2}"#)).await;
    assert_eq!(other.receive().await, Received::Message(json!({"refused": "version", "speaks": [1]})));
    assert_eq!(other.receive().await, Received::Close(4406));
}

#[tokio::test]
async fn some_refusals_keep_the_connection_open() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let mut client = page(server).await;
    client.send(&click(1, 0, 0)).await;
    assert_eq!(client.receive().await, Received::Message(json!({"refused": "no-handler", "event": 1})));
    client.send(&click(2, 0, UP)).await;
    assert_eq!(client.receive().await, Received::Message(json!([1, ["1"], {"e": 2}])));
}

#[tokio::test]
async fn messages_may_arrive_in_pieces() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let mut client = page(server).await;

    // byte by byte
    for byte in click(1, 0, UP) {
        client.send(&[byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(client.receive().await, counted(1));

    // in fragments, with a ping in between
    let event = json!([2, 1, [UP]]).to_string();
    let (first, rest) = event.as_bytes().split_at(3);
    let (second, third) = rest.split_at(2);
    client.send(&frame(TEXT, first)).await;
    client.send(&frame(FIN | PING, b"hello")).await;
    assert_eq!(client.receive().await, Received::Pong(b"hello".to_vec()));
    client.send(&[frame(0, second), frame(FIN, third)].concat()).await;
    assert_eq!(client.receive().await, counted(2));

    // many at once, and half of the last
    let last = click(5, 2, UP);
    client.send(&[click(3, 2, UP), frame(FIN | PING, b""), click(4, 2, UP), last[..4].to_vec()].concat()).await;
    let mut acknowledged = 2;
    while acknowledged < 4 {
        match client.receive().await {
            Received::Message(patch) => acknowledged = patch[2]["e"].as_u64().expect("an acknowledgement"),
            other => assert_eq!(other, Received::Pong(Vec::new())),
        }
    }
    client.send(&last[4..]).await;
    let Received::Message(patch) = client.receive().await else { panic!("no patch") };
    assert_eq!((&patch[1], &patch[2]), (&json!(["5"]), &json!({"e": 5})));

    // the longest message
    let ping = |length: usize| format!("{}{}", "{\"ping\":4}", " ".repeat(length - 10));
    client.send(&text(&ping(65_536))).await;
    assert_eq!(client.receive().await, Received::Message(json!({"pong": 4})));
    client.send(&text(&ping(65_537))).await;
    assert_eq!(client.receive().await, Received::Close(1009));

    // a character in two fragments
    let mut client = Client::open(server, "/").await;
    let attach = json!({"tealight": 1, "patch": 0, "event": 0, "session": "ü"}).to_string();
    let (first, second) = attach.as_bytes().split_at(attach.find('ü').expect("it is there") + 1);
    client.send(&[frame(TEXT, first), frame(FIN, second)].concat()).await;
    assert!(matches!(client.receive().await, Received::Message(answer) if answer.get("mount").is_some()));
}

#[tokio::test]
async fn a_frame_with_a_length_over_the_limit_is_refused_at_once() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    for length in [65_537, 1 << 40, usize::MAX >> 1] {
        let mut client = page(server).await;
        client.send(&header(FIN | TEXT, length)).await;
        assert_eq!(client.receive().await, Received::Close(1009), "{length}");
    }
}

#[tokio::test]
async fn a_close_frame_is_answered_and_the_session_is_kept() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let mut client = page(server).await;
    client.send(&frame(FIN | CLOSE, &1001_u16.to_be_bytes())).await;
    assert_eq!(client.receive().await, Received::Close(1001));
    assert_eq!(client.receive().await, Received::End);
    until(|| live.stats().connections == 0).await;
    assert_eq!((live.stats().attached, live.stats().detached), (0, 1));

    let mut client = page(server).await;
    client.send(&frame(FIN | CLOSE, b"")).await;
    assert_eq!(client.receive().await, Received::Close(0));

    let mut gone = page(server).await;
    gone.io.shutdown().await.expect("it is open");
    assert_eq!(gone.receive().await, Received::End);
    drop(page(server).await);
    until(|| live.stats().detached == 4).await;
    assert_eq!(live.stats().connections, 0);
}

#[tokio::test]
async fn unsolicited_pongs_are_ignored() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let mut client = page(server).await;
    client.send(&frame(FIN | PONG, b"?")).await;
    client.send(&click(1, 0, UP)).await;
    assert_eq!(client.receive().await, counted(1));
}

#[tokio::test]
async fn a_page_that_attaches_elsewhere_closes_its_old_connection() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let html = get(server, "/", "").await;
    let session = session_in(html.text());
    let mut old = Client::open(server, "/").await;
    old.attach(session).await;
    let mut new = Client::open(server, "/").await;
    assert_eq!(new.attach(session).await, json!({"resume": {"event": 0}}));
    assert_eq!(old.receive().await, Received::Close(4001));
    assert_eq!(old.receive().await, Received::End);
    new.send(&click(1, 0, UP)).await;
    assert_eq!(new.receive().await, counted(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_clients_do_not_disturb_others() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let mut good = page(server).await;
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for _ in 0..300 {
        let mut client = page(server).await;
        let mut bytes = Vec::new();
        for _ in 0..random() % 8 {
            let length = (random() % 200) as usize;
            let payload: Vec<u8> = (0..length).map(|_| random() as u8).collect();
            bytes.extend(match random() % 5 {
                0 => payload,
                1 => text(&json!([1, 0, [random() % 5], random() % 3]).to_string()),
                2 => header(random() as u8, random() as usize >> (random() % 64)),
                3 => frame(random() as u8, json!({"ping": random()}).to_string().as_bytes()),
                _ => frame(random() as u8 & (FIN | 15), &payload),
            });
        }
        let keep = random() as usize % (bytes.len() + 1);
        // the server may have closed before it has read everything
        let _ = client.io.write_all(&bytes[..keep]).await;
        if random() % 2 == 0 {
            let _ = client.io.shutdown().await;
            while !matches!(client.receive().await, Received::End) {}
        }
    }
    until(|| live.stats().connections == 1).await;
    good.send(&click(1, 0, UP)).await;
    assert_eq!(good.receive().await, counted(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_closed_pages_leave_no_sessions() {
    let soon = std::time::Duration::from_millis(100);
    let live = Live::builder(Counter::default()).detached_lifetime(soon).start();
    let server = serve(&live).await;
    for _ in 0..10 {
        let mut clients = Vec::new();
        for _ in 0..100 {
            let mut client = page(server).await;
            client.send(&click(1, 0, UP)).await;
            clients.push(client);
        }
        for client in &mut clients {
            assert_eq!(client.receive().await, counted(1));
        }
        assert!(live.stats().attached == 100 && live.stats().connections == 100);
        drop(clients);
        until(|| live.stats().attached == 0).await;
    }
    until(|| live.stats() == Stats::default()).await;
}
