use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use fastrand::Rng;
use http::Request;
use http_body::Body as _;
use tealight_core::PageRequest;
use tealight_sse::{Body, Sse};

use super::Down;
use crate::server::Server;

/// A stream of events with its posts. The page's end works as `client/src/connection/sse.ts` does; the server's end is the real
/// one.
#[derive(Debug, Default)]
pub(super) struct Events {
    // the page's end
    attach: Option<String>,
    has_attached: bool,
    key: String,
    posts: u32,
    /// A post is under way.
    posted: Option<String>,
    posted_at: u64,
    waiting: VecDeque<String>,
    // on their way
    requests: Vec<Post>,
    // the server's end
    stream: Option<Body>,
    is_over: bool,
}

#[derive(Clone, Debug)]
struct Post {
    number: u32,
    body: String,
    /// The server's answer, which has not arrived yet.
    status: Option<u16>,
    /// The network has made another copy: nobody hears of its answer.
    is_copy: bool,
}

const MOST: usize = 16_000;
const ALIVE_AFTER: u64 = 25_000;
const OK: u16 = 200;
const BAD_GATEWAY: u16 = 502;

impl Events {
    pub(super) fn send(&mut self, message: String, now: u64) {
        if self.has_attached {
            self.waiting.push_back(message);
        } else {
            self.has_attached = true;
            self.attach = Some(message);
        }
        self.post(false, now);
    }

    fn post(&mut self, anyway: bool, now: u64) {
        if self.posted.is_some() || self.key.is_empty() || !anyway && self.waiting.is_empty() {
            return;
        }
        self.posted_at = now;
        let mut body = self.waiting.pop_front().unwrap_or_default();
        while let Some(next) = self.waiting.front()
            && body.len() + next.len() < MOST
        {
            body = format!("{body}\n{next}");
            self.waiting.pop_front();
        }
        self.posts += 1;
        self.requests.push(Post { number: self.posts, body: body.clone(), status: None, is_copy: false });
        self.posted = Some(body);
    }

    /// A page that is left posts everything again that was not answered.
    pub(super) fn part(&mut self) {
        if self.key.is_empty() || self.posted.is_none() && self.waiting.is_empty() {
            return;
        }
        let lines: Vec<String> = self.posted.iter().chain(&self.waiting).cloned().collect();
        self.requests.push(Post { number: 0, body: lines.join("\n"), status: None, is_copy: true });
    }

    pub(super) fn hear(&mut self, down: &Down, now: u64) -> Option<u16> {
        match down {
            Down::Key(key) => {
                self.key.clone_from(key);
                self.posted_at = now;
                self.post(false, now);
            }
            Down::Open | Down::Close(_) => return None,
            Down::Message(_) | Down::Heard => {}
        }
        if now - self.posted_at > ALIVE_AFTER {
            if self.posted.is_some() {
                return Some(0);
            }
            self.post(true, now);
        }
        None
    }

    /// One answer arrives at the page. Returns the code with which the page ends the stream.
    pub(super) fn answer(&mut self, random: &mut Rng, now: u64, has_faults: bool, is_listened: bool) -> Option<u16> {
        let at = self.requests.iter().position(|post| post.status.is_some())?;
        let post = self.requests.remove(at);
        if post.is_copy || !is_listened {
            return None;
        }
        let mut status = post.status?;
        if has_faults && random.u32(0..100) < 5 {
            status = if random.bool() { 0 } else { BAD_GATEWAY };
        }
        if status != OK {
            return Some(status);
        }
        self.posted = None;
        self.post(false, now);
        None
    }

    /// Brings the server the request for the stream, or any of the posts.
    pub(super) async fn deliver(
        &mut self,
        server: &Server,
        path: &str,
        random: &mut Rng,
        is_open: bool,
        has_faults: bool,
    ) -> bool {
        if is_open && let Some(attach) = self.attach.take() {
            let request = Request::get(path).header("accept", "text/event-stream").header("tealight-attach", attach);
            let (_, body) = answer(server.sse.clone(), path, request, "").await;
            self.stream = Some(body);
            return true;
        }
        let waiting: Vec<usize> = (0..self.requests.len()).filter(|at| self.requests[*at].status.is_none()).collect();
        if waiting.is_empty() {
            return false;
        }
        let at = waiting[random.usize(0..waiting.len())];
        let fault = if has_faults { random.u32(0..100) } else { 100 };
        if fault < 3 {
            self.requests[at].status = Some(if random.bool() { 0 } else { BAD_GATEWAY });
            return true;
        }
        if fault < 8 {
            let copy = Post { is_copy: true, ..self.requests[at].clone() };
            self.requests.push(copy);
        }
        let post = &self.requests[at];
        let request = Request::post(path)
            .header("tealight-connection", &self.key)
            .header("tealight-post", post.number.to_string());
        let (status, _) = answer(server.sse.clone(), path, request, &post.body).await;
        self.requests[at].status = Some(status);
        true
    }

    pub(super) fn pump(&mut self, cx: &mut Context<'_>, down: &mut VecDeque<Down>, room: usize) {
        while down.len() < room
            && let Some(stream) = &mut self.stream
        {
            match Pin::new(stream).poll_frame(cx) {
                Poll::Pending => return,
                Poll::Ready(Some(Ok(frame))) => {
                    let bytes = frame.into_data().expect("a stream has no trailers");
                    let text = std::str::from_utf8(&bytes).expect("a stream is UTF-8");
                    down.extend(text.split_terminator("\n\n").map(event));
                }
                Poll::Ready(_) => {
                    self.stream = None;
                    self.is_over = true;
                    down.push_back(Down::Close(0));
                }
            }
        }
    }

    pub(super) fn cut(&mut self, random: &mut Rng) {
        self.attach = None;
        // Posts are requests of their own: each may still arrive, also later than its stream's end.
        self.requests.retain(|_| random.bool());
    }

    /// The server sees the end of the stream, or is gone.
    pub(super) fn end(&mut self) {
        self.attach = None;
        self.stream = None;
        self.is_over = true;
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.requests.is_empty()
            && self.attach.is_none()
            && self.stream.is_none()
            && (self.is_over || !self.has_attached)
    }

    pub(super) fn has_up(&self) -> bool {
        self.attach.is_some() || !self.requests.is_empty()
    }
}

fn event(text: &str) -> Down {
    let (mut name, mut data) = ("", "");
    for line in text.lines() {
        match line.split_once(": ") {
            Some(("event", value)) => name = value,
            Some(("data", value)) => data = value,
            _ => {}
        }
    }
    match name {
        "connection" => Down::Key(data.to_owned()),
        "close" => Down::Close(data.split(' ').next().and_then(|code| code.parse().ok()).unwrap_or(0)),
        _ if data.is_empty() => Down::Heard,
        _ => Down::Message(data.to_owned()),
    }
}

async fn answer(sse: Sse, path: &str, request: http::request::Builder, body: &str) -> (u16, Body) {
    let request = request.header("host", "tea").body(Body::from(body.to_owned())).expect("a request");
    let (parts, body) = request.into_parts();
    let response = sse.answer(PageRequest::new(path, ""), parts, body).await;
    (response.status().as_u16(), response.into_body())
}
