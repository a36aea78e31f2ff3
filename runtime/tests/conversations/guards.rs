//! Guards: a link leads where a request does, whatever says no, and wherever that is.

use std::future::ready;
use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tealight_core::{Command, Event, FormData, LiveView, MountError, PageRequest, View, html};
use tealight_runtime::{Close, Live, Router};
use tealight_test::protocol::{Tab, request, session_in};

/// The address of the event that a person follows a link.
const LINK: u32 = u32::MAX - 1;

/// The answer to a request for the desk. The hall is for everybody.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Yes,
    /// Yes, for its owner.
    YesAda,
    NotFound,
    Forbidden,
    Redirect,
    Unavailable,
    /// The owner of the session is another one now.
    YesBob,
    /// Ada has logged out, so all her sessions have ended.
    LoggedOut,
}

/// The place where it is given.
#[derive(Clone, Copy, Debug)]
enum Place {
    Mount,
    /// `Builder::guard`
    Builder,
    /// `Router::guard`
    Router,
    /// `Router::guard` of a router that was merged into another one.
    Merged,
    /// `Router::guard` of the router into which the view's was merged before.
    Outer,
}

const PLACES: [Place; 5] = [Place::Mount, Place::Builder, Place::Router, Place::Merged, Place::Outer];

/// The answer of the moment.
#[derive(Clone)]
struct Now(Arc<Mutex<Answer>>);

impl Now {
    fn set(&self, answer: Answer) {
        *self.0.lock().expect("no panic") = answer;
    }

    fn guard(&self, request: PageRequest) -> Result<PageRequest, MountError> {
        if request.path() == "/hall" {
            return Ok(request);
        }
        match *self.0.lock().expect("no panic") {
            Answer::Yes => Ok(request),
            Answer::YesAda => Ok(request.owned_by("ada")),
            Answer::YesBob => Ok(request.owned_by("bob")),
            Answer::NotFound => Err(MountError::NotFound),
            Answer::Forbidden => Err(MountError::Forbidden),
            Answer::Redirect | Answer::LoggedOut => Err(MountError::Redirect("/hall".into())),
            Answer::Unavailable => Err(MountError::Unavailable(Box::new(io::Error::other("no database")))),
        }
    }
}

/// Has nothing but `mount`, which asks if it is the place.
struct Room(Option<Now>);

impl LiveView for Room {
    type Model = ();
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<((), Command<()>), MountError> {
        if let Some(now) = &self.0 {
            now.guard(request.clone())?;
        }
        Ok(((), Command::none()))
    }

    fn update(&self, (): &mut (), _: Event<(), ()>) -> Command<()> {
        Command::none()
    }

    fn view(&self, (): &()) -> impl View<()> {
        html! { <p>"…"</p> }
    }
}

fn start(place: Place, now: &Now) -> Live {
    let (hall, desk) = (Router::new().live_at("/hall", Room(None)), Router::new());
    let guard = {
        let now = now.clone();
        move |request| ready(now.guard(request))
    };
    match place {
        Place::Mount => Live::from(hall.merge(desk.live_at("/desk", Room(Some(now.clone()))))),
        Place::Builder => Live::builder(hall.merge(desk.live_at("/desk", Room(None)))).guard(guard).start(),
        Place::Router => Live::from(hall.live_at("/desk", Room(None)).guard(guard)),
        Place::Merged => Live::from(hall.merge(desk.live_at("/desk", Room(None)).guard(guard))),
        Place::Outer => Live::from(hall.merge(desk.live_at("/desk", Room(None))).guard(guard)),
    }
}

/// The answer to a request over HTTP, in one word. `http::page` has the status for each of them.
fn word<T>(answer: &Result<T, MountError>) -> &'static str {
    match answer {
        Ok(_) => "shown",
        Err(MountError::NotFound) => "404",
        Err(MountError::Forbidden) => "403",
        Err(MountError::Redirect(to)) if to == "/hall" => "303",
        Err(MountError::Unavailable(_)) => "503",
        Err(other) => panic!("{other}"),
    }
}

/// Follows a link to the desk, and returns its result.
async fn follow(hall: &mut Tab, session: Option<&str>) -> &'static str {
    hall.event += 1;
    let to = session.map_or(json!("/desk"), |session| json!(["/desk", session]));
    let link = json!([hall.event, hall.patch, [LINK], to]);
    hall.send(&link);
    let answer = hall.next().await.expect("an answer");
    if answer == json!({"refused": "elsewhere", "event": hall.event}) {
        return "loaded";
    }
    assert_eq!(answer, json!({"went": hall.event}));
    hall.send(&answer);
    assert_eq!(hall.next().await.expect("a full render")["mount"]["view"], json!([0]), "the view of the desk");
    "shown"
}

/// Attaches a page of the desk to its session again, and returns its result.
async fn attach(live: &Live, session: String) -> &'static str {
    let mut tab = Tab::connect(live, "/desk", session);
    tab.attach();
    match tab.next().await {
        Ok(Value::Object(answer)) if answer.contains_key("resume") => "goes on",
        Ok(answer) => panic!("{answer}"),
        Err(Close::Elsewhere) => "loaded",
        Err(Close::TryAgain) => "tries again",
        Err(close) => panic!("{close:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_is_refused_if_and_only_if_a_request_is() {
    // Before, and at the time of the link; then the results: of a load, of a link, of the way back to the session that the page has
    // left, and of the page of that session, which attaches again.
    let table = [
        (Answer::Yes, Answer::Yes, "shown", "shown", "shown", "goes on"),
        (Answer::Yes, Answer::NotFound, "404", "loaded", "loaded", "loaded"),
        (Answer::Yes, Answer::Forbidden, "403", "loaded", "loaded", "loaded"),
        (Answer::Yes, Answer::Redirect, "303", "loaded", "loaded", "loaded"),
        (Answer::Yes, Answer::Unavailable, "503", "loaded", "loaded", "tries again"),
        (Answer::YesAda, Answer::YesAda, "shown", "shown", "shown", "goes on"),
        // A load makes another session, as a link does. That of Ada is for nobody else.
        (Answer::YesAda, Answer::YesBob, "shown", "shown", "loaded", "loaded"),
        (Answer::YesAda, Answer::Yes, "shown", "shown", "loaded", "loaded"),
        (Answer::YesAda, Answer::LoggedOut, "303", "loaded", "loaded", "loaded"),
    ];
    for place in PLACES {
        for (before, after, load, link, back, again) in table {
            // `mount` names no owner, and is not asked for a session that is there.
            if matches!(place, Place::Mount) && before != Answer::Yes {
                continue;
            }
            let is_mounted = matches!(place, Place::Mount);
            let (back, again) = if is_mounted { ("shown", "goes on") } else { (back, again) };
            let about = format!("{place:?}: {before:?}, then {after:?}");
            let now = Now(Arc::new(Mutex::new(before)));
            let live = start(place, &now);
            let html = live.page(request("/desk"), "/").await.expect("a page");
            let desk = session_in(html.html());
            let (mut first, mut second) = (Tab::open(&live, "/hall").await, Tab::open(&live, "/hall").await);
            now.set(after);
            if after == Answer::LoggedOut {
                live.publisher().end_sessions("ada").await.expect("they end");
            }
            assert_eq!(word(&live.page(request("/desk"), "/").await), load, "{about}: a load");
            assert_eq!(word(&live.probe(request("/desk")).await), load, "{about}: a probe");
            let form = PageRequest::new("/desk", "tealight-form=0.0");
            assert_eq!(word(&live.post(form, "/", FormData::default()).await), load, "{about}: a form");
            assert_eq!(follow(&mut first, None).await, link, "{about}: a link");
            assert_eq!(attach(&live, desk.clone()).await, again, "{about}: an attach");
            assert_eq!(follow(&mut second, Some(&desk)).await, back, "{about}: back");
        }
    }
}
