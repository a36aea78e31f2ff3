//! A server and its pages, scripts, forms and websockets, seen as bytes on a connection.

mod forms;
mod frames;
mod handshake;
mod pages;
mod support;
mod time;
