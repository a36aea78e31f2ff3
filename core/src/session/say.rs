//! What a session says to its page.

use super::{CHANGED, COMMANDS, MAX_REPLIES, MOUNT, RENDERING, REPLIES, Reply, Session};
use crate::html::private::Cx;
use crate::html::renderer::{Mode, Renderer};
use crate::html::view::{Position, View, ViewKind};
use crate::{LiveView, wire};

impl<A: LiveView> Session<A> {
    pub(super) fn reply(&mut self, reply: Reply) {
        if let (&Reply::Refused(why, event, _), Some(Reply::Refused(as_before, _, last))) =
            (&reply, self.replies.last_mut())
            && why == *as_before
            && event - 1 == *last
        {
            *last = event;
            return;
        }
        // what does not fit is news of refused events, which the acknowledgement covers
        if self.replies.len() < MAX_REPLIES
            || !matches!(reply, Reply::Refused(..) | Reply::RefusedForm(..) | Reply::Fault(_))
        {
            if self.replies.len() >= 2 * MAX_REPLIES {
                self.replies.remove(1);
            }
            self.replies.push(reply);
            self.state |= REPLIES;
        }
    }

    #[cold]
    pub(super) fn write_reply(&mut self, out: &mut Vec<u8>) {
        if let Reply::Refused(refusal, first, last) = &mut self.replies[0] {
            refusal.encode_for(Some(*first), out);
            self.acknowledged = self.acknowledged.max(*first);
            if first < last {
                *first += 1;
                return;
            }
        }
        match self.replies.remove(0) {
            Reply::Resume => wire::resume(out, self.event),
            Reply::Refused(..) => {}
            Reply::Ended(refusal) => refusal.encode(out),
            Reply::RefusedForm(errors, event) => {
                wire::refused_form(out, event, &errors);
                self.acknowledged = event.max(self.acknowledged);
            }
            Reply::Pong(n) => wire::pong(out, n),
            Reply::Fault(fault) => wire::fault(out, &fault),
        }
        if self.replies.is_empty() {
            self.replies = Vec::new();
            self.state &= !REPLIES;
        }
    }

    #[inline]
    pub(super) fn write_patch(&mut self, app: &A, r: &mut Renderer, out: &mut Vec<u8>) -> bool {
        self.state |= RENDERING;
        let view = app.view(&self.model);
        self.patch += 1;
        let is_drawn = r.diff(&mut self.store, self.patch, out, |pass| view.render(Cx::new(pass), Position::ROOT));
        drop(view);
        self.state &= !RENDERING;
        if !is_drawn && !r.has_extras {
            self.patch -= 1;
            return false;
        }
        if r.has_extras || !is_drawn || self.event != self.acknowledged {
            self.write_extras(r, is_drawn, out);
        }
        out.push(b']');
        true
    }

    #[inline(never)]
    pub(super) fn write_extras(&mut self, r: &mut Renderer, is_drawn: bool, out: &mut Vec<u8>) {
        if !is_drawn {
            // only handlers have changed: nothing is to be drawn, but the page must say which it showed
            wire::begin_patch(out, self.patch);
            out.push(b']');
        }
        let event = (self.event != self.acknowledged).then_some(self.event);
        self.acknowledged = self.event;
        wire::extras(out, event, &r.definitions, self.outbox.waiting());
        self.commands_are_carried();
        if !self.unseen.note(self.patch, &r.changed) {
            self.oldest = self.patch;
        }
        r.commit(&mut self.store);
        self.tell_faults(r);
    }

    #[cold]
    pub(super) fn remount(&mut self, app: &A, r: &mut Renderer, id: &str, out: &mut Vec<u8>) {
        let mut values = Vec::new();
        self.render_in_full(app, r, Mode::Values, &mut values);
        self.patch += 1;
        self.oldest = self.patch;
        self.mounted = self.patch;
        self.seen = 0;
        self.unseen.clear();
        self.acknowledged = self.event;
        wire::mount(out, id, self.patch, self.event, &r.definitions, &values, self.outbox.waiting());
        self.commands_are_carried();
        r.definitions.clear();
    }

    fn commands_are_carried(&mut self) {
        if self.state & COMMANDS != 0 {
            self.outbox.carried(self.patch);
            self.state &= !COMMANDS;
        }
    }

    pub(super) fn render_in_full(&mut self, app: &A, r: &mut Renderer, mode: Mode, out: &mut Vec<u8>) {
        fn assert_root<E, V: View<E>>(_: &V) {
            const { assert!(matches!(V::KIND, ViewKind::Template), "the page's view is what `html!` makes: wrap it in one") }
        }
        self.state |= RENDERING;
        let view = app.view(&self.model);
        assert_root(&view);
        r.full(&mut self.store, mode, out, |pass| view.render(Cx::new(pass), Position::ROOT));
        drop(view);
        self.state &= !RENDERING;
        self.state &= !(MOUNT | CHANGED);
        self.tell_faults(r);
    }

    pub(super) fn tell_faults(&mut self, r: &mut Renderer) {
        if cfg!(debug_assertions) {
            for fault in r.faults.drain(..) {
                self.reply(Reply::Fault(fault));
            }
        }
    }
}
