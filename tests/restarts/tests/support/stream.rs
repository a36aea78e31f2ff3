use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The page's end of an event stream, and its posts.
pub struct Stream {
    server: SocketAddr,
    stream: TcpStream,
    /// The chunks that have arrived, with events in them.
    bytes: Vec<u8>,
    text: String,
    key: String,
    posts: u32,
}

impl Stream {
    pub async fn open(server: SocketAddr, attach: &str) -> io::Result<Self> {
        let mut stream = TcpStream::connect(server).await?;
        let request = format!(
            "GET / HTTP/1.1\r\nHost: {server}\r\nAccept: text/event-stream\r\nTealight-Attach: {attach}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let (bytes, text) = (Vec::new(), String::new());
        let mut this = Self { server, stream, bytes, text, key: String::new(), posts: 0 };
        let head = loop {
            if let Some(end) = this.bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break this.bytes.drain(..end + 4).collect::<Vec<_>>();
            }
            this.read().await?;
        };
        let event = if head.starts_with(b"HTTP/1.1 200 ") { this.event().await? } else { String::new() };
        let key = event.strip_prefix("event: connection\ndata: ").ok_or(io::ErrorKind::ConnectionRefused)?;
        key.clone_into(&mut this.key);
        Ok(this)
    }

    /// Posts a message, over a connection of its own.
    pub async fn send(&mut self, message: &str) -> io::Result<()> {
        self.posts += 1;
        let mut stream = TcpStream::connect(self.server).await?;
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nTealight-Connection: {}\r\nTealight-Post: {}\r\n\
             Content-Length: {}\r\n\r\n{message}",
            self.server,
            self.key,
            self.posts,
            message.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        if answer.starts_with("HTTP/1.1 200 ") { Ok(()) } else { Err(io::ErrorKind::ConnectionAborted.into()) }
    }

    /// Returns the next message, or `None` at the end. May be dropped and called again.
    pub async fn receive(&mut self) -> io::Result<Option<String>> {
        loop {
            let event = self.event().await?;
            if event.starts_with("event: close") {
                return Ok(None);
            }
            if let Some(data) = event.lines().find_map(|line| line.strip_prefix("data: ")) {
                return Ok(Some(data.to_owned()));
            }
        }
    }

    async fn event(&mut self) -> io::Result<String> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                return Ok(event);
            }
            if !self.take_chunk()? {
                self.read().await?;
            }
        }
    }

    /// Takes a chunk out of the body, if it is complete.
    fn take_chunk(&mut self) -> io::Result<bool> {
        let Some(line) = self.bytes.windows(2).position(|window| window == b"\r\n") else { return Ok(false) };
        let size = std::str::from_utf8(&self.bytes[..line]).map_err(io::Error::other)?;
        let size = usize::from_str_radix(size, 16).map_err(io::Error::other)?;
        let (start, end) = (line + 2, line + 2 + size);
        if size == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.bytes.len() < end + 2 {
            return Ok(false);
        }
        self.text.push_str(std::str::from_utf8(&self.bytes[start..end]).map_err(io::Error::other)?);
        self.bytes.drain(..end + 2);
        Ok(true)
    }

    async fn read(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.bytes).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
