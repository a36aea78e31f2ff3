//! Whole conversations between pages and sessions, in memory.

mod sessions;
mod support;
mod work;
