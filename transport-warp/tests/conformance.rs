//! Runs the conformance kit over websockets.

use std::io::{self, Read, Write};
use std::net::SocketAddr;

use tealight_runtime::Live;
use tealight_runtime::conformance::{self, CHECKS, PageEnd, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Error, Message};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_conforms() {
    conformance::run(&Sockets, CHECKS).await.expect_all();
}

struct Sockets;

impl Transport for Sockets {
    type Server = SocketAddr;
    type PageEnd = Page;

    async fn serve(&self, live: Live) -> SocketAddr {
        use warp::Filter;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let request = tealight_warp::request;
        let routes = tealight_warp::socket(&live, request()).or(tealight_warp::page(&live, request()));
        tokio::spawn(tealight_warp::serve(listener, routes));
        address
    }

    async fn page(&self, server: &SocketAddr, path: &str) -> String {
        let mut stream = ask(*server, path, "Connection: close\r\n").await;
        let mut page = String::new();
        stream.read_to_string(&mut page).await.expect("the page is a text");
        page
    }

    async fn connect(&self, server: &SocketAddr, path: &str) -> Page {
        let headers = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        let mut stream = ask(*server, path, headers).await;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("the handshake is answered"));
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
        Page { stream, context: WebSocketContext::new(Role::Client, Some(config)) }
    }
}

struct Page {
    stream: TcpStream,
    context: WebSocketContext,
}

impl PageEnd for Page {
    async fn send(&mut self, message: &str) {
        let mut sent = self.context.write(&mut Io(&self.stream), Message::text(message));
        loop {
            match sent {
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.stream.writable().await.expect("it can be waited for");
                    sent = self.context.flush(&mut Io(&self.stream));
                }
                // `receive` reports the end of the connection
                _ => return,
            }
        }
    }

    async fn receive(&mut self) -> Result<String, Option<u16>> {
        loop {
            match self.context.read(&mut Io(&self.stream)) {
                Ok(Message::Text(text)) => return Ok(text.to_string()),
                Ok(Message::Close(close)) => return Err(close.map(|close| close.code.into())),
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.stream.readable().await.expect("it can be waited for");
                }
                Err(_) => return Err(None),
            }
        }
    }
}

/// A socket for a library that does not know tokio.
struct Io<'a>(&'a TcpStream);

impl Read for Io<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

impl Write for Io<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn ask(server: SocketAddr, path: &str, headers: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server).await.expect("the server listens");
    // send at once, as a browser does
    stream.set_nodelay(true).expect("it is a TCP stream");
    let request = format!("GET {path} HTTP/1.1\r\nHost: tea.example\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("the request is taken");
    stream
}
