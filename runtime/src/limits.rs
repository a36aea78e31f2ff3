//! The limits of what pages and clients may cost the server.

mod address;
mod allowance;
mod rates;
mod reached;
mod shares;

use std::time::Duration;

pub(crate) use address::group;
pub use address::{Proxies, ProxiesError};
pub(crate) use allowance::Allowance;
pub(crate) use rates::Rates;
pub use reached::Limit;
pub use shares::{Share, Shares};

/// The longest message of a page that our script knows without being told, in bytes.
pub(crate) const MESSAGE_BYTES: usize = 64 * 1024;
const MIB: usize = 1024 * 1024;

/// One address may hold this part of the bytes that all may hold.
pub(crate) const HELD_PART: usize = 4;

/// The limits of what pages and clients may cost the server. All are on by default.
///
/// Set them with [`Builder::limits`](crate::Builder::limits). Each field has a setter of the same name. The guide "Limits"
/// has a table of what happens beyond each.
///
/// A client's address is that of its connection, or the one that a trusted [proxy](Self::proxies) names. IPv6 addresses count
/// by their first 64 bits, because a client usually has all addresses of such a network.
///
/// ```
/// use std::time::Duration;
///
/// use tealight_runtime::Limits;
///
/// # fn main() -> Result<(), tealight_runtime::ProxiesError> {
/// let limits = Limits::default()
///     .events_per_second(50)
///     .mount_time(Duration::from_secs(5))
///     .proxies("10.0.0.0/8".parse()?);
/// assert_eq!(limits.events_per_second, 50);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most sessions whose page is attached. More pages are told to try again (1013). 100,000.
    pub attached: usize,
    /// The most sessions that wait for their page to attach for the first time. 10,000.
    ///
    /// When there are more, the oldest session of the address that has most ends. Its page gets a new one when it attaches.
    pub unattached: usize,
    /// The most sessions that wait for a page that has lost its connection. 100,000.
    ///
    /// When there are more, the oldest session of the address that holds most ends. Its page gets a new one when it attaches.
    pub detached: usize,
    /// The most bytes of the models of such sessions, as [`LiveView::model_bytes`](tealight_core::LiveView::model_bytes)
    /// counts them. 256 MiB.
    pub detached_bytes: usize,
    /// The most connections of one address. 10,000, and at most three quarters of the files that the process may open.
    ///
    /// The server counts TCP connections, unless a trusted proxy opens them. The application counts the connections of pages.
    pub connections_per_address: usize,
    /// The requests a second that one address may make for pages, posted forms and connections of pages. More are refused
    /// (429, or 1013). 1,000.
    pub requests_per_second: u32,
    /// The requests that an address may make at once, when it has made none for a while. 10,000.
    pub requests_burst: u32,
    /// The messages a second that one page may send. More wait in the network: the server does not read them yet. 1,000.
    pub events_per_second: u32,
    /// The messages that a page may send at once, when it has sent none for a while. 10,000.
    pub events_burst: u32,
    /// The longest message that a page may send, in bytes. 64 KiB.
    ///
    /// A page does not send a longer one. It shows the person that the text or the form is too long. The application may hear
    /// of it: see [`LiveView::too_long`](tealight_core::LiveView::too_long).
    pub message_bytes: usize,
    /// The most bytes of request bodies, of pages that are being sent, and of messages over 64 KiB that their pages do not read,
    /// for all clients. One address may hold a quarter. More requests are refused (503), and such pages are detached. 256 MiB.
    pub held_bytes: usize,
    /// The longest time for `mount`. Then the visitor gets the page "try again" (503), and an open page tries again (1013).
    /// 30 s.
    pub mount_time: Duration,
    /// The most bytes of a request's head. A longer one is refused (431). At least 8 KiB. 32 KiB.
    pub head_bytes: usize,
    /// The longest time for a request's head. It is also how long an idle connection stays open. 10 s.
    pub head_time: Duration,
    /// The longest time for a request's body. A body that brings nothing for a sixth of this time is refused too (408). 60 s.
    pub body_time: Duration,
    /// The longest time in which a client takes nothing, or hardly anything, of what the server sends. Then the connection
    /// ends. 30 s.
    pub write_time: Duration,
    /// The proxies whose word counts for a client's address. None.
    pub proxies: Proxies,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attached: 100_000,
            unattached: 10_000,
            detached: 100_000,
            detached_bytes: 256 * MIB,
            connections_per_address: 10_000,
            requests_per_second: 1_000,
            requests_burst: 10_000,
            events_per_second: 1_000,
            events_burst: 10_000,
            message_bytes: MESSAGE_BYTES,
            held_bytes: 256 * MIB,
            mount_time: Duration::from_secs(30),
            head_bytes: 32 * 1024,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(60),
            write_time: Duration::from_secs(30),
            proxies: Proxies::default(),
        }
    }
}

macro_rules! setters {
    ($($name:ident: $kind:ty,)*) => {
        impl Limits {
            $(
                #[doc = concat!("Sets [`", stringify!($name), "`](Self#structfield.", stringify!($name), ").")]
                #[must_use]
                pub fn $name(mut self, $name: $kind) -> Self {
                    self.$name = $name;
                    self
                }
            )*
        }
    };
}

setters! {
    attached: usize,
    unattached: usize,
    detached: usize,
    detached_bytes: usize,
    connections_per_address: usize,
    requests_per_second: u32,
    requests_burst: u32,
    events_per_second: u32,
    events_burst: u32,
    message_bytes: usize,
    held_bytes: usize,
    mount_time: Duration,
    head_bytes: usize,
    head_time: Duration,
    body_time: Duration,
    write_time: Duration,
    proxies: Proxies,
}
