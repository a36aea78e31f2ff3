//! Whole conversations between a page and its session.

mod events;
mod links;
mod refusals;
mod returns;
#[path = "../support/mod.rs"]
mod support;
mod tasks;
mod work;
