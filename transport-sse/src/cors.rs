//! What browsers ask for before a page of another origin may connect, and want to see in each answer.

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Response, StatusCode, Uri};
use tealight_runtime::{Live, http::allows};

const METHODS: &str = "GET, POST";
const HEADERS: &str = "tealight-attach, tealight-connection, tealight-post";
/// Seconds for which a browser need not ask again.
const MAX_AGE: &str = "7200";

/// Whether a browser asks if a page may connect.
pub(crate) fn is_asked(method: &Method, headers: &HeaderMap) -> bool {
    let asked = headers.get_all(header::ACCESS_CONTROL_REQUEST_HEADERS).into_iter();
    let mut names = asked.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    method == Method::OPTIONS && names.any(|name| name.trim().to_ascii_lowercase().starts_with("tealight-"))
}

/// Which of other origins may see the answer.
pub(crate) struct Seen(Option<HeaderValue>);

impl Seen {
    pub(crate) fn by(live: &Live, uri: &Uri, headers: &HeaderMap) -> Self {
        Self(headers.get(header::ORIGIN).filter(|_| allows(live, uri, headers)).cloned())
    }

    /// The answer to a browser that asks.
    pub(crate) fn preflight(self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        if self.0.is_some() {
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(HEADERS));
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
            *response.status_mut() = StatusCode::NO_CONTENT;
        } else {
            *response.status_mut() = StatusCode::FORBIDDEN;
        }
        self.mark(response)
    }

    /// Says in an answer who may see it.
    pub(crate) fn mark<B>(self, mut response: Response<B>) -> Response<B> {
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = self.0 {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        response
    }
}
