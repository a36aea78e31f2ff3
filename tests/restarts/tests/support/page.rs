use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::line::{Line, Transport};

/// A page without a browser. It makes numbered events, keeps them until they are applied, and reconnects as the client does.
pub struct Page {
    server: SocketAddr,
    transport: Transport,
    session: String,
    patch: u64,
    /// The number of the last event.
    made: u64,
    unsettled: VecDeque<String>,
    attempt: i32,
    back: Option<Duration>,
    /// The number of events that it shall make, and what others see of it.
    target: watch::Receiver<u64>,
    shown: watch::Sender<Shown>,
    random: u64,
}

/// The values on a page.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    pub is_live: bool,
    pub live_since: Option<Instant>,
    pub made: u64,
    pub settled: u64,
    /// The last number, the sum of all, and the number of those that did not come after the one before.
    pub values: [String; 3],
    /// The times that the page got another session, or an event was refused.
    pub lost: u32,
}

/// The most events that wait for the server.
const MOST_UNSETTLED: usize = 3;
/// The slot of the handler.
const HANDLER: u64 = 4;

impl Page {
    /// Gets a page. It connects when it runs.
    pub async fn get(
        server: SocketAddr,
        transport: Transport,
        target: watch::Receiver<u64>,
        seed: u64,
    ) -> (Self, watch::Receiver<Shown>) {
        let (status, body) = get(server).await.expect("a page");
        assert_eq!(status, 200);
        let (_, rest) = body.split_once("\"session\":\"").expect("a data block");
        let session = rest.split_once('"').expect("its end").0.to_owned();
        let (shown, seen) = watch::channel(Shown { values: ["0", "0", "0"].map(Into::into), ..Shown::default() });
        let page = Self {
            server,
            transport,
            session,
            patch: 0,
            made: 0,
            unsettled: VecDeque::new(),
            attempt: 0,
            back: None,
            target,
            shown,
            random: seed,
        };
        (page, seen)
    }

    /// Runs until the task is dropped.
    pub async fn run(mut self) {
        loop {
            // each end of a connection is an error
            let ended = self.connect().await;
            debug_assert!(ended.is_err());
            self.shown.send_modify(|shown| shown.is_live = false);
            let pause = self.back.take().unwrap_or_else(|| {
                let most = (250.0 * 1.5_f64.powi(self.attempt.min(20))).min(10_000.0) as u64;
                self.attempt += 1;
                Duration::from_millis(self.random() % (most + 1))
            });
            sleep(pause).await;
        }
    }

    async fn connect(&mut self) -> io::Result<()> {
        let attach = json!({"tealight": 1, "session": self.session, "patch": self.patch, "event": self.made});
        let mut line = Line::open(self.transport, self.server, &attach.to_string()).await?;
        let mut is_live = false;
        loop {
            let may_make = is_live && self.made < *self.target.borrow() && self.unsettled.len() < MOST_UNSETTLED;
            if may_make {
                self.made += 1;
                let event = json!([self.made, self.patch, [HANDLER], self.made]).to_string();
                self.unsettled.push_back(event.clone());
                self.shown.send_modify(|shown| shown.made += 1);
                line.send(&event).await?;
            }
            tokio::select! {
                biased;
                received = line.receive() => {
                    let message = received?.ok_or(io::ErrorKind::ConnectionAborted)?;
                    if self.take(&message) {
                        is_live = true;
                        self.attempt = 0;
                        for event in &self.unsettled {
                            line.send(event).await?;
                        }
                        self.shown.send_modify(|shown| {
                            shown.is_live = true;
                            shown.live_since = Some(Instant::now());
                        });
                    }
                }
                changed = self.target.changed() => changed.map_err(io::Error::other)?,
                () = std::future::ready(()), if may_make => {}
            }
        }
    }

    /// Takes a message. Returns true if it answers the attach.
    fn take(&mut self, message: &str) -> bool {
        let message: Value = serde_json::from_str(message).expect("messages are JSON");
        if let Some(patch) = message.as_array() {
            self.patch = patch[0].as_u64().expect("a number");
            self.patch_values(patch[1].as_array().expect("a body"));
            self.settle(patch.get(2).and_then(|extras| extras["e"].as_u64()));
            return false;
        }
        if let Some(back) = message["back"].as_u64() {
            self.back = Some(Duration::from_millis(back));
        }
        let mount = message.get("mount");
        if let Some(mount) = mount {
            let session = mount["session"].as_str().expect("an id").to_owned();
            if session != self.session || mount["event"].as_u64() > Some(self.made) {
                self.shown.send_modify(|shown| shown.lost += 1);
            }
            self.session = session;
            self.patch = mount["patch"].as_u64().expect("a number");
            self.patch_values(&mount["view"].as_array().expect("values")[1..]);
        }
        if message.get("refused").is_some() {
            self.shown.send_modify(|shown| shown.lost += 1);
        }
        let answer = mount.or(message.get("resume"));
        self.settle(answer.unwrap_or(&message)["event"].as_u64());
        answer.is_some()
    }

    fn patch_values(&mut self, body: &[Value]) {
        self.shown.send_modify(|shown| {
            let mut slot = 0;
            for item in body {
                if let Some(number) = item.as_u64() {
                    slot = usize::try_from(number).expect("a slot");
                    continue;
                }
                if let (Some(value), Some(text)) = (shown.values.get_mut(slot), item.as_str()) {
                    text.clone_into(value);
                }
                slot += 1;
            }
        });
    }

    fn settle(&mut self, applied: Option<u64>) {
        let Some(applied) = applied else { return };
        while !self.unsettled.is_empty() && self.made - (self.unsettled.len() as u64) < applied {
            self.unsettled.pop_front();
        }
        let settled = self.made - self.unsettled.len() as u64;
        self.shown.send_modify(|shown| shown.settled = settled);
    }

    /// xorshift
    fn random(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}

/// Gets the page over a connection of its own. Returns the status and the answer.
pub async fn get(server: SocketAddr) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(server).await?;
    let request = format!("GET / HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok((status.ok_or(io::ErrorKind::UnexpectedEof)?, answer))
}
