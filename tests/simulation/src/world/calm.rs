use tealight_core::Command;
use tealight_core::session::{HashSeed, Scratch, Session};
use tealight_runtime::Stats;
use tealight_test::model::{Dom, Id, NodeKind, Page as Nodes};
use tealight_test::protocol::adopted;

use super::{Broken, World};
use crate::app::{App, Model};

/// The most rounds until all pages are settled, and the time of each in milliseconds.
const ROUNDS: usize = 2_000;
const ROUND: u64 = 500;
/// The time in which nothing may be sent, and that after which nothing may be held.
const QUIET: u64 = 100_000;
const RETURN: u64 = 65_000;
const GONE: u64 = 400_000;

/// All faults are over: the laws about the end.
impl World {
    pub(super) async fn calm(&mut self) -> Result<(), Broken> {
        self.log("no more faults");
        self.profile.faults = 0;
        self.store.heal();
        self.server.set_unavailable(false);
        for page in &mut self.pages {
            page.asleep_until = 0;
        }
        for number in self.wires.numbers() {
            if let Some(wire) = self.wires.get(number) {
                wire.set_room(true);
                if wire.is_cut {
                    wire.page_notices();
                    wire.server_notices();
                }
            }
        }
        self.come_to_rest().await?;
        self.stay_at_rest().await?;
        self.check_pages()?;
        self.leave_nothing().await
    }

    async fn come_to_rest(&mut self) -> Result<(), Broken> {
        let mut quiet = 0;
        for _ in 0..ROUNDS {
            self.deliver_all().await;
            self.check()?;
            let is_settled = self.pages.iter().all(|page| page.is_closed || page.is_settled());
            quiet = if is_settled && !self.server.is_ending() { quiet + 1 } else { 0 };
            if quiet > 20 {
                return Ok(());
            }
            self.advance(ROUND).await;
        }
        Err(format!("the pages do not come to rest: {:#?}", self.pages))
    }

    async fn deliver_all(&mut self) {
        for _ in 0..100 {
            self.settle().await;
            self.follow_shutdown();
            let mut has_any = false;
            for number in self.wires.numbers() {
                while self.deliver_one(number) {
                    has_any = true;
                }
                let Some(wire) = self.wires.get(number) else { continue };
                let at = wire.page;
                if wire.has_up() {
                    has_any = true;
                    wire.deliver(&self.server, self.pages[at].path, &mut self.random, false).await;
                } else if !wire.is_listened {
                    wire.server_notices();
                }
                if let Some(wire) = self.wires.get(number)
                    && let Some(code) = wire.answer(&mut self.random, self.now, false)
                {
                    let (page, mut around) = self.with(at);
                    page.give_up(number, code, &mut around);
                }
            }
            self.wires.sweep();
            if !has_any {
                return;
            }
        }
    }

    async fn stay_at_rest(&mut self) -> Result<(), Broken> {
        // Each page returns to the transport that it prefers.
        for _ in 0..RETURN / ROUND {
            self.advance(ROUND).await;
            self.deliver_all().await;
        }
        self.log("at rest");
        let before: Vec<u64> = self.pages.iter().map(|page| page.messages).collect();
        for _ in 0..QUIET / ROUND {
            self.advance(ROUND).await;
            self.deliver_all().await;
        }
        self.check()?;
        for (page, before) in self.pages.iter().zip(before) {
            let Some(model) = self.witness.model(page.tag()) else { continue };
            let is_busy = page.is_closed || model.is_ticking;
            if !is_busy && page.messages != before {
                return Err(format!("page {} is not at rest: {} messages", page.id, page.messages - before));
            }
        }
        Ok(())
    }

    fn check_pages(&self) -> Result<(), Broken> {
        for page in self.pages.iter().filter(|page| !page.is_closed) {
            let tag = page.tag();
            let model = self.witness.model(tag).ok_or_else(|| format!("nobody knows session {tag}"))?;
            let fresh = describe(&fresh(&model));
            let shows = describe(page.nodes());
            if fresh != shows {
                return Err(format!("page {} is not a fresh one.\nIt shows:\n{shows}\nfresh:\n{fresh}", page.id));
            }
            page.nodes().check();
            if !page.is_strict {
                continue;
            }
            let commands: Vec<u32> =
                page.commands.iter().filter(|(of, _)| *of == tag).map(|(_, number)| *number).collect();
            if commands.windows(2).any(|pair| pair[0] >= pair[1]) {
                return Err(format!(
                    "page {} has carried out commands twice or in another order: {commands:?}",
                    page.id
                ));
            }
            // When two pages share a session, the later one cannot know which commands the other has carried out.
            if !self.shared.contains(&tag) && commands.len() != model.announced as usize {
                return Err(format!("page {} has carried out {commands:?} of {} commands", page.id, model.announced));
            }
            if self.count.restarts + self.count.kills == 0 && model.owed != 0 {
                return Err(format!("session {tag} waits for {} events of its commands", model.owed));
            }
        }
        Ok(())
    }

    async fn leave_nothing(&mut self) -> Result<(), Broken> {
        for at in 0..self.pages.len() {
            let (page, mut around) = self.with(at);
            page.close(&mut around);
        }
        self.deliver_all().await;
        self.advance(GONE).await;
        self.deliver_all().await;
        let Stats { unattached, attached, detached, connections, timers, tasks, subscriptions, .. } =
            self.server.stats();
        let held = [unattached, attached, detached, connections, timers, tasks, subscriptions];
        if held.iter().any(|count| *count != 0) {
            return Err(format!("the server still holds {:?}", self.server.stats()));
        }
        let ends = self.count.restarts + self.count.kills;
        if ends == 0 && !self.store.has_failed() && !self.store.may_leave() && !self.store.is_empty() {
            return Err(format!("the store still holds {} sessions", self.store.len()));
        }
        Ok(())
    }
}

fn fresh(model: &Model) -> Nodes {
    let app = App::of_nobody();
    let mut session = Session::<App>::new(model.clone(), Command::none());
    let mut html = Vec::new();
    session.first_paint(&app, &mut Scratch::new(HashSeed::new(7)), "fresh", &mut html);
    adopted(&String::from_utf8(html).expect("a page is UTF-8")).1
}

/// Writes the elements and texts of a page. Equal pages have equal texts.
fn describe(nodes: &Nodes) -> String {
    let mut out = String::new();
    describe_children(&nodes.dom, nodes.holder, &mut out);
    out
}

fn describe_children(dom: &Dom, node: Id, out: &mut String) {
    for &child in dom.children(node) {
        match dom.kind(child) {
            NodeKind::Text(text) => *out += text,
            NodeKind::Comment(_) => {}
            NodeKind::Element { tag, attributes, .. } => {
                *out += &format!("\n<{tag} {attributes:?}>");
                describe_children(dom, child, out);
                *out += &format!("</{tag}>");
            }
        }
    }
}
