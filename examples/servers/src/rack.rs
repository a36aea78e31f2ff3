//! The servers, and the switches that all pages share.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) place: &'static str,
    pub(crate) repository: &'static str,
    pub(crate) framework: &'static str,
    pub(crate) last_commit: &'static str,
    pub(crate) deploys: u32,
    /// The gigabytes of memory in use, while the server is on.
    pub(crate) memory: f64,
    /// The load in percent, while the server is on.
    pub(crate) load: u32,
}

/// The gigabytes of memory that each server has.
pub(crate) const MEMORY: f64 = 16.0;

/// A server in the list. An address names the server, so an address with another name is no route.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(crate) struct Id(usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Healthy,
    Busy,
    Down,
}

/// The state of all switches. The one with more changes is the newer one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Switches {
    changes: u64,
    is_on: [bool; SERVERS.len()],
}

/// The switches that all pages share.
#[derive(Clone)]
pub(crate) struct Rack(Arc<Mutex<Switches>>);

impl Id {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..SERVERS.len()).map(Self)
    }

    pub(crate) fn server(self) -> &'static Server {
        &SERVERS[self.0]
    }
}

impl Switches {
    pub(crate) fn is_on(&self, Id(at): Id) -> bool {
        self.is_on[at]
    }

    pub(crate) fn status(&self, id: Id) -> Status {
        match id.server().load {
            _ if !self.is_on(id) => Status::Down,
            75.. => Status::Busy,
            _ => Status::Healthy,
        }
    }

    pub(crate) fn newer(self, other: Self) -> Self {
        if other.changes > self.changes { other } else { self }
    }
}

impl Rack {
    pub(crate) fn switches(&self) -> Switches {
        self.with(|switches| *switches)
    }

    /// Switches a server on or off, and returns the new state of all switches.
    pub(crate) fn switch(&self, Id(at): Id, is_on: bool) -> Switches {
        self.with(|switches| {
            switches.changes += 1;
            switches.is_on[at] = is_on;
            *switches
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Switches) -> T) -> T {
        work(&mut self.0.lock().expect("no page panics while it holds the switches"))
    }
}

impl Default for Rack {
    fn default() -> Self {
        let is_on = SERVERS.each_ref().map(|server| server.name != "trivet");
        Self(Arc::new(Mutex::new(Switches { changes: 0, is_on })))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.server().name)
    }
}

impl FromStr for Id {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::all().find(|id| id.server().name == name).ok_or(())
    }
}

impl Status {
    pub(crate) const ALL: [Self; 3] = [Self::Healthy, Self::Busy, Self::Down];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "Healthy",
            Self::Busy => "Busy",
            Self::Down => "Down",
        }
    }

    /// Returns the CSS class.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Busy => "busy",
            Self::Down => "down",
        }
    }
}

const SERVERS: [Server; 6] = [
    Server {
        name: "kettle",
        place: "Delft",
        repository: "git.example/tea/kettle",
        framework: "Tealight",
        last_commit: "Whistle once, not twice",
        deploys: 128,
        memory: 5.2,
        load: 34,
    },
    Server {
        name: "teapot",
        place: "Kyoto",
        repository: "git.example/tea/teapot",
        framework: "axum",
        last_commit: "Answer 418 to coffee",
        deploys: 418,
        memory: 14.6,
        load: 91,
    },
    Server {
        name: "caddy",
        place: "London",
        repository: "git.example/tea/caddy",
        framework: "Tealight",
        last_commit: "Keep leaves dry",
        deploys: 76,
        memory: 3.1,
        load: 12,
    },
    Server {
        name: "samovar",
        place: "Tula",
        repository: "git.example/tea/samovar",
        framework: "actix",
        last_commit: "Serve the whole family",
        deploys: 1_046,
        memory: 11.8,
        load: 78,
    },
    Server {
        name: "strainer",
        place: "Galle",
        repository: "git.example/tea/strainer",
        framework: "hyper",
        last_commit: "Let no leaf through",
        deploys: 233,
        memory: 2.4,
        load: 27,
    },
    Server {
        name: "trivet",
        place: "Taipei",
        repository: "git.example/tea/trivet",
        framework: "warp",
        last_commit: "Stand still",
        deploys: 9,
        memory: 1.3,
        load: 5,
    },
];
