//! The conformance kit, against a transport in memory: as it should be, and with one fault after another.

mod engines;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::Poll;

use tealight_core::PageRequest;
use tealight_runtime::conformance::{self, CHECKS, PageEnd, Transport};
use tealight_runtime::{Close, Live};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::LocalSet;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Each GET makes two pages.
    MountsTwice,
    LosesAMessageUp,
    SwapsMessagesUp,
    DoublesMessagesDown,
    /// Takes messages from the session though the page does not read.
    Queues,
    /// Does not ask the session for the answer to what it handed in.
    AsksTooSeldom,
    /// Cuts what is too long.
    Truncates,
    EndsWithoutCode,
    /// Leaves unread what came before the page's end.
    ForgetsLastWords,
    /// Hangs up on a page that leaves.
    HangsUp,
    /// Keeps the connection though the page has gone.
    HoldsOn,
    /// Does not close the connection.
    StaysOpen,
    /// Every connection makes its own session.
    IgnoresTheSession,
}

struct InMemory(Fault);

type Down = Result<String, Option<u16>>;

struct Channels {
    up: Sender<String>,
    down: Receiver<Down>,
}

impl Transport for InMemory {
    type Server = Live;
    type PageEnd = Channels;

    async fn serve(&self, live: Live) -> Live {
        live
    }

    async fn page(&self, live: &Live, path: &str) -> String {
        if self.0 == Fault::MountsTwice {
            live.page(PageRequest::new(path, ""), "/").await.expect("a page");
        }
        live.page(PageRequest::new(path, ""), "/").await.expect("a page").into_html()
    }

    async fn connect(&self, live: &Live, path: &str) -> Channels {
        let (up, from_page) = mpsc::channel(1024);
        let (to_page, down) = mpsc::channel(if self.0 == Fault::Queues { 100_000 } else { 4 });
        tokio::spawn(carry(self.0, live.clone(), PageRequest::new(path, ""), from_page, to_page));
        Channels { up, down }
    }
}

impl PageEnd for Channels {
    async fn send(&mut self, message: &str) {
        let _ = self.up.send(message.to_owned()).await;
    }

    async fn receive(&mut self) -> Down {
        self.down.recv().await.unwrap_or(Err(None))
    }
}

async fn carry(fault: Fault, live: Live, request: PageRequest, mut up: Receiver<String>, down: Sender<Down>) {
    let mut connection = live.connect(request);
    let gone = down.clone();
    let mut received = 0;
    let mut held = VecDeque::new();
    loop {
        let Ok(place) = down.reserve().await else { break };
        let mut message = Vec::new();
        let asked = poll_fn(|cx| {
            let mut is_handed_in = false;
            if fault == Fault::ForgetsLastWords && gone.is_closed() {
                return Poll::Ready(None);
            }
            while connection.is_ready() {
                let text: String = match up.poll_recv(cx) {
                    Poll::Ready(Some(text)) => text,
                    Poll::Ready(None) => return Poll::Ready(None),
                    Poll::Pending => break,
                };
                received += 1;
                is_handed_in = true;
                if fault == Fault::HangsUp && text == "null" {
                    return Poll::Ready(Some(Err(Close::Left)));
                }
                let text = match fault {
                    Fault::LosesAMessageUp if received % 5 == 0 => continue,
                    Fault::Truncates => text[..text.len().min(live.message_limit())].to_owned(),
                    Fault::IgnoresTheSession if received == 1 => {
                        text.split_once("\"session\":\"").map_or(text.clone(), |(before, rest)| {
                            format!("{before}\"session\":\"{}", &rest[rest.find('"').expect("a session")..])
                        })
                    }
                    _ => text,
                };
                held.push_back(text);
                if fault == Fault::SwapsMessagesUp && received % 4 == 3 {
                    continue;
                }
                while let Some(text) = held.pop_back() {
                    connection.receive(text.as_bytes());
                }
            }
            if fault == Fault::AsksTooSeldom && is_handed_in && received > 1 {
                return Poll::Pending;
            }
            connection.poll_message(cx, &mut message).map(Some)
        })
        .await;
        match asked {
            None => break,
            Some(Ok(())) => {
                let text = String::from_utf8(message).expect("messages are texts");
                if fault == Fault::DoublesMessagesDown {
                    let _ = down.try_send(Ok(text.clone()));
                }
                place.send(Ok(text));
            }
            Some(Err(_)) if fault == Fault::EndsWithoutCode => break,
            Some(Err(_)) if fault == Fault::StaysOpen => std::future::pending().await,
            Some(Err(close)) => {
                place.send(Err(Some(close.code())));
                break;
            }
        }
    }
    while fault != Fault::ForgetsLastWords
        && connection.is_ready()
        && let Ok(text) = up.try_recv()
    {
        connection.receive(text.as_bytes());
    }
    if fault == Fault::HoldsOn {
        std::future::pending::<()>().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transport_as_it_should_be_passes() {
    conformance::run(&InMemory(Fault::None), CHECKS).await.expect_all();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_is_found() {
    for (fault, check) in [
        (Fault::MountsTwice, "adoption"),
        (Fault::LosesAMessageUp, "order"),
        (Fault::SwapsMessagesUp, "order"),
        (Fault::DoublesMessagesDown, "order"),
        (Fault::DoublesMessagesDown, "push"),
        (Fault::Queues, "stall"),
        (Fault::AsksTooSeldom, "acknowledgement"),
        (Fault::Truncates, "oversized"),
        (Fault::EndsWithoutCode, "malformed"),
        (Fault::EndsWithoutCode, "takeover"),
        (Fault::HangsUp, "leave"),
        (Fault::ForgetsLastWords, "last words"),
        (Fault::HoldsOn, "reconnect"),
        (Fault::StaysOpen, "shutdown"),
        (Fault::IgnoresTheSession, "handshake"),
    ] {
        // what comes too slowly to be swapped or doubled shows no fault: on a busy machine it is asked again
        let mut is_found = false;
        for _ in 0..5 {
            if !is_found {
                is_found = conformance::run(&InMemory(fault), &[check]).await.failed().count() == 1;
            }
        }
        assert!(is_found, "the check “{check}” does not find fault {}", fault as u8);
    }
}

/// The same over [`Connection::run`](tealight_runtime::Connection::run).
struct Carried;

impl Transport for Carried {
    type Server = Live;
    type PageEnd = Channels;

    async fn serve(&self, live: Live) -> Live {
        live
    }

    async fn page(&self, live: &Live, path: &str) -> String {
        live.page(PageRequest::new(path, ""), "/").await.expect("a page").into_html()
    }

    async fn connect(&self, live: &Live, path: &str) -> Channels {
        let (up, mut from_page) = mpsc::channel::<String>(1024);
        let (to_page, down) = mpsc::channel(4);
        let connection = live.connect(PageRequest::new(path, ""));
        tokio::task::spawn_local(async move {
            let receive = async || from_page.recv().await.map(String::into_bytes);
            let close = connection.run(receive, async |text| drop(to_page.send(Ok(text)).await)).await;
            let _ = to_page.send(Err(close.map(Close::code))).await;
        });
        Channels { up, down }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connection_run_passes() {
    LocalSet::new().run_until(conformance::run(&Carried, CHECKS)).await.expect_all();
}
