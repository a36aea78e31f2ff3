//! The model of the page, and the presses of its buttons.

use std::sync::Arc;

use crate::cluster::Shown;
use crate::wire::{Named, Session};

pub(crate) struct Model {
    pub(crate) shown: Arc<Shown>,
    pub(crate) chosen: Option<Chosen>,
}

/// The session that the person looks into.
pub(crate) struct Chosen {
    pub(crate) named: Named,
    pub(crate) state: ChosenState,
}

pub(crate) enum ChosenState {
    /// Its process has not told its counters yet.
    Asked,
    Known(Session),
    Ended,
}

#[derive(Hash)]
pub(crate) enum Press {
    Look(Named),
    Leave,
    End(Named),
}
