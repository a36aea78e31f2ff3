//! The client's script, and how a transport serves it.

use std::sync::OnceLock;

/// The folder of the script, relative to the application's base.
pub const FOLDER: &str = "tealight";

/// The path of the script, relative to the application's base: [`FOLDER`] and a name that changes with the script's
/// content.
///
/// ```
/// assert!(tealight_runtime::script::path().starts_with("tealight/"));
/// ```
pub fn path() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| format!("{FOLDER}/{}.js", tealight_client::hash()))
}

/// The answer to a `GET` of the script. For a `HEAD`, leave out the body.
#[derive(Debug)]
pub struct Answer {
    /// The status: 200, or 304 if the browser has the script already.
    pub status: u16,
    /// The headers. Names are in lower case.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The body.
    pub body: &'static [u8],
}

/// Answers a request for the script `name` in the [`FOLDER`]. The other arguments are the values of the headers
/// `Accept-Encoding` and `If-None-Match`. Returns `None` if `name` is not a script's name.
///
/// A page from before an update may ask for the script of an older version. It gets the present script, with headers
/// that keep caches from storing it under the old name.
///
/// ```
/// use tealight_runtime::script;
///
/// let name = script::path().trim_start_matches("tealight/");
/// let answer = script::answer(name, Some("gzip, br"), None).expect("it is the script's name");
/// assert_eq!(answer.status, 200);
/// assert!(answer.headers.contains(&("content-encoding", "gzip")));
/// assert!(script::answer("other.js", None, None).is_none());
/// ```
pub fn answer(name: &str, accept_encoding: Option<&str>, if_none_match: Option<&str>) -> Option<Answer> {
    static TAGS: OnceLock<[String; 2]> = OnceLock::new();
    let [plain, zipped] = TAGS.get_or_init(|| {
        let hash = tealight_client::hash();
        [format!("\"{hash}\""), format!("\"{hash}-gzip\"")]
    });
    let hash = name.strip_suffix(".js")?;
    if hash.len() != tealight_client::hash().len() || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let is_current = hash == tealight_client::hash();
    let takes_gzip = accept_encoding.is_some_and(takes_gzip);
    let tag = if takes_gzip { zipped } else { plain };
    let mut headers = vec![
        ("etag", tag.as_str()),
        ("cache-control", if is_current { "public, max-age=31536000, immutable" } else { "no-store" }),
        ("vary", "accept-encoding"),
        ("x-content-type-options", "nosniff"),
    ];
    if if_none_match.is_some_and(|known| names(known, tag)) {
        return Some(Answer { status: 304, headers, body: b"" });
    }
    headers.push(("content-type", "text/javascript; charset=utf-8"));
    if takes_gzip {
        headers.push(("content-encoding", "gzip"));
    }
    let body = if takes_gzip { tealight_client::gzip() } else { tealight_client::SCRIPT.as_bytes() };
    Some(Answer { status: 200, headers, body })
}

/// Returns true if an `If-None-Match` contains this tag. Weak tags match too (RFC 9110, 13.1.2).
fn names(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Returns true if an `Accept-Encoding` accepts gzip with a weight above 0 (RFC 9110, 12.5.3).
fn takes_gzip(accept: &str) -> bool {
    let weight = |coding: &str| {
        accept.split(',').find_map(|item| {
            let (name, parameter) = item.split_once(';').unwrap_or((item, ""));
            let weight = parameter.trim().strip_prefix("q=").map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
            name.trim().eq_ignore_ascii_case(coding).then_some(weight)
        })
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight: f32| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_browsers_that_accept_it() {
        for (accept, takes) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("*", true),
            ("gzip;q=0, *", false),
            ("gzip; q=0.0", false),
            ("br, deflate", false),
            ("*;q=0", false),
            ("", false),
        ] {
            assert_eq!(takes_gzip(accept), takes, "{accept:?}");
        }
    }

    fn ask(name: &str, accept: Option<&str>, known: Option<&str>) -> Answer {
        answer(name, accept, known).expect("it is a script's name")
    }

    #[test]
    fn a_cached_script_is_not_sent_again() {
        let name = format!("{}.js", tealight_client::hash());
        let tag = ask(&name, None, None).headers[0].1;
        for (known, status) in [
            (tag.to_owned(), 304),
            (format!("W/{tag}"), 304),
            (format!("\"other\", {tag}"), 304),
            ("*".to_owned(), 304),
            ("\"other\"".to_owned(), 200),
            (String::new(), 200),
        ] {
            assert_eq!(ask(&name, None, Some(&known)).status, status, "{known}");
        }
        assert_eq!(ask(&name, Some("gzip"), Some(tag)).status, 200, "another representation has another tag");
    }

    #[test]
    fn a_page_of_another_version_gets_a_script_that_no_cache_keeps() {
        let other = ask(&format!("{}.js", "0".repeat(32)), None, None);
        assert_eq!((other.status, other.headers[1]), (200, ("cache-control", "no-store")));
        for name in ["", ".js", "x.js", &"0".repeat(32), &format!("{}.js", "g".repeat(32))] {
            assert!(answer(name, None, None).is_none(), "{name}");
        }
    }
}
