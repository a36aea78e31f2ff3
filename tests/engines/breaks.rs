//! Breaks of the line between two processes whose pages show the topics `a` and `b`.

use crate::board::Process;
use crate::line::{Line, State};

/// One process is cut off, goes on, and catches up. Returns all that `far` has shown with the first message.
pub(crate) async fn cut_off(line: &Line, near: &mut Process, far: &mut Process) -> String {
    near.say("a", "together");
    let together = far.shows("a=together").await;
    near.shows("a=together").await;

    line.set(State::Closed);
    // Until the process knows of the cut, a message may be sent and lost: then it hears its own message no more.
    far.say("b", "unheard");
    far.shows("b=unheard").await;
    near.shows("cut off").await;
    near.hears_itself("a").await;

    line.set(State::Up);
    let shown = near.shows("b lagged").await;
    if !shown.contains("connected") {
        near.shows("connected").await;
    }
    assert!(!shown.contains("unheard"), "{shown}");
    let shown = far.shows("a lagged").await;
    assert!(!shown.contains("b lagged"), "only of the topics to which the other has published: {shown}");
    near.say("a", "again");
    far.shows("a=again").await;
    far.say("b", "heard");
    near.shows("b=heard").await;
    together
}

/// Nothing arrives any more on the line of one process, and nobody says so.
pub(crate) async fn fall_silent(line: &Line, near: &mut Process) {
    line.set(State::Silent);
    near.shows("cut off").await;
    near.hears_itself("a").await;
    line.set(State::Up);
    near.shows("b lagged").await;
}

/// The server is away: each process hears itself.
pub(crate) async fn go_on_alone(near: &mut Process, far: &mut Process) {
    near.shows("cut off").await;
    far.shows("cut off").await;
    near.hears_itself("a").await;
    far.hears_itself("b").await;
}

/// The server is there again.
pub(crate) async fn catch_up(near: &mut Process, far: &mut Process) {
    near.shows("b lagged").await;
    far.shows("a lagged").await;
    near.say("a", "again");
    far.shows("a=again").await;
    far.say("b", "again");
    near.shows("b=again").await;
}

/// Two applications share a server, and hear only themselves.
pub(crate) async fn are_apart(shop: &mut Process, office: &mut Process) {
    shop.say("a", "shop");
    office.say("a", "office");
    assert_eq!(office.shows("a=").await, "a=office ");
    assert_eq!(shop.shows("a=").await, "a=shop ");
}
