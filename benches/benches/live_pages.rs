//! The cost of a live page on the server: `cargo bench -p tealight-benches --bench live_pages`.
//!
//! One process serves N dashboards (5,000, or the number given). Each ticks once a second, loads its figures with a
//! command, and sends all three. Another process holds the pages. Memory is the growth of the server's resident set
//! per page; CPU is its user and system time per update. The same run measures a lower limit: a task that holds a
//! socket and writes the same bytes.
//!
//! The second pair is the same for one number that all pages hear from a topic, five times a second.

use std::io;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tealight_benches::dashboard::Dashboard;
use tealight_core::{Command as Then, Event, LiveView, MountError, PageRequest, Subscription, Topic, View, html};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const WATCHED: Duration = Duration::from_secs(8);
/// The time between two messages of the topic.
const PERIOD: Duration = Duration::from_millis(200);

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--serve", "dashboard"] => serve_dashboard().await,
        ["--serve", "topic"] => serve_topic().await,
        ["--serve", "its floor"] => {
            serve_floor(Duration::from_secs(1), b"\x81\x1e[12345,[\"92\",\"1008870\",\"5.0\"]]").await
        }
        ["--serve", _] => serve_floor(PERIOD, b"\x81\x0d[123,[\"120\"]]").await,
        ref rest => {
            let pages = rest.first().and_then(|pages| pages.parse().ok()).unwrap_or(5_000);
            println!(
                "{:<24} {:>8} {:>12} {:>16} {:>14}",
                "one live page", "pages", "KB a page", "CPU µs an update", "B an update"
            );
            for what in ["dashboard", "its floor", "topic", "topic's floor"] {
                measure(what, pages).await?;
            }
            Ok(())
        }
    }
}

async fn serve_dashboard() -> io::Result<()> {
    let listener = listen().await?;
    tealight_warp::serve(listener, tealight_warp::live(Dashboard)).await;
    Ok(())
}

/// A page that shows the newest number of a topic.
struct Number;

const NUMBERS: Topic<u32> = Topic::new("numbers");

impl LiveView for Number {
    type Model = u32;
    type ExternalEvent = ();
    type InternalEvent = u32;

    async fn mount(&self, _: &PageRequest) -> Result<(u32, Then<u32>), MountError> {
        Ok((0, Then::none()))
    }

    fn update(&self, number: &mut u32, event: Event<(), u32>) -> Then<u32> {
        if let Event::Internal(new) = event {
            *number = new;
        }
        Then::none()
    }

    fn view(&self, number: &u32) -> impl View<()> {
        html! { <p>{number}</p> }
    }

    fn subscriptions(&self, _: &u32) -> Subscription<u32> {
        Subscription::topic(NUMBERS, |number| number)
    }
}

async fn serve_topic() -> io::Result<()> {
    let listener = listen().await?;
    let live = tealight_runtime::Live::new(Number);
    let publisher = live.publisher();
    tokio::spawn(async move {
        let mut every = tokio::time::interval(PERIOD);
        for number in 100.. {
            every.tick().await;
            publisher.publish(NUMBERS, &number).expect("a number is JSON");
        }
    });
    tealight_warp::serve(listener, tealight_warp::live(live)).await;
    Ok(())
}

async fn listen() -> io::Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    Ok(listener)
}

/// The lower limit: a task for each socket, without a framework, and with only the HTTP that these pages need.
async fn serve_floor(period: Duration, frame: &'static [u8]) -> io::Result<()> {
    let listener = listen().await?;
    let (tick, ticks) = watch::channel(());
    tokio::spawn(async move {
        let mut every = tokio::time::interval(period);
        loop {
            every.tick().await;
            tick.send_replace(());
        }
    });
    loop {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        tokio::spawn(floor_page(socket, ticks.clone(), frame));
    }
}

async fn floor_page(mut socket: TcpStream, mut ticks: watch::Receiver<()>, frame: &[u8]) -> io::Result<()> {
    if Box::pin(read_head(&mut socket)).await?.contains("Upgrade") {
        socket.write_all(b"HTTP/1.1 101 Switching Protocols\r\n\r\n").await?;
        while ticks.changed().await.is_ok() {
            socket.write_all(frame).await?;
        }
    } else {
        socket.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\"session\":\"floor\"").await?;
    }
    Ok(())
}

async fn read_head(socket: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Server {
    fn start(what: &str) -> io::Result<(Self, String)> {
        let mut child =
            Command::new(std::env::current_exe()?).args(["--serve", what]).stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        io::BufRead::read_line(&mut io::BufReader::new(stdout), &mut address)?;
        Ok((Self(child), address.trim().to_owned()))
    }

    /// The resident set, in KiB.
    fn resident(&self) -> io::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        Ok(line.trim().trim_end_matches(" kB").parse().unwrap_or_default())
    }

    /// The user and system time so far.
    fn cpu(&self) -> io::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        let fields: Vec<&str> = stat.rsplit_once(") ").map_or(vec![], |(_, rest)| rest.split(' ').collect());
        let ticks: u64 = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 10))
    }
}

async fn measure(what: &str, pages: usize) -> io::Result<()> {
    let (server, address) = Server::start(what)?;
    // The server allocates some things once, for all pages. These first pages keep them out of the result.
    let mut warm = open(&address, 64).await?;
    for page in &mut warm {
        page.update().await?;
    }
    let before = server.resident()?;
    let mut open = open(&address, pages).await?;
    let (updates, bytes, cpu) = watch(&mut open, &server).await?;
    let kept = (server.resident()? - before) / pages as f64;
    println!(
        "{what:<24} {pages:>8} {kept:>12.2} {:>16.1} {:>14.1}",
        cpu.as_secs_f64() * 1e6 / updates as f64,
        bytes as f64 / updates as f64,
    );
    drop(warm);
    Ok(())
}

/// Opens pages, a few at a time.
async fn open(address: &str, pages: usize) -> io::Result<Vec<Page>> {
    let mut opened = Vec::with_capacity(pages);
    while opened.len() < pages {
        let some: Vec<_> =
            (0..32.min(pages - opened.len())).map(|_| tokio::spawn(Page::open(address.to_owned()))).collect();
        for page in some {
            opened.push(page.await??);
        }
    }
    Ok(opened)
}

/// Reads from all pages for a while, and measures the updates, their bytes and their cost.
async fn watch(pages: &mut [Page], server: &Server) -> io::Result<(usize, usize, Duration)> {
    let (began, cpu) = (Instant::now(), server.cpu()?);
    let (mut updates, mut bytes) = (0, 0);
    while began.elapsed() < WATCHED {
        // All pages get their updates at the same rate, so a round over them takes as long as one period.
        for page in pages.iter_mut() {
            bytes += page.update().await?;
            updates += 1;
        }
    }
    Ok((updates, bytes, server.cpu()? - cpu))
}

/// A page, as a browser holds it.
struct Page {
    socket: BufReader<TcpStream>,
}

impl Page {
    async fn open(address: String) -> io::Result<Self> {
        let mut socket = TcpStream::connect(&address).await?;
        let get = format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        socket.write_all(get.as_bytes()).await?;
        let mut page = String::new();
        socket.read_to_string(&mut page).await?;
        let session = page.split_once("\"session\":\"").and_then(|(_, rest)| rest.split_once('"'));
        let session = session.map(|(session, _)| session.to_owned());
        let session = session.ok_or_else(|| io::Error::other(format!("no session in {page}")))?;

        let mut socket = TcpStream::connect(&address).await?;
        let upgrade = format!(
            "GET / HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        socket.write_all(upgrade.as_bytes()).await?;
        let head = read_head(&mut socket).await?;
        if !head.starts_with("HTTP/1.1 101") {
            return Err(io::Error::other(head));
        }
        let attach = format!("{{\"tealight\":1,\"session\":\"{session}\",\"patch\":0,\"event\":0}}");
        let mut frame = vec![0x81, 0x80 | u8::try_from(attach.len()).map_err(io::Error::other)?, 0, 0, 0, 0];
        frame.extend_from_slice(attach.as_bytes());
        socket.write_all(&frame).await?;
        Ok(Self { socket: BufReader::with_capacity(256, socket) })
    }

    /// Waits for the next patch. Returns its length in bytes.
    async fn update(&mut self) -> io::Result<usize> {
        loop {
            let mut head = [0; 2];
            self.socket.read_exact(&mut head).await?;
            let length = match head[1] {
                126 => self.socket.read_u16().await?.into(),
                length => usize::from(length),
            };
            while self.socket.buffer().len() < length.min(1) {
                self.socket.fill_buf().await?;
            }
            let is_patch = head[0] == 0x81 && self.socket.buffer().first() == Some(&b'[');
            let mut message = vec![0; length];
            self.socket.read_exact(&mut message).await?;
            if is_patch {
                return Ok(length);
            }
        }
    }
}
