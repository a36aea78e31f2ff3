//! Reports functions of an application that keep a thread busy for too long.
//!
//! A thread notes in its slot which function it runs, and since when. Another thread looks at the slots, and sleeps while no
//! application code runs. It finds a call that does not end, and marks each call that it sees: only then does the end of the call look
//! at the clock.

mod clock;
mod guard;
mod watched;

use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, PoisonError};

pub(crate) use clock::now;
pub(crate) use guard::{watch, watch_async, watch_timed};
pub(crate) use watched::{Paths, Watched};

/// The application code that a thread runs.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Function {
    Guard,
    Mount,
    Update,
    View,
    Subscriptions,
    Command,
    Save,
}

pub(crate) const FUNCTIONS: [Function; 7] = [
    Function::Guard,
    Function::Mount,
    Function::Update,
    Function::View,
    Function::Subscriptions,
    Function::Command,
    Function::Save,
];

impl Function {
    /// Its name in logs and metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Guard => "guard",
            Self::Mount => "mount",
            Self::Update => "update",
            Self::View => "view",
            Self::Subscriptions => "subscriptions",
            Self::Command => "command",
            Self::Save => "save",
        }
    }

    fn load(from: &AtomicU8) -> Self {
        FUNCTIONS[usize::from(from.load(Relaxed))]
    }
}

/// An application's name, as an index that fits into an atomic.
#[derive(Clone, Copy)]
pub(crate) struct Name(u32);

static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

impl Name {
    /// The name of an application of this type.
    pub(crate) fn of<A>() -> Self {
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        let name = std::any::type_name::<A>();
        let at = names.iter().position(|other| *other == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        Self(at.try_into().expect("a program has fewer than 2³² applications"))
    }

    pub(crate) fn text(self) -> &'static str {
        NAMES.lock().unwrap_or_else(PoisonError::into_inner)[self.0 as usize]
    }
}
