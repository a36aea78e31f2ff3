//! The application that the `embed_` examples put into servers of other kinds: a counter for each visitor.

use tealight::prelude::*;
use tealight::runtime::Layout;

/// A counter that greets its visitor by name.
pub struct Counter;

/// The document around the counter. It names its icon, an empty one, because a browser would ask the server for one.
pub fn layout() -> Layout {
    Layout::new("Counter").head(r#"<link rel="icon" href="data:,">"#)
}

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

#[cfg(test)]
mod tests {
    use tealight_test::TestApp;

    use super::*;

    #[test]
    fn it_greets_its_visitor_and_counts() {
        let app = TestApp::start(Counter);
        let page = app.visit(|| visit(PageRequest::new("/", "").header("cookie", "name=Ada"))).expect("a page");
        page.click("[aria-label='One more']");
        page.click("[aria-label='One more']");
        page.click("[aria-label='One less']");
        assert_eq!((page.text("h1"), page.text("output")), ("Hello Ada".into(), "1".into()));
        let stranger = app.visit(|| visit(PageRequest::new("/", ""))).expect("a page");
        assert_eq!((stranger.text("h1"), stranger.text("output")), ("Hello stranger".into(), "0".into()));
    }

    #[test]
    fn a_request_without_a_visitor_is_forbidden() {
        let refused = TestApp::start(Counter).visit(|| PageRequest::new("/", ""));
        assert!(matches!(refused, Err(MountError::Forbidden)), "{refused:?}");
    }
}
