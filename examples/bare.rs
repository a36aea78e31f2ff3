//! The core alone: a session without a server, a runtime or a clock. It prints the first page, and the messages to it.
//!
//! ```text
//! cargo run --example bare
//! ```

use tealight::core::session::{HashSeed, Input, Scratch, Session};
use tealight::prelude::*;

struct Echo;

#[derive(Hash)]
struct Typed(String);

impl LiveView for Echo {
    type Model = String;
    type ExternalEvent = Typed;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(String, Command<()>), MountError> {
        Ok((String::new(), Command::none()))
    }

    fn update(&self, text: &mut String, event: Event<Typed, ()>) -> Command<()> {
        if let Event::External(Typed(typed)) = event {
            *text = typed;
        }
        Command::none()
    }

    fn view(&self, text: &String) -> impl View<Typed> {
        html! { <input on:input={Typed}/> <p>{text}</p> }
    }
}

fn main() {
    let mut scratch = Scratch::new(HashSeed::new(7));
    let mut session = Session::new(String::new(), Command::none());
    let mut outputs = vec![];
    let mut out = Vec::new();
    session.first_paint(&Echo, &mut scratch, "id", &mut out);
    // event 1, made after patch 0, at the handler in slot 0; then event 2, made after patch 1
    let typed: [&[u8]; 2] = [br#"[1,0,[0],"tea"]"#, br#"[2,1,[0],"tealight"]"#];
    for input in [Input::Attach { patch: 0, event: 0 }].into_iter().chain(typed.map(Input::Frame)) {
        session.handle(&Echo, &mut scratch, input, &mut outputs).expect("the messages are well formed");
        out.push(b'\n');
        while session.flush(&Echo, &mut scratch, "id", &mut out) {}
    }
    println!("{}", String::from_utf8(out).expect("messages are texts"));
}

#[cfg(test)]
mod tests {
    use tealight_test::TestApp;

    use super::*;

    #[test]
    fn a_typed_text_is_echoed() {
        let page = TestApp::start(Echo).open("/");
        page.fill("input", "tea");
        assert_eq!(page.text("p"), "tea");
    }
}
