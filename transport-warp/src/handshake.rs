use hyper::upgrade::OnUpgrade;
use tealight_runtime::Live;
use tungstenite::error::{Error, ProtocolError};
use tungstenite::handshake::server::create_response;
use warp::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use warp::http::{Method, Request, Response, StatusCode};

/// A refused handshake.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) header: Option<(HeaderName, HeaderValue)>,
    pub(crate) why: &'static str,
}

/// Returns true if a request asks for a websocket, even if the rest of it is wrong.
pub(crate) fn is_upgrade(headers: &HeaderMap) -> bool {
    tokens(headers, &header::UPGRADE).any(|token| token.eq_ignore_ascii_case("websocket"))
}

/// Checks the opening handshake (RFC 6455, section 4.2.1) and its origin. Returns the response with status 101.
pub(crate) fn answer(
    live: &Live,
    method: &Method,
    headers: &HeaderMap,
    upgrade: Option<&OnUpgrade>,
) -> Result<Response<()>, Refused> {
    if method != Method::GET {
        let allow = (header::ALLOW, HeaderValue::from_static("GET"));
        return Err(Refused {
            header: Some(allow),
            ..refused(StatusCode::METHOD_NOT_ALLOWED, "open a websocket with GET")
        });
    }
    if upgrade.is_none() {
        return Err(bad("a websocket needs HTTP/1.1 and a server that can upgrade connections"));
    }
    let host = single(headers, &header::HOST).ok_or_else(|| bad("the request needs exactly one Host header"))?;
    if !live.allows_host(host) {
        return Err(refused(StatusCode::MISDIRECTED_REQUEST, "this server does not answer for this host"));
    }
    if headers.get_all(header::ORIGIN).iter().count() > 1 {
        return Err(bad("more than one Origin header"));
    }
    if headers.contains_key(header::ORIGIN)
        && !single(headers, &header::ORIGIN).is_some_and(|origin| live.allows_origin(origin, host))
    {
        return Err(refused(StatusCode::FORBIDDEN, "pages of this origin may not connect"));
    }
    if headers.get_all(header::SEC_WEBSOCKET_KEY).iter().count() > 1 {
        return Err(bad("more than one Sec-WebSocket-Key header"));
    }
    create_response(&in_one_line_each(headers)).map_err(|error| match error {
        Error::Protocol(ProtocolError::MissingSecWebSocketVersionHeader) => {
            let version = (header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            Refused { header: Some(version), ..refused(StatusCode::UPGRADE_REQUIRED, "use Sec-WebSocket-Version: 13") }
        }
        Error::Protocol(ProtocolError::MissingConnectionUpgradeHeader) => bad("Connection: upgrade is missing"),
        Error::Protocol(ProtocolError::MissingSecWebSocketKey) => bad("Sec-WebSocket-Key is missing"),
        Error::Protocol(ProtocolError::InvalidSecWebSocketKey) => bad("Sec-WebSocket-Key is not 16 bytes in base64"),
        _ => bad("this is not a websocket handshake"),
    })
}

/// Returns the headers that tungstenite reads, each in one line, as it expects them.
fn in_one_line_each(headers: &HeaderMap) -> Request<()> {
    let mut request = Request::new(());
    for name in [header::SEC_WEBSOCKET_KEY, header::SEC_WEBSOCKET_VERSION] {
        if let Some(value) = headers.get(&name) {
            request.headers_mut().insert(name, value.clone());
        }
    }
    request.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if tokens(headers, &header::CONNECTION).any(|token| token.eq_ignore_ascii_case("upgrade")) {
        request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    }
    request
}

fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut lines = headers.get_all(name).into_iter();
    let line = lines.next()?.to_str().ok()?;
    (lines.next().is_none() && !line.is_empty()).then_some(line)
}

fn bad(why: &'static str) -> Refused {
    refused(StatusCode::BAD_REQUEST, why)
}

fn refused(status: StatusCode, why: &'static str) -> Refused {
    Refused { status, header: None, why }
}
