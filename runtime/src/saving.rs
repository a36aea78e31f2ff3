//! Saved sessions: they survive the end of their process.
//!
//! | | |
//! |---|---|
//! | `codec` | from a session to bytes, and back |
//! | `ordered` | a store whose changes are made one after the other |
//! | `saver` | which sessions have changed, and when they are saved |

mod codec;
mod ordered;
mod saver;

pub use codec::Saving;
pub(crate) use codec::{Codec, Stored};
pub(crate) use ordered::{LoadError, Ordered};
pub(crate) use saver::{Progress, Saver};
