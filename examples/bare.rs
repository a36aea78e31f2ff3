//! Core alone: a session driven by hand, without a server, a runtime or a clock.
//!
//! ```text
//! cargo run --example bare
//! ```

use tealight::core::session::{HashSeed, Input, Scratch, Session};
use tealight::prelude::*;

struct Counter;

#[derive(Hash)]
struct Up;

impl LiveView for Counter {
    type Model = u32;
    type ExternalEvent = Up;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<()>), MountError> {
        Ok((0, Command::none()))
    }

    fn update(&self, count: &mut u32, _: Event<Up, ()>) -> Command<()> {
        *count += 1;
        Command::none()
    }

    fn view(&self, count: &u32) -> impl View<Up> {
        html! { <button on:click={Up}>{*count}</button> }
    }
}

fn main() {
    let (mut scratch, mut session, mut effects) =
        (Scratch::new(HashSeed::new(7)), Session::new(0, Command::none()), vec![]);
    let mut out = Vec::new();
    session.first_paint(&Counter, &mut scratch, "id", &mut out);
    for input in [Input::Attach { patch: 0, event: 0 }, Input::Frame(b"[1,0,[0]]"), Input::Frame(b"[2,1,[0]]")] {
        session.handle(&Counter, &mut scratch, input, &mut effects).expect("it is well formed");
        out.push(b'\n');
        while session.flush(&Counter, &mut scratch, "id", &mut out) {}
    }
    println!("{}", String::from_utf8(out).expect("messages are texts"));
}
