//! Whole conversations between pages and sessions, in memory.

mod messages;
mod posted;
mod sessions;
mod support;
mod typing;
mod work;
