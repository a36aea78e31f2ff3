//! A page for the browser tests: people log in and out.
//!
//! ```text
//! cargo run --example people
//! ```

use std::collections::HashSet;
use std::future::ready;
use std::sync::{Arc, Mutex};

use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, live, run_routes};
use warp::Filter;
use warp::http::{Response, StatusCode};

/// The people who are logged in.
type Logins = Arc<Mutex<HashSet<String>>>;

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let logins = Logins::default();
    let guarded = Arc::clone(&logins);
    let layout = Layout::new("People").head(r#"<link rel="icon" href="data:,">"#);
    let people = Live::builder(People).layout(layout).guard(move |request| ready(guard(&guarded, request))).start();

    let entering = Arc::clone(&logins);
    let enter = warp::path!("enter" / String).map(move |name: String| {
        entering.lock().expect("no panic").insert(name.clone());
        let cookie = format!("login={name}; Path=/; HttpOnly; SameSite=Lax");
        Response::builder().status(StatusCode::SEE_OTHER).header("set-cookie", cookie).header("location", "/").body("")
    });
    let publisher = people.publisher();
    let leave = warp::path!("leave").and(warp::post()).and(warp::cookie("login")).then(move |name: String| {
        logins.lock().expect("no panic").remove(&name);
        let publisher = publisher.clone();
        async move { publisher.end_sessions(&name).await.map_or("try again", |()| "left") }
    });
    let login = warp::path!("login").map(|| warp::reply::html("<title>Log in</title><h1>Log in</h1>"));
    run_routes(people.clone(), live(people).or(enter).or(leave).or(login)).await
}

fn guard(logins: &Logins, request: PageRequest) -> Result<PageRequest, MountError> {
    let name = request.cookie("login").unwrap_or_default().to_owned();
    let is_in = logins.lock().expect("no panic").contains(&name);
    if is_in { Ok(request.owned_by(name)) } else { Err(MountError::Redirect("/login".into())) }
}

struct People;

struct Model {
    name: String,
    count: u32,
}

#[derive(Hash)]
struct Up;

impl LiveView for People {
    type Model = Model;
    type ExternalEvent = Up;
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<()>), MountError> {
        Ok((Model { name: request.owner().unwrap_or_default().to_owned(), count: 0 }, Command::none()))
    }

    fn update(&self, model: &mut Model, _: Event<Up, ()>) -> Command<()> {
        model.count += 1;
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<Up> {
        html! {
            <h1>{&model.name}</h1>
            <button on:click={Up}>{model.count}</button>
        }
    }
}
