use http::StatusCode;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Server, Stream, press};

/// Attaches again, and returns the answer: it has the number of applied events.
async fn applied(server: &Server, session: &str) -> String {
    server.attach(session, 9).await.next().await
}

async fn begun(server: &Server) -> Stream {
    let mut stream = server.stream().await;
    assert_eq!(stream.next().await, "data: {\"resume\":{\"event\":0}}");
    stream
}

#[tokio::test]
async fn a_post_is_acknowledged_with_its_number() {
    let server = Server::start().await;
    let mut stream = begun(&server).await;
    let answer = server.post(&stream, 1, &format!("{}\n{}\n", press(1), press(2))).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "{\"accepted\":1}\n"));
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(stream.next().await, "id: 1\ndata: [1,[\"2\"],{\"e\":2}]");
}

#[tokio::test]
async fn posts_are_taken_once_and_in_order() {
    let server = Server::start().await;
    let mut stream = begun(&server).await;
    assert_eq!(server.post(&stream, 2, &press(2)).await.status, StatusCode::CONFLICT);
    for (number, body) in [(1, press(1)), (1, press(1)), (2, press(2)), (1, press(9)), (2, press(9))] {
        assert_eq!(server.post(&stream, number, &body).await.text, format!("{{\"accepted\":{number}}}\n"));
    }
    while !stream.next().await.ends_with("[\"2\"],{\"e\":2}]") {}
}

#[tokio::test]
async fn a_post_after_the_end_of_its_stream_is_taken() {
    let server = Server::start().await;
    let stream = begun(&server).await;
    let (session, post) = (stream.session.clone(), stream.post(1));
    drop(stream);
    server.until_detached().await;
    assert_eq!(server.ask(post, &press(1)).await.status, StatusCode::OK);
    assert_eq!(applied(&server, &session).await, "data: {\"resume\":{\"event\":1}}");
}

#[tokio::test]
async fn post_zero_is_taken_out_of_order() {
    let server = Server::start().await;
    let mut stream = begun(&server).await;
    let last = server.post(&stream, 0, &format!("{}\n{}", press(1), press(2))).await;
    assert_eq!(last.text, "{\"accepted\":0}\n");
    assert_eq!(server.post(&stream, 1, &press(1)).await.status, StatusCode::OK);
    while !stream.next().await.ends_with("[\"2\"],{\"e\":2}]") {}
}

#[tokio::test]
async fn a_post_is_taken_when_its_sender_disconnects() {
    let server = Server::start().await;
    let mut stream = begun(&server).await;
    for number in 1..=20 {
        let body = press(number);
        let head = format!(
            "POST / HTTP/1.1\r\nHost: tea.example\r\nTealight-Connection: {}\r\nTealight-Post: {number}\r\n\
             Content-Length: {}\r\n\r\n",
            stream.key,
            body.len()
        );
        let mut sender = TcpStream::connect(server.address).await.expect("the server listens");
        sender.write_all((head + &body).as_bytes()).await.expect("the server reads");
        drop(sender);
        loop {
            let event = stream.next().await;
            if event.ends_with(&format!("{{\"e\":{number}}}]")) {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_post_to_an_unknown_stream_is_not_found() {
    let server = Server::start().await;
    let mut stream = begun(&server).await;
    stream.key = "x".repeat(22);
    assert_eq!(server.post(&stream, 1, &press(1)).await.status, StatusCode::NOT_FOUND);
}
