//! The client's script and its parts, and how a transport serves them.

use std::sync::OnceLock;

use tealight_client::{FILES, File, VERSION};

/// The folder of the script and its parts, relative to the application's base.
pub const FOLDER: &str = "tealight";

/// The path of the script, relative to the application's base: [`FOLDER`] and a name that changes with the script's
/// content.
///
/// ```
/// assert!(tealight_runtime::script::path().starts_with("tealight/"));
/// ```
pub fn path() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    let [script, ..] = &FILES;
    PATH.get_or_init(|| format!("{FOLDER}/{}", script.name()))
}

/// Returns the path of a part of the script.
pub(super) fn path_of(part: &str) -> String {
    format!("{FOLDER}/{VERSION}-{part}.js")
}

/// The answer to a `GET` of the script or a part. For a `HEAD`, leave out the body.
#[derive(Debug)]
pub struct Answer {
    /// The status: 200, or 304 if the browser has the script already.
    pub status: u16,
    /// The headers. Names are in lower case.
    pub headers: Vec<(&'static str, &'static str)>,
    /// The body.
    pub body: &'static [u8],
}

/// Makes a page of another version load itself again, once it is so old that this is no loop. If an element of the page has
/// loaded this, the script has a newer version than the page, and fetches its own parts.
const RELOAD: &[u8] = b"document.currentScript||setTimeout(()=>location.reload(),3e4-performance.now())";

/// Answers a request for the file `name` in the [`FOLDER`]: the script or a part. The other arguments are the values of
/// the headers `Accept-Encoding` and `If-None-Match`. Returns `None` if `name` is not such a name.
///
/// A page from before an update may ask for files of an older version. It gets the present script, with headers that keep
/// caches from storing it under the old name. In place of a part it gets a script that loads the page again: a part fits
/// only the script of its own version.
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
    let stem = name.strip_suffix(".js")?;
    let (version, part) = stem.split_once('-').map_or((stem, None), |(version, part)| (version, Some(part)));
    // Older versions had more digits.
    if version.len() < VERSION.len() || !version.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let is_current = version == VERSION;
    let mut headers = vec![
        ("cache-control", if is_current { "public, max-age=31536000, immutable" } else { "no-store" }),
        ("vary", "accept-encoding"),
        ("x-content-type-options", "nosniff"),
    ];
    if part.is_some() && !is_current {
        headers.push(CONTENT_TYPE);
        return Some(Answer { status: 200, headers, body: RELOAD });
    }
    let at = FILES.iter().position(|file| file.part == part)?;
    let takes_gzip = accept_encoding.is_some_and(takes_gzip);
    let tag = tag(at, takes_gzip);
    headers.push(("etag", tag));
    if if_none_match.is_some_and(|known| names(known, tag)) {
        return Some(Answer { status: 304, headers, body: b"" });
    }
    headers.push(CONTENT_TYPE);
    if takes_gzip {
        headers.push(("content-encoding", "gzip"));
    }
    let File { text, gzip, .. } = &FILES[at];
    Some(Answer { status: 200, headers, body: if takes_gzip { gzip } else { text.as_bytes() } })
}

const CONTENT_TYPE: (&str, &str) = ("content-type", "text/javascript; charset=utf-8");

/// Returns the entity tag of a file, plain or compressed.
fn tag(file: usize, is_gzip: bool) -> &'static str {
    static TAGS: OnceLock<[[String; 2]; FILES.len()]> = OnceLock::new();
    let tags = TAGS
        .get_or_init(|| FILES.each_ref().map(|file| ["", "-gzip"].map(|form| format!("\"{}{form}\"", file.name()))));
    &tags[file][usize::from(is_gzip)]
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
        for name in FILES.iter().map(File::name) {
            let tag = format!("\"{name}\"");
            assert!(ask(&name, None, None).headers.contains(&("etag", &tag)), "{name}");
            for (known, status) in [
                (tag.clone(), 304),
                (format!("W/{tag}"), 304),
                (format!("\"other\", {tag}"), 304),
                ("*".to_owned(), 304),
                ("\"other\"".to_owned(), 200),
                (String::new(), 200),
            ] {
                assert_eq!(ask(&name, None, Some(&known)).status, status, "{known}");
            }
            assert_eq!(ask(&name, Some("gzip"), Some(&tag)).status, 200, "another representation has another tag");
        }
    }

    #[test]
    fn a_page_of_another_version_gets_files_that_no_cache_keeps() {
        let [script, ..] = &FILES;
        for (name, body) in [
            (format!("{}.js", "0".repeat(16)), script.text.as_bytes()),
            (format!("{}.js", "0".repeat(32)), script.text.as_bytes()),
            (format!("{}-controls.js", "0".repeat(16)), RELOAD),
            (format!("{}-unknown.js", "0".repeat(16)), RELOAD),
        ] {
            let other = ask(&name, None, None);
            assert_eq!(
                (other.status, other.headers[0], other.body),
                (200, ("cache-control", "no-store"), body),
                "{name}"
            );
        }
        let unknown = format!("{VERSION}-unknown.js");
        for name in ["", ".js", "x.js", &"0".repeat(32), &format!("{}.js", "g".repeat(32)), "0.js", &unknown] {
            assert!(answer(name, None, None).is_none(), "{name}");
        }
    }

    #[test]
    fn a_part_is_sent_under_the_name_that_its_page_has() {
        let all = tealight_core::Needs { controls: true, effects: true, routes: true, rare: true };
        for part in all.names().chain(["sse"]) {
            let name = path_of(part).replace("tealight/", "");
            let file = FILES.iter().find(|file| file.part == Some(part)).expect("a part of the script");
            assert_eq!(ask(&name, None, None).body, file.text.as_bytes(), "{name}");
        }
    }
}
