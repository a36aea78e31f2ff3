//! A page's end of an event stream and of the posts to it, for the conformance kit.

use std::collections::VecDeque;
use std::net::SocketAddr;

use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tealight_runtime::conformance::PageEnd;
use tokio::net::TcpStream;

/// How a page sends its first message.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Attach {
    InHeader,
    Posted,
}

/// Gets the HTML of the page at a path.
pub(crate) async fn get(server: SocketAddr, path: &str) -> String {
    let mut sender = connect(server).await;
    let response = ask(&mut sender, Request::get(path), "").await.expect("the page is answered");
    let html = response.into_body().collect().await.expect("it comes to its end").to_bytes();
    String::from_utf8(html.to_vec()).expect("a page is a text")
}

pub(crate) struct Page {
    server: SocketAddr,
    path: String,
    stream: Option<Incoming>,
    unread: Vec<u8>,
    events: VecDeque<Result<String, Option<u16>>>,
    key: Option<String>,
    posts: u32,
    poster: Option<SendRequest<Full<Bytes>>>,
}

impl Page {
    /// Makes a page. Unless its attach is in a header, it opens its stream at once.
    pub(crate) async fn new(server: SocketAddr, path: &str, attach: Attach) -> Self {
        let mut page = Self {
            server,
            path: path.to_owned(),
            stream: None,
            unread: Vec::new(),
            events: VecDeque::new(),
            key: None,
            posts: 0,
            poster: None,
        };
        if attach == Attach::Posted {
            page.open(None).await;
        }
        page
    }

    async fn open(&mut self, attach: Option<&str>) {
        let mut request = Request::get(&self.path).header("accept", "text/event-stream");
        if let Some(attach) = attach {
            request = request.header("tealight-attach", attach);
        }
        let response = ask(&mut connect(self.server).await, request, "").await.expect("the stream begins");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        self.stream = Some(response.into_body());
    }

    /// Reads up to the next event, by the rules of an event stream.
    async fn read(&mut self) {
        loop {
            if let Some(end) = self.unread.windows(2).position(|two| two == b"\n\n") {
                let event: Vec<u8> = self.unread.drain(..end + 2).collect();
                return self.hear(std::str::from_utf8(&event).expect("an event is a text"));
            }
            let Some(stream) = &mut self.stream else { return self.events.push_back(Err(None)) };
            match stream.frame().await {
                Some(Ok(frame)) => self.unread.extend_from_slice(&frame.into_data().expect("there are no trailers")),
                _ => self.stream = None,
            }
        }
    }

    fn hear(&mut self, event: &str) {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let Some(data) = field("data") else { return };
        match field("event") {
            Some("connection") => self.key = Some(data.to_owned()),
            Some("close") => self.events.push_back(Err(data.split(' ').next().and_then(|code| code.parse().ok()))),
            Some(other) => panic!("an event named {other}"),
            None => self.events.push_back(Ok(data.to_owned())),
        }
    }
}

impl PageEnd for Page {
    async fn send(&mut self, message: &str) {
        if self.stream.is_none() && self.key.is_none() {
            return self.open(Some(message)).await;
        }
        while self.key.is_none() && self.stream.is_some() {
            self.read().await;
        }
        let Some(key) = &self.key else { return };
        if self.poster.is_none() {
            self.poster = Some(connect(self.server).await);
        }
        let Some(poster) = &mut self.poster else { return };
        self.posts += 1;
        let request = Request::post(&self.path).header("tealight-connection", key).header("tealight-post", self.posts);
        match ask(poster, request, message).await {
            Some(response) => drop(response.into_body().collect().await),
            None => self.poster = None,
        }
    }

    async fn receive(&mut self) -> Result<String, Option<u16>> {
        while self.events.is_empty() {
            self.read().await;
        }
        self.events.pop_front().expect("there is one")
    }
}

async fn connect(server: SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(server).await.expect("the server listens");
    let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("it speaks HTTP");
    tokio::spawn(connection);
    sender
}

async fn ask(
    sender: &mut SendRequest<Full<Bytes>>,
    request: http::request::Builder,
    body: &str,
) -> Option<Response<Incoming>> {
    sender.ready().await.ok()?;
    let body = Full::new(Bytes::from(body.to_owned()));
    sender.send_request(request.header("host", "tea.example").body(body).expect("a request")).await.ok()
}
