use crate::page::Page;
use crate::server::{Policy, Server};

use super::World;

/// The time limit of a shutdown, in milliseconds.
const SHUTDOWN: u64 = 30_000;
const MOST_PAGES: usize = 8;

impl World {
    pub(super) async fn fault(&mut self) {
        self.note(5);
        match self.random.u32(0..100) {
            0..25 => self.cut(),
            25..40 => self.notice(),
            40..48 => self.stall(),
            48..54 => self.sleep(),
            54..60 => self.wake(),
            60..66 => self.break_nodes(),
            66..72 => self.prefer(),
            72..78 if self.profile.copies => self.copy(),
            78..82 => self.close_page(),
            82..86 => self.open_page().await,
            86..90 => {
                let is_unavailable = self.random.u32(0..3) == 0;
                self.server.set_unavailable(is_unavailable);
            }
            90..95 if self.profile.restarts && !self.server.is_ending() => {
                self.count.restarts += 1;
                self.ending_since = self.now;
                self.server.shut_down();
                self.log("the server shuts down");
            }
            95..100 if self.profile.kills => self.kill(),
            _ => {}
        }
    }

    /// A line breaks: both ends notice at once, or later.
    fn cut(&mut self) {
        self.count.cuts += 1;
        let Some(number) = self.wires.any(&mut self.random) else { return };
        let (notices, hears) = (self.random.bool(), self.random.bool());
        let Some(wire) = self.wires.get(number) else { return };
        wire.cut(&mut self.random);
        if notices {
            wire.page_notices();
        }
        if hears {
            wire.server_notices();
        }
    }

    /// An end notices that its line is broken.
    fn notice(&mut self) {
        let is_page = self.random.bool();
        for number in self.wires.numbers() {
            let Some(wire) = self.wires.get(number) else { continue };
            if wire.is_cut && is_page {
                wire.page_notices();
            } else if wire.is_cut && !wire.has_up() {
                wire.server_notices();
            }
        }
        self.wires.sweep();
    }

    /// A page reads nothing for a while.
    fn stall(&mut self) {
        let has_room = self.random.bool();
        if let Some(number) = self.wires.any(&mut self.random)
            && let Some(wire) = self.wires.get(number)
        {
            wire.set_room(has_room);
        }
    }

    /// A laptop is closed.
    fn sleep(&mut self) {
        let Some(at) = self.any_page() else { return };
        let until = self.now + self.profile.wait(&mut self.random) * 10;
        self.pages[at].asleep_until = until;
    }

    fn wake(&mut self) {
        let Some(at) = self.any_page() else { return };
        let (page, mut around) = self.with(at);
        page.wake(&mut around);
    }

    fn break_nodes(&mut self) {
        let Some(at) = self.any_page() else { return };
        let (page, mut around) = self.with(at);
        page.break_nodes(&mut around);
    }

    fn prefer(&mut self) {
        let Some(at) = self.any_page() else { return };
        let way = self.random.usize(0..2);
        let (page, mut around) = self.with(at);
        page.prefer(way, &mut around);
    }

    fn close_page(&mut self) {
        let Some(at) = self.any_page() else { return };
        let (page, mut around) = self.with(at);
        page.close(&mut around);
    }

    /// A person opens a page.
    pub(super) async fn open_page(&mut self) {
        if self.pages.len() == MOST_PAGES {
            return;
        }
        let path = if self.random.u32(0..6) == 0 { "/slow" } else { "/" };
        let before = tokio::time::Instant::now();
        let html = self.server.page(path).await;
        self.now += before.elapsed().as_millis() as u64;
        if let Some(html) = html {
            self.adopt(html, path);
        }
    }

    /// The browser restores a page from the HTML of another one: both claim the same session.
    fn copy(&mut self) {
        let Some(at) = self.any_page() else { return };
        if self.pages.len() < MOST_PAGES {
            let (html, path) = (self.pages[at].html.clone(), self.pages[at].path);
            self.adopt(html, path);
            self.shared.extend(self.pages.last().map(Page::tag));
        }
    }

    fn adopt(&mut self, html: String, path: &'static str) {
        let ways = self.profile.ways(&mut self.random);
        let (mistake, witness) = (self.mistake, self.witness.clone());
        let Self { pages, wires, random, now, .. } = self;
        let mut around = crate::line::Around { wires, random, now: *now, page: pages.len() };
        let mut page = Page::open(html, path, ways, mistake, witness, &mut around);
        page.is_loud = self.is_loud;
        pages.push(page);
    }

    /// The process ends at once.
    pub(super) fn kill(&mut self) {
        self.count.kills += 1;
        self.log("the server is killed");
        self.server.kill();
        self.store.crash();
        if self.profile.policy != Policy::Every(std::time::Duration::ZERO) {
            self.forgive();
        }
        self.replace_server();
    }

    /// Starts the next server when the present one has ended, or takes too long.
    pub(super) fn follow_shutdown(&mut self) {
        if self.store.has_failed() {
            self.forgive();
        }
        if self.server.has_ended() {
            self.server.kill();
            self.replace_server();
        } else if self.server.is_ending() && self.now - self.ending_since > SHUTDOWN {
            self.kill();
        }
    }

    /// An older state of a session may come back.
    fn forgive(&mut self) {
        if self.profile.policy != Policy::Every(std::time::Duration::ZERO) {
            for page in &mut self.pages {
                page.is_strict = false;
            }
        }
    }

    fn replace_server(&mut self) {
        self.log("the next server");
        self.wires.lose_server(&mut self.random);
        let is_foreign = self.random.u32(0..4) == 0;
        self.store.set_foreign(is_foreign);
        self.server = Server::start(&self.witness, &self.store, self.profile.policy);
    }
}
