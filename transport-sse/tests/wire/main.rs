//! Streams and posts over real connections, as a page with unusual habits makes them.

mod cors;
mod posts;
mod support;
