//! Hostile clients at full rate, over real sockets, and a good page beside them. They have a process of their own, because its
//! memory is measured.

#[path = "server/support.rs"]
#[allow(dead_code, unreachable_pub)] // the other tests use the rest
mod support;

use std::net::SocketAddr;
use std::time::Duration;

use fastrand::Rng;
use serde_json::json;
use tealight_runtime::Live;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::support::{
    Client, Counter, FIN, PING, Received, UP, attach, frame, get, handshake, header, serve, session_in, text, until,
};

/// The connections of one storm, and the messages of each.
const CONNECTIONS: u64 = 60;
const MESSAGES: u64 = 200;
/// The events of the good page in a storm.
const EVENTS: u64 = 100;
/// The most KiB by which the process may grow in the last storm. Earlier ones fill the buffers of its threads.
const MOST_GROWTH: usize = 8 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_clients_harm_nobody() {
    let seed = std::env::var("SEED").map_or(1, |seed| seed.parse().expect("SEED is a number"));
    println!("SEED={seed}");
    let lifetime = Duration::from_millis(100);
    let live = Live::builder(Counter::default()).detached_lifetime(lifetime).unattached_lifetime(lifetime).start();
    let server = serve(&live).await;
    let page = get(server, "/", "").await;
    let mut good = Client::open(server, "/").await;
    good.attach(session_in(page.text())).await;
    let mut sizes = Vec::new();
    for storm in 0..4 {
        let mut clients = JoinSet::new();
        for number in 0..CONNECTIONS {
            let random = Rng::with_seed(seed + storm * CONNECTIONS + number);
            clients.spawn(attack(server, number, random));
        }
        for event in storm * EVENTS + 1..=(storm + 1) * EVENTS {
            good.send(&text(&json!([event, event - 1, [UP]]).to_string())).await;
            let expected = json!([event, [event.to_string()], {"e": event}]);
            assert_eq!(next_message(&mut good).await, Received::Message(expected), "SEED={seed}");
        }
        clients.join_all().await;
        // Nothing of them is left.
        until(|| live.stats().connections == 1 && live.stats().sessions() == 1).await;
        sizes.push(resident());
    }
    println!("{sizes:?} KiB");
    if let (Some(before), Some(after)) = (sizes[2], sizes[3]) {
        assert!(after < before + MOST_GROWTH, "SEED={seed}: {sizes:?} KiB");
    }
}

/// Returns the next message, and answers pings.
async fn next_message(client: &mut Client<TcpStream>) -> Received {
    loop {
        match client.receive().await {
            Received::Ping => {}
            other => return other,
        }
    }
}

/// One client that breaks a rule again and again, and reads when it likes. The server may close it at any time.
async fn attack(server: SocketAddr, number: u64, mut random: Rng) {
    if number % 6 == 5 {
        return slow_requests(server, &mut random).await;
    }
    let Ok(mut socket) = TcpStream::connect(server).await else { return };
    if socket.write_all(handshake("/").as_bytes()).await.is_err() {
        return;
    }
    let mut bytes = if number.is_multiple_of(6) { Vec::new() } else { attach("") };
    for event in 1..=MESSAGES {
        bytes.extend(match number % 6 {
            0 => attach(&random.u64(..).to_string()),
            1 => frame(random.u8(..), &random.u64(..).to_le_bytes()),
            2 => text(&forged(event, &mut random)),
            3 => text(&json!({"remount": 0}).to_string()),
            _ => frame(FIN | PING, b"ping"),
        });
        if random.bool() {
            if socket.write_all(&bytes).await.is_err() {
                break;
            }
            bytes.clear();
        }
        if random.u32(0..4) == 0 {
            let _ = socket.try_read(&mut [0; 4_096]);
        }
    }
    // Half of a frame, and then nothing.
    let _ = socket.write_all(&header(FIN | 1, 1_000)).await;
}

/// An event at an address that the page was never shown, with numbers and payloads of any size.
fn forged(event: u64, random: &mut Rng) -> String {
    let number = |random: &mut Rng| match random.u32(0..4) {
        0 => u64::from(u32::MAX),
        1 => random.u64(..),
        _ => random.u64(0..8),
    };
    let address: Vec<u64> = (0..random.usize(0..300)).map(|_| number(random)).collect();
    match random.u32(0..4) {
        0 => json!([event, number(random), address]).to_string(),
        1 => json!([event, 0, [UP], "x".repeat(random.usize(0..10_000))]).to_string(),
        2 => "[".repeat(random.usize(0..10_000)),
        _ => json!([number(random), 0, [UP]]).to_string(),
    }
}

/// Requests that never come to their end, and streams that nobody reads.
async fn slow_requests(server: SocketAddr, random: &mut Rng) {
    for _ in 0..MESSAGES / 20 {
        let Ok(mut socket) = TcpStream::connect(server).await else { return };
        let request = match random.u32(0..4) {
            0 => "POST /?tealight-form=1.2 HTTP/1.1\r\nHost: tea\r\nContent-Length: 1000\r\n\r\nname=".to_owned(),
            1 => format!("GET /{} HTTP/1.1\r\nHost: tea\r\n", "x".repeat(random.usize(0..5_000))),
            2 => "GET / HTTP/1.1\r\nHost: tea\r\n\r\n".repeat(20),
            _ => String::from_utf8_lossy(&random.u128(..).to_le_bytes()).into_owned(),
        };
        let _ = socket.write_all(request.as_bytes()).await;
        let _ = socket.try_read(&mut [0; 100]);
    }
}

/// The resident set of this process, in KiB, where the system says it.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
