//! Checks the law of templates and patches.
//!
//! *For any two models a and b, adopting the HTML of a and applying the patch a→b gives the same DOM as the
//! HTML of b; and what stayed the same is the same node.* Every shape is an `html!` of the real macro, over one model.
//! Here the page is that of the test kit; in `browser.test.mjs` it is a real one.
#![allow(clippy::let_and_return, reason = "shapes are written in every way that an author may choose")]

pub mod case;
pub mod event;
pub mod generated;
pub mod live;
pub mod model;
pub mod named;
pub mod page;
pub mod parts;
pub mod random;
pub mod strict;

use live::Shape;

/// Returns all shapes, named and generated.
pub fn shapes() -> impl Iterator<Item = Shape> + Clone {
    named::NAMED.iter().chain(generated::GENERATED).copied()
}
