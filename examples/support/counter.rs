//! The counter that the `embed_` examples put into servers of other kinds: each visitor's own, with a name.

use tealight::prelude::*;

pub(crate) struct Counter;

/// Who visits, as the server around it knows it.
pub(crate) struct Visitor(String);

/// What `mount` reads of a request, and who visits: whom the server's cookie names.
pub(crate) fn visit(request: PageRequest) -> PageRequest {
    let name = request.cookie("name").unwrap_or("stranger").to_owned();
    request.with(Visitor(name))
}

#[derive(Hash)]
pub(crate) enum Press {
    Up,
    Down,
}

impl LiveView for Counter {
    type Model = (String, i64);
    type ExternalEvent = Press;
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<((String, i64), Command<()>), MountError> {
        let Visitor(name) = request.get().ok_or(MountError::Forbidden)?;
        Ok(((name.clone(), 0), Command::none()))
    }

    fn update(&self, (_, count): &mut (String, i64), event: Event<Press, ()>) -> Command<()> {
        match event {
            Event::External(Press::Up) => *count += 1,
            Event::External(Press::Down) => *count -= 1,
            Event::Internal(()) => {}
        }
        Command::none()
    }

    fn view(&self, (name, count): &(String, i64)) -> impl View<Press> {
        html! {
            <h1>"Hello " {name}</h1>
            <button type="button" aria-label="One less" on:click={Press::Down}>"−"</button>
            <output>{*count}</output>
            <button type="button" aria-label="One more" on:click={Press::Up}>"+"</button>
        }
    }
}
