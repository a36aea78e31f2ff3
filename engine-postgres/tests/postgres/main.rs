//! The engine against a real server.

#[path = "../../../tests/engines/board.rs"]
mod board;
#[path = "../../../tests/engines/breaks.rs"]
mod breaks;
#[path = "../../../tests/engines/counter.rs"]
mod counter;
#[path = "../../../tests/engines/line.rs"]
mod line;
mod moves;
mod security;
mod server;

use std::sync::Arc;

use board::Process;
use line::Line;
use server::{Server, url};
use tealight_core::session::Message;
use tealight_postgres::tokio_postgres::Config;
use tealight_postgres::{Postgres, PostgresOptions};
use tealight_runtime::PubSub;
use tealight_runtime::conformance::engines::{self, CHECKS, Engine};

struct Shared(Server);

impl Engine for Shared {
    async fn process(&self) -> Arc<dyn PubSub> {
        connect(&self.0.url()).await
    }
}

async fn connect(url: &str) -> Arc<Postgres> {
    Arc::new(Postgres::connect(url).await.expect("a connection"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_engine_conforms() {
    engines::run(&Shared(Server::start()), CHECKS).await.expect_all();
}

/// Opens a page. Its topics are subscribed to at once.
async fn open(engine: Arc<Postgres>, path: &str) -> Process {
    Process::open(engine, path, "connected").await
}

/// Two processes: the first one reaches the server over a line.
async fn two(server: &Server) -> (Line, Process, Process) {
    let line = Line::to(server.address()).await.expect("a port");
    let near = connect(&url(line.address)).await;
    let far = connect(&server.url()).await;
    (line, open(near, "/a/b").await, open(far, "/a/b").await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_cut_off_goes_on_and_catches_up() {
    let server = Server::start();
    let (line, mut near, mut far) = two(&server).await;
    assert_eq!(breaks::cut_off(&line, &mut near, &mut far).await, "a=together ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_finds_a_line_on_which_nothing_arrives() {
    let server = Server::start();
    let (line, mut near, _far) = two(&server).await;
    breaks::fall_silent(&line, &mut near).await;
}

/// PostgreSQL itself would send them once for each transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_messages_are_all_heard() {
    let server = Server::start();
    let (_line, near, mut far) = two(&server).await;
    for _ in 0..100 {
        near.say("a", "same");
    }
    near.say("a", "end");
    assert_eq!(far.shows("a=end").await, "a=same ".repeat(100) + "a=end ");
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
async fn an_administrator_may_end_the_connection() {
    let server = Server::start();
    let (_line, mut near, mut far) = two(&server).await;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tealight'";
    server.client().await.batch_execute(end).await.expect("an administrator");
    near.shows("b lagged").await;
    far.shows("b lagged").await;
    near.say("a", "again");
    far.shows("a=again").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_the_database_cannot_take_are_errors() {
    let mut server = Server::start();
    let engine = connect(&server.url()).await;
    let message = |length: usize| Message::new("a", &"a".repeat(length)).expect("a text is JSON");
    let refused = engine.publish(message(1 << 20)).await.expect_err("it is too long");
    assert!(refused.to_string().contains("1048586 bytes is longer than 1048576"), "{refused}");
    engine.publish(message(1 << 19)).await.expect("it is short enough");

    server.kill();
    let refused = loop {
        if let Err(refused) = engine.publish(message(1)).await {
            break refused.to_string();
        }
        tokio::task::yield_now().await;
    };
    assert!(refused.contains("PostgreSQL is out of reach"), "{refused}");
}

#[tokio::test]
async fn messages_wait_in_bounded_memory() {
    let server = Server::start();
    let mut page = open(connect(&server.url()).await, "/a").await;
    let engine = connect(&server.url()).await;
    let message = Message::new("a", &"a".repeat(1 << 19)).expect("a text is JSON");
    // One thread: the connection does nothing while this publishes.
    let mut published = 0;
    let refused = loop {
        match engine.publish(message.clone()).await {
            Ok(()) => published += 1,
            Err(refused) => break refused.to_string(),
        }
    };
    assert_eq!(published, 15, "{refused}");
    assert!(refused.contains("16 MiB of messages wait"), "{refused}");
    // The pages hear that one is missing. Those that wait are sent, and then there is room again.
    page.shows("a lagged").await;
    while engine.publish(message.clone()).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_programs_publish() {
    let server = Server::start();
    let mut page = open(connect(&server.url()).await, "/a").await;
    let client = server.client().await;
    let notify = "SELECT pg_notify('tealight', json_build_array('a', text)::text) FROM unnest($1::text[]) AS text";
    client.execute(notify, &[&["from a \"program\"", "größe"].as_slice()]).await.expect("a connection");
    page.shows("a=from a \"program\" a=größe ").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_trigger_of_the_guide_publishes() {
    let guide = include_str!("../../../docs/guide/many-machines.md");
    let trigger = guide.split("```sql\n").nth(1).and_then(|text| text.split("```").next()).expect("a trigger");
    let server = Server::start();
    let engine = connect(&server.url()).await;
    let mut page = open(Arc::clone(&engine), "/orders").await;
    let client = server.client().await;
    client.batch_execute("CREATE TABLE orders (number int PRIMARY KEY, state text)").await.expect("a table");
    client.batch_execute(trigger).await.expect("a trigger");
    // The page reads texts; another type fails to decode, which the page does not see.
    let text = trigger.replace("CREATE ", "CREATE OR REPLACE ").replace("row_to_json(NEW)", "NEW.state");
    client.batch_execute("INSERT INTO orders VALUES (7, 'new')").await.expect("a row");
    client.batch_execute(&text).await.expect("a trigger");
    client.batch_execute("UPDATE orders SET state = 'paid'").await.expect("a row");
    assert_eq!(page.shows("orders=paid").await, "orders=paid ");
    assert_eq!(engine.ignored(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_notifications_are_ignored_and_counted() {
    let server = Server::start();
    let engine = connect(&server.url()).await;
    let mut page = open(engine.clone(), "/a").await;
    let client = server.client().await;
    let payloads = [
        "",
        "no JSON",
        "[",
        "[\"a\"]",
        "[1,2]",
        "1 2/2 x",
        "1 1/9 [\"a\",",
        "[\"tealight:lost\",7]",
        "[\"a\",\"last\"]",
    ];
    client.execute("SELECT pg_notify('other', 'x')", &[]).await.expect("a connection");
    for payload in payloads {
        client.execute("SELECT pg_notify('tealight', $1)", &[&payload]).await.expect("a connection");
    }
    assert_eq!(page.shows("a=last").await, "a=last ");
    assert_eq!(engine.ignored(), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn applications_share_a_database_under_channels() {
    let server = Server::start();
    let mut pages = Vec::new();
    for channel in ["shop", "Office"] {
        let config: Config = server.url().parse().expect("an address");
        let engine = PostgresOptions::new(config).channel(channel).connect().await.expect("a connection");
        pages.push(open(Arc::new(engine), "/a").await);
    }
    let [shop, office] = &mut pages[..] else { unreachable!("there are two") };
    breaks::are_apart(shop, office).await;
}
