//! Whole conversations between pages and sessions, in memory.

mod attachments;
mod background;
mod flash;
mod fragile;
mod guards;
mod limits;
mod messages;
mod metrics;
mod overview;
mod owners;
mod posted;
mod prefetch;
mod presence;
mod router;
mod saved;
mod secrets;
mod sessions;
mod spans;
mod support;
mod topics;
mod typing;
mod unsaved;
mod work;
