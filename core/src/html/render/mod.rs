//! Rendering: one pass over a view, in one of four [modes](Mode).
//!
//! | | |
//! |---|---|
//! | `renderer` | a thread's buffers, and the four ways to run a view: what the rest of the crate calls |
//! | `tape` | the words that a session keeps of the last delivered render, and how a pass changes them |
//! | `pass` | one run of a view over a tape: copies of templates, branches |
//! | `slot` | one slot whose fingerprint has changed |
//! | `list`, `plan`, `distinct` | rows, which of them moved, and whether two have the same key |
//! | `patch` | the body of a patch: paths, cursors, brackets |
//! | `known` | which templates the page has |
//! | `lookup` | the search for the handler at an address |
//! | `nesting` | in development, whether a browser keeps each element where the view puts it |

mod distinct;
mod known;
mod list;
mod lookup;
mod nesting;
mod pass;
mod patch;
mod plan;
mod renderer;
mod slot;
mod tape;

pub(crate) use lookup::{Miss, Search};
pub(crate) use pass::{Pass, Position};
#[cfg(test)]
pub(crate) use patch::Patch;
pub(crate) use renderer::{Full, Renderer};
pub(crate) use tape::Store;
