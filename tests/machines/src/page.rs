//! A page without a browser. It numbers its events, keeps them until they are applied, and comes back, as `client/src/connection/` does.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::shown::{Answer, SLOTS, Shown};
use crate::socket::Socket;

/// The events that each page makes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pace {
    None,
    /// The mean time between two events.
    Every(Duration),
    /// One, at any time within a second.
    Once,
}

pub(crate) struct Page {
    proxy: SocketAddr,
    path: String,
    number: i32,
    session: String,
    patch: u64,
    /// The number of the last event in this session.
    last: u64,
    /// The number of the last event of this page, in any session.
    made: u32,
    unsettled: VecDeque<Unsettled>,
    /// Attempts since the last steady connection.
    attempt: i32,
    pace: watch::Receiver<Pace>,
    /// The time of the next event.
    next: Option<Instant>,
    shown: Arc<Mutex<Shown>>,
    random: Rng,
}

struct Unsettled {
    message: String,
    since: Instant,
}

/// The end of a connection: its close code, and the time after which the server wants the page back.
struct Ended {
    code: u16,
    back: Option<Duration>,
}

/// A page that has no answer in time does this.
#[derive(Clone, Copy, PartialEq)]
enum Otherwise {
    Probe,
    Drop,
}

/// The slot of the handler.
const HANDLER: usize = SLOTS;
/// The time in which all pages make one event.
const SOON: Duration = Duration::from_secs(1);
const ATTACH_WITHIN: Duration = Duration::from_secs(10);
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
const STEADY_AFTER: Duration = Duration::from_secs(5);
const SILENT_AFTER: Duration = Duration::from_secs(25);
const FIRST_PAUSE: f64 = 250.0;
const LONGEST_PAUSE: f64 = 10_000.0;
const TAKEN_OVER: u16 = 4001;
const LOGGED_OUT: u16 = 4403;
const OUTDATED: u16 = 4406;

impl Page {
    /// Gets a page through the proxy. It connects when it runs.
    pub(crate) async fn get(
        proxy: SocketAddr,
        path: String,
        number: u32,
        pace: watch::Receiver<Pace>,
        seed: u64,
    ) -> io::Result<(Self, Arc<Mutex<Shown>>)> {
        let html = get(proxy, &path).await?;
        let session = html.split_once("\"session\":\"").and_then(|(_, rest)| rest.split_once('"'));
        let session = session.ok_or_else(|| io::Error::other(html.clone()))?.0.to_owned();
        let shown = Arc::new(Mutex::new(Shown::of(&html)));
        let page = Self {
            proxy,
            path,
            number: number.cast_signed() + 1,
            session,
            patch: 0,
            last: 0,
            made: 0,
            unsettled: VecDeque::new(),
            attempt: 0,
            pace,
            next: None,
            shown: Arc::clone(&shown),
            random: Rng::with_seed(seed),
        };
        Ok((page, shown))
    }

    /// Runs until the task is dropped, or until the page would load itself anew.
    pub(crate) async fn run(mut self) {
        loop {
            let began = Instant::now();
            let ended = self.connect(began).await;
            let was_live = self.show(|shown| shown.live_since.take());
            if was_live.is_some_and(|live| live.elapsed() > STEADY_AFTER) {
                self.attempt = 0;
            }
            match ended.code {
                TAKEN_OVER => self.session.clear(),
                OUTDATED | LOGGED_OUT => return self.show(|shown| shown.has_reloaded = true),
                _ => {}
            }
            let back = ended.back.unwrap_or_else(|| {
                let most = (FIRST_PAUSE * 1.5_f64.powi(self.attempt)).min(LONGEST_PAUSE);
                self.attempt += 1;
                Duration::from_secs_f64(self.random.f64() * most / 1_000.0)
            });
            let back = Instant::now() + back;
            while self.is_next_due(back).await {
                self.make();
            }
        }
    }

    /// Waits for the time of the next event. Returns false if that is after `end`. May be dropped and called again.
    async fn is_next_due(&mut self, end: Instant) -> bool {
        loop {
            let due = self.next.filter(|next| *next < end);
            tokio::select! {
                () = sleep_until(due.unwrap_or(end)) => return due.is_some(),
                Ok(()) = self.pace.changed() => {
                    let within = match *self.pace.borrow_and_update() {
                        Pace::None => None,
                        Pace::Every(mean) => Some(mean),
                        Pace::Once => Some(SOON),
                    };
                    self.schedule(within);
                }
            }
        }
    }

    /// Chooses the time of the next event.
    fn schedule(&mut self, within: Option<Duration>) {
        self.next = within.map(|within| Instant::now() + within.mul_f64(self.random.f64()));
    }

    /// Makes an event. Returns its message.
    fn make(&mut self) -> String {
        let pace = *self.pace.borrow();
        self.schedule(if let Pace::Every(mean) = pace { Some(mean * 2) } else { None });
        self.last += 1;
        self.made += 1;
        let message = json!([self.last, self.patch, [HANDLER], self.made]).to_string();
        self.unsettled.push_back(Unsettled { message: message.clone(), since: Instant::now() });
        let (made, waiting) = (self.made, self.unsettled.len());
        self.show(|shown| (shown.made, shown.waiting) = (made, waiting));
        message
    }

    async fn connect(&mut self, began: Instant) -> Ended {
        let mut back = None;
        let code = match timeout_at(began + ATTACH_WITHIN, Socket::open(self.proxy, &self.path)).await {
            Ok(Ok(mut socket)) => {
                let _ = self.talk(&mut socket, began, &mut back).await;
                socket.closed_with
            }
            _ => 0,
        };
        Ended { code, back }
    }

    /// Talks until the connection ends.
    async fn talk(&mut self, socket: &mut Socket, began: Instant, back: &mut Option<Duration>) -> io::Result<()> {
        let Self { session, patch, last, number, .. } = self;
        let attach = json!({"tealight": 1, "session": session, "patch": patch, "event": last, "page": number});
        socket.send(&attach.to_string()).await?;
        let mut is_live = false;
        let mut expected = Some((began + ATTACH_WITHIN, Otherwise::Drop));
        let mut heard = began;
        loop {
            let (deadline, otherwise) = expected.unwrap_or((heard + SILENT_AFTER, Otherwise::Probe));
            tokio::select! {
                received = socket.receive() => {
                    let Some(message) = received? else { return Ok(()) };
                    heard = Instant::now();
                    let message: Value = serde_json::from_str(&message)?;
                    *back = message["back"].as_u64().map(Duration::from_millis);
                    let (applied, attached) = self.take(&message);
                    if applied.is_some() || message.get("pong").is_some() {
                        expected = None;
                    }
                    if let Some(attached) = attached {
                        if !is_live {
                            is_live = true;
                            for event in &self.unsettled {
                                socket.send(&event.message).await?;
                            }
                            self.show(|shown| shown.live_since = Some(Instant::now()));
                        }
                        if attached == Attached::Odd {
                            socket.send(&json!({"remount": self.patch}).to_string()).await?;
                        } else if attached == Attached::Mounted {
                            socket.send(&json!({"seen": self.patch}).to_string()).await?;
                        }
                    }
                    if is_live && expected.is_none() && !self.unsettled.is_empty() {
                        expected = Some((Instant::now() + ANSWER_WITHIN, Otherwise::Probe));
                    }
                }
                is_due = self.is_next_due(deadline) => match is_due {
                    true => {
                        let message = self.make();
                        if is_live {
                            socket.send(&message).await?;
                            expected.get_or_insert((Instant::now() + ANSWER_WITHIN, Otherwise::Probe));
                        }
                    }
                    false if otherwise == Otherwise::Drop => return Ok(()),
                    false => {
                        expected = Some((Instant::now() + ANSWER_WITHIN, Otherwise::Drop));
                        socket.send(&json!({"ping": self.last}).to_string()).await?;
                    }
                },
            }
        }
    }

    /// Takes a message. Returns up to which number events are applied, if it says so, and how the session has answered an attach.
    fn take(&mut self, message: &Value) -> (Option<u64>, Option<Attached>) {
        if let Some(patch) = message.as_array() {
            self.patch = patch[0].as_u64().expect("a number");
            self.apply(patch[1].as_array().expect("a body"));
            let applied = patch.get(2).and_then(|extras| extras["e"].as_u64());
            self.settle(applied);
            return (applied, None);
        }
        let mount = message.get("mount");
        let answer = mount.or(message.get("resume"));
        let applied = answer.unwrap_or(message)["event"].as_u64();
        let mut attached = None;
        if let (Some(_), Some(applied)) = (answer, applied) {
            let is_new = mount.is_some_and(|mount| mount["session"] != self.session.as_str());
            // Another page has used the session too, or the server was killed and has an older state of it.
            let is_odd = applied > self.last || applied < self.last - self.unsettled.len() as u64;
            if is_new || is_odd {
                self.abandon(applied, is_new);
            }
            attached = Some(match mount {
                Some(_) => Attached::Mounted,
                None if is_odd => Attached::Odd,
                None => Attached::Resumed,
            });
        }
        if let Some(mount) = mount {
            mount["session"].as_str().expect("an id").clone_into(&mut self.session);
            self.patch = mount["patch"].as_u64().expect("a number");
            self.apply(&mount["view"].as_array().expect("values")[1..]);
        }
        if message.get("refused").is_some() {
            self.show(|shown| shown.refused += 1);
        }
        self.settle(applied);
        (applied, attached)
    }

    /// Writes values into the slots.
    fn apply(&mut self, body: &[Value]) {
        self.show(|shown| {
            let mut slot = 0;
            for item in body {
                if let Some(number) = item.as_u64() {
                    slot = usize::try_from(number).expect("a slot");
                    continue;
                }
                if let Some(text) = item.as_str() {
                    shown.set(slot, text);
                }
                slot += 1;
            }
        });
    }

    /// Removes the events up to this one.
    fn settle(&mut self, applied: Option<u64>) {
        let Some(applied) = applied else { return };
        while self.last - (self.unsettled.len() as u64) < applied
            && let Some(Unsettled { since, .. }) = self.unsettled.pop_front()
        {
            self.show(|shown| shown.answers.push(Answer { since, took: since.elapsed() }));
        }
        let waiting = self.unsettled.len();
        self.show(|shown| shown.waiting = waiting);
    }

    /// Gives up the events of the session: the person is told. The next one counts from `applied`.
    fn abandon(&mut self, applied: u64, is_new: bool) {
        let given_up = self.unsettled.len();
        self.unsettled.clear();
        self.last = applied;
        self.show(|shown| {
            shown.waiting = 0;
            shown.given_up += given_up;
            shown.new_sessions += u32::from(is_new);
            shown.older_states += u32::from(!is_new);
        });
    }

    fn show<T>(&self, change: impl FnOnce(&mut Shown) -> T) -> T {
        change(&mut self.shown.lock().expect("nobody panics with it"))
    }
}

/// A session's answer to an attach.
#[derive(Clone, Copy, PartialEq)]
enum Attached {
    Resumed,
    Mounted,
    /// It has an older state than the page, and does not know.
    Odd,
}

/// Gets an address over a connection of its own, in the version of HTTP without chunks.
async fn get(server: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(server).await?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {server}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
