//! The socket on which a server listens: its own, one that it shares, or one that it was given.

use std::ffi::OsString;
use std::io;

use listenfd::ListenFd;
use tokio::net::{TcpListener, TcpSocket, lookup_host};

use crate::error::RunError;

/// The most connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// Returns the socket that the process was given (`LISTEN_FDS`), or binds one.
pub(crate) async fn listen(
    address: &str,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<TcpListener, RunError> {
    if let Some(given) = ListenFd::from_env().take_tcp_listener(0).map_err(RunError::Inherit)? {
        let listener = given.set_nonblocking(true).and_then(|()| TcpListener::from_std(given));
        return listener.map_err(RunError::Inherit);
    }
    let is_shared = variable("SHARE_PORT").is_some_and(|value| value == "1");
    let bound = if is_shared { share(address).await } else { TcpListener::bind(address).await };
    bound.map_err(|source| RunError::Bind { address: address.to_owned(), source })
}

/// Binds a port that other processes may bind in the same way.
#[cfg(unix)]
async fn share(address: &str) -> io::Result<TcpListener> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in lookup_host(address).await? {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.set_reuseport(true)?;
        match socket.bind(address).and_then(|()| socket.listen(BACKLOG)) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(not(unix))]
async fn share(address: &str) -> io::Result<TcpListener> {
    let _ = (lookup_host(address).await?, BACKLOG, TcpSocket::new_v4()?);
    Err(io::ErrorKind::Unsupported.into())
}
