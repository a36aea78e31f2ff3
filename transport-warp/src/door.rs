//! Accepts connections, as many as the limits allow.

use std::fs::File;
use std::io;
use std::iter;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use socket2::SockRef;
use tealight_runtime::{Limit, Limits, Proxies, Share, Shares};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::yield_now;
use tokio::time::{sleep, timeout};

/// The time before the next try when no connection can be accepted.
const PAUSE: Duration = Duration::from_millis(200);
/// The time for a request that is then refused because there are no files.
const PATIENCE: Duration = Duration::from_millis(50);

/// The most connections that are accepted before others run: a flood of connections must not keep pages waiting.
const MOST_AT_ONCE: u32 = 4;
/// The most connections that are accepted at the end. The kernel holds fewer by default.
const MOST_WAITING: usize = 4_096;

const TOO_MANY: &str =
    "HTTP/1.1 429 Too Many Requests\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
const FULL: &str =
    "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// A listener, and the connections that it has let in.
pub(crate) struct Door {
    listener: TcpListener,
    entry: Entry,
    /// A file that is closed to accept, and refuse, a connection when the process may open no more files. Without it, clients
    /// would wait for nothing.
    reserve: Option<File>,
    accepted: u32,
}

/// Decides who may come in.
struct Entry {
    connections: Arc<Shares>,
    proxies: Proxies,
}

/// A connection that may come in.
pub(crate) struct Guest {
    pub(crate) stream: TcpStream,
    pub(crate) peer: SocketAddr,
    pub(crate) share: Share,
}

impl Door {
    pub(crate) fn new(listener: TcpListener, limits: &Limits) -> Self {
        // One address does not get all files: others must be able to connect.
        let each = limits.connections_per_address.min(open_files() / 4 * 3);
        Self {
            listener,
            entry: Entry { connections: Arc::new(Shares::new(each, usize::MAX)), proxies: limits.proxies.clone() },
            reserve: reserve(),
            accepted: 0,
        }
    }

    pub(crate) async fn accept(&mut self) -> Guest {
        self.accepted = self.accepted.wrapping_add(1);
        if self.accepted.is_multiple_of(MOST_AT_ONCE) {
            yield_now().await;
        }
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    if self.reserve.is_none() {
                        self.reserve = reserve();
                    }
                    if let Some(guest) = self.entry.let_in(stream, peer) {
                        return guest;
                    }
                    // a flood of refused connections must not keep others from running
                    yield_now().await;
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => self.wait(&error).await,
            }
        }
    }

    /// Accepts the connections that wait, and closes the socket: their clients believe that they are connected.
    pub(crate) fn rest(self) -> impl Iterator<Item = Guest> {
        let Self { listener, entry, .. } = self;
        let listener = listener.into_std();
        let listener = listener.inspect_err(|error| tracing::debug!(%error, "could not end the listener")).ok();
        let waiting = iter::from_fn(move || listener.as_ref()?.accept().ok()).take(MOST_WAITING);
        waiting.filter_map(move |(stream, peer)| {
            let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream)).ok()?;
            entry.let_in(stream, peer)
        })
    }

    /// No connection can be accepted, for example with too many open files. Refuses one, if that is possible.
    async fn wait(&mut self, error: &io::Error) {
        Limit::Files.count(None);
        tracing::debug!(%error, "could not accept a connection");
        let next = match self.reserve.take() {
            Some(reserve) => {
                drop(reserve);
                self.listener.poll_accept(&mut Context::from_waker(Waker::noop()))
            }
            None => Poll::Pending,
        };
        if let Poll::Ready(Ok((stream, _))) = next {
            // A connection that is closed before its request is read may lose the answer.
            let _ = timeout(PATIENCE, stream.readable()).await;
            let _ = stream.try_read(&mut [0; 4096]);
            refuse(&stream, FULL);
        } else {
            sleep(PAUSE).await;
        }
        self.reserve = reserve();
    }
}

impl Entry {
    fn let_in(&self, stream: TcpStream, peer: SocketAddr) -> Option<Guest> {
        // a proxy's connections carry the requests of many clients
        let address = Some(peer.ip()).filter(|&address| !self.proxies.contains(address));
        let Some(share) = self.connections.take(address, 1) else {
            Limit::Connections.count(address);
            refuse(&stream, TOO_MANY);
            return None;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not set TCP_NODELAY");
        }
        Some(Guest { stream, peer, share })
    }
}

/// Answers before the request has come, and hangs up.
fn refuse(stream: &TcpStream, answer: &str) {
    // tokio does not know yet that the stream can be written
    if let Err(error) = SockRef::from(stream).send(answer.as_bytes()) {
        tracing::debug!(%error, "could not refuse a connection");
    }
}

fn reserve() -> Option<File> {
    File::open(if cfg!(windows) { "NUL" } else { "/dev/null" }).ok()
}

/// The number of files that this process may open.
#[cfg(unix)]
fn open_files() -> usize {
    use rustix::process::{Resource, getrlimit};
    let limit = getrlimit(Resource::Nofile).current;
    limit.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX)
}

#[cfg(not(unix))]
fn open_files() -> usize {
    usize::MAX
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
