//! A server that may open no more files. It has a process of its own, because the limit holds for all tests of a process.
#![cfg(unix)]

use std::fs::File;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use warp::Filter;

async fn answer(stream: &mut TcpStream) -> String {
    let request = b"GET /health HTTP/1.1\r\nHost: tea.example\r\nConnection: close\r\n\r\n";
    let mut answer = String::new();
    // a refused connection may end with a reset
    let _ = stream.write_all(request).await;
    let _ = stream.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn a_server_without_files_refuses_politely_and_goes_on() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(tealight_warp::serve(listener, warp::path!("health").map(|| "well")));
    let mut sockets: Vec<_> = (0..20).map(|_| TcpSocket::new_v4().expect("a socket")).collect();
    let mut first = sockets.pop().expect("a socket").connect(address).await.expect("a connection");
    assert!(answer(&mut first).await.starts_with("HTTP/1.1 200 "));

    let limit = Rlimit { current: Some(256), ..getrlimit(Resource::Nofile) };
    setrlimit(Resource::Nofile, limit).expect("a lower limit is allowed");
    let files: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    assert!(!files.is_empty() && files.len() < 256);
    for socket in sockets.split_off(4) {
        let mut stream = socket.connect(address).await.expect("the listener takes it");
        let answer = answer(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        // the test's own file is not for the server
        std::mem::forget(stream);
    }
    drop(files);
    for socket in sockets {
        let mut stream = socket.connect(address).await.expect("a connection");
        let answer = answer(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
}
