//! Pages, lines, sessions, a store and a clock under one seeded scheduler with virtual time.
//!
//! Sessions, transports with streams, timers, topics and saving are the real ones. The page follows the client's script, and a
//! websocket follows `transport-warp/src/socket.rs`. At each step the scheduler chooses what happens next: a person does
//! something, a message arrives, time passes, a line breaks, a page sleeps, a server ends. The laws:
//!
//! - *Nothing is lost, doubled or out of order.* An event is applied once, by the handler that the person saw, or the page hears
//!   that it was not.
//! - *The page is a fresh one.* When all faults are over, each page equals a new render of its model.
//! - *The page comes to rest.* Then nobody sends anything but pings.
//! - *Nothing stays behind.* When all pages are closed, the server holds no session, timer, task, topic or connection.
//!
//! A case is its seed. `SEED=n cargo test -p tealight-simulation` replays it, and `LOUD=1` prints its messages. `CASES=n` sets
//! how many cases there are.

pub mod app;
pub mod case;
pub mod line;
pub mod page;
pub mod server;
pub mod store;
pub mod wire;
pub mod witness;
pub mod world;
