//! Sessions of all shapes behind one trait. The test sets their models.

use std::sync::Mutex;

use serde_json::Value;
use tealight_core::session::{HashSeed, Input, Output, Scratch, Session};
use tealight_core::{Command, Event as Told, LiveView, MountError, PageRequest};

use crate::event::{Event, TYPED};
use crate::model::Item;

/// A view with a name.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The name, for messages of failures.
    pub name: &'static str,
    /// Starts a session that shows a model, with a seed.
    pub start: fn(Item, u64) -> Box<dyn Live>,
}

/// One session.
pub trait Live {
    /// Writes the first paint.
    fn paint(&mut self) -> String;
    /// Attaches the page, which shows this patch, and has this many events to send.
    fn attach(&mut self, patch: u64, unsent: u32);
    /// Replaces the model. The patch is in [`Live::frames`].
    fn show(&mut self, model: &Item);
    /// Returns all messages that are due.
    fn frames(&mut self) -> Vec<String>;
    /// Asks for a full render.
    fn remount(&mut self, patch: u64);
    /// Sends an event. Returns the event that `update` got, or the reason of the refusal.
    fn fire(&mut self, patch: u64, address: &[u64], payload: Option<Value>) -> Result<Event, &'static str>;
    /// Returns the store: what the server keeps of the last delivered render.
    fn tape(&self) -> Vec<u64>;
}

/// A marker type's view.
pub(crate) trait Show: Send + Sync + 'static {
    fn app(fired: Mutex<Vec<Event>>) -> Self;
    fn fired(&self) -> &Mutex<Vec<Event>>;
}

pub(crate) struct Held<A: LiveView> {
    app: A,
    session: Session<A>,
    scratch: Scratch,
    event: u32,
}

impl<A> Held<A>
where
    A: Show + LiveView<Model = Item, ExternalEvent = Event, InternalEvent = Item>,
{
    pub(crate) fn start(model: Item, seed: u64) -> Box<dyn Live> {
        let session = Session::new(model, Command::none());
        Box::new(Self { app: A::app(Mutex::default()), session, scratch: Scratch::new(HashSeed::new(seed)), event: 0 })
    }

    fn handle(&mut self, input: Input<'_, Item>) -> Vec<Output<Item>> {
        let mut outputs = Vec::new();
        self.session.handle(&self.app, &mut self.scratch, input, &mut outputs).expect("a message that can be taken");
        outputs
    }
}

/// The session's id.
pub const ID: &str = "s";

impl<A> Live for Held<A>
where
    A: Show + LiveView<Model = Item, ExternalEvent = Event, InternalEvent = Item>,
{
    fn paint(&mut self) -> String {
        let mut out = Vec::new();
        self.session.first_paint(&self.app, &mut self.scratch, ID, &mut out);
        String::from_utf8(out).expect("a page is UTF-8")
    }

    fn attach(&mut self, patch: u64, unsent: u32) {
        let patch = patch.try_into().expect("a patch has 32 bits");
        self.handle(Input::Attach { patch, event: self.event + unsent });
    }

    fn show(&mut self, model: &Item) {
        self.handle(Input::Event(model.clone()));
    }

    fn frames(&mut self) -> Vec<String> {
        let mut frames = Vec::new();
        loop {
            let mut out = Vec::new();
            if !self.session.flush(&self.app, &mut self.scratch, ID, &mut out) {
                assert!(out.is_empty(), "nothing is written where there is nothing to say");
                return frames;
            }
            frames.push(String::from_utf8(out).expect("a message is UTF-8"));
        }
    }

    fn remount(&mut self, patch: u64) {
        self.handle(Input::Frame(format!("{{\"remount\":{patch}}}").as_bytes()));
    }

    fn fire(&mut self, patch: u64, address: &[u64], payload: Option<Value>) -> Result<Event, &'static str> {
        self.event += 1;
        let mut message = vec![Value::from(self.event), patch.into(), address.into()];
        message.extend(payload);
        let outputs = self.handle(Input::Frame(Value::from(message).to_string().as_bytes()));
        let fired: Vec<Event> = self.app.fired().lock().expect("one thread").drain(..).collect();
        match (fired.as_slice(), outputs.as_slice()) {
            ([event], []) => Ok(event.clone()),
            ([], [Output::Refused(refusal)]) => Err(refusal.reason()),
            other => panic!("one event or one refusal: {other:?}"),
        }
    }

    fn tape(&self) -> Vec<u64> {
        self.session.tape().to_vec()
    }
}

impl std::fmt::Debug for dyn Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Live")
    }
}

/// Returns the payload of an event of this type.
pub fn payload(event: &str) -> Option<Value> {
    match event {
        "input" | "change" => Some(TYPED.into()),
        "submit" => Some(serde_json::json!([[["name", TYPED]], ""])),
        _ => None,
    }
}

pub(crate) fn update(fired: &Mutex<Vec<Event>>, model: &mut Item, event: Told<Event, Item>) -> Command<Item> {
    match event {
        Told::External(event) => fired.lock().expect("one thread").push(event),
        Told::Internal(next) => *model = next,
    }
    Command::none()
}

#[expect(clippy::unused_async, reason = "`mount` is")]
pub(crate) async fn no_mount(_: &PageRequest) -> Result<(Item, Command<Item>), MountError> {
    Err(MountError::NotFound)
}

/// Makes an application of each function, and a list of all.
macro_rules! shapes {
    ($list:ident: $($name:ident),* $(,)?) => {
        /// These shapes.
        pub const $list: &[$crate::live::Shape] = &[$({
            struct App(std::sync::Mutex<Vec<$crate::event::Event>>);

            impl $crate::live::Show for App {
                fn app(fired: std::sync::Mutex<Vec<$crate::event::Event>>) -> Self {
                    Self(fired)
                }

                fn fired(&self) -> &std::sync::Mutex<Vec<$crate::event::Event>> {
                    &self.0
                }
            }

            impl tealight_core::LiveView for App {
                type Model = $crate::model::Item;
                type ExternalEvent = $crate::event::Event;
                type InternalEvent = $crate::model::Item;

                async fn mount(
                    &self,
                    request: &tealight_core::PageRequest,
                ) -> Result<(Self::Model, tealight_core::Command<Self::Model>), tealight_core::MountError> {
                    $crate::live::no_mount(request).await
                }

                fn update(
                    &self,
                    model: &mut Self::Model,
                    event: tealight_core::Event<Self::ExternalEvent, Self::Model>,
                ) -> tealight_core::Command<Self::Model> {
                    $crate::live::update(&self.0, model, event)
                }

                fn view(&self, model: &Self::Model) -> impl tealight_core::View<Self::ExternalEvent> {
                    $name(model)
                }
            }

            $crate::live::Shape { name: stringify!($name), start: $crate::live::Held::<App>::start }
        }),*];
    };
}
pub(crate) use shapes;
