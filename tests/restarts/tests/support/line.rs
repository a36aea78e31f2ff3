use std::io;
use std::net::SocketAddr;

use super::socket::Socket;
use super::stream::Stream;

/// The transport of a page.
#[derive(Clone, Copy, Debug)]
pub enum Transport {
    WebSocket,
    Events,
}

/// A page's connection.
pub enum Line {
    Socket(Socket),
    Stream(Stream),
}

impl Line {
    pub async fn open(transport: Transport, server: SocketAddr, attach: &str) -> io::Result<Self> {
        Ok(match transport {
            Transport::WebSocket => {
                let mut socket = Socket::open(server, "/").await?;
                socket.send(attach).await?;
                Self::Socket(socket)
            }
            Transport::Events => Self::Stream(Stream::open(server, attach).await?),
        })
    }

    pub async fn send(&mut self, message: &str) -> io::Result<()> {
        match self {
            Self::Socket(socket) => socket.send(message).await,
            Self::Stream(stream) => stream.send(message).await,
        }
    }

    pub async fn receive(&mut self) -> io::Result<Option<String>> {
        match self {
            Self::Socket(socket) => socket.receive().await,
            Self::Stream(stream) => stream.receive().await,
        }
    }
}
