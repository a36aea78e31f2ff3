use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Response, StatusCode, Uri};
use tealight_core::session::POSTED_FORM;
use tealight_core::{FieldErrors, FormData, Messages, MountError, Notice, PageRequest};

use super::{
    BodyError, PLAIN, Refused, allows, check_host, document, escaped, fixed, no_page, refuse_page, respond, show, text,
};
use crate::application::unavailable;
use crate::limits::Limit;
use crate::live::Live;
use crate::pages::Posted;

/// A form that a browser without scripts posts to a page, before its body is read.
///
/// ```
/// use bytes::Bytes;
/// use http::Response;
/// use http::request::Parts;
/// use tealight_core::PageRequest;
/// use tealight_runtime::Live;
/// use tealight_runtime::http::FormPost;
///
/// async fn answer(live: &Live, parts: &Parts, request: PageRequest, body: Bytes) -> Response<Bytes> {
///     match FormPost::of(live, &parts.uri, &parts.headers, request, "/") {
///         Ok(post) => post.answer(Ok(body)).await,
///         Err(refusal) => refusal.answer(),
///     }
/// }
/// # let _ = answer;
/// ```
///
/// A server that has the body in pieces reads it with [`read_body`](super::read_body), up to
/// [`Live::message_limit`].
#[derive(Debug)]
pub struct FormPost {
    live: Live,
    messages: Messages,
    request: PageRequest,
    base: String,
}

const FORM: &str = "application/x-www-form-urlencoded";

impl FormPost {
    /// Returns true if a request posts a form to a page, even if the form will be refused.
    pub fn is_form_post(method: &Method, query: Option<&str>) -> bool {
        let names_form = |query: &str| query.split('&').any(|pair| pair.split('=').next() == Some(POSTED_FORM));
        *method == Method::POST && query.is_some_and(names_form)
    }

    /// Checks what comes before the body. `request` is what `mount` reads; `base` is that of [`Live::page`].
    ///
    /// # Errors
    /// - 403 unless the form comes from a page of this application, or of an origin that it allows. Browsers say so
    ///   with `Origin` or `Sec-Fetch-Site`.
    /// - 421 for a host that the application does not [answer for](Live::allows_host).
    /// - 415 for another encoding than `application/x-www-form-urlencoded`.
    pub fn of(live: &Live, uri: &Uri, headers: &HeaderMap, request: PageRequest, base: &str) -> Result<Self, Refused> {
        check_host(live, &request)?;
        let request = live.locate(request);
        let messages = live.messages_for(&request);
        if !is_own(live, uri, headers) {
            return Err(refusal(StatusCode::FORBIDDEN, messages, Notice::FormFromElsewhere));
        }
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM)) {
            return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, messages, Notice::FormWithFiles));
        }
        Ok(Self { live: live.clone(), messages, request, base: base.to_owned() })
    }

    /// Answers the form. `body` is the request's body, or the reason why it could not be read.
    pub async fn answer(self, body: Result<impl AsRef<[u8]>, BodyError>) -> Response<Bytes> {
        let Self { live, messages, request, base } = self;
        let data = match decode(body, live.message_limit()) {
            Ok(data) => data,
            Err((status, notice)) => return refusal(status, messages, notice).answer(),
        };
        let Some(share) = live.hold(request.address(), 1) else {
            return no_page(&unavailable(Limit::Held), messages);
        };
        let asked = live.for_error_page(&request);
        let (status, title, body) = match live.post(request, &base, data).await {
            Ok(Posted::Page(page)) => return show(page, share),
            Ok(Posted::Elsewhere { url, cookie }) => return redirect(url, cookie, messages),
            Err(error) => return refuse_page(&live, asked.as_ref(), &error, messages),
            Ok(Posted::Gone) => (StatusCode::CONFLICT, Notice::FormGone, gone(messages)),
            Ok(Posted::Invalid(errors)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, Notice::FormInvalid, invalid(&errors, messages))
            }
        };
        respond(status, fixed(&PLAIN), document(messages, title, &body))
    }
}

fn redirect(url: String, cookie: Option<String>, messages: Messages) -> Response<Bytes> {
    let mut answer = no_page(&MountError::Redirect(url), messages);
    if let Some(cookie) = cookie.filter(|_| answer.status() == StatusCode::SEE_OTHER) {
        let cookie = HeaderValue::try_from(cookie).expect("its value is encoded");
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    answer
}

fn decode(body: Result<impl AsRef<[u8]>, BodyError>, limit: usize) -> Result<FormData, (StatusCode, Notice)> {
    match body {
        Ok(body) if body.as_ref().len() <= limit => {
            FormData::from_urlencoded(body.as_ref()).ok_or((StatusCode::PAYLOAD_TOO_LARGE, Notice::FormTooManyFields))
        }
        Ok(_) | Err(BodyError::TooLong) => Err((StatusCode::PAYLOAD_TOO_LARGE, Notice::FormTooLong)),
        Err(BodyError::Incomplete) => Err((StatusCode::BAD_REQUEST, Notice::FormIncomplete)),
        Err(BodyError::TooSlow) => Err((StatusCode::REQUEST_TIMEOUT, Notice::FormIncomplete)),
        Err(BodyError::Busy) => Err((StatusCode::SERVICE_UNAVAILABLE, Notice::Unavailable)),
    }
}

fn refusal(status: StatusCode, messages: Messages, notice: Notice) -> Refused {
    Refused(status, format!("{}\n", text(messages, notice)).into())
}

/// Returns true if a page of this application has posted the form. Only a browser can post for another site, and
/// browsers name the site.
fn is_own(live: &Live, uri: &Uri, headers: &HeaderMap) -> bool {
    let says = |name: &str, value: &[u8]| headers.get(name).is_some_and(|found| found.as_bytes() == value);
    if headers.contains_key(header::ORIGIN) && !says("origin", b"null") {
        return allows(live, uri, headers);
    }
    // With the policy `no-referrer`, a page has the origin `null` even for its own server.
    says("sec-fetch-site", b"same-origin")
}

fn gone(messages: Messages) -> String {
    let [text, link] = [Notice::FormGoneText, Notice::FormGoneLink].map(|notice| escaped(&text(messages, notice)));
    format!("<p>{text} <a href=\"?\">{link}</a></p>")
}

fn invalid(errors: &FieldErrors, messages: Messages) -> String {
    let errors: String = errors
        .iter()
        .map(|(field, message)| {
            let colon = if field.is_empty() { "" } else { ": " };
            format!("<li>{}{colon}{}</li>", escaped(field), escaped(message))
        })
        .collect();
    format!("<ul>{errors}</ul><p>{}</p>", escaped(&text(messages, Notice::FormInvalidText)))
}
