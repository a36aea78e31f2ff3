//! Event streams and posts over real connections, from clients that do unusual things.

mod cors;
mod forward;
mod heads;
mod posts;
mod support;
mod time;
