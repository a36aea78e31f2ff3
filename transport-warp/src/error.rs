use std::{fmt, io};

use thiserror::Error;

/// The reason why [`run`](crate::run) could not start a server.
///
/// `Debug` is the message too, because that is how `main` shows an error that it returns.
#[derive(Error)]
#[non_exhaustive]
pub enum RunError {
    /// `--listen` is the last argument.
    #[error("--listen needs an address, such as --listen 127.0.0.1:3000.")]
    NoAddress,
    /// The address is wrong, in use, or not for this process.
    #[error("could not bind {address}: {source}. Choose another with --listen; 127.0.0.1:0 takes a free port.")]
    Bind {
        /// The address as it was given.
        address: String,
        /// The operating system's answer.
        source: io::Error,
    },
    /// The socket that the process was given (`LISTEN_FDS`) is no TCP socket that listens.
    #[error("could not use the socket that LISTEN_FDS names: {0}. Give one TCP socket, or unset LISTEN_FDS.")]
    Inherit(#[source] io::Error),
    /// The process cannot receive signals.
    #[error("could not listen for SIGINT and SIGTERM: {0}")]
    Signals(#[source] io::Error),
}

impl fmt::Debug for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
