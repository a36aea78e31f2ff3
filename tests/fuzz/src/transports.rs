//! Bytes as they come over a network: websockets, posts, forms and heads of requests.

use std::future::Future;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Request, Response};
use tealight_core::{FormData, PageRequest};
use tealight_runtime::http::{FormPost, allows, check_head, check_host, page_request};
use tealight_runtime::{Limits, Live};
use tealight_sse::{Body, Sse};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::{Builder, Runtime};

use crate::app::Desk;

/// The longest message, in bytes. It is short, so that inputs are.
const LIMIT: usize = 1_000;

thread_local! {
    static RUNTIME: (Runtime, Live) = start();
}

fn start() -> (Runtime, Live) {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let live = {
        let _guard = runtime.enter();
        Live::builder(Desk).limits(Limits::default().message_bytes(LIMIT).unattached(10).detached(10)).start()
    };
    (runtime, live)
}

/// Runs a future, then lets all that it has left behind come to its end.
fn run<F: Future<Output = ()>>(work: impl FnOnce(Live) -> F) {
    RUNTIME.with(|(runtime, live)| {
        runtime.block_on(work(live.clone()));
        let stats = live.stats();
        assert!(stats.sessions() <= 20 && stats.connections == 0, "{stats:?}");
    });
}

/// The bytes of a websocket after its handshake. The first byte says in which pieces they come.
pub(crate) fn frames(bytes: &[u8]) {
    let Some((&pieces, bytes)) = bytes.split_first() else { return };
    run(|live| async move {
        let (ours, theirs) = tokio::io::duplex(4_096);
        let (mut read, mut write) = tokio::io::split(ours);
        let socket = tokio::spawn(tealight_warp::websocket(theirs, b"", &live, PageRequest::new("/", "")));
        let reading = tokio::spawn(async move {
            let mut bytes = Vec::new();
            let _ = read.read_to_end(&mut bytes).await;
        });
        for piece in bytes.chunks(usize::from(pieces).max(1)) {
            if write.write_all(piece).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        let _ = write.shutdown().await;
        assert!(socket.await.is_ok(), "the websocket panicked");
        reading.abort();
    });
}

/// The posts to a stream, one a line: its number, a space, and its messages with `;` between them.
pub(crate) fn posts(bytes: &[u8]) {
    run(|live| async move {
        let sse = Sse::new(live);
        let (first, rest) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len()));
        let mut request = Request::get("/").header("accept", "text/event-stream");
        if let Ok(attach) = HeaderValue::from_bytes(first) {
            request = request.header("tealight-attach", attach);
        }
        let mut stream = answer(&sse, request, b"").await.into_body();
        let key = next(&mut stream).await;
        let key = key.lines().nth(1).and_then(|line| line.strip_prefix("data: ")).unwrap_or_default().to_owned();
        for line in rest.split(|byte| *byte == b'\n').take(100) {
            let (number, body) = line.split_at(line.iter().position(|byte| *byte == b' ').unwrap_or(line.len()));
            let Ok(number) = HeaderValue::from_bytes(number) else { continue };
            let request = Request::post("/").header("tealight-connection", &key).header("tealight-post", number);
            let body: Vec<u8> = body.iter().map(|byte| if *byte == b';' { b'\n' } else { *byte }).collect();
            answer(&sse, request, &body).await;
            next(&mut stream).await;
        }
    });
}

/// A form that a browser without scripts posts: its query, then a line feed, then its body.
pub(crate) fn forms(bytes: &[u8]) {
    if let Some(form) = FormData::from_urlencoded(bytes) {
        let _ = form.decode::<crate::app::Form>();
    }
    let (query, body) = bytes.split_at(bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0));
    let Ok(request) = Request::post(format!("/?{}", String::from_utf8_lossy(query)))
        .header("host", "tea")
        .header("origin", "http://tea")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(())
    else {
        return;
    };
    run(|live| async move {
        let (parts, ()) = request.into_parts();
        if let Ok(post) = FormPost::of(&live, &parts.uri, &parts.headers, page_request(&parts), "/") {
            drop(post.answer(Ok(body.get(1..).unwrap_or_default())).await);
        }
    });
}

/// The head of a request: its target, then its headers, one a line.
pub(crate) fn heads(bytes: &[u8]) {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let mut request = Request::get(lines.next().unwrap_or_default());
    for line in lines {
        let (name, value) = line.split_at(line.iter().position(|byte| *byte == b':').unwrap_or(0));
        let value = HeaderValue::from_bytes(value.get(1..).unwrap_or_default());
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), value) {
            request = request.header(name, value);
        }
    }
    let Ok(request) = request.body(Body::from(Vec::new())) else { return };
    run(|live| async move {
        let (parts, body) = request.into_parts();
        let _ = allows(&live, &parts.uri, &parts.headers);
        let request = page_request(&parts);
        let _ = check_head(&parts.method, &parts.uri, parts.version, &parts.headers);
        let _ = check_host(&live, &request);
        for name in ["host", "origin", "x-forwarded-for", "forwarded"] {
            let _ = (request.get_header(name), request.cookie(name), request.query(name));
        }
        drop(Sse::new(live).answer(request, parts, body).await);
    });
}

async fn answer(sse: &Sse, request: http::request::Builder, body: &[u8]) -> Response<Body> {
    let request = request.header("host", "tea").body(Body::from(body.to_vec())).expect("a request");
    let (parts, body) = request.into_parts();
    sse.clone().answer(PageRequest::new("/", ""), parts, body).await
}

/// The next piece of a stream, if there is one now.
async fn next(stream: &mut Body) -> String {
    let mut stream = std::pin::Pin::new(stream);
    let piece = std::future::poll_fn(|cx| http_body::Body::poll_frame(stream.as_mut(), cx));
    match tokio::time::timeout(Duration::ZERO, piece).await {
        Ok(Some(Ok(frame))) => {
            frame.into_data().map(|data| String::from_utf8_lossy(&data).into_owned()).unwrap_or_default()
        }
        _ => String::new(),
    }
}
