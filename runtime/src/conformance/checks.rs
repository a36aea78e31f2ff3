//! The checks themselves.

use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::desk::{Desk, FLOOD, TICKING};
use super::page::{Page, expect};
use super::{PageEnd, Transport};
use crate::live::Live;
use crate::stats::Stats;

/// The names of all checks.
pub const CHECKS: &[&str] = &[
    "handshake",
    "adoption",
    "order",
    "acknowledgement",
    "push",
    "reconnect",
    "takeover",
    "leave",
    "last words",
    "stall",
    "oversized",
    "malformed",
    "unknown session",
    "shutdown",
    "thousands",
];

const MANY: usize = 2_000;

pub(crate) async fn check<T: Transport>(transport: &T, name: &str) -> Result<(), String> {
    let desk = Desk::default();
    let live = Live::builder(desk.clone()).detached_lifetime(Duration::from_secs(120)).start();
    let server = transport.serve(live.clone()).await;
    match name {
        "handshake" => handshake(transport, &server).await,
        "adoption" => adoption(transport, &server, &desk).await,
        "order" => order(transport, &server).await,
        "acknowledgement" => acknowledgement(transport, &server).await,
        "push" => push(transport, &server).await,
        "reconnect" => reconnect(transport, &server, &live).await,
        "takeover" => takeover(transport, &server).await,
        "leave" => leave(transport, &server).await,
        "last words" => last_words(transport, &server, &live, &desk).await,
        "stall" => stall(transport, &server, &desk).await,
        "oversized" => oversized(transport, &server, &live).await,
        "malformed" => malformed(transport, &server).await,
        "unknown session" => unknown_session(transport, &server).await,
        "shutdown" => shutdown(transport, &server, &live).await,
        "thousands" => thousands(transport, &server, &live).await,
        _ => Err("there is no check of this name".to_owned()),
    }
}

/// A page attaches to the session that made it.
async fn handshake<T: Transport>(transport: &T, server: &T::Server) -> Result<(), String> {
    Page::open(transport, server, "/").await.map(drop)
}

/// One page is one mount, and its content is not sent again.
async fn adoption<T: Transport>(transport: &T, server: &T::Server, desk: &Desk) -> Result<(), String> {
    let mut page = Page::open(transport, server, "/").await?;
    page.silence().await?;
    expect("mounts", desk.mounts.load(Relaxed), 1)
}

/// Events are applied in the order in which they were sent, however fast they come.
async fn order<T: Transport>(transport: &T, server: &T::Server) -> Result<(), String> {
    let mut page = Page::open(transport, server, "/").await?;
    for _ in 0..200 {
        page.press().await;
    }
    page.settle().await?;
    expect("the count", page.count.as_str(), "200")
}

/// Each event is acknowledged, and a repeated one is not applied again.
async fn acknowledgement<T: Transport>(transport: &T, server: &T::Server) -> Result<(), String> {
    let mut page = Page::open(transport, server, "/").await?;
    for n in 1..=10 {
        page.press().await;
        page.settle().await?;
        expect("the count", page.count.clone(), n.to_string())?;
    }
    page.press_as(3).await;
    page.next().await?;
    expect("the event", page.applied, 10)?;
    page.silence().await
}

/// The server sends changes that no event of the page has caused.
async fn push<T: Transport>(transport: &T, server: &T::Server) -> Result<(), String> {
    let mut page = Page::open(transport, server, TICKING).await?;
    for _ in 0..20 {
        page.next().await?;
    }
    Ok(())
}

/// A session outlives its connection, and an event that is sent again counts once.
async fn reconnect<T: Transport>(transport: &T, server: &T::Server, live: &Live) -> Result<(), String> {
    let mut page = Page::open(transport, server, "/").await?;
    for n in 1..=3 {
        page.press().await;
        page.settle().await?;
        let Page { session, patch, event, .. } = &page;
        let (session, patch, event) = (session.clone(), *patch, *event);
        drop(page);
        becomes(live, |stats| (stats.detached, stats.connections) == (1, 0)).await?;
        page = Page::get(transport, server, "/").await?;
        (page.session, page.patch, page.event) = (session, patch, event);
        page.attach().await?;
        page.press_as(event).await;
        page.next().await?;
        expect("the applied event", page.applied, n)?;
    }
    page.press().await;
    page.settle().await?;
    expect("the count", page.count.as_str(), "4")?;
    page.reconnect(transport, server).await?;
    expect("attached pages", live.stats().attached, 1)
}

/// Attaching over another connection ends the first one.
async fn takeover<T: Transport>(transport: &T, server: &T::Server) -> Result<(), String> {
    let mut one = Page::open(transport, server, "/").await?;
    let mut other = Page::get(transport, server, "/").await?;
    other.session.clone_from(&one.session);
    other.attach().await?;
    one.closed(4001).await?;
    other.press().await;
    other.settle().await
}

/// A page that leaves receives everything that is due, then the end.
async fn leave<T: Transport>(transport: &T, server: &T::Server) -> Result<(), String> {
    let mut page = Page::open(transport, server, TICKING).await?;
    for n in 1..=5 {
        page.press().await;
        page.end.send("null").await;
        while page.applied < n {
            page.next().await.map_err(|error| format!("before event {n} was acknowledged, {error}"))?;
        }
        loop {
            match timeout(Duration::from_secs(5), page.next()).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) if error.contains("1000") => break,
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err("the connection was not closed".to_owned()),
            }
        }
        // this resumes only if every patch has arrived
        page.reconnect(transport, server).await?;
    }
    Ok(())
}

/// Messages that a page has sent before its connection broke count, even if it had not read its own.
async fn last_words<T: Transport>(transport: &T, server: &T::Server, live: &Live, desk: &Desk) -> Result<(), String> {
    for (path, ticks) in [("/", 0), (FLOOD, 300)] {
        let mut page = Page::open(transport, server, path).await?;
        while desk.ticks.load(Relaxed) < ticks {
            sleep(Duration::from_millis(20)).await;
        }
        for _ in 0..10 {
            page.press().await;
        }
        page.end = transport.connect(server, path).await;
        becomes(live, |stats| stats.attached == 0).await?;
        page.send_attach().await;
        let answer = page.next().await?;
        let event = answer.get("resume").or_else(|| answer.get("mount")).and_then(|answer| answer["event"].as_u64());
        expect("the applied events", event, Some(10))?;
    }
    Ok(())
}

/// No patches are made for a page that does not read.
async fn stall<T: Transport>(transport: &T, server: &T::Server, desk: &Desk) -> Result<(), String> {
    const TICKS: u32 = 1000;
    let mut page = Page::open(transport, server, FLOOD).await?;
    while desk.ticks.load(Relaxed) < TICKS {
        sleep(Duration::from_millis(20)).await;
    }
    let ticks = desk.ticks.load(Relaxed);
    let mut messages = 0;
    while page.ticks.parse::<u32>().map_err(|error| error.to_string())? < ticks {
        page.next().await?;
        messages += 1;
    }
    if messages > ticks / 2 { Err(format!("{messages} messages waited after {ticks} ticks")) } else { Ok(()) }
}

/// A message over the limit ends the connection. A message of exactly the limit does not.
async fn oversized<T: Transport>(transport: &T, server: &T::Server, live: &Live) -> Result<(), String> {
    let mut page = Page::open(transport, server, "/").await?;
    let event = |length: usize| {
        let bare = "[1,0,[2],\"\"]".len();
        format!("[1,0,[2],\"{}\"]", "x".repeat(length - bare))
    };
    page.end.send(&event(live.message_limit())).await;
    (page.event, page.applied) = (1, 0);
    page.settle().await?;
    page.end.send(&event(live.message_limit() + 1)).await;
    page.closed(1009).await?;
    becomes(live, |stats| stats.connections == 0).await
}

/// A malformed message ends the connection, and the page receives the reason.
async fn malformed<T: Transport>(transport: &T, server: &T::Server) -> Result<(), String> {
    for (message, code) in [
        ("{", 4400),
        ("[]", 4400),
        ("[1,0,[2],1,1]", 4400),
        ("{\"pin\":1}", 4400),
        ("[1,7,[2]]", 4400),
        ("[2,0,[2]]", 4409),
    ] {
        let mut page = Page::open(transport, server, "/").await?;
        page.end.send(message).await;
        let refused = page.next().await?;
        if refused.get("refused").is_none() {
            return Err(format!("{message} is answered with {refused}"));
        }
        page.closed(code).await.map_err(|error| format!("{message}: {error}"))?;
    }
    for (first, code) in [("[1,0,[2]]", 4400), ("{\"tealight\":2}", 4406), ("hello", 4400)] {
        let mut page = Page::get(transport, server, "/").await?;
        page.end.send(first).await;
        page.closed(code).await.map_err(|error| format!("{first}: {error}"))?;
    }
    Ok(())
}

/// A page whose session is gone gets another one. Its messages wait meanwhile.
async fn unknown_session<T: Transport>(transport: &T, server: &T::Server) -> Result<(), String> {
    let mut page = Page::get(transport, server, "/").await?;
    page.session = "x".repeat(22);
    page.send_attach().await;
    page.end.send("{\"ping\":7}").await;
    let mount = page.next().await?;
    if mount.get("mount").is_none() {
        return Err(format!("the answer is {mount}"));
    }
    let pong = page.next().await?;
    expect("the answer to a ping", pong["pong"].as_u64(), Some(7))
}

/// A shutdown closes all connections, and leaves nothing behind.
async fn shutdown<T: Transport>(transport: &T, server: &T::Server, live: &Live) -> Result<(), String> {
    let mut attached = Page::open(transport, server, "/").await?;
    let mut fresh = Page::get(transport, server, "/").await?;
    // some transports make the connection only with the first message
    fresh.send_attach().await;
    fresh.next().await?;
    let end = async { timeout(Duration::from_secs(10), live.shutdown()).await };
    let pages = async {
        attached.closed(1012).await?;
        fresh.closed(1012).await?;
        drop((attached, fresh));
        Ok::<_, String>(())
    };
    let (ended, pages) = both(end, pages).await;
    pages?;
    ended.map_err(|_| "connections are still open after the shutdown".to_owned())?;
    becomes(live, |stats| *stats == Stats::default()).await
}

/// Thousands of pages are served at once, and leave no connection behind.
async fn thousands<T: Transport>(transport: &T, server: &T::Server, live: &Live) -> Result<(), String> {
    let mut pages = Vec::with_capacity(MANY);
    for _ in 0..MANY {
        pages.push(Page::open(transport, server, "/").await?);
    }
    expect("attached pages", live.stats().attached, MANY)?;
    for page in &mut pages {
        page.press().await;
    }
    for page in &mut pages {
        page.settle().await?;
        expect("the count", page.count.as_str(), "1")?;
    }
    drop(pages);
    becomes(live, |stats| (stats.detached, stats.connections) == (MANY, 0)).await
}

async fn becomes(live: &Live, is: impl Fn(&Stats) -> bool) -> Result<(), String> {
    for _ in 0..1000 {
        if is(&live.stats()) {
            return Ok(());
        }
        sleep(Duration::from_millis(10)).await;
    }
    Err(format!("the runtime still has {:?}", live.stats()))
}

async fn both<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> (A, B) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut left, mut right) = (None, None);
    std::future::poll_fn(|cx| {
        if left.is_none()
            && let std::task::Poll::Ready(value) = a.as_mut().poll(cx)
        {
            left = Some(value);
        }
        if right.is_none()
            && let std::task::Poll::Ready(value) = b.as_mut().poll(cx)
        {
            right = Some(value);
        }
        if left.is_some() && right.is_some() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    (left.expect("it has ended"), right.expect("it has ended"))
}
