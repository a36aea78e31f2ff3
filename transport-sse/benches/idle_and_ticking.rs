//! Measures the cost of a page over server-sent events, and of a bare hyper body that sends the same bytes.
//!
//! ```text
//! cargo bench -p tealight-sse            # 5,000 pages; or: -- 1000
//! ```
//!
//! Each server runs in its own process. Its resident set and CPU time are read from `/proc` (Linux only).

use std::convert::Infallible;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::pin::Pin;
use std::process::{Child, Command as Process, Stdio};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, fixed, html};
use tealight_runtime::Live;
use tealight_sse::Sse;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Interval, interval, sleep};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("there are threads");
    match &arguments[..] {
        [serve, kind] if serve == "serve" => runtime.block_on(self::serve(kind)),
        rest => runtime.block_on(measure(rest.first().and_then(|pages| pages.parse().ok()).unwrap_or(5_000))),
    }
}

async fn measure(pages: usize) {
    println!("{pages} pages       KiB a page, idle   KiB a page, ticking   µs of CPU an update   bytes an update");
    let mut costs = Vec::new();
    for kind in ["bare", "tealight"] {
        let idle = run(kind, "/", pages).await;
        let ticking = run(kind, "/ticking", pages).await;
        println!(
            "{kind:<12} {:>18.1} {:>21.1} {:>21.1} {:>17.0}",
            idle.memory, ticking.memory, ticking.cpu, ticking.bytes
        );
        costs.push(ticking.cpu);
    }
    println!("CPU: {:.2} × bare", costs[1] / costs[0]);
}

struct Cost {
    /// KiB a page.
    memory: f64,
    /// µs an update.
    cpu: f64,
    /// Bytes sent for an update.
    bytes: f64,
}

const SECONDS: u64 = 20;

async fn run(kind: &str, path: &'static str, pages: usize) -> Cost {
    let this = std::env::current_exe().expect("it has a file");
    let mut server = Process::new(this).args(["serve", kind]).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("it is piped")).read_line(&mut line).expect("it says where it is");
    let address: SocketAddr = line.trim().parse().expect("an address");

    drop(open(address, path).await);
    sleep(Duration::from_secs(1)).await;
    let before = resident(&server);
    let received = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    for _ in 0..pages {
        let mut stream = open(address, path).await;
        let received = std::sync::Arc::clone(&received);
        tokio::spawn(async move {
            let mut buffer = [0; 1024];
            while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                received.fetch_add(length, std::sync::atomic::Ordering::Relaxed);
            }
        });
    }
    sleep(Duration::from_secs(3)).await;
    let memory = (resident(&server) - before) / pages as f64;
    let (cpu, bytes) = (cpu(&server), received.load(std::sync::atomic::Ordering::Relaxed));
    sleep(Duration::from_secs(SECONDS)).await;
    let updates = (SECONDS * pages as u64) as f64;
    let cost = Cost {
        memory,
        cpu: (self::cpu(&server) - cpu) / updates,
        bytes: (received.load(std::sync::atomic::Ordering::Relaxed) - bytes) as f64 / updates,
    };
    server.kill().expect("it runs");
    server.wait().expect("it ends");
    cost
}

/// Opens a page's stream. The server mounts a session for it.
async fn open(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let attach = "{\"tealight\":1,\"session\":\"\",\"patch\":0,\"event\":0}";
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: t\r\nAccept: text/event-stream\r\nTealight-Attach: {attach}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut head = [0; 1];
    stream.read_exact(&mut head).await.expect("it answers");
    stream
}

/// KiB.
fn resident(server: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux says so");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// µs.
fn cpu(server: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.id())).expect("it runs");
    let fields: Vec<&str> = stat.rsplit_once(") ").expect("its name").1.split(' ').collect();
    let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) * 10_000.0
}

async fn serve(kind: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    println!("{}", listener.local_addr().expect("it is bound"));
    let tealight = TowerToHyperService::new(Sse::new(Live::new(Dashboard)));
    let bare = service_fn(async |request: Request<hyper::body::Incoming>| {
        let ticks = (request.uri().path() == "/ticking").then(|| interval(Duration::from_secs(1)));
        let response = Response::builder().header("content-type", "text/event-stream");
        Ok::<_, Infallible>(response.body(Ticks { greeting: true, ticks }).expect("a response"))
    });
    loop {
        let (stream, _) = listener.accept().await.expect("there are files");
        stream.set_nodelay(true).expect("it is TCP");
        let io = TokioIo::new(stream);
        if kind == "bare" {
            tokio::spawn(http1::Builder::new().serve_connection(io, bare));
        } else {
            tokio::spawn(http1::Builder::new().serve_connection(io, tealight.clone()));
        }
    }
}

/// The same bytes without a session.
struct Ticks {
    greeting: bool,
    ticks: Option<Interval>,
}

impl http_body::Body for Ticks {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        const TICK: &[u8] = b"id: 12\ndata: [12,[\"92\",\"1008870\",\"5.0\"]]\n\n";
        if std::mem::take(&mut self.greeting) {
            return Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(TICK)))));
        }
        let Some(ticks) = &mut self.ticks else { return Poll::Pending };
        ticks.poll_tick(cx).map(|_| Some(Ok(Frame::data(Bytes::copy_from_slice(TICK)))))
    }
}

/// Three figures, which change every second at `/ticking`.
struct Dashboard;

struct Figures {
    ticking: bool,
    ticks: u64,
}

impl LiveView for Dashboard {
    type Model = Figures;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(Figures, Command<()>), MountError> {
        Ok((Figures { ticking: request.path() == "/ticking", ticks: 0 }, Command::none()))
    }

    fn update(&self, figures: &mut Figures, _: Event<(), ()>) -> Command<()> {
        figures.ticks += 1;
        Command::none()
    }

    fn view(&self, figures: &Figures) -> impl View<()> {
        html! {
            <h2>{figures.ticks}</h2>
            <h2>{1_008_870 + 7 * figures.ticks}</h2>
            <h2>{fixed(figures.ticks as f64 / 10.0, 1)}</h2>
        }
    }

    fn subscriptions(&self, figures: &Figures) -> Subscription<()> {
        if figures.ticking { Subscription::every(Duration::from_secs(1), ()) } else { Subscription::none() }
    }
}
