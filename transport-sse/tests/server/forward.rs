//! Posts that a proxy brings to another process than the one that has their stream.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use http::StatusCode;
use tealight_core::session::{Message, TopicFilter};
use tealight_runtime::{LocalPubSub, PubSub, PubSubError, Subscribed, Subscriber, Token};

use crate::support::{Server, Stream, press};

/// An engine that several processes share.
#[derive(Clone, Default)]
struct Shared {
    engine: Arc<LocalPubSub>,
    fault: Arc<Mutex<Option<Fault>>>,
}

#[derive(Clone, Copy, Debug)]
enum Fault {
    /// It refuses messages.
    Refuses,
    /// It loses them.
    Loses,
}

#[async_trait]
impl PubSub for Shared {
    async fn publish(&self, message: Message) -> Result<(), PubSubError> {
        let fault = *self.fault.lock().expect("a lock");
        match fault {
            None => self.engine.publish(message).await,
            Some(Fault::Refuses) => Err(PubSubError::Unavailable("the message is too long".into())),
            Some(Fault::Loses) => Ok(()),
        }
    }

    async fn subscribe(&self, topic: TopicFilter, subscriber: Subscriber) -> Result<Subscribed, PubSubError> {
        self.engine.subscribe(topic, subscriber).await
    }
}

/// Two processes, and a page whose stream is in the first one.
async fn two_on(engine: &Shared) -> (Server, Server, Stream) {
    let engine = Arc::new(engine.clone());
    let first = Server::with(|builder| builder.pubsub(engine.clone())).await;
    let second = Server::with(|builder| builder.pubsub(engine)).await;
    let mut stream = first.stream().await;
    assert_eq!(stream.next().await, "data: {\"resume\":{\"event\":0}}");
    (first, second, stream)
}

async fn two() -> (Server, Server, Stream) {
    two_on(&Shared::default()).await
}

#[tokio::test]
async fn posts_reach_their_stream_once_and_in_order_by_way_of_any_process() {
    let (first, second, mut stream) = two().await;
    assert_eq!(second.post(&stream, 2, &press(2)).await.status, StatusCode::CONFLICT);
    for (server, number, body) in [
        (&second, 1, press(1)),
        (&first, 1, press(1)),
        (&first, 2, press(2)),
        (&second, 2, press(9)),
        (&second, 3, press(3)),
    ] {
        assert_eq!(server.post(&stream, number, &body).await.text, format!("{{\"accepted\":{number}}}\n"));
    }
    while !stream.next().await.ends_with("[\"3\"],{\"e\":3}]") {}
    assert_eq!(second.post(&stream, 4, "").await.status, StatusCode::OK, "a sign of life");

    let (session, last) = (stream.session.clone(), stream.post(0));
    drop(stream);
    first.until_detached().await;
    assert_eq!(second.ask(last, &format!("{}\n{}", press(3), press(4))).await.status, StatusCode::OK);
    let resumed = first.attach(&session, 9).await.next().await;
    assert_eq!(resumed, "data: {\"resume\":{\"event\":4}}", "the last words of a page that has left");
}

#[tokio::test]
async fn a_post_that_is_too_long_ends_its_stream() {
    let (first, second, mut stream) = two().await;
    let long = " ".repeat(4 * first.live.message_limit() + 1);
    assert_eq!(second.post(&stream, 1, &long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(stream.next().await.starts_with("event: close\ndata: 1009"));
}

#[tokio::test]
async fn a_post_that_is_no_text_is_refused() {
    let (_first, second, mut stream) = two().await;
    for body in [&b"\xff\xfe"[..], b"\x00"] {
        let body = hyper::body::Bytes::from_static(body);
        assert_eq!(second.ask_bytes(stream.post(1), body).await.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(second.post(&stream, 1, &press(1)).await.status, StatusCode::OK);
    assert!(stream.next().await.ends_with("[\"1\"],{\"e\":1}]"));
}

#[tokio::test(start_paused = true)]
async fn a_post_that_the_engine_does_not_bring_is_to_be_sent_again() {
    for fault in [Fault::Refuses, Fault::Loses] {
        let engine = Shared::default();
        let (_first, second, mut stream) = two_on(&engine).await;
        *engine.fault.lock().expect("a lock") = Some(fault);
        assert_eq!(second.post(&stream, 1, &press(1)).await.status, StatusCode::SERVICE_UNAVAILABLE, "{fault:?}");
        *engine.fault.lock().expect("a lock") = None;
        assert_eq!(second.post(&stream, 1, &press(1)).await.status, StatusCode::OK, "{fault:?}");
        assert!(stream.next().await.ends_with("[\"1\"],{\"e\":1}]"));
    }
}

#[tokio::test]
async fn a_post_to_a_stream_that_no_process_has_is_not_found() {
    let (first, second, mut stream) = two().await;
    let (secret, process) = stream.key.split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a process");
    let other = Token::random();
    for (key, status) in [
        (format!("{}.{process}", other.as_str()), StatusCode::NOT_FOUND),
        (format!("{secret}.{}", "0".repeat(16)), StatusCode::NOT_FOUND),
        (format!("{secret}.*"), StatusCode::NOT_FOUND),
        (format!("{secret}.{process}.{process}"), StatusCode::NOT_FOUND),
        (secret.clone(), StatusCode::NOT_FOUND),
        (format!("{secret}x.{process}"), StatusCode::BAD_REQUEST),
    ] {
        stream.key.clone_from(&key);
        assert_eq!(second.post(&stream, 1, &press(1)).await.status, status, "{key}");
    }
    // The process that has the stream needs no name.
    stream.key = secret;
    assert_eq!(first.post(&stream, 1, &press(1)).await.status, StatusCode::OK);
    assert!(stream.next().await.ends_with("[\"1\"],{\"e\":1}]"), "nothing else has reached it");
}

#[tokio::test]
async fn a_key_names_no_process_if_there_is_only_one() {
    let stream = Server::start().await.stream().await;
    assert_eq!(stream.key.len(), Token::LENGTH);
}
