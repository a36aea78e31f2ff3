//! A page's session, without any I/O.
//!
//! A [`Session`] holds the model of one page and knows how much of it the page shows. The caller passes each
//! [`Input`] to [`Session::handle`], carries out the [`Output`]s, and asks [`Session::flush`] for the next message
//! whenever the page's connection can take one.

mod outbox;
mod say;
mod take;
mod unseen;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use self::outbox::Outbox;
use self::unseen::Unseen;
use crate::command::{Action, PageCommand};
use crate::html::renderer::{Mode, Renderer};
use crate::html::tape::Store;
use crate::wire::form::FormAddress;
use crate::wire::{self, Refusal};
use crate::{Command, Event, FieldErrors, FormData, LiveView};

pub use crate::command::{Message, Task};
pub use crate::html::HashSeed;
pub use crate::subscription::SubscriptionId;

/// A worker thread's buffers. It keeps no session's state between two calls; one serves all sessions
/// that run on its thread.
///
/// All that serve the same sessions are made with the same [`HashSeed`].
#[derive(Debug)]
pub struct Scratch(Renderer);

impl Scratch {
    /// Empty buffers.
    pub fn new(seed: HashSeed) -> Self {
        Self(Renderer::new(seed))
    }

    /// How often two rows of a list had the same key since this was last asked, to be counted.
    ///
    /// Of a list that is shown as it was, and in a release build of one that is new, nobody asks.
    pub fn take_duplicate_keys(&mut self) -> u32 {
        std::mem::take(&mut self.0.duplicates)
    }
}

/// What a session is told.
#[derive(Debug)]
pub enum Input<'a, E> {
    /// The page has attached, having applied this patch and made this event last.
    Attach {
        /// The last patch that the page has applied; [`Session::NOTHING`] for a page that has none.
        patch: u32,
        /// The last event that the page has made.
        event: u32,
    },
    /// A message of the attached page.
    Frame(&'a [u8]),
    /// A command's event.
    Event(E),
    /// A timer is due.
    Timer(SubscriptionId),
    /// A message from a topic, as JSON.
    Message(SubscriptionId, &'a [u8]),
}

/// Why a form that a browser without scripts has posted was not taken.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PostError {
    /// The page has no such form now.
    #[error("{0}")]
    Refused(Refusal),
    /// The handler takes a type to which the form does not decode.
    #[error("{0}")]
    Fields(FieldErrors),
}

/// Work that a [`Session`] hands to its runtime.
pub enum Output<E> {
    /// Run a future; its output comes back as [`Input::Event`].
    Perform(Task<E>),
    /// Deliver the event as [`Input::Event`] when this time has passed.
    After(Duration, E),
    /// Send a message to all subscribers of its topic, this session included.
    Publish(Message),
    /// Start a timer.
    Every {
        /// Its name in [`Input::Timer`] and [`Output::Stop`].
        id: SubscriptionId,
        /// The time between two ticks.
        period: Duration,
    },
    /// Subscribe to a topic.
    Subscribe {
        /// Its name in [`Input::Message`] and [`Output::Stop`].
        id: SubscriptionId,
        /// The topic's name.
        name: Arc<str>,
    },
    /// Stop a timer or leave a topic.
    Stop(SubscriptionId),
    /// Count a message of the page that was refused, though the connection goes on.
    Refused(Refusal),
    /// Count something that was to be said to the page and is dropped: too much waits already.
    Dropped,
}

impl<E> fmt::Debug for Output<E> {
    /// Without the application's events, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Perform(_) => f.write_str("Perform"),
            Self::After(delay, _) => f.debug_tuple("After").field(delay).finish(),
            Self::Publish(message) => f.debug_tuple("Publish").field(&message.topic).finish(),
            Self::Every { period, .. } => f.debug_tuple("Every").field(period).finish(),
            Self::Subscribe { name, .. } => f.debug_tuple("Subscribe").field(name).finish(),
            Self::Stop(_) => f.write_str("Stop"),
            Self::Refused(refusal) => f.debug_tuple("Refused").field(refusal).finish(),
            Self::Dropped => f.write_str("Dropped"),
        }
    }
}

/// One page's state: a value. It reads no clock and no socket; what it is told is an [`Input`], what
/// it wants done is an [`Output`], and what it has to say to its page comes out of [`Session::flush`].
///
/// Events change the model at once; `view` runs when the transport can write, from what was last
/// delivered to what is true now. Nothing waits in a queue but answers, of which there is a bound.
pub struct Session<A: LiveView> {
    model: A::Model,
    store: Store,
    /// The number of the last patch that was made.
    patch: u32,
    /// The last patch that the page is known to have applied.
    seen: u32,
    /// Events that were made on an older page than this are refused.
    oldest: u32,
    /// The last patch that was a full render.
    mounted: u32,
    /// The last event that was applied.
    event: u32,
    /// The last event of which the page was told that it was.
    acknowledged: u32,
    state: u8,
    command: Option<Box<Command<A::InternalEvent>>>,
    active: Vec<SubscriptionId>,
    replies: Vec<Reply>,
    unseen: Unseen,
    outbox: Outbox,
}

impl<A: LiveView> fmt::Debug for Session<A> {
    /// Without the model, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("patch", &self.patch).field("event", &self.event).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug)]
enum Reply {
    Resume,
    /// The connection ends.
    Ended(Refusal),
    /// These events, from the first to the last: a flood of one kind takes no room.
    Refused(Refusal, u32, u32),
    /// The fields of a form, of an event.
    RefusedForm(FieldErrors, u32),
    Pong(u32),
    /// In development: what is wrong with the view.
    Fault(String),
}

/// The page has attached: timers and topics run.
const ATTACHED: u8 = 1;
/// The model may have changed since the last render.
const CHANGED: u8 = 2;
/// The page needs a full render.
const MOUNT: u8 = 4;
/// A render has begun and not ended: it panicked, and the store is of no use.
const RENDERING: u8 = 8;
/// There are answers for the page.
const REPLIES: u8 = 16;
/// There is something in the outbox that no patch has carried.
const COMMANDS: u8 = 32;
/// A posted form is being taken: topics run, though no page has attached.
const LISTENING: u8 = 64;
/// The last event brought what a person typed or chose.
const TYPED: u8 = 128;

/// More answers than this wait only for a page that floods and does not read.
const MAX_REPLIES: usize = 64;

impl<A: LiveView> Session<A> {
    /// The patch of a page that has nothing of this session.
    pub const NOTHING: u32 = u32::MAX;

    /// A session of what `mount` has made. Its command, timers and topics start when its page attaches.
    pub fn new(model: A::Model, command: Command<A::InternalEvent>) -> Self {
        let mut outbox = Outbox::default();
        let rest = command.into_actions().filter_map(|action| match action {
            // the first HTML has it, so it is older than all that `update` says
            Action::Page(title @ PageCommand::Title(_)) => {
                outbox.push(title);
                None
            }
            other => Some(other),
        });
        let command = Command::of(rest.collect());
        Self {
            model,
            store: Store::default(),
            patch: 0,
            seen: 0,
            oldest: 0,
            mounted: 0,
            event: 0,
            acknowledged: 0,
            state: MOUNT,
            command: (!command.is_none()).then(|| Box::new(command)),
            active: Vec::new(),
            replies: Vec::new(),
            unseen: Unseen::default(),
            outbox,
        }
    }

    /// The model.
    pub fn model(&self) -> &A::Model {
        &self.model
    }

    /// Bytes on the heap that are kept of the last delivered render.
    pub fn kept_bytes(&self) -> usize {
        self.store.bytes()
    }

    /// What is kept of the last delivered render, for tests.
    #[doc(hidden)]
    pub fn tape(&self) -> &[u64] {
        &self.store.tape
    }

    /// The URL to which `update` has sent the page last, if it is not known to have been told: for an answer
    /// to a browser without scripts.
    pub fn navigation(&self) -> Option<&str> {
        let urls = self.outbox.all().filter_map(|(_, command)| match command {
            PageCommand::Navigate(url) => Some(&**url),
            _ => None,
        });
        urls.last()
    }

    /// The title that was said last, if the page is not known to have been told: for the document around a first
    /// paint.
    pub fn title(&self) -> Option<&str> {
        let titles = self.outbox.all().filter_map(|(_, command)| match command {
            PageCommand::Title(title) => Some(&**title),
            _ => None,
        });
        titles.last()
    }

    /// The first paint: the page's root element and its data block.
    pub fn first_paint(&mut self, app: &A, scratch: &mut Scratch, id: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(wire::ROOT_OPEN);
        self.render_in_full(app, &mut scratch.0, Mode::Html, out);
        wire::data_block(out, id, &scratch.0.definitions);
        scratch.0.definitions.clear();
    }

    /// The same for a page whose address has this query: forms that a browser without scripts posts come back
    /// to it.
    pub fn first_paint_at(&mut self, query: &str, app: &A, scratch: &mut Scratch, id: &str, out: &mut Vec<u8>) {
        scratch.0.query.clear();
        scratch.0.query.push_str(query);
        self.first_paint(app, scratch, id, out);
        scratch.0.query.clear();
    }

    /// Takes a form that a browser without scripts has posted, to a page that was painted and has not attached;
    /// it is to be painted again then. What is to be done is appended to `outputs`. Topics run from now on, until
    /// [`Session::end_post`].
    ///
    /// # Errors
    /// A [`PostError`] says why the model is as it was.
    pub fn post(
        &mut self,
        app: &A,
        scratch: &mut Scratch,
        address: &FormAddress,
        data: &FormData,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) -> Result<(), PostError> {
        let lookup = &mut scratch.0.lookup;
        lookup.begin(address.steps.iter().copied(), 0, &wire::form::write(data));
        lookup.mark = Some(address.mark);
        let found = self.find_handler(app, &mut scratch.0, self.patch).map_err(|refusal| match refusal {
            Refusal::Payload => PostError::Fields(scratch.0.lookup.payload.take_errors()),
            other => PostError::Refused(other),
        })?;
        self.state |= LISTENING;
        self.follow_subscriptions(app, outputs);
        self.update(app, Event::External(found), outputs);
        Ok(())
    }

    /// What the form has led to is done: topics are left until the page attaches.
    pub fn end_post(&mut self, outputs: &mut Vec<Output<A::InternalEvent>>) {
        self.state &= !LISTENING;
        outputs.extend(std::mem::take(&mut self.active).into_iter().map(Output::Stop));
    }

    /// Takes an input; what is to be done is appended to `outputs`.
    ///
    /// # Errors
    /// A [`Refusal`] with which the connection ends, after what [`Session::flush`] still has to say.
    pub fn handle(
        &mut self,
        app: &A,
        scratch: &mut Scratch,
        input: Input<'_, A::InternalEvent>,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) -> Result<(), Refusal> {
        match input {
            Input::Event(event) => self.update(app, Event::Internal(event), outputs),
            Input::Attach { patch, event } => self.attach(app, patch, event, outputs),
            Input::Frame(message) => return self.take_frame(app, &mut scratch.0, message, outputs),
            Input::Timer(id) => self.tick(app, id, outputs),
            Input::Message(id, payload) => self.take_message(app, id, payload, outputs),
        }
        Ok(())
    }

    /// Whether [`Session::flush`] has anything to say.
    #[inline]
    pub fn wants_flush(&self) -> bool {
        self.state & (CHANGED | MOUNT | REPLIES | COMMANDS) != 0 || self.event != self.acknowledged
    }

    /// Whether the page is to be told what came of the last event before the next one is taken, if the transport can
    /// write: the event brought what a person typed. A control whose value goes from `""` to what was typed and back
    /// (by the submit that follows) is else the same as before for a patch, and keeps the text.
    pub fn wants_flush_first(&self) -> bool {
        self.state & (CHANGED | TYPED) == CHANGED | TYPED
    }

    /// Appends the next message for the page to `out`. False: there is nothing to say. Call it when the
    /// transport can write, until it is false.
    #[inline]
    pub fn flush(&mut self, app: &A, scratch: &mut Scratch, id: &str, out: &mut Vec<u8>) -> bool {
        let mut due = self.state & (CHANGED | MOUNT | RENDERING | REPLIES | COMMANDS);
        loop {
            if due == CHANGED {
                self.state &= !CHANGED;
                // the one place that calls it: so it stands here, and costs no call
                if self.write_patch(app, &mut scratch.0, out) {
                    return true;
                }
            } else if due & REPLIES != 0 {
                self.write_reply(out);
                return true;
            } else if due & !CHANGED == COMMANDS {
                // there is a patch to carry them, even if nothing is to be drawn
                scratch.0.has_extras = true;
                due = CHANGED;
                continue;
            } else if due & !RENDERING != 0 {
                self.remount(app, &mut scratch.0, id, out);
                return true;
            }
            break;
        }
        if self.event != self.acknowledged {
            self.acknowledged = self.event;
            wire::acknowledge(out, self.event);
            return true;
        }
        false
    }
}
