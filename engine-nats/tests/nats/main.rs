//! The engine against a real server.

#[path = "../../../tests/engines/board.rs"]
mod board;
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
    let line = Line::to(server.address()).await;
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
    near.say("a", "together");
    far.shows("a=together").await;
    near.shows("a=together").await;

    line.cut();
    // Until the process knows of the cut, a message may be sent and lost: then it hears its own message no more.
    far.say("b", "unheard");
    far.shows("b=unheard").await;
    near.shows("cut off").await;
    near.hears_itself("a").await;

    line.mend();
    let shown = near.shows("b lagged").await;
    if !shown.contains("connected") {
        near.shows("connected").await;
    }
    assert!(!shown.contains("unheard"), "{shown}");
    let shown = far.shows("a lagged").await;
    assert!(!shown.contains("b lagged"), "only of the topics to which the other has published: {shown}");
    near.say("a", "again");
    far.shows("a=again").await;
    far.say("b", "heard");
    near.shows("b=heard").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_may_restart() {
    let mut server = Server::start();
    let (_line, mut near, mut far) = two(&server).await;
    server.kill();
    near.shows("cut off").await;
    far.shows("cut off").await;
    near.hears_itself("a").await;
    far.hears_itself("b").await;
    server.start_again();
    near.shows("b lagged").await;
    far.shows("a lagged").await;
    near.say("a", "again");
    far.shows("a=again").await;
    far.say("b", "again");
    near.shows("b=again").await;
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
    shop.say("a", "shop");
    office.say("a", "office");
    assert_eq!(office.shows("a=").await, "a=office ");
    assert_eq!(shop.shows("a=").await, "a=shop ");
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
