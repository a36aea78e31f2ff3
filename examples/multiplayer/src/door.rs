//! The door: a page that asks for a name, and the answer to its form, which sets the cookie.

use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::runtime::{Live, http};
use warp::http::header::{HOST, LOCATION, SET_COOKIE};
use warp::http::{HeaderMap, StatusCode, Uri};
use warp::reply::Response;
use warp::{Filter, Rejection, Reply};

use crate::guest::{COOKIE, Guest, LONGEST};

pub(crate) struct Door;

#[derive(Clone, Debug, Default, Hash, PartialEq, Serialize, Deserialize, Route)]
#[route("/enter?failed")]
pub(crate) struct Enter {
    /// The name was none.
    pub(crate) failed: bool,
}

impl LiveView for Door {
    type Model = Enter;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(Enter, Command<()>), MountError> {
        Ok((request.route()?, Command::title("Come in")))
    }

    fn update(&self, _model: &mut Enter, _event: Event<(), ()>) -> Command<()> {
        Command::none()
    }

    fn view(&self, model: &Enter) -> impl View<()> {
        html! {
            <main class="door">
                <h1>"A board for everybody"</h1>
                <form method="post" action="/enter">
                    <label for="name">"Your name"</label>
                    <input id="name" name="name" required maxlength={LONGEST} autocomplete="nickname" autofocus
                        aria-invalid={model.failed} aria-describedby="trouble">
                    <p id="trouble" role="alert">if model.failed { "Please say a name of at most " {LONGEST} " letters." }</p>
                    <button>"Come in"</button>
                </form>
            </main>
        }
    }
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// Answers the form. Only a browser's request can set a cookie, and no event can.
pub(crate) fn enter(live: &Live) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + use<> {
    let form = warp::body::content_length_limit(1_024).and(warp::body::form());
    let asked = warp::path!("enter").and(warp::post()).and(warp::header::headers_cloned());
    let live = live.clone();
    asked.and(form).map(move |headers: HeaderMap, Named { name }: Named| {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let is_ours = host.is_some_and(|host| live.allows_host(host)) && http::allows(&live, &Uri::default(), &headers);
        let mut answer = Response::default();
        *answer.status_mut() = if is_ours { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
        let mut set = |name, value: String| answer.headers_mut().insert(name, value.try_into().expect("plain ASCII"));
        match Guest::new(&name).filter(|_| is_ours) {
            Some(guest) => {
                let cookie = guest.cookie();
                set(SET_COOKIE, format!("{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"));
                set(LOCATION, "/".to_owned());
            }
            None => drop(set(LOCATION, Enter { failed: true }.address())),
        }
        answer.into_response()
    })
}
