//! A page with the behaviour of a browser and of the client's script, `client/src`.

mod actions;
mod choices;
mod controls;
mod effects;
mod events;

use std::collections::{HashMap, HashSet};
use std::task::{Context, Poll};
use std::time::Duration;

use crate::adopt::{adopt, text_of};
use crate::command::PageCommand;
use serde_json::Value;
use tealight_core::wire::FLASH_SECONDS;
use tealight_runtime::{Close, Connection};
use tokio::time::Instant;

pub(crate) use self::actions::Keys;
use self::choices::Choice;
use self::controls::Controls;
pub(crate) use self::events::Event;
use self::events::Held;
use crate::model::{Id, Page, ROOT};
use crate::wire::{self, Command, Down, Refused};

pub(crate) struct Browser {
    pub(crate) page: Page,
    pub(crate) url: String,
    /// Links are events.
    hears_routes: bool,
    pub(crate) title: String,
    /// The text for the next page, and the time at which it is forgotten.
    flash: Option<(String, Instant)>,
    /// The commands that were carried out, until the test takes them.
    pub(crate) commands: Vec<PageCommand>,
    /// Refusals that no method has reported yet.
    pub(crate) refused: Vec<Refused>,
    pub(crate) form_errors: Vec<(String, String)>,
    pub(crate) faults: Vec<String>,
    pub(crate) closed: Option<Close>,
    connection: Connection,
    session: String,
    /// The number of the last event that the page has made.
    made: u64,
    /// The number of commands that were carried out and not acknowledged yet.
    unsaid: usize,
    replies: HashMap<u64, Value>,
    controls: Controls,
    /// The choices whose events are under way.
    choices: Vec<Choice>,
    /// Events that wait for their delay to pass.
    held: Vec<Held>,
    /// Handlers with `.once` that have fired.
    over: HashSet<(Id, Vec<u64>)>,
    /// The controls' texts and choices before `on:submit.reset` emptied them. A refused form gets them back.
    emptied: Option<Controls>,
}

/// The number of commands after which the page acknowledges them, unless an event does so before.
const SAY_AFTER: usize = 16;

impl Browser {
    /// Parses a page's HTML, adopts it, and attaches to its session.
    pub(crate) fn open(html: &str, url: String, mut connection: Connection) -> Self {
        let (session, hears_routes, mut page) = adopt(html);
        let elements = page.dom.elements(ROOT);
        let title = elements.iter().find(|element| page.dom.tag(**element) == "title");
        let title = title.map(|title| text_of(&page.dom, *title)).unwrap_or_default();
        page.dom.set_attribute(page.holder, "data-tealight", Some("live"));
        connection.receive(wire::attach(&session, 0, 0, 1).as_bytes());
        Self {
            page,
            url,
            hears_routes,
            title,
            flash: None,
            commands: Vec::new(),
            refused: Vec::new(),
            form_errors: Vec::new(),
            faults: Vec::new(),
            closed: None,
            connection,
            session,
            made: 0,
            unsaid: 0,
            replies: HashMap::new(),
            controls: Controls::default(),
            choices: Vec::new(),
            held: Vec::new(),
            over: HashSet::new(),
            emptied: None,
        }
    }

    /// Takes all messages that the server has now. Returns true if there were any.
    pub(crate) fn receive(&mut self, cx: &mut Context<'_>) -> bool {
        let mut has_any = false;
        while self.closed.is_none() {
            let mut message = Vec::new();
            match self.connection.poll_message(cx, &mut message) {
                Poll::Pending => break,
                Poll::Ready(Err(close)) => self.closed = Some(close),
                Poll::Ready(Ok(())) => self.take(std::str::from_utf8(&message).expect("messages are UTF-8")),
            }
            has_any = true;
        }
        has_any
    }

    fn take(&mut self, message: &str) {
        match wire::decode(message) {
            Down::Patch(mut patch) => {
                let commands = std::mem::take(&mut patch.commands);
                self.page.apply(patch);
                self.shown(commands);
            }
            Down::Mount(mut mount) => {
                let commands = std::mem::take(&mut mount.commands);
                if mount.session != self.session {
                    self.made = mount.event;
                    self.choices.clear();
                    self.session.clone_from(&mount.session);
                }
                self.page.mount(mount);
                self.shown(commands);
            }
            Down::Resume { event } | Down::Applied(event) => self.page.event = event,
            Down::Refused(refused) => {
                self.page.event = refused.event.unwrap_or(self.page.event);
                if refused.reason == wire::ELSEWHERE {
                    // the page loads the address of the link
                    return;
                }
                if let (Some(event), false) = (refused.event, refused.fields.is_empty()) {
                    self.keep_choices(event);
                }
                self.controls = self.emptied.take().unwrap_or(std::mem::take(&mut self.controls));
                self.refused.push(refused);
            }
            Down::Went(event) => self.send(&wire::went(event)),
            Down::Fault(fault) => self.faults.push(fault),
            // this page asks for none
            Down::Ahead | Down::Pong => {}
        }
        self.settle_choices();
    }

    /// Takes over properties and runs commands after a patch.
    fn shown(&mut self, commands: Vec<Command>) {
        self.controls.write(&self.page.dom, self.page.properties.drain(..));
        self.unsaid += commands.len();
        for command in commands {
            self.do_command(command);
        }
        if self.unsaid >= SAY_AFTER {
            self.unsaid = 0;
            self.send(&wire::seen(self.page.patch));
        }
    }

    fn do_command(&mut self, Command { said, steps, answers }: Command) {
        match &said {
            PageCommand::Title(title) => self.title.clone_from(title),
            PageCommand::Flash(text) => {
                let end = Instant::now() + Duration::from_secs(FLASH_SECONDS.into());
                self.flash = Some((text.clone(), end)).filter(|(text, _)| !text.is_empty());
            }
            PageCommand::Navigate(url) | PageCommand::Go(url) => self.url.clone_from(url),
            PageCommand::Reply(value) => drop(answers.map(|event| self.replies.insert(event, value.clone()))),
            PageCommand::Effect(_) | PageCommand::Announce(_) => {}
        }
        self.run(&steps, self.page.holder);
        self.commands.push(said);
    }

    /// The text that the page has for the next one.
    pub(crate) fn flash(&self) -> Option<&str> {
        self.flash.as_ref().filter(|(_, end)| Instant::now() < *end).map(|(text, _)| &**text)
    }

    /// The reply to the event that was made last.
    pub(crate) fn take_reply(&mut self) -> Option<Value> {
        self.replies.remove(&self.made)
    }

    fn send(&mut self, message: &str) {
        self.connection.receive(message.as_bytes());
    }
}
