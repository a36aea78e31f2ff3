use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The page's end of a websocket.
pub struct Socket {
    stream: TcpStream,
    bytes: Vec<u8>,
    /// The code of the server's close, or 0.
    pub closed_with: u16,
}

const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

impl Socket {
    pub async fn open(server: SocketAddr, path: &str) -> io::Result<Self> {
        let mut socket = Self { stream: TcpStream::connect(server).await?, bytes: Vec::new(), closed_with: 0 };
        socket.stream.set_nodelay(true)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        socket.stream.write_all(request.as_bytes()).await?;
        let end = loop {
            if let Some(end) = socket.bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            socket.read().await?;
        };
        let head: Vec<u8> = socket.bytes.drain(..end).collect();
        if head.starts_with(b"HTTP/1.1 101 ") { Ok(socket) } else { Err(io::ErrorKind::ConnectionRefused.into()) }
    }

    pub async fn send(&mut self, message: &str) -> io::Result<()> {
        self.write(TEXT, message.as_bytes()).await
    }

    /// Returns the next message, or `None` at the end. May be dropped and called again.
    pub async fn receive(&mut self) -> io::Result<Option<String>> {
        loop {
            let Some((kind, start, end)) = self.frame() else {
                self.read().await?;
                continue;
            };
            let payload: Vec<u8> = self.bytes.drain(..end).skip(start).collect();
            match kind {
                TEXT => return Ok(Some(String::from_utf8(payload).map_err(io::Error::other)?)),
                CLOSE => {
                    self.closed_with = payload.first_chunk().map_or(0, |code| u16::from_be_bytes(*code));
                    return Ok(None);
                }
                PING => self.write(PONG, &payload).await?,
                _ => {}
            }
        }
    }

    /// The first frame, if it is complete: its kind, and where its content starts and ends.
    fn frame(&self) -> Option<(u8, usize, usize)> {
        let (kind, short) = (*self.bytes.first()?, usize::from(*self.bytes.get(1)?));
        let (start, length) = match short {
            126 => (4, u16::from_be_bytes(self.bytes.get(2..4)?.try_into().ok()?).into()),
            127 => (10, usize::try_from(u64::from_be_bytes(self.bytes.get(2..10)?.try_into().ok()?)).ok()?),
            short => (2, short),
        };
        (self.bytes.len() >= start + length).then_some((kind, start, start + length))
    }

    async fn read(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.bytes).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Writes a frame that is masked with zeros.
    async fn write(&mut self, kind: u8, payload: &[u8]) -> io::Result<()> {
        let length = u16::try_from(payload.len()).expect("messages of tests are short");
        let mut frame = match u8::try_from(length) {
            Ok(short @ ..126) => vec![kind, 0x80 | short],
            _ => [&[kind, 0x80 | 126], &length.to_be_bytes()[..]].concat(),
        };
        frame.extend([0; 4]);
        frame.extend(payload);
        self.stream.write_all(&frame).await
    }
}
