//! An application, its server, and a client that can also break the rules of HTTP and websockets.

use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::Live;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::net::{TcpListener, TcpStream};
use tungstenite::protocol::frame::FrameHeader;

/// Counts clicks; below `/ticking` its text grows by 40 KiB a second.
#[derive(Clone, Default)]
pub(crate) struct Counter {
    pub(crate) mounts: Arc<AtomicUsize>,
}

pub(crate) struct Model {
    count: u32,
    ticks: Option<u32>,
}

#[derive(Hash)]
pub(crate) enum External {
    Up,
    Break,
}

/// The slots of the view.
pub(crate) const UP: u32 = 2;
pub(crate) const BREAK: u32 = 3;

impl LiveView for Counter {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        self.mounts.fetch_add(1, Relaxed);
        match request.path().trim_start_matches("/below") {
            "/nowhere" => Err(MountError::NotFound),
            "/forbidden" => Err(MountError::Forbidden),
            "/away" => Err(MountError::Redirect("/here?x=1".into())),
            "/astray" => Err(MountError::Redirect("not\nan address".into())),
            "/later" => Err(MountError::Unavailable("the database is down".into())),
            "/panics" => panic!("mount breaks"),
            path => {
                let count = request.query("from").and_then(|from| from.parse().ok()).unwrap_or(0);
                let ticks = (path == "/ticking").then_some(0);
                Ok((Model { count, ticks }, Command::none()))
            }
        }
    }

    fn update(&self, model: &mut Model, event: Event<External, ()>) -> Command<()> {
        match event {
            Event::External(External::Up) => model.count += 1,
            Event::External(External::Break) => panic!("update breaks"),
            Event::Internal(()) => model.ticks = model.ticks.map(|ticks| ticks + 1),
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<External> {
        let text = model.ticks.map(|ticks| format!("{ticks}{}", " tick".repeat(8 * 1024))).unwrap_or_default();
        html! {
            <p>{model.count}</p>
            <pre>{&text}</pre>
            <button on:click={External::Up}>"Up"</button>
            <button on:click={External::Break}>"Break"</button>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<()> {
        match model.ticks {
            Some(_) => Subscription::every(Duration::from_secs(1), ()),
            None => Subscription::none(),
        }
    }
}

/// Serves pages and sockets at every path, and the script at the root and below `/below`.
pub(crate) async fn serve(live: &Live) -> SocketAddr {
    use warp::Filter;
    let page = |live| tealight_warp::page(live, tealight_warp::request());
    let socket = |live| tealight_warp::socket(live, tealight_warp::request());
    let below = warp::path("below").and(tealight_warp::script().or(socket(live)).or(page(live)));
    serve_routes(tealight_warp::script().or(below).or(socket(live)).or(page(live))).await
}

pub(crate) async fn serve_routes<F>(routes: F) -> SocketAddr
where
    F: warp::Filter + Clone + Send + Sync + 'static,
    F::Extract: warp::Reply,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(tealight_warp::serve(listener, routes));
    address
}

/// Serves the other end of a pipe in memory. Virtual time would run ahead of a real socket.
pub(crate) fn pipe(live: &Live, capacity: usize) -> DuplexStream {
    use warp::Filter;
    let routes =
        tealight_warp::socket(live, tealight_warp::request()).or(tealight_warp::page(live, tealight_warp::request()));
    let (here, there) = tokio::io::duplex(capacity);
    let service = TowerToHyperService::new(warp::service(routes));
    let http = hyper::server::conn::http1::Builder::new();
    tokio::spawn(http.serve_connection(TokioIo::new(there), service).with_upgrades());
    here
}

pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a text")
    }
}

/// Sends a request on a new connection.
pub(crate) async fn ask(server: SocketAddr, request: &str) -> Response {
    let mut client = Client::new(TcpStream::connect(server).await.expect("a connection"));
    client.ask(request).await
}

pub(crate) async fn get(server: SocketAddr, path: &str, headers: &str) -> Response {
    ask(server, &format!("GET {path} HTTP/1.1\r\nHost: tea.example\r\n{headers}\r\n")).await
}

pub(crate) fn handshake(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: tea.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

pub(crate) const TEXT: u8 = 1;
pub(crate) const BINARY: u8 = 2;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;
pub(crate) const FIN: u8 = 0x80;

/// A masked frame; `first` is its first byte.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = header(first, payload.len());
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

pub(crate) fn header(first: u8, length: usize) -> Vec<u8> {
    let mut header = vec![first];
    match length {
        0..126 => header.push(0x80 | length as u8),
        126..0x1_0000 => {
            header.push(0x80 | 126);
            header.extend((length as u16).to_be_bytes());
        }
        _ => {
            header.push(0x80 | 127);
            header.extend((length as u64).to_be_bytes());
        }
    }
    header.extend(MASK);
    header
}

const MASK: [u8; 4] = [0x5a, 0x01, 0xff, 0x80];

pub(crate) fn text(text: &str) -> Vec<u8> {
    frame(FIN | TEXT, text.as_bytes())
}

pub(crate) fn attach(session: &str) -> Vec<u8> {
    text(&json!({"tealight": 1, "session": session, "patch": 0, "event": 0}).to_string())
}

/// A frame from the server, or the end of the connection.
#[derive(Debug, PartialEq)]
pub(crate) enum Received {
    Message(Value),
    Ping,
    Pong(Vec<u8>),
    Close(u16),
    End,
}

pub(crate) struct Client<S> {
    pub(crate) io: S,
    bytes: Vec<u8>,
}

impl Client<TcpStream> {
    /// Opens a websocket.
    pub(crate) async fn open(server: SocketAddr, path: &str) -> Self {
        let mut client = Self::new(TcpStream::connect(server).await.expect("a connection"));
        client.shake_hands(path).await;
        client
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub(crate) fn new(io: S) -> Self {
        Self { io, bytes: Vec::new() }
    }

    pub(crate) async fn shake_hands(&mut self, path: &str) {
        let response = self.ask(&handshake(path)).await;
        assert_eq!(response.status, 101, "{}", response.text());
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.io.write_all(bytes).await.expect("the server reads");
    }

    pub(crate) async fn ask(&mut self, request: &str) -> Response {
        self.send(request.as_bytes()).await;
        let end = loop {
            if let Some(end) = self.bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            assert!(self.read().await, "a response has a head");
        };
        let head = String::from_utf8(self.bytes.drain(..end + 4).collect()).expect("a head is a text");
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
        let headers = lines.map(|line| line.split_once(": ").expect("a header"));
        let headers: Vec<_> = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let mut response = Response { status: status.parse().expect("a number"), headers, body: Vec::new() };
        let length = response.header("content-length").map_or(0, |length| length.parse().expect("a number"));
        if !request.starts_with("HEAD") && response.status != 304 {
            while self.bytes.len() < length {
                assert!(self.read().await, "the body is complete");
            }
            response.body = self.bytes.drain(..length).collect();
        }
        response
    }

    /// Sends the attach, and waits for the answer.
    pub(crate) async fn attach(&mut self, session: &str) -> Value {
        self.send(&attach(session)).await;
        match self.receive().await {
            Received::Message(answer) => answer,
            other => panic!("{other:?} instead of an answer"),
        }
    }

    pub(crate) async fn receive(&mut self) -> Received {
        loop {
            let mut cursor = Cursor::new(&self.bytes);
            if let Some((header, length)) = FrameHeader::parse(&mut cursor).expect("a frame") {
                let (start, end) = (cursor.position() as usize, (cursor.position() + length) as usize);
                assert!(header.is_final && header.mask.is_none(), "servers send whole unmasked messages");
                if end <= self.bytes.len() {
                    let frame: Vec<u8> = self.bytes.drain(..end).collect();
                    return received(u8::from(header.opcode), &frame[start..]);
                }
            }
            if !self.read().await {
                assert!(self.bytes.is_empty(), "the last frame is complete");
                return Received::End;
            }
        }
    }

    /// Reads more bytes. Returns false at the end of the connection.
    async fn read(&mut self) -> bool {
        self.io.read_buf(&mut self.bytes).await.is_ok_and(|read| read > 0)
    }
}

fn received(opcode: u8, payload: &[u8]) -> Received {
    match opcode {
        TEXT => Received::Message(serde_json::from_slice(payload).expect("messages are JSON")),
        CLOSE => Received::Close(payload.first_chunk().map_or(0, |code| u16::from_be_bytes(*code))),
        PING => Received::Ping,
        PONG => Received::Pong(payload.to_vec()),
        other => panic!("no server sends {other}"),
    }
}

pub(crate) fn session_in(html: &str) -> &str {
    let (_, rest) = html.split_once("\"session\":\"").expect("a data block");
    rest.split_once('"').expect("a data block").0
}

/// Lets other tasks run until a condition is true, where it cannot be awaited.
pub(crate) async fn until(mut condition: impl FnMut() -> bool) {
    while !condition() {
        tokio::task::yield_now().await;
    }
}
