//! A page in memory: what it is sent is what a test looks at.
#![allow(dead_code, reason = "not every test looks at everything")]

use tealight_core::session::{HashSeed, Input, Output, Scratch, Session};
use tealight_core::{Command, LiveView};

pub(crate) struct Page<A: LiveView> {
    pub(crate) app: A,
    pub(crate) session: Session<A>,
    pub(crate) outputs: Vec<Output<A::InternalEvent>>,
    pub(crate) scratch: Scratch,
}

impl<A: LiveView> Page<A> {
    pub(crate) fn new(app: A, model: A::Model) -> Self {
        Self::with_command(app, model, Command::none())
    }

    pub(crate) fn with_command(app: A, model: A::Model, command: Command<A::InternalEvent>) -> Self {
        let session = Session::new(model, command);
        Self { app, session, outputs: Vec::new(), scratch: Scratch::new(HashSeed::new(7)) }
    }

    /// The first paint, without the root element around the view.
    pub(crate) fn html(&mut self) -> String {
        let whole = self.first_paint();
        let (_, rest) = whole.split_once('>').expect("a root element");
        rest.split_once("</div><script").expect("a data block").0.to_owned()
    }

    /// The data block of the first paint.
    pub(crate) fn block(&mut self) -> serde_json::Value {
        let whole = self.first_paint();
        let (_, block) = whole.split_once("<script type=\"application/json\">").expect("a data block");
        let (json, _) = block.split_once('<').expect("its end");
        serde_json::from_str(json).expect("JSON")
    }

    pub(crate) fn first_paint(&mut self) -> String {
        let mut out = Vec::new();
        self.session.first_paint(&self.app, &mut self.scratch, "id", &mut out);
        String::from_utf8(out).expect("text")
    }

    /// Tells the session, and answers with all that it then has to say, a message a line.
    pub(crate) fn tell(&mut self, input: Input<'_, A::InternalEvent>) -> String {
        let taken = self.session.handle(&self.app, &mut self.scratch, input, &mut self.outputs);
        // There is no other view.
        if let Some(Output::Elsewhere(to)) = self.outputs.last() {
            self.session.refuse_link(to.event);
            self.outputs.pop();
        }
        let mut said = self.flush();
        if let Err(refusal) = taken {
            said += &format!("\nclosed: {refusal}");
        }
        said
    }

    pub(crate) fn flush(&mut self) -> String {
        let mut messages = Vec::new();
        loop {
            let mut out = Vec::new();
            let wanted = self.session.wants_flush();
            if !self.session.flush(&self.app, &mut self.scratch, "id", &mut out) {
                break;
            }
            assert!(wanted, "a session that has something to say says that it has");
            messages.push(String::from_utf8(out).expect("text"));
        }
        messages.join("\n")
    }

    /// The first paint, and the page attached to it.
    pub(crate) fn attached(app: A, model: A::Model) -> Self {
        let mut page = Self::new(app, model);
        page.first_paint();
        page.tell(Input::Attach { patch: 0, event: 0 });
        page
    }

    pub(crate) fn frame(&mut self, message: &str) -> String {
        self.tell(Input::Frame(message.as_bytes()))
    }

    pub(crate) fn event(&mut self, event: A::InternalEvent) -> String {
        self.tell(Input::Event(event))
    }
}
