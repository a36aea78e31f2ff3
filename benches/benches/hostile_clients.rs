//! The time in which a good page gets its answers, alone and beside hostile clients at full rate:
//! `cargo bench -p tealight-benches --bench hostile_clients`.
//!
//! The server, the good page and the hostile clients run in a process each. On Linux the clients share the first processor, and
//! the server has the others: the kernel's choice between processes is not the server's. "A busy thread" in place of the hostile
//! clients takes the first processor, and sends nothing.

use std::io;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use tealight_benches::dashboard::Dashboard;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;

const MEASURED: Duration = Duration::from_secs(10);
/// The time between two pings of the good page.
const EVERY: Duration = Duration::from_millis(5);
const HOSTILE: usize = 16;

/// The messages of a kind of hostile client.
type Kind = (&'static str, fn() -> Vec<u8>);

const KINDS: [Kind; 6] = [
    ("nobody", Vec::new),
    ("a busy thread", Vec::new),
    ("forged addresses", || frame(b"[1,0,[4294967295,7,7,7]]")),
    ("garbage", || frame(b"[[[[[[[[[[[[[[[[")),
    ("full renders", || frame(b"{\"remount\":0}")),
    ("pings", || frame(b"{\"ping\":1}")),
];

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--serve", ..] => {
            leave_processor();
            runtime::Runtime::new()?.block_on(serve())
        }
        ["--attack", kind, address, ..] => {
            yield_to_others();
            single()?.block_on(attack_all(kind.parse().expect("a number"), address))
        }
        _ => {
            stay_on_processor();
            single()?.block_on(measure())
        }
    }
}

/// Keeps this process and its children to the processor on which it runs.
#[cfg(target_os = "linux")]
fn stay_on_processor() {
    let mut own = CpuSet::new();
    own.set(rustix::thread::sched_getcpu());
    let _ = sched_setaffinity(None, &own);
}

/// Leaves the parent's processor to it, if there are others.
#[cfg(target_os = "linux")]
fn leave_processor() {
    let Ok(parents) = sched_getaffinity(None) else { return };
    let mut others = CpuSet::new();
    (0..CpuSet::MAX_CPU).filter(|&processor| !parents.is_set(processor)).for_each(|processor| others.set(processor));
    let _ = sched_setaffinity(None, &others);
}

/// Runs when the good page does not.
#[cfg(target_os = "linux")]
fn yield_to_others() {
    let _ = rustix::process::nice(19);
}

#[cfg(not(target_os = "linux"))]
fn stay_on_processor() {}

#[cfg(not(target_os = "linux"))]
fn leave_processor() {}

#[cfg(not(target_os = "linux"))]
fn yield_to_others() {}

fn single() -> io::Result<runtime::Runtime> {
    runtime::Builder::new_current_thread().enable_all().build()
}

async fn measure() -> io::Result<()> {
    println!("{:<20} {:>10} {:>10} {:>12}", "beside", "median µs", "p99 µs", "answers");
    for (kind, (name, _)) in KINDS.iter().enumerate() {
        let (server, address) = start(&["--serve"])?;
        let attack = if kind == 0 { None } else { Some(start(&["--attack", &kind.to_string(), &address])?) };
        let mut times = good_page(&address).await?;
        drop((attack, server));
        times.sort_unstable();
        let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_micros();
        println!("{name:<20} {:>10} {:>10} {:>12}", at(0.5), at(0.99), times.len());
    }
    Ok(())
}

async fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    tealight_warp::serve(listener, tealight_warp::live(Dashboard)).await;
    Ok(())
}

async fn attack_all(kind: usize, address: &str) -> io::Result<()> {
    println!("attacks");
    let message = KINDS[kind].1();
    if message.is_empty() {
        loop {
            std::hint::spin_loop();
        }
    }
    let attacks = (0..HOSTILE).map(|_| tokio::spawn(attack(address.to_owned(), message.clone())));
    for attack in attacks.collect::<Vec<_>>() {
        attack.await?;
    }
    Ok(())
}

/// A process that ends with its owner.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts this program in another role. Returns the first line that it prints.
fn start(role: &[&str]) -> io::Result<(Process, String)> {
    let mut child = Command::new(std::env::current_exe()?).args(role).stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    io::BufRead::read_line(&mut io::BufReader::new(child.stdout.take().expect("it is piped")), &mut line)?;
    Ok((Process(child), line.trim().to_owned()))
}

/// Pings the server again and again. Returns the times until its answers.
async fn good_page(address: &str) -> io::Result<Vec<Duration>> {
    let mut socket = BufReader::new(open(address).await?);
    let (mut times, began) = (Vec::new(), Instant::now());
    while began.elapsed() < MEASURED {
        tokio::time::sleep(EVERY).await;
        let sent = Instant::now();
        socket.write_all(&frame(b"{\"ping\":9}")).await?;
        while next(&mut socket).await? != b"{\"pong\":9}" {}
        times.push(sent.elapsed());
    }
    Ok(times)
}

/// Sends the same message as fast as the server takes it, and comes back when it is closed.
async fn attack(address: String, message: Vec<u8>) {
    let many = message.repeat(64);
    loop {
        let Ok(mut socket) = open(&address).await else { continue };
        let mut answers = [0; 16 * 1024];
        while socket.write_all(&many).await.is_ok() {
            while socket.try_read(&mut answers).is_ok_and(|read| read > 0) {}
        }
    }
}

/// Opens a websocket and attaches to a new session.
async fn open(address: &str) -> io::Result<TcpStream> {
    let mut socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    let upgrade = format!(
        "GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    socket.write_all(upgrade.as_bytes()).await?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await?);
    }
    if !head.starts_with(b"HTTP/1.1 101") {
        return Err(io::Error::other(String::from_utf8_lossy(&head).into_owned()));
    }
    socket.write_all(&frame(b"{\"tealight\":1,\"session\":\"\",\"patch\":0,\"event\":0}")).await?;
    Ok(socket)
}

/// A text frame, with a mask of zeros.
fn frame(text: &[u8]) -> Vec<u8> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length < 126).expect("a short text");
    [&[0x81, 0x80 | length, 0, 0, 0, 0], text].concat()
}

/// Returns the next message.
async fn next(socket: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut head = [0; 2];
    socket.read_exact(&mut head).await?;
    let length = match head[1] {
        126 => socket.read_u16().await?.into(),
        length => usize::from(length),
    };
    let mut message = vec![0; length];
    socket.read_exact(&mut message).await?;
    Ok(message)
}
