//! Several views for the browser tests of links between them.
//!
//! ```text
//! cargo run --example views
//! ```
//!
//! With a file in the variable `SESSIONS`, the sessions of notes and cards survive a restart.

use std::env;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::runtime::{Layout, Live, Router, SessionStore};
use tealight::warp::{live, run_routes};
use tealight_store::FileStore;
use tokio::sync::Semaphore;
use warp::Filter;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let layout = Layout::new("Views").head(r#"<link rel="icon" href="data:,">"#);
    let layout = if env::var_os("VIEW_TRANSITIONS").is_some() { layout.view_transitions() } else { layout };
    let permits = Arc::new(Semaphore::new(0));
    let slow = Slow(Arc::clone(&permits));
    let router = Router::new().live_at("/slow", slow).live_at("/closed", Closed);
    let router = if let Ok(file) = env::var("SESSIONS") {
        let store: Arc<dyn SessionStore> = Arc::new(FileStore::open(file)?);
        router.live_saved::<Notes, _>(Noting, Arc::clone(&store)).live_saved::<Card, _>(Filing, store)
    } else {
        router.live::<Notes>(Noting).live::<Card>(Filing)
    };
    // A long walk goes back to its first page.
    let views = Live::builder(router).layout(layout).detached_lifetime(Duration::from_secs(3_600)).start();
    let release = warp::path!("release").and(warp::post()).map(move || {
        permits.add_permits(1);
        "released"
    });
    Ok(run_routes(views.clone(), release.or(live(views))).await?)
}

#[derive(Clone, Debug, Deserialize, Hash, PartialEq, Route, Serialize)]
enum Notes {
    #[route("/")]
    All,
    #[route("/notes/{id}?mark")]
    Note { id: u32, mark: Option<u32> },
}

#[derive(Clone, Debug, Hash, PartialEq, Route)]
#[route("/cards/{id}")]
struct Card {
    id: u32,
}

const PATHS: [&str; 7] = ["/", "/notes/1", "/notes/2?mark=7", "/cards/1", "/cards/2", "/slow", "/closed"];

/// The frame of all views.
fn shell<E: 'static, V: View<E>>(at: &str, content: V) -> impl View<E> + use<E, V> {
    let links = PATHS.map(|to| (to, (to == at).then_some("page")));
    html! {
        <header>
            <nav>
                for (to, current) in links, key=to {
                    <a href={to} prefetch aria-current={current}>{to}</a>
                    " "
                }
            </nav>
            <input id="shell" aria-label="Shell">
        </header>
        <main>{content}</main>
    }
}

/// Hears its routes: one session shows all notes.
struct Noting;

#[derive(Deserialize, Serialize)]
struct Desk {
    at: Notes,
    count: u32,
    draft: String,
}

#[derive(Hash)]
enum Press {
    Up,
    Draft(String),
    Go,
    Next,
    Mark,
    Save,
}

enum Heard {
    Went(Notes),
}

impl LiveView for Noting {
    type Model = Desk;
    type ExternalEvent = Press;
    type InternalEvent = Heard;

    async fn mount(&self, request: &PageRequest) -> Result<(Desk, Command<Heard>), MountError> {
        let at = request.route()?;
        let title = title_of(&at);
        Ok((Desk { at, count: 0, draft: String::new() }, Command::title(title)))
    }

    fn update(&self, desk: &mut Desk, event: Event<Press, Heard>) -> Command<Heard> {
        match event {
            Event::External(Press::Up) => desk.count += 1,
            Event::External(Press::Draft(text)) => desk.draft = text,
            Event::External(Press::Go) => return Command::go(Card { id: 3 }),
            Event::External(Press::Next) => {
                let id = if let Notes::Note { id, .. } = desk.at { id + 1 } else { 1 };
                return Command::go(Notes::Note { id, mark: None });
            }
            Event::External(Press::Mark) => {
                let (id, mark) = if let Notes::Note { id, mark } = desk.at { (id, mark) } else { (0, None) };
                return Command::go(Notes::Note { id, mark: Some(mark.unwrap_or_default() + 1) }).replace();
            }
            Event::External(Press::Save) => {}
            Event::Internal(Heard::Went(to)) => {
                desk.at = to;
                return Command::title(title_of(&desk.at));
            }
        }
        Command::none()
    }

    fn view(&self, desk: &Desk) -> impl View<Press> {
        let at = desk.at.address();
        shell(
            &at,
            html! {
                <h1>{title_of(&desk.at)}</h1>
                <button id="up" on:click={Press::Up}>{desk.count}</button>
                <button id="go" on:click={Press::Go}>"Card 3"</button>
                <button id="next" on:click={Press::Next}>"Next"</button>
                <button id="mark" on:click={Press::Mark}>"Mark"</button>
                <input id="draft" aria-label="Draft" value={&desk.draft} on:input={Press::Draft}>
                <input id="free" aria-label="Free">
                <label><input type="checkbox" id="box">"Box"</label>
                <div id="list" data-keep-scroll style="height: 100px; overflow: auto"><div style="height: 900px">"A long list"</div></div>
                <div style="height: 3000px">"Much"</div>
                <div id="player" persist="player" client-owned/>
            },
        )
    }

    fn subscriptions(&self, _: &Desk) -> Subscription<Heard> {
        Subscription::route(Heard::Went)
    }
}

fn title_of(at: &Notes) -> String {
    match at {
        Notes::All => "Notes".to_owned(),
        Notes::Note { id, mark } => {
            format!("Note {id}{}", mark.as_ref().map_or_else(String::new, |mark| format!(" at {mark}")))
        }
    }
}

/// Hears no routes: each card has its session.
struct Filing;

impl LiveView for Filing {
    type Model = (u32, u32, String);
    type ExternalEvent = Press;
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<((u32, u32, String), Command<()>), MountError> {
        let Card { id } = request.route()?;
        Ok(((id, 0, String::new()), Command::title(format!("Card {id}"))))
    }

    fn update(&self, (_, count, draft): &mut (u32, u32, String), event: Event<Press, ()>) -> Command<()> {
        match event {
            Event::External(Press::Up) => *count += 1,
            Event::External(Press::Draft(text)) => *draft = text,
            Event::External(Press::Save) => draft.clear(),
            Event::External(Press::Go) => return Command::go(Notes::Note { id: 9, mark: None }),
            Event::External(Press::Next | Press::Mark) | Event::Internal(()) => {}
        }
        Command::none()
    }

    fn view(&self, (id, count, draft): &(u32, u32, String)) -> impl View<Press> {
        shell(
            &Card { id: *id }.address(),
            html! {
                <h1>"Card "{id}</h1>
                <button id="up" on:click={Press::Up}>{count}</button>
                <button id="go" on:click={Press::Go}>"Note 9"</button>
                <form leave={(!draft.is_empty()).then_some("Leave the card?")} on:submit={Press::Save}>
                    <input id="draft" aria-label="Draft" value={draft} on:input={Press::Draft}>
                    <input id="free" aria-label="Free">
                    <button id="save">"Save"</button>
                </form>
                <aside><div id="player" persist="player" title={id} client-owned/></aside>
            },
        )
    }
}

/// Waits for a permit.
struct Slow(Arc<Semaphore>);

impl LiveView for Slow {
    type Model = u32;
    type ExternalEvent = Press;
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<()>), MountError> {
        self.0.acquire().await.expect("it is never closed").forget();
        Ok((0, Command::none()))
    }

    fn update(&self, count: &mut u32, _: Event<Press, ()>) -> Command<()> {
        *count += 1;
        Command::none()
    }

    fn view(&self, count: &u32) -> impl View<Press> {
        shell(
            "/slow",
            html! {
                <h1>"Slow"</h1>
                <button id="up" on:click={Press::Up}>{count}</button>
                <a href="/notes/5" prefetch="view">"Note 5"</a>
            },
        )
    }
}

struct Closed;

impl LiveView for Closed {
    type Model = ();
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> {
        Err(MountError::Forbidden)
    }

    fn update(&self, (): &mut (), _: Event<(), ()>) -> Command<()> {
        Command::none()
    }

    fn view(&self, (): &()) -> impl View<()> {
        html! { <p>"Nobody sees this"</p> }
    }
}
