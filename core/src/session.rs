//! A page's session, without any I/O.
//!
//! A [`Session`] holds the model of one page and knows how much of it the page shows. The caller passes each
//! [`Input`] to [`Session::handle`], carries out the [`Output`]s, and asks [`Session::flush`] for the next message
//! whenever the page's connection can take one.
//!
//! ```
//! use tealight_core::session::{HashSeed, Input, Scratch, Session};
//! use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
//!
//! struct Clock;
//!
//! impl LiveView for Clock {
//!     type Model = u32;
//!     type ExternalEvent = ();
//!     type InternalEvent = u32;
//!
//!     async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<u32>), MountError> {
//!         Ok((12, Command::none()))
//!     }
//!
//!     fn update(&self, hour: &mut u32, event: Event<(), u32>) -> Command<u32> {
//!         if let Event::Internal(now) = event {
//!             *hour = now;
//!         }
//!         Command::none()
//!     }
//!
//!     fn view(&self, hour: &u32) -> impl View<()> {
//!         html! { <p>{hour} " o'clock"</p> }
//!     }
//! }
//!
//! let mut scratch = Scratch::new(HashSeed::new(rand()));
//! let mut session = Session::<Clock>::new(12, Command::none());
//! let mut html = Vec::new();
//! session.first_paint(&Clock, &mut scratch, "session-id", &mut html);
//!
//! // The page attaches, then the hour changes.
//! let mut outputs = Vec::new();
//! session.handle(&Clock, &mut scratch, Input::Attach { patch: 0, event: 0 }, &mut outputs)?;
//! session.handle(&Clock, &mut scratch, Input::Event(13), &mut outputs)?;
//! let mut messages = Vec::new();
//! let mut message = Vec::new();
//! while session.flush(&Clock, &mut scratch, "session-id", &mut message) {
//!     messages.push(String::from_utf8(std::mem::take(&mut message))?);
//! }
//! assert_eq!(messages, [r#"{"resume":{"event":0}}"#, r#"[1,["13"]]"#]);
//! # fn rand() -> u64 { 42 }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod changed_handlers;
mod delivered;
mod input;
mod links;
mod message;
mod outbox;
mod output;
mod pending;
mod post;
mod refused;
mod reply;
mod saved;

use std::fmt;

use self::delivered::Delivered;
use self::pending::Pending;
use crate::command::{Action, PageCommand};
use crate::html::{Full, Needs, Renderer, Store, render_root};
use crate::subscription::Source;
use crate::{Command, Event, LiveView, Messages, View, wire};

pub use self::input::Input;
pub use self::output::{Elsewhere, Output};
pub use self::post::PostError;
pub use self::saved::Saved;
pub use crate::command::Message;
pub use crate::form::{FormAddress, NoFormAddress, POSTED_FORM};
pub use crate::html::HashSeed;
pub use crate::refusal::Refusal;
pub use crate::subscription::SubscriptionId;
pub use crate::topic::{ENGINE_CONNECTED, Keep, TopicFilter, is_own};
pub use crate::work::{Attempt, Attempts, Task, Work, WorkKey};

/// A worker thread's buffers.
///
/// They keep nothing between two calls, so one `Scratch` serves all sessions of its thread. Every `Scratch` that a
/// session uses must have the same [`HashSeed`]. After a panic in `update` or `view`, replace the `Scratch`.
#[derive(Debug)]
pub struct Scratch(Renderer);

impl Scratch {
    /// Makes empty buffers.
    pub fn new(seed: HashSeed) -> Self {
        Self(Renderer::new(seed))
    }

    /// Sets the language of the errors in forms that pages send. The default is English. If the sessions of this thread
    /// have several languages, call this before each message from a page.
    pub fn set_messages(&mut self, messages: Messages) {
        self.0.set_messages(messages);
    }

    /// Renders a view that no session shows, such as that of an error page. It has no handlers.
    pub fn markup<E: 'static>(&mut self, view: &impl View<E>) -> String {
        let (mut store, mut html) = (Store::default(), Vec::new());
        self.0.full(&mut store, Full::Html { query: "" }, &mut html, |pass| render_root(view, pass));
        self.0.hand_over_definitions(|_| ());
        String::from_utf8(html).expect("a view is UTF-8")
    }

    /// Returns how many lists were rendered with duplicate keys since the last call.
    ///
    /// Debug and release builds both check. They check a list that is rendered in full or gets new rows. If rows only
    /// stayed, moved or were removed, there can be no new duplicate.
    pub fn take_duplicate_keys(&mut self) -> u32 {
        self.0.take_duplicates()
    }
}

/// One page's session.
///
/// An event changes the model at once. `view` runs later, when the transport can write, and the patch leads from the
/// last delivered render to the present model. There is no queue of patches. The queue of replies is bounded.
pub struct Session<A: LiveView> {
    model: A::Model,
    delivered: Delivered,
    /// The number of the last patch or full render.
    patch: u32,
    /// The last patch that the page is known to have applied.
    page_patch: u32,
    /// The last patch that was a full render.
    last_full_render: u32,
    /// The page's last event, whether it was applied or refused.
    event: u32,
    /// The last event whose result the page has been sent.
    acknowledged: u32,
    /// The page's last event, as its attach said: a full render waits until it is here.
    expected: u32,
    /// The number by which the page names itself, or 0.
    page: u32,
    audience: Audience,
    page_needs: PageNeeds,
    /// The last event carried a person's input.
    has_typed: bool,
    command: Option<Box<Command<A::InternalEvent>>>,
    active: Box<[SubscriptionId]>,
    pending: Pending,
}

/// The audience for the changes of timers and topics. It determines which of them run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// No page yet: no timer or topic runs.
    Nobody,
    /// A form was posted without JavaScript, and its answer is not made yet: topics run.
    PostedForm,
    /// A page has attached: timers and topics run.
    Page,
}

/// The message that the page needs to show the model, from least to most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PageNeeds {
    Nothing,
    /// The model may have changed.
    Patch,
    /// Commands for the page wait in the outbox. They need a patch even if the model has not changed.
    PatchWithCommands,
    /// The page does not show the last patch. The store still tells which handlers the page shows.
    FullRender,
    /// Nothing was delivered. This is also set while `view` runs, because a panic in `view` makes the store useless.
    Everything,
}

/// The next message for the page.
enum Due {
    Nothing,
    Acknowledgement,
    Reply,
    Patch { has_commands: bool },
    FullRender,
}

impl<A: LiveView> fmt::Debug for Session<A> {
    /// Leaves out the model, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("patch", &self.patch).field("event", &self.event).finish_non_exhaustive()
    }
}

impl<A: LiveView> Session<A> {
    /// The patch number of a page that has nothing of this session, for [`Input::Attach`].
    pub const NOTHING: u32 = u32::MAX;

    /// Makes a session from what `mount` returned. The command, timers and topics start when a page attaches.
    pub fn new(model: A::Model, command: Command<A::InternalEvent>) -> Self {
        let mut pending = Pending::default();
        let rest = command.into_actions().filter_map(|action| match action {
            // The first paint has these, so they come before all commands of `update`.
            Action::Page(early @ (PageCommand::Title(_) | PageCommand::Flash(_))) => {
                pending.add().outbox.push(early);
                None
            }
            other => Some(other),
        });
        let command = Command::of(rest.collect());
        Self {
            model,
            delivered: Delivered::default(),
            patch: 0,
            page_patch: 0,
            last_full_render: 0,
            event: 0,
            acknowledged: 0,
            expected: 0,
            page: 0,
            audience: Audience::Nobody,
            page_needs: PageNeeds::Everything,
            has_typed: false,
            command: (!command.is_none()).then(|| Box::new(command)),
            active: Box::default(),
            pending,
        }
    }

    /// Returns the model.
    pub fn model(&self) -> &A::Model {
        &self.model
    }

    /// Ends the session. Returns its model, and the work of `mount` that never began. Both are values of the application: they
    /// may panic when they are dropped.
    pub fn into_parts(self) -> (A::Model, Vec<Output<A::InternalEvent>>) {
        let Self { model, command, .. } = self;
        let actions = command.into_iter().flat_map(|command| command.into_actions());
        let outputs = actions.filter_map(|action| match action {
            Action::Perform(task) => Some(Output::Perform(task)),
            Action::After(delay, event) => Some(Output::After(delay, event)),
            Action::Cancel(_) | Action::Publish(_) | Action::Page(_) => None,
        });
        (model, outputs.collect())
    }

    /// Returns the number of the last patch or full render, and that of the page's last event.
    pub fn numbers(&self) -> (u32, u32) {
        (self.patch, self.event)
    }

    /// Returns how many bytes on the heap describe the last delivered render.
    pub fn kept_bytes(&self) -> usize {
        self.delivered.store.bytes() + self.pending.get().map_or(0, |kept| kept.past.bytes())
    }

    /// Returns the store's words, for tests.
    #[doc(hidden)]
    pub fn tape(&self) -> &[u64] {
        self.delivered.store.tape()
    }

    /// Returns the last URL of `Command::navigate`, `leave_to` or `go` that the page is not known to have.
    ///
    /// It belongs in the answer to a form that was posted without JavaScript.
    pub fn navigation(&self) -> Option<&str> {
        let urls = self.pending.commands().filter_map(|command| match command {
            PageCommand::Navigate(url) => Some(&**url),
            PageCommand::Go { address, .. } | PageCommand::Follow(address) => Some(&**address),
            _ => None,
        });
        urls.last()
    }

    /// Returns the topics that the model wants to hear. Their [`Output::Subscribe`] comes when the page attaches, but messages that are
    /// published before are for the session too.
    pub fn topics(&self, app: &A) -> Vec<(SubscriptionId, TopicFilter, Keep)> {
        let wanted = app.subscriptions(&self.model);
        let topics = wanted.sources().filter_map(|(id, source)| match source {
            Source::Topic(source) if !source.is_place => Some((id, source.filter(), source.keep)),
            _ => None,
        });
        topics.collect()
    }

    /// Returns the last title of `Command::title` that the page is not known to have.
    ///
    /// It belongs in the document around a first paint.
    pub fn title(&self) -> Option<&str> {
        let titles = self.pending.commands().filter_map(|command| match command {
            PageCommand::Title(title) => Some(&**title),
            _ => None,
        });
        titles.last()
    }

    /// Sets the title of the page, if the application has set none: the page shows another session until now.
    pub fn name(&mut self, title: &str) {
        if self.title().is_none() {
            self.pending.add().outbox.push(PageCommand::Title(title.to_owned().into()));
            self.page_needs.at_least(PageNeeds::PatchWithCommands);
        }
    }

    /// Returns the last text of `Command::flash` that the page is not known to have.
    ///
    /// It belongs to the next `mount` of this page.
    pub fn flash(&self) -> Option<&str> {
        let texts = self.pending.commands().filter_map(|command| match command {
            PageCommand::Flash(text) => Some(&**text),
            _ => None,
        });
        texts.last()
    }

    /// Takes the text that [`flash`](Self::flash) returns, for an answer over HTTP that brings it to the page.
    pub fn take_flash(&mut self) -> Option<String> {
        let text = self.flash()?.to_owned();
        self.pending.remove(|kept| kept.outbox.forget_flash());
        Some(text)
    }

    /// Makes the page forget the flash that `mount` has got: until now the page shows another session, which may have left it.
    pub fn end_flash(&mut self) {
        // A new text replaces the old one.
        if self.flash().is_none() {
            self.pending.add().outbox.push(PageCommand::Flash("".into()));
            self.page_needs.at_least(PageNeeds::PatchWithCommands);
        }
    }

    /// Appends the first paint to `out`: the page's root element and its data block.
    ///
    /// `id` is the session's id, with which the page attaches. Returns the parts of the client's script that the page should
    /// load with it.
    pub fn first_paint(&mut self, app: &A, scratch: &mut Scratch, id: &str, out: &mut Vec<u8>) -> Needs {
        self.first_paint_at("", app, scratch, id, out)
    }

    /// Appends the first paint of a page whose URL has this query.
    ///
    /// Forms that are posted without JavaScript keep the query.
    pub fn first_paint_at(
        &mut self,
        query: &str,
        app: &A,
        scratch: &mut Scratch,
        id: &str,
        out: &mut Vec<u8>,
    ) -> Needs {
        out.extend_from_slice(wire::ROOT_OPEN);
        self.render_in_full(app, &mut scratch.0, Full::Html { query }, out);
        let nodes = scratch.0.nodes();
        let mut needs = Needs::default();
        scratch.0.hand_over_definitions(|definitions| {
            wire::data_block(out, id, definitions, nodes);
            needs = definitions.needs;
        });
        needs.effects |= self.pending.waiting_commands().any(PageCommand::needs_effects);
        needs
    }

    /// Applies an input, and appends the work that follows from it to `outputs`.
    ///
    /// # Errors
    /// A [`Refusal`] ends the connection, after the messages that [`Session::flush`] still returns.
    pub fn handle(
        &mut self,
        app: &A,
        scratch: &mut Scratch,
        input: Input<'_, A::InternalEvent>,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) -> Result<(), Refusal> {
        match input {
            Input::Event(event) => self.update(app, Event::Internal(event), outputs),
            Input::Failed => {
                if let Some(event) = app.command_failed() {
                    self.update(app, Event::Internal(event), outputs);
                }
            }
            Input::Attach { patch, event } => self.attach(app, patch, event, outputs),
            Input::Frame(message) => return self.take_frame(app, &mut scratch.0, message, outputs),
            Input::Timer(id) => self.tick(app, id, outputs),
            Input::Message { id, topic, payload } => self.take_message(app, id, topic, payload, outputs),
            Input::Lagged(id) => self.take_lagged(app, id, outputs),
        }
        Ok(())
    }

    /// Returns true if [`Session::flush`] may have a message.
    #[inline]
    pub fn wants_flush(&self) -> bool {
        self.page_needs != PageNeeds::Nothing || self.pending.has_replies() || self.event != self.acknowledged
    }

    /// Returns true if the page should receive the result of its last event before the next one is applied.
    ///
    /// This is so when the event carried a person's input. Suppose that a person types into an empty field and submits,
    /// and that the submit empties the field in the model. If both events make one patch, the field's value is `""`
    /// before and after, nothing is sent, and the page keeps the text.
    ///
    /// It is also so when many answers wait: beyond a limit, refusals are left out.
    pub fn wants_flush_first(&self) -> bool {
        self.has_typed && self.page_needs != PageNeeds::Nothing
            || self.pending.get().is_some_and(|kept| kept.replies.are_many())
    }

    /// Appends the next message for the page to `out`. Returns false if there is none.
    ///
    /// Call it when the transport can write, until it returns false.
    #[inline]
    pub fn flush(&mut self, app: &A, scratch: &mut Scratch, id: &str, out: &mut Vec<u8>) -> bool {
        match self.due() {
            Due::Patch { has_commands } => {
                if has_commands {
                    // The patch must be made even if nothing is drawn.
                    scratch.0.require_extras();
                }
                // `write_patch` is inlined only here.
                self.write_patch(app, &mut scratch.0, out) || self.write_acknowledgement(out)
            }
            Due::Reply => self.write_reply(out),
            Due::FullRender => self.write_full_render(app, &mut scratch.0, id, out),
            Due::Acknowledgement => self.write_acknowledgement(out),
            Due::Nothing => false,
        }
    }

    #[inline]
    fn due(&self) -> Due {
        if self.page_needs == PageNeeds::Patch && !self.pending.has_replies() {
            Due::Patch { has_commands: false }
        } else {
            self.rarely_due()
        }
    }

    /// Not inlined, so that the usual case is two comparisons instead of a jump table.
    #[inline(never)]
    fn rarely_due(&self) -> Due {
        match self.page_needs {
            _ if self.pending.has_replies() => Due::Reply,
            // The page's events belong to the present addresses, so they come first.
            PageNeeds::FullRender if self.event < self.expected => Due::Nothing,
            PageNeeds::FullRender | PageNeeds::Everything => Due::FullRender,
            PageNeeds::PatchWithCommands => Due::Patch { has_commands: true },
            PageNeeds::Patch => Due::Patch { has_commands: false },
            PageNeeds::Nothing if self.event != self.acknowledged => Due::Acknowledgement,
            PageNeeds::Nothing => Due::Nothing,
        }
    }
}

impl PageNeeds {
    #[inline]
    fn at_least(&mut self, needs: Self) {
        if *self < needs {
            *self = needs;
        }
    }
}
