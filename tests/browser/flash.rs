//! Pages for the browser tests: one leaves texts for the other.
//!
//! ```text
//! cargo run --example flash
//! ```

use tealight::prelude::*;
use tealight::runtime::{Layout, Live, Router};
use tealight::sse::filters::stream;
use tealight::warp::{RunError, page, request, run_routes, script, socket};
use warp::Filter;

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Flash").head(r#"<link rel="icon" href="data:,">"#);
    let router = Router::new().live::<EditPage>(Edit).live::<ListPage>(List);
    let live = Live::builder(router).layout(layout).base("/").start();
    let pages = socket(&live, request()).or(stream(&live, request())).or(page(&live, request()));
    run_routes(live, script().or(pages)).await
}

#[derive(Hash, Route)]
#[route("/edit")]
struct EditPage;

#[derive(Hash, Route)]
enum ListPage {
    #[route("/list")]
    List,
    /// Leads to the list.
    #[route("/old")]
    Old,
}

struct Edit;

#[derive(Hash)]
enum Said {
    Save,
    SaveAndGo,
    SaveAndLoad,
    SaveAndGoToOld,
    Note(Note),
}

#[derive(Hash)]
struct Note(String);

fn note(data: FormData) -> Said {
    Said::Note(Note(data.get("note").unwrap_or_default().to_owned()))
}

const TEXT: &str = "Tee für 5 €; <b>\"bald\"</b>, 100 %";

impl LiveView for Edit {
    type Model = ();
    type ExternalEvent = Said;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> {
        Ok(((), Command::none()))
    }

    fn update(&self, (): &mut (), event: Event<Said, ()>) -> Command<()> {
        let Event::External(said) = event else { return Command::none() };
        let (text, leads_to) = match said {
            Said::Save => (TEXT.to_owned(), Command::announce("Saved")),
            Said::SaveAndGo => (TEXT.to_owned(), Command::go(ListPage::List)),
            Said::SaveAndLoad => (TEXT.to_owned(), Command::navigate("/list?loaded")),
            Said::SaveAndGoToOld => (TEXT.to_owned(), Command::go(ListPage::Old)),
            Said::Note(Note(text)) => (text, Command::go(ListPage::List)),
        };
        Command::batch([Command::flash(text), leads_to])
    }

    fn view(&self, (): &()) -> impl View<Said> {
        html! {
            <h1>"Edit"</h1>
            <button id="save" on:click={Said::Save}>"Save"</button>
            <button id="go" on:click={Said::SaveAndGo}>"Save and go"</button>
            <button id="load" on:click={Said::SaveAndLoad}>"Save and load"</button>
            <button id="old" on:click={Said::SaveAndGoToOld}>"Save and go to an old address"</button>
            <form method="post" on:submit={note}><input name="note" value="Noted; 1 + 1 = 2"/><button id="note">"Note"</button></form>
            <a href={ListPage::List}>"List"</a>
        }
    }
}

struct List;

impl LiveView for List {
    type Model = String;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(String, Command<()>), MountError> {
        match request.route()? {
            ListPage::List => Ok((request.flash().unwrap_or("nothing").to_owned(), Command::none())),
            ListPage::Old => Err(MountError::Redirect(ListPage::List.address())),
        }
    }

    fn update(&self, _: &mut String, _: Event<(), ()>) -> Command<()> {
        Command::none()
    }

    fn view(&self, flash: &String) -> impl View<()> {
        html! {
            <h1>"List"</h1>
            <p role="status">{flash}</p>
            <a href={EditPage}>"Edit"</a>
        }
    }
}
