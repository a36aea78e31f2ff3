//! A server and its pages, scripts, forms and websockets, seen as bytes on a connection.

mod fairness;
mod flash;
mod forms;
mod frames;
mod handshake;
mod heads;
mod limits;
mod pages;
mod support;
mod time;
