use bytes::{Buf, Bytes};
use http::header::{self, HeaderMap};
use http::{Method, Response, StatusCode, Uri};
use tealight_core::wire::POSTED_FORM;
use tealight_core::{FieldErrors, FormData, MountError, PageRequest};

use super::{PLAIN, Refused, allows, document, fixed, no_page, page, refused, respond};
use crate::live::Live;
use crate::pages::{Posted, escape};

/// A form that a browser without scripts posts to a page, while its body comes.
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
///     let taken = FormPost::of(live, &parts.uri, &parts.headers, request, "/").and_then(|mut post| {
///         post.push(body)?;
///         Ok(post)
///     });
///     match taken {
///         Ok(post) => post.answer().await,
///         Err(refusal) => refusal.answer(),
///     }
/// }
/// # let _ = answer;
/// ```
#[derive(Debug)]
pub struct FormPost {
    live: Live,
    request: PageRequest,
    base: String,
    body: Vec<u8>,
}

const FORM: &str = "application/x-www-form-urlencoded";

impl FormPost {
    /// Whether a request is one, or is to be refused as one.
    pub fn is_asked(method: &Method, query: Option<&str>) -> bool {
        let names_form = |query: &str| query.split('&').any(|pair| pair.split('=').next() == Some(POSTED_FORM));
        *method == Method::POST && query.is_some_and(names_form)
    }

    /// Begins with what stands before the body. `request` is what `mount` reads, `base` as for [`Live::page`].
    ///
    /// # Errors
    /// 403 unless a page of this application, or of an origin that it allows, has posted it, as
    /// browsers say with `Origin` or `Sec-Fetch-Site`; 415 for another encoding than
    /// `application/x-www-form-urlencoded`.
    pub fn of(live: &Live, uri: &Uri, headers: &HeaderMap, request: PageRequest, base: &str) -> Result<Self, Refused> {
        if !is_own(live, uri, headers) {
            return Err(Refused(StatusCode::FORBIDDEN, "pages of this origin may not post forms here\n"));
        }
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM)) {
            return Err(Refused(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "a form is posted as application/x-www-form-urlencoded, which has no files\n",
            ));
        }
        Ok(Self { live: live.clone(), request, base: base.to_owned(), body: Vec::new() })
    }

    /// Takes a piece of the body.
    ///
    /// # Errors
    /// 413 past [`Live::message_limit`].
    pub fn push(&mut self, mut data: impl Buf) -> Result<(), Refused> {
        if self.body.len() + data.remaining() > self.live.message_limit() {
            return Err(Refused(StatusCode::PAYLOAD_TOO_LARGE, "the form is over the limit\n"));
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            self.body.extend_from_slice(chunk);
            let length = chunk.len();
            data.advance(length);
        }
        Ok(())
    }

    /// The body has come to its end.
    pub async fn answer(self) -> Response<Bytes> {
        let Self { live, request, base, body } = self;
        let Some(data) = FormData::from_urlencoded(&body) else {
            return refused(StatusCode::PAYLOAD_TOO_LARGE, "the form has too many fields\n");
        };
        match live.post(request, &base, data).await {
            Ok(Posted::Page(shown)) => page(Ok(shown)),
            Ok(Posted::Elsewhere(url)) => no_page(&MountError::Redirect(url)),
            Ok(Posted::Gone) => {
                let body = "<p>The page has changed. Nothing has been done. <a href=\"?\">See it as it is now.</a></p>";
                respond(StatusCode::CONFLICT, fixed(&PLAIN), document("This form is not here any more", body))
            }
            Ok(Posted::Invalid(errors)) => {
                let body = invalid(&errors);
                respond(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    fixed(&PLAIN),
                    document("Something is missing or wrong", &body),
                )
            }
            Err(error) => no_page(&error),
        }
    }
}

/// A browser says who posts; without a script, others can post only what a browser lets them.
fn is_own(live: &Live, uri: &Uri, headers: &HeaderMap) -> bool {
    let says = |name: &str, value: &[u8]| headers.get(name).is_some_and(|found| found.as_bytes() == value);
    if headers.contains_key(header::ORIGIN) && !says("origin", b"null") {
        return allows(live, uri, headers);
    }
    // a page that sends no referrer has no origin to its own server either
    says("sec-fetch-site", b"same-origin")
}

fn invalid(errors: &FieldErrors) -> String {
    let mut html = "<ul>".to_owned();
    for (field, message) in errors.iter() {
        html.push_str("<li>");
        if !field.is_empty() {
            escape(field, &mut html);
            html.push_str(": ");
        }
        escape(message, &mut html);
        html.push_str("</li>");
    }
    html.push_str("</ul><p>Nothing has been done. Go back, correct it, and try again.</p>");
    html
}
