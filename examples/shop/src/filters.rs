//! Requests that are no live page: a login, a logout, and the cookie of a new visitor.

use serde::Deserialize;
use tealight::prelude::*;
use tealight::runtime::{Live, http};
use tealight::warp::request;
use warp::http::header::{HOST, LOCATION, SET_COOKIE};
use warp::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use warp::reply::Response;
use warp::{Filter, Rejection, Reply};

use crate::routes::{Account, List, Login};
use crate::shop::Shop;
use crate::visitor::{LOGIN, VISITOR, Visitor};

/// All that the server answers.
pub(crate) fn routes(
    shop: &Shop,
    live: &Live,
) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + use<> {
    let own = log_in(shop, live).or(log_out(shop, live)).unify().or(first_visit(live)).unify();
    own.or(tealight::warp::routes(live, request())).unify()
}

/// Makes a cookie. Scripts cannot read it, and other sites can use it for nothing but links. Add `Secure` behind a proxy with TLS.
fn cookie(name: &str, value: &str, more: &str) -> HeaderValue {
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{more}");
    HeaderValue::try_from(cookie).expect("names and secrets are plain ASCII")
}

/// The cookie of a text for the next page, as `Command::flash` makes it: see docs/protocol.md. The text is percent-encoded.
const SIGNED_OUT: (&str, &str, &str) = ("tealight-flash", "You%20are%20signed%20out.", "; Max-Age=60");

/// Answers a browser without a cookie that loads a page. The page has the basket that the new cookie names.
fn first_visit(live: &Live) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + use<> {
    let live = live.clone();
    let is_new = async |request: PageRequest| {
        // Connections do not accept HTML.
        let is_load = request.get_header("accept").is_some_and(|accept| accept.contains("text/html"));
        if is_load && Visitor::of(&request).is_none() { Ok(request) } else { Err(warp::reject::not_found()) }
    };
    warp::get().and(request()).and_then(is_new).then(move |request: PageRequest| {
        let live = live.clone();
        async move {
            let visitor = Visitor::new();
            let named = request.header("cookie", format!("{VISITOR}={}", visitor.as_str()));
            let mut answer = http::page(&live, named, "/").await;
            if answer.status() == StatusCode::OK {
                answer.headers_mut().append(SET_COOKIE, cookie(VISITOR, visitor.as_str(), "; Max-Age=31536000"));
            }
            answer.into_response()
        }
    })
}

#[derive(Deserialize)]
struct Credentials {
    name: String,
    password: String,
    next: String,
}

/// Answers the form of the login page.
fn log_in(shop: &Shop, live: &Live) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + use<> {
    let form = warp::body::content_length_limit(4_096).and(warp::body::form());
    let asked = warp::path!("login").and(warp::post()).and(warp::header::headers_cloned());
    let old = warp::cookie::optional(LOGIN);
    let (shop, live) = (shop.clone(), live.clone());
    asked.and(old).and(form).then(move |headers: HeaderMap, old: Option<String>, credentials: Credentials| {
        let (shop, live) = (shop.clone(), live.clone());
        async move {
            if !is_ours(&live, &headers) {
                return refused();
            }
            // Only a page of the account: a link to the login that another site has made leads nowhere else.
            let next = Account::parse(&credentials.next);
            let Some(login) = shop.log_in(&credentials.name, &credentials.password) else {
                return see_other(&Login { next: next.map(|page| page.address()), failed: true }, None);
            };
            if !end(&shop, &live, old.as_deref()).await {
                return try_again();
            }
            see_other(&next.unwrap_or(Account::Orders), Some(cookie(LOGIN, &login, "")))
        }
    })
}

/// Answers the button in the header. It is a form that is posted, so that no link or image of another site can log people out.
fn log_out(shop: &Shop, live: &Live) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + use<> {
    let asked = warp::path!("logout").and(warp::post()).and(warp::header::headers_cloned());
    let (shop, live) = (shop.clone(), live.clone());
    asked.and(warp::cookie::optional(LOGIN)).then(move |headers: HeaderMap, login: Option<String>| {
        let (shop, live) = (shop.clone(), live.clone());
        async move {
            if !is_ours(&live, &headers) {
                return refused();
            }
            if !end(&shop, &live, login.as_deref()).await {
                return try_again();
            }
            let mut answer = see_other(&List::default(), Some(cookie(LOGIN, "", "; Max-Age=0")));
            let (name, text, more) = SIGNED_OUT;
            answer.headers_mut().append(SET_COOKIE, cookie(name, text, more));
            answer
        }
    })
}

/// Ends a login, and then the sessions of its pages: in this order no page can attach again. Returns false if some may go on.
async fn end(shop: &Shop, live: &Live, login: Option<&str>) -> bool {
    let Some(login) = login else { return true };
    shop.log_out(login);
    live.publisher().end_sessions(login).await.is_ok()
}

/// Returns true if a page of this shop has sent the request, and no other site.
fn is_ours(live: &Live, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    host.is_some_and(|host| live.allows_host(host)) && http::allows(live, &Uri::default(), headers)
}

fn see_other(to: &impl Route, cookie: Option<HeaderValue>) -> Response {
    let mut answer = with_status(StatusCode::SEE_OTHER, "");
    let to = HeaderValue::try_from(to.address()).expect("an address is percent-encoded");
    answer.headers_mut().insert(LOCATION, to);
    if let Some(cookie) = cookie {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}

fn refused() -> Response {
    with_status(StatusCode::FORBIDDEN, "Another site has sent this.")
}

fn try_again() -> Response {
    with_status(StatusCode::SERVICE_UNAVAILABLE, "Try again.")
}

fn with_status(status: StatusCode, text: &'static str) -> Response {
    warp::reply::with_status(text, status).into_response()
}
