//! Cross-origin requests (CORS): the preflight that a browser sends before a page of another origin connects, and the
//! headers that let the page read a response.

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Response, StatusCode, Uri};
use tealight_runtime::{Live, http::allows};

const METHODS: &str = "GET, POST";
const HEADERS: &str = "tealight-attach, tealight-connection, tealight-post";
/// The seconds for which a browser remembers the answer to a preflight.
const MAX_AGE: &str = "7200";

/// Returns true for a preflight of this transport's requests.
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    let asked = headers.get_all(header::ACCESS_CONTROL_REQUEST_HEADERS).into_iter();
    let mut names = asked.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    method == Method::OPTIONS && names.any(|name| name.trim().to_ascii_lowercase().starts_with("tealight-"))
}

/// The origin that may read a response, if it is another origin and is allowed.
pub(crate) struct AllowedOrigin(Option<HeaderValue>);

impl AllowedOrigin {
    pub(crate) fn of(live: &Live, uri: &Uri, headers: &HeaderMap) -> Self {
        Self(headers.get(header::ORIGIN).filter(|_| allows(live, uri, headers)).cloned())
    }

    /// Answers a preflight.
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

    /// Adds the headers that say who may read a response.
    pub(crate) fn mark<B>(self, mut response: Response<B>) -> Response<B> {
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = self.0 {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        }
        response
    }
}
