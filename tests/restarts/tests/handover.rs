//! One server hands over to the next, and no request is refused.

#![cfg(unix)]

mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use support::{Pages, Server, free_address, free_socket, get};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Asks for the page again and again, until it is stopped. Returns the number of answers.
fn ask(server: SocketAddr, is_stopped: &Arc<AtomicBool>) -> JoinHandle<u32> {
    let is_stopped = Arc::clone(is_stopped);
    tokio::spawn(async move {
        let mut answers = 0;
        while !is_stopped.load(Relaxed) {
            let (status, answer) = get(server).await.unwrap_or_else(|error| panic!("answer {answers}: {error}"));
            assert_eq!(status, 200, "{answer}");
            answers += 1;
        }
        answers
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_is_handed_over_refuses_no_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let sessions = folder.path().join("sessions.db");
    let socket = free_socket();
    let address = socket.local_addr().expect("an address");
    let mut server = Server::inherit(&socket, &sessions).await;
    let mut pages = Pages::open(address, 20, 1).await;
    let is_stopped = Arc::default();
    let asking = [ask(address, &is_stopped), ask(address, &is_stopped)];
    for handover in 1..=3 {
        pages.make(handover * 20);
        pages.some(handover * 20 - 10, 7).await;
        let told = Instant::now();
        server.signal("TERM").await;
        // connections that come meanwhile wait in the socket
        let (status, log) = server.ended().await;
        assert!(status.success(), "{log}");
        server = Server::inherit(&socket, &sessions).await;
        pages.all_live_since(told, told).await;
        pages.check(handover * 20).await;
    }
    is_stopped.store(true, Relaxed);
    for asking in asking {
        assert!(asking.await.expect("no request is refused") > 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_share_a_port_while_one_hands_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let sessions = folder.path().join("sessions.db");
    let address = free_address();
    let shared = [("SHARE_PORT", "1")];
    let first = Server::start(address, &sessions, &shared).await;
    let mut pages = Pages::open(address, 20, 1).await;
    pages.make(20);
    pages.some(10, 7).await;
    let second = Server::start(address, &sessions, &shared).await;
    let told = Instant::now();
    first.signal("TERM").await;
    let (status, log) = first.ended().await;
    assert!(status.success(), "{log}");
    pages.all_live_since(told, told).await;
    pages.check(20).await;
    second.signal("TERM").await;
    assert!(second.ended().await.0.success());
}

#[test]
fn what_is_handed_over_must_be_a_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "exec 3</dev/null; export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$0\"";
    let mut shell = std::process::Command::new("sh");
    let server = shell.args(["-c", script, env!("CARGO_BIN_EXE_tealight-restarts")]);
    let ended = server.env("SESSIONS", folder.path().join("sessions.db")).output().expect("the server runs");
    let error = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success());
    assert!(error.contains("could not use the socket that LISTEN_FDS names: "), "{error}");
}
