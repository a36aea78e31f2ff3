use serde_json::{Value, json};

use super::{Mistake, NOWHERE, OLDEST_WAITING, Page, SAY_AFTER, Unsettled};
use crate::line::Around;

/// The fate of events, as a message says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Done,
    Refused,
    /// Their session is gone.
    GivenUp,
}

impl Page {
    pub(super) fn receive(&mut self, text: &str, around: &mut Around<'_>) {
        let message: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON: {error}: {text}"));
        let about = message.get("mount").or_else(|| message.get("resume")).unwrap_or(&message);
        let applied = about.get("event").or_else(|| message.get(2)?.get("e")).and_then(Value::as_u64);
        let is_pong = message.get("pong").is_some();
        self.line.hear(applied.is_some() || is_pong, message.get("back").and_then(Value::as_u64), around.now);
        if is_pong {
            self.log("▼", "pong", around.now);
            return;
        }
        self.messages += 1;
        self.log("▼", text, around.now);
        let (mount, is_resume) = (message.get("mount"), message.get("resume").is_some());
        let mut commands = about.get("commands").or_else(|| message.get(2)?.get("c"));
        let misses = self.mistake == Mistake::SkipsPatches && around.random.u32(0..50) == 0;
        if message.is_array() && !self.is_broken && !misses {
            self.nodes.receive(text);
        } else if message.is_array() {
            commands = None;
        }
        if mount.is_some() || is_resume {
            self.attached(text, mount, applied.expect("an attach is answered with a number"), around);
        }
        if let Some(applied) = applied {
            let is_refused = message.get("refused").is_some();
            self.settle(applied, if is_refused { Fate::Refused } else { Fate::Done });
        }
        self.carry_out(commands.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default(), around);
        if (mount.is_some() || is_resume) && self.line.go_live(around.now) {
            self.send_again(around);
            self.remount(around);
        }
        if mount.is_some() && self.line.is_live() {
            self.say(json!({"seen": self.nodes.patch}).to_string(), around);
        }
        if !self.unsettled.is_empty() && self.line.is_live() {
            self.line.expect_answer(around.now);
        }
    }

    /// The session has answered the attach, or has sent a full render.
    fn attached(&mut self, text: &str, mount: Option<&Value>, applied: u64, around: &mut Around<'_>) {
        let session = mount.and_then(|mount| mount["session"].as_str());
        let is_new = session.is_some_and(|session| session != self.session);
        if mount.is_some() {
            self.flush(around);
        }
        let is_odd = applied > self.last || applied < self.last - self.unsettled.len() as u64;
        if is_new || is_odd {
            while let Some(unsettled) = self.unsettled.pop_front() {
                self.end(&unsettled, Fate::GivenUp);
            }
            self.last = applied;
        } else {
            self.settle(applied, Fate::Done);
        }
        if let Some(session) = session {
            session.clone_into(&mut self.session);
            self.nodes.receive(text);
            self.is_broken = false;
        } else if is_odd {
            self.say(json!({"remount": self.nodes.patch}).to_string(), around);
        }
    }

    /// Settles the events up to `applied`, the last one with this fate.
    fn settle(&mut self, applied: u64, fate: Fate) {
        while self.last - (self.unsettled.len() as u64) < applied
            && let Some(unsettled) = self.unsettled.pop_front()
        {
            let is_last = applied > self.last || self.last - self.unsettled.len() as u64 == applied;
            self.end(&unsettled, if is_last { fate } else { Fate::Done });
        }
    }

    fn end(&mut self, unsettled: &Unsettled, fate: Fate) {
        let made = unsettled.made;
        let is_applied = self.witness.has(made.tag, self.id as u32, made.number);
        match fate {
            Fate::Done => self.outcome.done += 1,
            Fate::Refused => self.outcome.refused += 1,
            Fate::GivenUp => self.outcome.given_up += 1,
        }
        let fault = match fate {
            Fate::Done if !is_applied && self.is_strict => "lost: the page heard that it was applied",
            Fate::Refused if is_applied => "applied, and the page heard that it was not",
            _ => return,
        };
        self.witness.fault(format!("page {}: {} was {fault}", self.id, unsettled.message));
    }

    fn carry_out(&mut self, commands: &[Value], around: &mut Around<'_>) {
        let tag = if commands.is_empty() { 0 } else { self.tag() };
        for command in commands.iter().filter(|command| command[0] == "announce") {
            let number = command[1].as_str().and_then(|number| number.parse().ok());
            self.commands.push((tag, number.expect("the application announces numbers")));
        }
        self.unsaid += commands.len();
        if self.unsaid >= SAY_AFTER {
            self.unsaid = 0;
            self.say(json!({"seen": self.nodes.patch}).to_string(), around);
        }
    }

    fn send_again(&mut self, around: &mut Around<'_>) {
        let first = self.last - self.unsettled.len() as u64 + 1;
        for (number, unsettled) in (first..).zip(&mut self.unsettled) {
            // The server may have applied it. If not, it refuses this one.
            if self.is_unreadable && number == first || around.now - unsettled.since > OLDEST_WAITING {
                unsettled.message = json!([number, 0, NOWHERE]).to_string();
            }
        }
        if self.mistake == Mistake::Reorders {
            self.unsettled.make_contiguous().reverse();
            for (number, unsettled) in (first..).zip(&mut self.unsettled) {
                unsettled.message = renumbered(&unsettled.message, number);
            }
        }
        let mut messages: Vec<String> = self.unsettled.iter().map(|unsettled| unsettled.message.clone()).collect();
        if self.mistake == Mistake::SendsTwice {
            for again in self.unsettled.clone() {
                self.last += 1;
                let message = renumbered(&again.message, self.last);
                messages.push(message.clone());
                self.unsettled.push_back(Unsettled { message, ..again });
            }
        }
        for message in messages {
            self.say(message, around);
        }
    }
}

fn renumbered(message: &str, number: u64) -> String {
    let mut message: Value = serde_json::from_str(message).expect("an event");
    message[0] = number.into();
    message.to_string()
}
