//! Requests and answers in the types of the `http` crate, for transports over servers that use it. With the feature
//! `http`.

mod body;
mod form;

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Response, StatusCode, Uri};
use tealight_core::view::escape_html;
use tealight_core::{Messages, MountError, Notice, PageRequest};

use crate::live::Live;
use crate::pages::{Page, script};

pub use body::{BodyError, read_body};
pub use form::FormPost;

/// Makes the [`PageRequest`] that `mount` reads from a request.
pub fn page_request(parts: &Parts) -> PageRequest {
    page_request_of(parts.uri.path(), parts.uri.query().unwrap_or_default(), &parts.headers)
}

/// Makes a [`PageRequest`] from the parts of a request. Headers that are not texts are left out.
pub fn page_request_of(path: &str, query: &str, headers: &HeaderMap) -> PageRequest {
    let texts = headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    texts.fold(PageRequest::new(path, query), |request, (name, value)| request.header(name, value))
}

/// Returns true if the page that sends this request may connect; see [`Live::allows_origin`]. A request without an
/// `Origin` does not come from a browser, and is allowed.
pub fn allows(live: &Live, uri: &Uri, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else { return true };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| uri.authority().map(|authority| authority.as_str()));
    let is_allowed = |origin| host.is_some_and(|host| live.allows_origin(origin, host));
    origins.next().is_none() && origin.to_str().is_ok_and(is_allowed)
}

/// Answers a `GET` of the page, as [`Live::page`] does.
pub async fn page(live: &Live, request: PageRequest, base: &str) -> Response<Bytes> {
    let messages = live.messages_for(&request);
    match live.page(request, base).await {
        Ok(page) => show(page),
        Err(error) => no_page(&error, messages),
    }
}

/// Answers a `HEAD` of the page, as [`Live::probe`] does: no session is made.
pub async fn head(live: &Live, request: PageRequest) -> Response<Bytes> {
    let messages = live.messages_for(&request);
    match live.probe(request).await {
        Ok(()) => respond(StatusCode::OK, fixed(&[CONTENT_TYPE, ("cache-control", "no-store")]), ""),
        Err(error) => no_page(&error, messages),
    }
}

fn show(page: Page) -> Response<Bytes> {
    let headers = page
        .headers()
        .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?)));
    let headers = headers.collect();
    respond(StatusCode::OK, headers, page.into_html())
}

/// Answers a `GET` or `HEAD` of the script `name` in the folder [`script::FOLDER`].
pub fn script(name: &str, headers: &HeaderMap) -> Option<Response<Bytes>> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let answer = script::answer(name, text(header::ACCEPT_ENCODING), text(header::IF_NONE_MATCH))?;
    let status = StatusCode::from_u16(answer.status).expect("the runtime knows the statuses of HTTP");
    Some(respond(status, fixed(&answer.headers), answer.body))
}

/// A refusal of a request, with its status and a reason in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub StatusCode, pub Cow<'static, str>);

impl Refused {
    /// The answer, as plain text.
    pub fn answer(self) -> Response<Bytes> {
        refused(self.0, self.1)
    }
}

/// Answers a request that is refused with the reason, as plain text.
pub fn refused(status: StatusCode, why: impl Into<Cow<'static, str>>) -> Response<Bytes> {
    let why = why.into();
    tracing::debug!(status = status.as_u16(), %why, "request refused");
    let headers = fixed(&[("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")]);
    match why {
        Cow::Borrowed(why) => respond(status, headers, why),
        Cow::Owned(why) => respond(status, headers, why),
    }
}

const CONTENT_TYPE: (&str, &str) = ("content-type", "text/html; charset=utf-8");
const PLAIN: [(&str, &str); 3] = [CONTENT_TYPE, ("cache-control", "no-store"), ("x-content-type-options", "nosniff")];

fn no_page(error: &MountError, messages: Messages) -> Response<Bytes> {
    let (status, title) = match error {
        MountError::NotFound => (StatusCode::NOT_FOUND, Notice::NotFound),
        MountError::Forbidden => (StatusCode::FORBIDDEN, Notice::Forbidden),
        MountError::Redirect(_) => (StatusCode::SEE_OTHER, Notice::SeeOther),
        _ => (StatusCode::SERVICE_UNAVAILABLE, Notice::Unavailable),
    };
    let mut headers = fixed(&PLAIN);
    if let MountError::Redirect(to) = error {
        match HeaderValue::from_str(to) {
            Ok(to) => drop(headers.insert(header::LOCATION, to)),
            Err(error) => {
                tracing::error!(%to, %error, "could not redirect: the target is not a valid URL");
                return respond(StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new(), "");
            }
        }
    }
    respond(status, headers, document(messages, title, ""))
}

/// A page without a session. `body` is markup.
fn document(messages: Messages, title: Notice, body: &str) -> String {
    let [language, title] = [Notice::Language, title].map(|notice| escaped(&messages(notice)));
    format!("<!DOCTYPE html>\n<html lang=\"{language}\"><title>{title}</title><h1>{title}</h1>{body}</html>\n")
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    escape_html(&mut html, text);
    html
}

fn fixed(headers: &[(&'static str, &'static str)]) -> HeaderMap {
    headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
}

fn respond(status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
