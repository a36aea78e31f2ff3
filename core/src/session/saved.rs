use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::delivered::{Delivered, Past};
use super::outbox::Outbox;
use super::pending::Kept;
use super::refused::RefusedEvents;
use super::{PageNeeds, Session};
use crate::{Command, LiveView};

/// Everything of a session but its model: the numbers, and what was delivered to the page. With it, another process goes on
/// where this one stopped.
///
/// The type is opaque. Serialize it with a format that you like, next to the model. The words of the last render are
/// comparable only with the same [`HashSeed`](super::HashSeed) and the same program.
#[derive(Debug, Serialize, Deserialize)]
pub struct Saved<'s> {
    patch: u32,
    page_patch: u32,
    last_full_render: u32,
    event: u32,
    page: u32,
    is_whole: bool,
    delivered: Cow<'s, Delivered>,
    past: Cow<'s, Past>,
    outbox: Cow<'s, Outbox>,
    refused: Cow<'s, RefusedEvents>,
}

impl<A: LiveView> Session<A> {
    /// Returns what to save of this session, apart from its model.
    ///
    /// It returns `None` while the command of `mount` waits for the first attach: its futures cannot be saved. Futures and
    /// timers of other commands are not saved either.
    pub fn save(&self) -> Option<Saved<'_>> {
        let kept = self.pending.get();
        self.command.is_none().then(|| Saved {
            patch: self.patch,
            page_patch: self.page_patch,
            last_full_render: self.last_full_render,
            event: self.event,
            page: self.page,
            is_whole: self.page_needs < PageNeeds::FullRender,
            delivered: Cow::Borrowed(&self.delivered),
            past: kept.map_or_else(Default::default, |kept| Cow::Borrowed(&kept.past)),
            outbox: kept.map_or_else(Default::default, |kept| Cow::Borrowed(&kept.outbox)),
            refused: kept.map_or_else(Default::default, |kept| Cow::Borrowed(&kept.refused)),
        })
    }

    /// Makes a session from a saved one. Timers and topics start when its page attaches.
    ///
    /// `is_same_view`: the hash seed and the program are those that have saved it. Otherwise the page gets a full render,
    /// and events that it made before are refused as stale.
    pub fn restore(model: A::Model, saved: Saved<'_>, is_same_view: bool) -> Self {
        let mut session = Self::new(model, Command::none());
        session.patch = saved.patch;
        session.last_full_render = saved.last_full_render;
        session.event = saved.event;
        session.page = saved.page;
        session.acknowledged = saved.event;
        let mut kept =
            Kept { outbox: saved.outbox.into_owned(), refused: saved.refused.into_owned(), ..Kept::default() };
        if is_same_view {
            session.page_patch = saved.page_patch;
            session.delivered = saved.delivered.into_owned();
            kept.past = saved.past.into_owned();
            session.page_needs = if saved.is_whole { PageNeeds::Patch } else { PageNeeds::FullRender };
        }
        session.pending = kept.into();
        session
    }
}
