//! Routers over real sockets. The page's ends of connections are those of the transports' own tests.

mod conformance;
mod host;

#[path = "../../../transport-sse/tests/page/mod.rs"]
mod events;
#[path = "../../../transport-warp/tests/page/mod.rs"]
mod sockets;
