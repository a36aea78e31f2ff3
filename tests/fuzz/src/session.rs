//! The decoders of messages from a page, and a whole session.

use tealight_core::Command;
use tealight_core::session::{HashSeed, Input, Output, Scratch, Session};
use tealight_core::wire::{Attach, is_leave};

use crate::app::{Desk, Model};

/// The first message of a connection.
pub(crate) fn attach(bytes: &[u8]) {
    let _ = is_leave(bytes);
    let _ = Attach::decode(bytes);
}

/// The most bytes that a session keeps of its last renders: the model has a bound, and the page does not decide.
const MOST_KEPT: usize = 64 * 1024;
/// The most bytes of all messages after one message of the page.
const MOST_SENT: usize = 1 << 20;

/// One message a line. An attach attaches the page again; `save` is a restart of the server; all others are the page's.
pub(crate) fn session(bytes: &[u8]) {
    let mut scratch = Scratch::new(HashSeed::new(7));
    let mut session = Session::<Desk>::new(Model::default(), Command::none());
    let mut out = Vec::new();
    session.first_paint(&Desk, &mut scratch, "id", &mut out);
    let mut outputs = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n').take(300) {
        if line == b"save" {
            session = restarted(&session);
            continue;
        }
        let input = match Attach::decode(line) {
            Ok(attach) => Input::Attach { patch: attach.patch, event: attach.event },
            Err(_) => Input::Frame(line),
        };
        let handled = session.handle(&Desk, &mut scratch, input, &mut outputs);
        for output in outputs.drain(..) {
            if let Output::Elsewhere(to) = output {
                session.refuse_link(to.event);
            }
        }
        // Some messages are sent at once, others wait for the next.
        if line.len() % 3 != 0 || handled.is_err() {
            flush(&mut session, &mut scratch);
        }
        assert!(session.kept_bytes() < MOST_KEPT, "{} bytes", session.kept_bytes());
    }
    flush(&mut session, &mut scratch);
}

fn flush(session: &mut Session<Desk>, scratch: &mut Scratch) {
    let mut sent = 0;
    let mut out = Vec::new();
    while session.flush(&Desk, scratch, "id", &mut out) {
        let message: Result<serde_json::Value, _> = serde_json::from_slice(&out);
        assert!(message.is_ok(), "no JSON: {:?}", String::from_utf8_lossy(&out));
        sent += out.len();
        out.clear();
    }
    assert!(sent < MOST_SENT, "{sent} bytes");
}

fn restarted(session: &Session<Desk>) -> Session<Desk> {
    let saved = session.save().expect("nothing waits for an attach");
    let bytes = rmp_serde::to_vec(&saved).expect("a session can be written");
    let saved = rmp_serde::from_slice(&bytes).expect("what was written can be read");
    Session::restore(session.model().clone(), saved, bytes.len().is_multiple_of(2))
}
