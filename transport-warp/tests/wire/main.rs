//! Pages, scripts and sockets as a browser meets them: bytes on a wire.

mod forms;
mod frames;
mod handshake;
mod pages;
mod support;
mod time;
