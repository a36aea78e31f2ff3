//! The shapes that `build.rs` has written.
#![allow(missing_docs, unused_variables, unused_parens, unused_braces, clippy::all)]

use tealight_core::{View, display, fixed, grouped, html, lazy, trusted, with};

use crate::event::{Event, Part, Wrap};
use crate::live::shapes;
use crate::model::{Item, Key, Kind, Pieces};
use crate::parts;

include!(concat!(env!("OUT_DIR"), "/shapes.rs"));
