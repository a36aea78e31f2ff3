use tealight_core::MountError;
use tealight_runtime::{Page, script};
use warp::Reply;
use warp::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use warp::http::{self, StatusCode};
use warp::reply::Response;

use crate::handshake::Refused;

pub(crate) fn page(page: Page) -> Response {
    let mut headers = HeaderMap::new();
    for (name, value) in page.headers() {
        match HeaderValue::from_str(value) {
            Ok(value) => drop(headers.insert(HeaderName::from_static(name), value)),
            Err(error) => {
                tracing::error!(name, value, %error, "a page's header is none");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        }
    }
    respond(StatusCode::OK, headers, page.into_html())
}

/// There is a page, and no one asked for its content.
pub(crate) fn head() -> Response {
    respond(StatusCode::OK, fixed(&[("content-type", HTML), ("cache-control", "no-store")]), String::new())
}

pub(crate) fn no_page(error: &MountError) -> Response {
    let (status, title) = match error {
        MountError::NotFound => (StatusCode::NOT_FOUND, "Not found"),
        MountError::Forbidden => (StatusCode::FORBIDDEN, "Forbidden"),
        MountError::Redirect(_) => (StatusCode::SEE_OTHER, "See other"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "Not available at the moment"),
    };
    let mut headers =
        fixed(&[("content-type", HTML), ("cache-control", "no-store"), ("x-content-type-options", "nosniff")]);
    if let MountError::Redirect(to) = error {
        match HeaderValue::from_str(to) {
            Ok(to) => drop(headers.insert(header::LOCATION, to)),
            Err(error) => {
                tracing::error!(%to, %error, "redirect to what is no address");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        }
    }
    respond(
        status,
        headers,
        format!("<!DOCTYPE html>\n<html lang=\"en\"><title>{title}</title><h1>{title}</h1></html>\n"),
    )
}

pub(crate) fn script(answer: script::Answer) -> Response {
    let mut response = http::Response::new(answer.body).into_response();
    *response.status_mut() = StatusCode::from_u16(answer.status).expect("the runtime knows the statuses of HTTP");
    *response.headers_mut() = fixed(&answer.headers);
    response
}

pub(crate) fn refused(refused: Refused) -> Response {
    tracing::debug!(status = refused.status.as_u16(), why = refused.why, "websocket refused");
    let mut headers = fixed(&[("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")]);
    headers.extend(refused.header.map(|(name, value)| (Some(name), value)));
    respond(refused.status, headers, format!("{}\n", refused.why))
}

const HTML: &str = "text/html; charset=utf-8";

fn fixed(headers: &[(&'static str, &'static str)]) -> HeaderMap {
    headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
}

fn respond(status: StatusCode, headers: HeaderMap, body: String) -> Response {
    let mut response = http::Response::new(body).into_response();
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
