//! The application that the `embed_` examples put into servers of other kinds: a counter for each visitor.

use tealight::prelude::*;

/// A counter that greets its visitor by name.
pub struct Counter;

/// The visitor's name.
pub struct Visitor(String);

/// Adds the visitor to a request. The name is in a cookie that the surrounding server has set.
pub fn visit(request: PageRequest) -> PageRequest {
    let name = request.cookie("name").unwrap_or("stranger").to_owned();
    request.with(Visitor(name))
}

/// The model: the visitor's name and the count.
pub type Model = (String, i64);

/// A pressed button.
#[derive(Hash)]
pub enum Press {
    /// One more.
    Up,
    /// One less.
    Down,
}

impl LiveView for Counter {
    type Model = Model;
    type ExternalEvent = Press;
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        let Visitor(name) = request.get().ok_or(MountError::Forbidden)?;
        Ok(((name.clone(), 0), Command::none()))
    }

    fn update(&self, (_, count): &mut Model, event: Event<Press, ()>) -> Command<()> {
        match event {
            Event::External(Press::Up) => *count += 1,
            Event::External(Press::Down) => *count -= 1,
            Event::Internal(()) => {}
        }
        Command::none()
    }

    fn view(&self, (name, count): &Model) -> impl View<Press> {
        html! {
            <h1>"Hello " {name}</h1>
            <button type="button" aria-label="One less" on:click={Press::Down}>"−"</button>
            <output>{*count}</output>
            <button type="button" aria-label="One more" on:click={Press::Up}>"+"</button>
        }
    }
}
