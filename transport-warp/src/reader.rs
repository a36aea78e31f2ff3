use std::io::{self, Cursor, Read, Write};

use tealight_runtime::Close;
use tokio::time::Instant;
use tungstenite::error::Error;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::OpCode;
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Message, Utf8Bytes};

/// Decodes messages from the bytes of a websocket. Between two messages it holds no memory.
#[derive(Default)]
pub(crate) struct Reader {
    rest: Option<Box<Rest>>,
}

/// Bytes that are not a complete message yet.
struct Rest {
    /// Begins at a frame.
    bytes: Vec<u8>,
    /// The decoder of a message in fragments, whose last fragment has not arrived.
    context: Option<WebSocketContext>,
    /// `bytes` may have complete frames, which the caller did not want yet.
    is_unread: bool,
    since: Instant,
}

/// A message or a close frame of a page.
pub(crate) enum Incoming {
    Text(Utf8Bytes),
    /// A close frame. The answer to it has been written.
    Closed,
}

impl Reader {
    /// Returns a reader that reads `early` first: the bytes that arrived together with the handshake.
    pub(crate) fn new(early: &[u8]) -> Self {
        let rest = Rest { bytes: early.to_vec(), context: None, is_unread: true, since: Instant::now() };
        Self { rest: (!early.is_empty()).then(|| Box::new(rest)) }
    }

    /// Returns true if [`read`](Self::read) may find messages without more bytes.
    pub(crate) fn is_unread(&self) -> bool {
        self.rest.as_ref().is_some_and(|rest| rest.is_unread)
    }

    /// The time at which an incomplete message began.
    pub(crate) fn incomplete_since(&self) -> Option<Instant> {
        self.rest.as_ref().filter(|rest| !rest.is_unread).map(|rest| rest.since)
    }

    /// Reads messages from `bytes` and those before them, until `take` returns false. Answers to pings and close
    /// frames are appended to `out`.
    ///
    /// # Errors
    /// Returns the reason to close the connection.
    pub(crate) fn read(
        &mut self,
        bytes: &[u8],
        limit: usize,
        out: &mut Vec<u8>,
        mut take: impl FnMut(Incoming) -> bool,
    ) -> Result<(), Close> {
        let (mut gathered, mut context, mut since) = match self.rest.take() {
            Some(rest) => (rest.bytes, rest.context, Some(rest.since)),
            None => (Vec::new(), None, None),
        };
        if !gathered.is_empty() {
            gathered.extend_from_slice(bytes);
        }
        let input = if gathered.is_empty() { bytes } else { &gathered };

        let mut read = 0;
        let mut idle_frames = 0;
        let mut wants_more = true;
        while wants_more && let Some(frame) = FirstFrame::of(&input[read..], limit)? {
            let bytes = &input[read..read + frame.length];
            read += frame.length;
            idle_frames += u32::from(frame.is_idle());
            if idle_frames > MOST_IDLE_FRAMES {
                return Err(Close::Broken);
            }
            let is_open = if frame.is_data { !frame.is_final } else { context.is_some() };
            let mut messages = context.take().unwrap_or_else(|| messages_within(limit, bytes.len()));
            wants_more = decode(&mut messages, bytes, out, &mut take)?;
            if is_open {
                context = Some(messages);
            } else {
                since = None;
            }
        }
        if read < input.len() || context.is_some() {
            let bytes = if gathered.is_empty() {
                bytes[read..].to_vec()
            } else {
                gathered.drain(..read);
                gathered
            };
            let since = since.unwrap_or_else(Instant::now);
            self.rest = Some(Box::new(Rest { bytes, context, is_unread: !wants_more, since }));
        }
        Ok(())
    }
}

/// The frame at the beginning of some bytes, which contain all of it.
struct FirstFrame {
    length: usize,
    is_data: bool,
    is_final: bool,
}

/// Frames that bring next to nothing: pings, pongs, and pieces of a message that are shorter than this number of bytes. They do
/// not count as messages of the page, so more of them at once than `MOST_IDLE_FRAMES` end the connection.
const SHORT_FRAME: usize = 32;
const MOST_IDLE_FRAMES: u32 = 128;

impl FirstFrame {
    fn is_idle(&self) -> bool {
        !self.is_data || !self.is_final && self.length < SHORT_FRAME
    }

    fn of(bytes: &[u8], limit: usize) -> Result<Option<Self>, Close> {
        let mut cursor = Cursor::new(bytes);
        let Some((header, payload)) = FrameHeader::parse(&mut cursor).map_err(|_| Close::Broken)? else {
            return Ok(None);
        };
        if payload > limit as u64 {
            return Err(Close::TooLong);
        }
        let length = (cursor.position() + payload) as usize;
        let is_data = matches!(header.opcode, OpCode::Data(_));
        let frame = Self { length, is_data, is_final: header.is_final };
        Ok((length <= bytes.len()).then_some(frame))
    }
}

fn messages_within(limit: usize, length: usize) -> WebSocketContext {
    let config = WebSocketConfig::default()
        .read_buffer_size(length)
        .write_buffer_size(0)
        .max_message_size(Some(limit))
        .max_frame_size(Some(limit));
    WebSocketContext::new(Role::Server, Some(config))
}

/// Decodes one complete frame. Returns the last answer of `take`.
fn decode(
    messages: &mut WebSocketContext,
    frame: &[u8],
    out: &mut Vec<u8>,
    take: &mut impl FnMut(Incoming) -> bool,
) -> Result<bool, Close> {
    let mut io = InMemory { input: frame, output: out };
    let mut wants_more = true;
    loop {
        match messages.read(&mut io) {
            Ok(Message::Text(text)) => wants_more = take(Incoming::Text(text)),
            Ok(Message::Binary(_)) => return Err(Close::Binary),
            // the answer to a ping or close frame is written by the next `read`
            Ok(_) => {}
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return Ok(wants_more),
            Err(Error::ConnectionClosed) => {
                take(Incoming::Closed);
                return Ok(false);
            }
            Err(Error::Capacity(_)) => return Err(Close::TooLong),
            Err(Error::Utf8(_)) => return Err(Close::NotUtf8),
            Err(_) => return Err(Close::Broken),
        }
    }
}

/// A connection in memory, with one frame to read.
struct InMemory<'a> {
    input: &'a [u8],
    output: &'a mut Vec<u8>,
}

impl Read for InMemory<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.input.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.input.read(buffer)
    }
}

impl Write for InMemory<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 300;

    /// The messages in some bytes, the answers, and the error.
    type Outcome = (Vec<String>, Vec<u8>, Option<Close>);

    fn read_in_chunks(bytes: &[u8], cuts: &[usize], stop_after: usize) -> Outcome {
        let (mut reader, mut messages, mut out) = (Reader::default(), Vec::new(), Vec::new());
        let mut closed = false;
        let mut ends: Vec<_> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).chain([bytes.len()]).collect();
        ends.sort_unstable();
        let mut start = 0;
        for end in ends {
            let mut chunk = &bytes[start..end];
            start = end;
            while !closed && (!chunk.is_empty() || reader.is_unread()) {
                let read = reader.read(chunk, LIMIT, &mut out, |incoming| match incoming {
                    Incoming::Text(text) => {
                        messages.push(text.to_string());
                        messages.len() % stop_after != 0
                    }
                    Incoming::Closed => {
                        closed = true;
                        false
                    }
                });
                if let Err(close) = read {
                    return (messages, out, Some(close));
                }
                chunk = b"";
            }
        }
        (messages, out, None)
    }

    /// Reads the same with one decoder, all at once.
    fn read_at_once(bytes: &[u8]) -> Outcome {
        let (mut messages, mut out) = (Vec::new(), Vec::new());
        let mut take = |incoming| match incoming {
            Incoming::Text(text) => {
                messages.push(text.to_string());
                true
            }
            Incoming::Closed => false,
        };
        let end = decode(&mut messages_within(LIMIT, bytes.len()), bytes, &mut out, &mut take).err();
        (messages, out, end)
    }

    fn frame() -> impl Strategy<Value = Vec<u8>> {
        let first = prop_oneof![
            6 => Just(0x81_u8),
            3 => Just(0x01),
            3 => Just(0x00),
            3 => Just(0x80),
            2 => Just(0x89),
            1 => Just(0x8a),
            1 => Just(0x88),
            1 => any::<u8>(),
        ];
        let payload = prop_oneof![
            4 => "[a-z]{0,20}".prop_map(String::into_bytes),
            1 => vec(any::<u8>(), 0..140),
            1 => vec(any::<u8>(), 200..320),
        ];
        (first, payload, any::<[u8; 4]>(), prop::bool::weighted(0.97)).prop_map(|(first, payload, mask, is_masked)| {
            let mut frame = vec![first];
            let bit = if is_masked { 0x80 } else { 0 };
            match payload.len() {
                short @ 0..126 => frame.push(bit | short as u8),
                long => {
                    frame.push(bit | 126);
                    frame.extend((long as u16).to_be_bytes());
                }
            }
            if is_masked {
                frame.extend(mask);
                frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
            } else {
                frame.extend(payload);
            }
            frame
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn messages_do_not_depend_on_how_bytes_are_split(
            frames in vec(frame(), 1..12),
            cuts in vec(any::<usize>(), 0..12),
            stop_after in 1..4_usize,
        ) {
            let bytes = frames.concat();
            prop_assert_eq!(read_in_chunks(&bytes, &cuts, stop_after), read_at_once(&bytes));
        }

        #[test]
        fn any_bytes_are_read_the_same_in_pieces_and_at_once(bytes in vec(any::<u8>(), 0..400), cuts in vec(any::<usize>(), 0..8)) {
            prop_assert_eq!(read_in_chunks(&bytes, &cuts, 1), read_at_once(&bytes));
        }
    }
}
