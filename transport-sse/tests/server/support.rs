//! A counter behind a hyper server, and a client that sends exactly the requests of a test.

use std::net::SocketAddr;

use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::handshake;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
use tealight_runtime::{Builder, Live};
use tealight_sse::Sse;
use tokio::net::{TcpListener, TcpStream};
use tower_service::Service;

pub(crate) struct Counter;

#[derive(Hash)]
pub(crate) struct Up;

/// The slot of the button.
const UP: u32 = 1;

impl LiveView for Counter {
    type Model = u32;
    type ExternalEvent = Up;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<()>), MountError> {
        Ok((0, Command::none()))
    }

    fn update(&self, count: &mut u32, _: Event<Up, ()>) -> Command<()> {
        *count += 1;
        Command::none()
    }

    fn view(&self, count: &u32) -> impl View<Up> {
        html! { <p>{*count}</p> <button on:click={Up}>"Up"</button> }
    }
}

/// The message of a press, as the page's event of this number.
pub(crate) fn press(event: u32) -> String {
    json!([event, 0, [UP]]).to_string()
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) live: Live,
    pub(crate) address: SocketAddr,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(configure: impl FnOnce(Builder<Counter>) -> Builder<Counter>) -> Self {
        let live = configure(Live::builder(Counter)).start();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("the listener is bound");
        let sse = Sse::new(live.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sse = sse.clone();
                let service = service_fn(move |request| sse.clone().call(request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { live, address }
    }

    pub(crate) async fn send(&self, request: http::request::Builder, body: &str) -> Response<Incoming> {
        self.send_bytes(request, Bytes::from(body.to_owned())).await
    }

    async fn send_bytes(&self, request: http::request::Builder, body: Bytes) -> Response<Incoming> {
        let stream = TcpStream::connect(self.address).await.expect("the server listens");
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.expect("the server speaks HTTP");
        tokio::spawn(connection);
        let request = request.uri("/").header("host", "tea.example").body(Full::new(body));
        sender.send_request(request.expect("a request")).await.expect("an answer")
    }

    pub(crate) async fn ask(&self, request: http::request::Builder, body: &str) -> Answer {
        self.ask_bytes(request, Bytes::from(body.to_owned())).await
    }

    pub(crate) async fn ask_bytes(&self, request: http::request::Builder, body: Bytes) -> Answer {
        let (parts, body) = self.send_bytes(request, body).await.into_parts();
        let bytes = body.collect().await.expect("the body is complete").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("a text");
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// The session of a new page.
    pub(crate) async fn session(&self) -> String {
        let page = self.ask(Request::get("/"), "").await.text;
        let (_, rest) = page.split_once("\"session\":\"").expect("a page has a session");
        rest.split('"').next().expect("the data block is complete").to_owned()
    }

    /// A new page's stream.
    pub(crate) async fn stream(&self) -> Stream {
        let session = self.session().await;
        self.attach(&session, 0).await
    }

    pub(crate) async fn attach(&self, session: &str, event: u32) -> Stream {
        let attach = json!({"tealight": 1, "session": session, "patch": 0, "event": event}).to_string();
        let request = Request::get("/").header("accept", "text/event-stream").header("tealight-attach", attach);
        let body = self.send(request, "").await.into_body();
        let mut stream = Stream { session: session.to_owned(), key: String::new(), body, unread: String::new() };
        let first = stream.next().await;
        stream.key = first.strip_prefix("event: connection\ndata: ").expect("the first event is the key").to_owned();
        stream
    }

    pub(crate) async fn post(&self, stream: &Stream, number: u32, body: &str) -> Answer {
        self.ask(stream.post(number), body).await
    }

    /// Waits until no page is attached.
    pub(crate) async fn until_detached(&self) {
        while self.live.stats().attached > 0 {
            tokio::task::yield_now().await;
        }
    }
}

pub(crate) struct Stream {
    pub(crate) session: String,
    pub(crate) key: String,
    body: Incoming,
    unread: String,
}

impl Stream {
    /// The next event.
    pub(crate) async fn next(&mut self) -> String {
        loop {
            if let Some((event, rest)) = self.unread.split_once("\n\n") {
                let event = event.to_owned();
                self.unread = rest.to_owned();
                return event;
            }
            let frame = self.body.frame().await.expect("the stream has not ended").expect("the frame is complete");
            let data = frame.into_data().expect("there are no trailers");
            self.unread.push_str(std::str::from_utf8(&data).expect("a text"));
        }
    }

    pub(crate) fn post(&self, number: u32) -> http::request::Builder {
        Request::post("/").header("tealight-connection", &self.key).header("tealight-post", number)
    }
}
