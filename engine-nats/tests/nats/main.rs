//! The engine against a real server.

#[path = "../../../tests/engines/board.rs"]
mod board;
#[path = "../../../tests/engines/breaks.rs"]
mod breaks;
#[path = "../../../tests/engines/counter.rs"]
mod counter;
#[path = "../../../tests/engines/line.rs"]
mod line;
mod server;
mod store;

use std::sync::Arc;

use board::{Board, Process};
use futures_util::StreamExt;
use line::Line;
use server::Server;
use tealight_nats::async_nats::ConnectOptions;
use tealight_nats::{Nats, NatsError, NatsOptions};
use tealight_runtime::conformance::engines::{self, CHECKS, Engine};
use tealight_runtime::{Live, PubSub};
use tealight_store::Key;

struct Shared(Server);

impl Engine for Shared {
    async fn process(&self) -> Arc<dyn PubSub> {
        Arc::new(Nats::connect(self.0.url()).await.expect("a connection"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_engine_conforms() {
    engines::run(&Shared(Server::start()), CHECKS).await.expect_all();
}

/// Opens a page, and waits until its topics are subscribed to.
async fn open(nats: Nats, path: &str) -> Process {
    let last = path.split('/').next_back().expect("a topic");
    Process::open(Arc::new(nats), path, &format!("{last} lagged")).await
}

/// Two processes: the first one reaches the server over a line.
async fn two(server: &Server) -> (Line, Process, Process) {
    let line = Line::to(server.address()).await.expect("a port");
    let near = Nats::connect(line.address.to_string()).await.expect("a connection");
    let far = Nats::connect(server.url()).await.expect("a connection");
    (line, open(near, "/a/b").await, open(far, "/a/b").await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_keep_their_order_when_they_are_more_than_the_client_takes_at_once() {
    let server = Server::start();
    let near = Nats::connect(server.url()).await.expect("a connection");
    let far = Nats::connect(server.url()).await.expect("a connection");
    let mut heard = far.client().subscribe("tealight.topic.numbers").await.expect("a subscription");
    far.client().flush().await.expect("the server has it");
    let publisher = Live::builder(Board).pubsub(Arc::new(near)).start().publisher();
    for number in 0..20_000 {
        publisher.publish("numbers", &number).expect("a number is JSON");
    }
    for number in 0..20_000 {
        let message = heard.next().await.expect("a message");
        assert_eq!(message.payload, number.to_string());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_cut_off_goes_on_and_catches_up() {
    let server = Server::start();
    let (line, mut near, mut far) = two(&server).await;
    breaks::cut_off(&line, &mut near, &mut far).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_finds_a_line_on_which_nothing_arrives() {
    let server = Server::start();
    let (line, mut near, _far) = two(&server).await;
    breaks::fall_silent(&line, &mut near).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_may_restart() {
    let mut server = Server::start();
    let (_line, mut near, mut far) = two(&server).await;
    server.kill();
    breaks::go_on_alone(&mut near, &mut far).await;
    server.start_again();
    breaks::catch_up(&mut near, &mut far).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_programs_publish_and_subscribe() {
    let server = Server::start();
    let nats = Nats::connect(server.url()).await.expect("a connection");
    let client = nats.client().clone();
    let mut page = open(nats, "/a").await;
    client.publish("tealight.topic.a", "\"from outside\"".into()).await.expect("a connection");
    client.publish("tealight.topic.a", "no JSON".into()).await.expect("a connection");
    page.say("a", "from inside");
    let shown = page.shows("a=from inside").await;
    assert_eq!(shown, "a=from outside a=from inside ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn applications_share_a_server_under_prefixes() {
    let server = Server::start();
    let mut pages = Vec::new();
    for prefix in ["shop", "office"] {
        let nats = NatsOptions::default().prefix(prefix).connect(server.url()).await.expect("a connection");
        pages.push(open(nats, "/a").await);
    }
    let [shop, office] = &mut pages[..] else { unreachable!("there are two") };
    breaks::are_apart(shop, office).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_asks_for_a_password() {
    let server = Server::with(&["--user", "tea", "--pass", "light"]);
    let refused = Nats::connect(server.url()).await.map(drop);
    let Err(NatsError::Connect(error)) = refused else { panic!("{refused:?}") };
    assert!(error.to_string().contains("authorization"), "{error}");
    let options = NatsOptions::new(ConnectOptions::with_user_and_password("tea".into(), "light".into()));
    let nats = options.connect(server.url()).await.expect("a connection");
    let mut page = open(nats, "/a").await;
    page.say("a", "hello");
    page.shows("a=hello").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_needs_few_subjects() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("nats.conf");
    let rights = r#"
        rights = ["shop.>", "$KV.shop-sessions.>", "$JS.API.>", "_INBOX.>"]
        authorization { users = [{ user: tea, password: light, permissions: { publish: $rights, subscribe: $rights } }] }
    "#;
    std::fs::write(&config, rights).expect("a file");
    let server = Server::with(&["-c", config.to_str().expect("a path")]);
    let options = NatsOptions::new(ConnectOptions::with_user_and_password("tea".into(), "light".into())).prefix("shop");
    let nats = options.connect(server.url()).await.expect("a connection");
    nats.store(Key::new([7; 32])).open().await.expect("a bucket");
    let mut page = open(nats, "/a").await;
    page.say("a", "hello");
    page.shows("a=hello").await;
}
