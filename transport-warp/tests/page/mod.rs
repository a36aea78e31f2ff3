//! A page's end of a websocket, for the conformance kit.

use std::io::{self, Read, Write};
use std::net::SocketAddr;

use tealight_runtime::conformance::PageEnd;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Error, Message};

/// Gets the page at a path: its head and its HTML.
pub(crate) async fn get(server: SocketAddr, path: &str) -> String {
    let mut stream = ask(server, path, "Connection: close\r\n").await;
    let mut page = String::new();
    stream.read_to_string(&mut page).await.expect("the page is a text");
    page
}

pub(crate) struct Page {
    stream: TcpStream,
    context: WebSocketContext,
}

impl Page {
    /// Opens the websocket of the page at a path.
    pub(crate) async fn open(server: SocketAddr, path: &str) -> Self {
        let headers = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        let mut stream = ask(server, path, headers).await;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("the handshake is answered"));
        }
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
        Self { stream, context: WebSocketContext::new(Role::Client, Some(config)) }
    }
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
