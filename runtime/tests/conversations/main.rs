//! Whole conversations between pages and sessions, in memory.

mod fragile;
mod messages;
mod posted;
mod saved;
mod sessions;
mod support;
mod typing;
mod work;
