use metrics::Counter;

/// The kind of transport that a connection uses.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(crate) enum Transport {
    WebSocket,
    ServerSentEvents,
    Other,
}

/// Counts what a transport moves.
pub(crate) struct Wire {
    pub(crate) opened: Counter,
    pub(crate) closed: Counter,
    received: Counter,
    sent: Counter,
}

/// The bytes that each transport moves.
pub(crate) struct Wires([Wire; 3]);

impl Transport {
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "ws" => Self::WebSocket,
            "sse" => Self::ServerSentEvents,
            _ => Self::Other,
        }
    }
}

impl Wires {
    pub(crate) fn start() -> Self {
        Self(["ws", "sse", "other"].map(Wire::start))
    }

    #[inline]
    pub(crate) fn of(&self, transport: Transport) -> &Wire {
        &self.0[transport as usize]
    }
}

impl Wire {
    fn start(transport: &'static str) -> Self {
        Self {
            opened: metrics::counter!("tealight_connections_opened_total", "transport" => transport),
            closed: metrics::counter!("tealight_connections_closed_total", "transport" => transport),
            received: metrics::counter!("tealight_received_bytes_total", "transport" => transport),
            sent: metrics::counter!("tealight_sent_bytes_total", "transport" => transport),
        }
    }

    #[inline]
    pub(crate) fn receive(&self, bytes: usize) {
        self.received.increment(bytes as u64);
    }

    #[inline]
    pub(crate) fn send(&self, bytes: usize) {
        self.sent.increment(bytes as u64);
    }
}
