//! The head of a request: its target, and the host that it is for.

use http::header::{self, HeaderMap};
use http::uri::Authority;
use http::{Method, StatusCode, Uri, Version};
use tealight_core::PageRequest;

use super::Refused;
use crate::close::count_refusal;
use crate::hosts::{is_same_host, name_of};
use crate::live::Live;

/// Checks the head of a request, before anything else reads it: servers and proxies must agree on what it is for.
///
/// `tealight_warp::serve` calls it for each request, and `tealight_sse::Sse` for those that it answers.
///
/// ```
/// use http::Request;
/// use tealight_runtime::http::check_head;
///
/// let check = |request: http::request::Builder| {
///     let (parts, ()) = request.body(()).expect("a request").into_parts();
///     check_head(&parts.method, &parts.uri, parts.version, &parts.headers)
/// };
/// assert!(check(Request::get("/orders").header("host", "tea.example")).is_ok());
/// assert!(check(Request::get("/orders")).is_err());
/// assert!(check(Request::get("*").header("host", "tea.example")).is_err());
/// ```
///
/// # Errors
/// 400 for these requests:
/// - `CONNECT`, and targets that are not a path or a whole URL of this host: `*`, `tea.example:80`, `ftp://tea.example/`.
/// - Without a `Host` in HTTP/1.1, with several, or with one that is not a host name or an IP address, perhaps with a port.
/// - With another host in the target than in `Host`.
pub fn check_head(method: &Method, uri: &Uri, version: Version, headers: &HeaderMap) -> Result<(), Refused> {
    let refused = |reason, why: &'static str| {
        count_refusal(reason);
        Err(Refused(StatusCode::BAD_REQUEST, why.into()))
    };
    let is_web = uri.scheme_str().is_none_or(|scheme| matches!(scheme, "http" | "https"));
    if *method == Method::CONNECT || !is_web || !uri.path().starts_with('/') {
        return refused("target", "the target of the request is not a path\n");
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() {
        return refused("host", "more than one Host header\n");
    }
    let authority = uri.authority().map(Authority::as_str);
    let host = match (host, authority) {
        (Some(host), _) => host.to_str().ok(),
        (None, Some(authority)) if version >= Version::HTTP_2 => Some(authority),
        (None, None) if version < Version::HTTP_11 => return Ok(()),
        (None, _) => return refused("host", "the Host header is missing\n"),
    };
    let Some(host) = host.filter(|host| name_of(host).is_some()) else {
        return refused("host", "the Host header is not a host\n");
    };
    let scheme = uri.scheme_str().unwrap_or("http");
    if authority.is_some_and(|authority| !is_same_host(&format!("{scheme}://{authority}"), host)) {
        return refused("host", "the target is of another host than the Host header\n");
    }
    Ok(())
}

/// Checks that the application answers for the host of a request, see [`Live::allows_host`].
///
/// The functions of this module that make answers call it. Call it yourself before you open a connection for a page.
///
/// # Errors
/// 421 if the application does not answer for this host.
pub fn check_host(live: &Live, request: &PageRequest) -> Result<(), Refused> {
    if request.get_header("host").is_none_or(|host| live.allows_host(host)) {
        return Ok(());
    }
    count_refusal("host");
    Err(Refused(StatusCode::MISDIRECTED_REQUEST, "this server does not answer for this host\n".into()))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    const HOST: (&str, &str) = ("host", "tea.example");

    /// The method, the target, the version, the headers, and whether they are good.
    type Row = (&'static str, &'static str, Version, &'static [(&'static str, &'static str)], bool);

    #[test]
    fn heads_that_others_may_read_differently_are_refused() {
        let rows: [Row; 37] = [
            ("GET", "/", Version::HTTP_11, &[HOST], true),
            ("GET", "//evil.example/", Version::HTTP_11, &[HOST], true),
            ("GET", "/?a=//b", Version::HTTP_11, &[("host", "TEA.example:3000")], true),
            ("GET", "/", Version::HTTP_11, &[("host", "127.0.0.1:3000")], true),
            ("GET", "/", Version::HTTP_11, &[("host", "[::1]:3000")], true),
            ("GET", "/", Version::HTTP_11, &[("host", "[::1]")], true),
            ("GET", "/", Version::HTTP_11, &[("host", "xn--bcher-kva.example")], true),
            ("GET", "/", Version::HTTP_11, &[("host", "my_service")], true),
            ("GET", "http://tea.example/", Version::HTTP_11, &[HOST], true),
            ("GET", "http://tea.example:80", Version::HTTP_11, &[HOST], true),
            ("GET", "https://tea.example/", Version::HTTP_2, &[], true),
            ("GET", "https://tea.example/", Version::HTTP_2, &[HOST], true),
            ("GET", "/", Version::HTTP_10, &[], true),
            ("GET", "/", Version::HTTP_10, &[HOST], true),
            ("CONNECT", "tea.example:80", Version::HTTP_11, &[HOST], false),
            ("CONNECT", "/", Version::HTTP_11, &[HOST], false),
            ("GET", "tea.example:80", Version::HTTP_11, &[HOST], false),
            ("GET", "tea.example", Version::HTTP_11, &[HOST], false),
            ("GET", "*", Version::HTTP_11, &[HOST], false),
            ("OPTIONS", "*", Version::HTTP_11, &[HOST], false),
            ("GET", "ftp://tea.example/", Version::HTTP_11, &[HOST], false),
            ("GET", "http://evil.example/", Version::HTTP_11, &[HOST], false),
            ("GET", "http://tea.example:8080/", Version::HTTP_11, &[HOST], false),
            ("GET", "http://tea.example/", Version::HTTP_11, &[], false),
            ("GET", "http://me@tea.example/", Version::HTTP_11, &[HOST], false),
            ("GET", "https://evil.example/", Version::HTTP_2, &[HOST], false),
            ("GET", "https://me@tea.example/", Version::HTTP_2, &[], false),
            ("GET", "/", Version::HTTP_2, &[], false),
            ("GET", "/", Version::HTTP_11, &[], false),
            ("GET", "/", Version::HTTP_11, &[HOST, HOST], false),
            ("GET", "/", Version::HTTP_10, &[HOST, HOST], false),
            ("GET", "/", Version::HTTP_11, &[("host", "")], false),
            ("GET", "/", Version::HTTP_11, &[("host", "me@tea.example")], false),
            ("GET", "/", Version::HTTP_11, &[("host", "tea.example/evil")], false),
            ("GET", "/", Version::HTTP_11, &[("host", "tea.example, evil.example")], false),
            ("GET", "/", Version::HTTP_11, &[("host", "tea.example:port")], false),
            ("GET", "/", Version::HTTP_11, &[("host", "[::1")], false),
        ];
        for (method, target, version, headers, is_good) in rows {
            let mut request = Request::builder().method(method).uri(target).version(version);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            let checked = check_head(&parts.method, &parts.uri, parts.version, &parts.headers);
            assert_eq!(checked.is_ok(), is_good, "{method} {target} {headers:?}: {checked:?}");
            assert!(checked.is_ok() || checked.is_err_and(|refused| refused.0 == 400), "{method} {target}");
        }
    }
}
