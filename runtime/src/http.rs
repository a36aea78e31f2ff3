//! Requests and answers in the types of the `http` crate, for transports over servers that use it. With the feature
//! `http`.

mod body;
mod form;
mod head;

use std::borrow::Cow;
use std::net::IpAddr;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Response, StatusCode, Uri};
use tealight_core::view::{escape_html, local_url};
use tealight_core::{Messages, MountError, Notice, PageRequest};

use crate::application::unavailable;
use crate::error::catch;
use crate::limits::{Limit, Share};
use crate::live::Live;
use crate::pages::{Page, script};

pub use body::{BodyError, read_body};
pub use form::FormPost;
pub use head::{check_head, check_host};

/// The other end of the TCP connection that has brought a request: an extension of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Makes the [`PageRequest`] that `mount` reads from a request. Its address is that of the extension [`Peer`]. Without one, add
/// the address with [`PageRequest::with_address`].
pub fn page_request(parts: &Parts) -> PageRequest {
    let request = page_request_of(parts.uri.path(), parts.uri.query().unwrap_or_default(), &parts.headers);
    let request = match parts.extensions.get() {
        Some(Peer(address)) => request.with_address(*address),
        None => request,
    };
    match parts.uri.authority() {
        // HTTP/2 has the host in the target
        Some(host) if !parts.headers.contains_key(header::HOST) => request.header("host", host.as_str()),
        _ => request,
    }
}

/// Makes a [`PageRequest`] from the parts of a request. Headers that are not texts are left out.
pub fn page_request_of(path: &str, query: &str, headers: &HeaderMap) -> PageRequest {
    let texts = headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    texts.fold(PageRequest::new(path, query), |request, (name, value)| request.header(name, value))
}

/// Returns true if the page that sends this request may connect; see [`Live::allows_origin`]. A request without an
/// `Origin` comes from the same origin or from no browser, and is allowed, unless `Sec-Fetch-Site` names another site.
pub fn allows(live: &Live, uri: &Uri, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else {
        // A browser sends no `Origin` with some requests whose answer the other site cannot read.
        let sites = headers.get_all(SEC_FETCH_SITE);
        return sites.iter().all(|site| matches!(site.as_bytes(), b"same-origin" | b"none"));
    };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| uri.authority().map(|authority| authority.as_str()));
    let is_allowed = |origin| host.is_some_and(|host| live.allows_origin(origin, host));
    origins.next().is_none() && origin.to_str().is_ok_and(is_allowed)
}

/// Answers a `GET` of the page, as [`Live::page`] does.
pub async fn page(live: &Live, request: PageRequest, base: &str) -> Response<Bytes> {
    if let Err(refusal) = check_host(live, &request) {
        return refusal.answer();
    }
    let request = live.locate(request);
    let messages = live.messages_for(&request);
    // The page's length is not known yet, but there must be room.
    let Some(share) = live.hold(request.address(), 1) else {
        return no_page(&unavailable(Limit::Held), messages);
    };
    let asked = live.for_error_page(&request);
    match live.page(request, base).await {
        Ok(page) => show(page, share),
        Err(error) => refuse_page(live, asked.as_ref(), &error, messages),
    }
}

/// Answers a `HEAD` of the page, as [`Live::probe`] does: no session is made.
pub async fn head(live: &Live, request: PageRequest) -> Response<Bytes> {
    if let Err(refusal) = check_host(live, &request) {
        return refusal.answer();
    }
    let request = live.locate(request);
    let messages = live.messages_for(&request);
    match live.probe(request).await {
        Ok(()) => respond(StatusCode::OK, parsed(live.page_headers()), ""),
        Err(error) => no_page(&error, messages),
    }
}

/// The bytes of a page, until the client has taken them.
struct Held {
    html: String,
    _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        self.html.as_bytes()
    }
}

fn show(page: Page, mut share: Share) -> Response<Bytes> {
    let headers = parsed(page.headers());
    let html = page.into_html();
    share.force(html.len());
    respond(StatusCode::OK, headers, Bytes::from_owner(Held { html, _share: share }))
}

fn parsed<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> HeaderMap {
    let headers = headers.map(|(name, value)| Ok((HeaderName::try_from(name)?, HeaderValue::from_str(value)?)));
    headers.collect::<Result<_, http::Error>>().expect("the layout checks its headers")
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
    let headers = fixed(&[("content-type", "text/plain; charset=utf-8"), NO_STORE, NO_SNIFF]);
    match why {
        Cow::Borrowed(why) => respond(status, headers, why),
        Cow::Owned(why) => respond(status, headers, why),
    }
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const NO_STORE: (&str, &str) = ("cache-control", "no-store");
const NO_SNIFF: (&str, &str) = ("x-content-type-options", "nosniff");
/// The headers of a page without scripts, forms and frames. Browsers count their own request for an icon as an image of the page.
const PLAIN: [(&str, &str); 5] = [
    ("content-type", "text/html; charset=utf-8"),
    NO_STORE,
    NO_SNIFF,
    ("referrer-policy", "same-origin"),
    (
        "content-security-policy",
        "script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    ),
];

/// Answers a request that has no page, with the application's page for that if there is one.
fn refuse_page(live: &Live, asked: Option<&PageRequest>, error: &MountError, messages: Messages) -> Response<Bytes> {
    let mut answer = no_page(error, messages);
    let is_busy = matches!(error, MountError::Unavailable(error) if error.is::<Limit>());
    let title = match error {
        MountError::Redirect(_) => return answer,
        _ if is_busy => return answer,
        MountError::NotFound => Notice::NotFound,
        MountError::Forbidden => Notice::Forbidden,
        _ => Notice::Unavailable,
    };
    let page = asked.and_then(|request| live.error_page(request, error, text(messages, title).into_owned()));
    if let Some(page) = page {
        *answer.headers_mut() = parsed(page.headers());
        *answer.body_mut() = Bytes::from(page.into_html());
    }
    answer
}

fn no_page(error: &MountError, messages: Messages) -> Response<Bytes> {
    let (status, title) = match error {
        MountError::NotFound => (StatusCode::NOT_FOUND, Notice::NotFound),
        MountError::Forbidden => (StatusCode::FORBIDDEN, Notice::Forbidden),
        MountError::Redirect(_) => (StatusCode::SEE_OTHER, Notice::SeeOther),
        MountError::Unavailable(error) if is_of_one_client(&**error) => {
            (StatusCode::TOO_MANY_REQUESTS, Notice::Unavailable)
        }
        _ => (StatusCode::SERVICE_UNAVAILABLE, Notice::Unavailable),
    };
    let mut headers = fixed(&PLAIN);
    if matches!(error, MountError::Unavailable(error) if error.is::<Limit>()) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    if let MountError::Redirect(to) = error {
        match HeaderValue::from_str(&local_url(to)) {
            Ok(to) => drop(headers.insert(header::LOCATION, to)),
            Err(error) => {
                tracing::error!(?to, %error, "could not redirect: the target is not a valid URL");
                return respond(StatusCode::INTERNAL_SERVER_ERROR, HeaderMap::new(), "");
            }
        }
    }
    respond(status, headers, document(messages, title, ""))
}

fn is_of_one_client(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(Limit::Requests | Limit::Connections))
}

/// A page without a session. `body` is markup.
fn document(messages: Messages, title: Notice, body: &str) -> String {
    let [language, title] = [Notice::Language, title].map(|notice| escaped(&text(messages, notice)));
    format!("<!DOCTYPE html>\n<html lang=\"{language}\"><title>{title}</title><h1>{title}</h1>{body}</html>\n")
}

/// The text of a notice. It is English if the application panics.
fn text(messages: Messages, notice: Notice) -> Cow<'static, str> {
    catch("messages", || messages(notice)).unwrap_or_else(|_| notice.english())
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
