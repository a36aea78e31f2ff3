use std::mem;

use super::reply::Reply;
use super::{PageNeeds, Session};
use crate::html::{Full, Renderer, render_root};
use crate::{LiveView, wire};

/// Writes the messages for the page. Each function returns true if it has appended one to `out`.
impl<A: LiveView> Session<A> {
    #[cold]
    pub(super) fn write_reply(&mut self, out: &mut Vec<u8>) -> bool {
        match self.pending.remove(|kept| kept.replies.pop()) {
            Some(Reply::Resume) => wire::resume(out, self.event),
            Some(Reply::Fatal(refusal)) => refusal.encode(out),
            Some(Reply::Refused { refusal, first, .. }) => {
                refusal.encode_for(Some(first), out);
                self.acknowledged = self.acknowledged.max(first);
            }
            Some(Reply::RefusedInput(refusal, errors, event)) => {
                wire::refused_input(out, refusal, event, &errors);
                self.acknowledged = self.acknowledged.max(event);
            }
            Some(Reply::Pong(n)) => wire::pong(out, n),
            Some(Reply::ViewError(error)) => wire::view_error(out, &error),
            None => return false,
        }
        true
    }

    pub(super) fn write_acknowledgement(&mut self, out: &mut Vec<u8>) -> bool {
        if self.event == self.acknowledged {
            return false;
        }
        self.acknowledged = self.event;
        wire::acknowledge(out, self.event);
        true
    }

    #[inline]
    pub(super) fn write_patch(&mut self, app: &A, r: &mut Renderer, out: &mut Vec<u8>) -> bool {
        self.page_needs = PageNeeds::Everything;
        let view = app.view(&self.model);
        self.patch += 1;
        let is_drawn = r.diff(&mut self.delivered.store, self.patch, out, |pass| render_root(&view, pass));
        drop(view);
        self.page_needs = PageNeeds::Nothing;
        if !is_drawn && !r.has_extras() {
            self.patch -= 1;
            return false;
        }
        if r.has_extras() || !is_drawn || self.event != self.acknowledged {
            self.write_extras(r, is_drawn, out);
        }
        out.push(b']');
        true
    }

    #[inline(never)]
    pub(super) fn write_extras(&mut self, r: &mut Renderer, is_drawn: bool, out: &mut Vec<u8>) {
        if !is_drawn {
            // Only handlers or commands have changed. The empty patch has a number, so the page's next event shows
            // whether the page had them.
            wire::begin_patch(out, self.patch);
            out.push(b']');
        }
        let event = (self.event != self.acknowledged).then_some(self.event);
        self.acknowledged = self.event;
        wire::extras(out, event, r.definitions(), self.pending.waiting_commands());
        self.pending.carry_commands(self.patch);
        let delivered = &mut self.delivered;
        if !delivered.changed_handlers.note(self.patch, r.changed()) {
            delivered.oldest_valid_patch = self.patch;
        }
        r.commit(&mut delivered.store);
        self.report_view_errors(r);
    }

    #[cold]
    pub(super) fn write_full_render(&mut self, app: &A, r: &mut Renderer, id: &str, out: &mut Vec<u8>) -> bool {
        self.patch += 1;
        let before = mem::take(&mut self.delivered);
        if self.page_needs == PageNeeds::FullRender {
            self.pending.add().past.add(self.patch, before);
        }
        let mut values = Vec::new();
        self.render_in_full(app, r, Full::Values, &mut values);
        self.delivered.oldest_valid_patch = self.patch;
        self.last_full_render = self.patch;
        self.acknowledged = self.event;
        r.hand_over_definitions(|definitions| {
            wire::mount(out, id, self.patch, self.event, definitions, &values, self.pending.waiting_commands());
        });
        self.pending.carry_commands(self.patch);
        true
    }

    pub(super) fn render_in_full(&mut self, app: &A, r: &mut Renderer, form: Full<'_>, out: &mut Vec<u8>) {
        self.page_needs = PageNeeds::Everything;
        let view = app.view(&self.model);
        r.full(&mut self.delivered.store, form, out, |pass| render_root(&view, pass));
        drop(view);
        self.page_needs = PageNeeds::Nothing;
        if app.subscriptions(&self.model).hears_routes() {
            r.require_routes();
        }
        self.report_view_errors(r);
    }

    /// Sends mistakes in the view to the page, in debug builds.
    fn report_view_errors(&mut self, r: &mut Renderer) {
        if cfg!(debug_assertions) {
            for error in r.take_faults() {
                self.pending.reply(Reply::ViewError(error));
            }
        }
    }
}
