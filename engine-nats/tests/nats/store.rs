//! Saved sessions in a bucket, and pages that move between processes.

use std::sync::Arc;
use std::time::Duration;

use tealight_core::PageRequest;
use tealight_nats::{Nats, NatsStore};
use tealight_runtime::{Live, Saving};
use tealight_store::Key;
use tealight_test::protocol::Tab;

use crate::counter::{Counter, click, move_between, resume};
use crate::line::{Line, State};
use crate::server::Server;

const KEY: [u8; 32] = [7; 32];

async fn store(nats: &Nats) -> NatsStore {
    nats.store(Key::new(KEY)).open().await.expect("a bucket")
}

/// A process whose sessions have the owner of their query.
async fn process(url: &str, every: Duration) -> Live {
    let nats = Nats::connect(url).await.expect("a connection");
    let saving = Saving::new(Arc::new(store(&nats).await)).every(every);
    Live::builder(Counter)
        .save_sessions(saving)
        .pubsub(Arc::new(nats))
        .guard(|request: PageRequest| async move {
            let owner = request.query("user");
            Ok(match owner {
                Some(owner) => request.owned_by(owner),
                None => request,
            })
        })
        .start()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_move_between_processes() {
    let server = Server::start();
    for every in [Duration::ZERO, Duration::from_secs(3600)] {
        let first = process(&server.url(), every).await;
        let second = process(&server.url(), every).await;
        move_between([&first, &second]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_loses_nothing_that_its_page_knows() {
    let server = Server::start();
    let second = process(&server.url(), Duration::ZERO).await;
    let first = process(&server.url(), Duration::ZERO).await;
    let mut tab = Tab::open(&first, "/").await;
    for count in 1..=3 {
        click(&mut tab, count).await;
    }
    // Without a word.
    tab.connection = second.connect(PageRequest::new("/", ""));
    drop(first);
    resume(&mut tab, &second, 3).await;
    click(&mut tab, 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_was_cut_off_has_no_session_that_another_has_claimed() {
    let server = Server::start();
    let line = Line::to(server.address()).await.expect("a port");
    let first = process(&line.address.to_string(), Duration::ZERO).await;
    let second = process(&server.url(), Duration::ZERO).await;
    let mut tab = Tab::open(&first, "/").await;
    click(&mut tab, 1).await;
    line.set(State::Closed);
    resume(&mut tab, &second, 1).await;
    click(&mut tab, 2).await;
    line.set(State::Up);
    // The first one may still be out of reach of the store: then the page tries again.
    loop {
        tab.reconnect(&first);
        match tab.next().await {
            Ok(answer) => break assert_eq!(answer["resume"]["event"], 2, "{answer}"),
            Err(close) => assert_eq!(close, tealight_runtime::Close::TryAgain),
        }
    }
    click(&mut tab, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_survive_the_server_and_end_with_their_owner() {
    let mut server = Server::start();
    let first = process(&server.url(), Duration::ZERO).await;
    let mut pages = Vec::new();
    for user in ["ada", "ada", "bob"] {
        let html = first.page(PageRequest::new("/", format!("user={user}")), "/").await.expect("a page");
        let session = tealight_test::protocol::session_in(html.html());
        let connection = first.connect(PageRequest::new("/", format!("user={user}")));
        let mut tab = Tab { connection, session, patch: 0, event: 0 };
        tab.attach();
        tab.next().await.expect("an answer");
        click(&mut tab, 1).await;
        pages.push((user, tab));
    }
    tokio::join!(first.shutdown(), async {
        for (_, tab) in &mut pages {
            while tab.next().await.is_ok() {}
            tab.connection.hang_up();
        }
    });
    server.kill();
    server.start_again();
    let second = process(&server.url(), Duration::ZERO).await;
    second.publisher().end_sessions("ada").await.expect("a connection");
    for (user, mut tab) in pages {
        tab.connection = second.connect(PageRequest::new("/", format!("user={user}")));
        tab.attach();
        let answer = tab.next().await.expect("an answer");
        assert_eq!(answer.get("resume").is_some(), user == "bob", "{user}: {answer}");
    }
}
