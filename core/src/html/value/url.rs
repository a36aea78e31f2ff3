//! URLs that a browser would run as a program, and those that leave their host.

use std::borrow::Cow;

/// The URL that a page shows in place of a refused one.
pub(crate) const BLOCKED: &str = "about:blank#blocked";

/// The attributes whose value is one URL. `data` is one only on `<object>`.
///
/// The list has every such attribute of HTML, also obsolete ones, and SVG's `xlink:href`. It has no `srcset` and no
/// `imagesrcset`: they are lists, of images only, which a browser never runs. The list in `macros/src/html.rs` must have
/// the same names. A test there compares them.
pub(crate) const URL_ATTRIBUTES: &[&str] = &[
    "action",
    "background",
    "cite",
    "codebase",
    "data",
    "formaction",
    "href",
    "longdesc",
    "manifest",
    "ping",
    "poster",
    "src",
    "xlink:href",
];

/// Returns the URL, or [`BLOCKED`] if a browser would run it: `javascript:`, `vbscript:`, and `data:` unless it is an
/// image, audio, video or a font.
pub(crate) fn inert<'a>(url: &'a str, attribute: &str) -> &'a str {
    let mut seen = seen(url);
    let scheme: String = seen.by_ref().take(12).take_while(|c| *c != ':').map(|c| c.to_ascii_lowercase()).collect();
    let active = match &*scheme {
        "javascript" | "vbscript" => true,
        "data" => {
            let rest = url.split_once(':').map_or("", |(_, rest)| rest);
            let kind: String = rest.chars().filter(|c| !c.is_whitespace()).take(6).collect();
            let kind = kind.to_ascii_lowercase();
            !["image/", "audio/", "video/", "font/"].iter().any(|media| kind.starts_with(media))
        }
        _ => false,
    };
    if active {
        tracing::warn!(attribute, scheme, "active URL refused; shown as {BLOCKED}");
        return BLOCKED;
    }
    url
}

/// Returns a URL that begins with a path, such that it stays on its page's host. Any other URL is returned as it is.
///
/// Browsers read two slashes or backslashes at the beginning as another host: `//evil.example/`. After a dot they are a path.
///
/// ```
/// use tealight_core::view::local_url;
///
/// assert_eq!(local_url("/orders"), "/orders");
/// assert_eq!(local_url("//evil.example/orders"), "/.//evil.example/orders");
/// assert_eq!(local_url("https://tea.example/"), "https://tea.example/");
/// ```
pub fn local_url(url: &str) -> Cow<'_, str> {
    let is_slash = |c: char| matches!(c, '/' | '\\');
    let mut seen = seen(url).peekable();
    if seen.next_if(|&c| is_slash(c)).is_none() || !seen.peek().is_some_and(|&c| is_slash(c)) {
        return Cow::Borrowed(url);
    }
    Cow::Owned("/./".chars().chain(seen).collect())
}

/// Returns true unless every browser finds this URL on the host of its page: it has a scheme, begins with two slashes or
/// backslashes, or has control characters.
pub(crate) fn may_leave_host(url: &str) -> bool {
    let url = url.trim_start_matches(' ');
    let head = url.find(['/', '\\', '?', '#']).map_or(url, |end| &url[..end]);
    url.contains(|c: char| c.is_control()) || head.contains(':') || local_url(url) != url
}

/// The characters of a URL that browsers see: leading spaces and control characters do not count, nor do tabs and line feeds
/// anywhere.
fn seen(url: &str) -> impl Iterator<Item = char> {
    url.trim_start_matches(|c: char| c <= ' ').chars().filter(|c| !matches!(c, '\t' | '\n' | '\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_other_hosts_are_told_apart() {
        for url in [
            "https://tea.example/",
            " https:tea.example",
            "mailto:a@b",
            "//tea.example",
            "/\\tea.example",
            " \\\\tea.example",
            "/\t/tea.example",
            "/orders\r\nLocation: x",
            "\u{1}//tea.example",
            "ht\ntps://tea.example",
        ] {
            assert!(may_leave_host(url), "{url:?}");
        }
        for url in ["/", "/orders?at=https://tea.example//", "orders/7", "../a:b", "?q=a:b", "#a:b", "", "/é"] {
            assert!(!may_leave_host(url), "{url:?}");
        }
    }

    #[test]
    fn urls_that_would_run_are_blocked() {
        for url in [
            "javascript:alert(1)",
            " \u{1}JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "j\ta\rv\nascript\t:x",
            "vbscript:x",
            "data:text/html,<script>",
            "DATA:,x",
        ] {
            assert_eq!(inert(url, "href"), BLOCKED, "{url:?}");
        }
        for url in [
            "/orders?q=javascript:",
            "https://example.org",
            "#javascript",
            "data:image/png;base64,xx",
            "mailto:a@b",
            "",
            "javascripts:x",
        ] {
            assert_eq!(inert(url, "href"), url);
        }
    }

    #[test]
    fn a_path_stays_on_its_host() {
        for (url, local) in [
            ("/", "/"),
            ("/a//b", "/a//b"),
            ("", ""),
            ("a/b", "a/b"),
            ("?a=//b", "?a=//b"),
            ("https://tea.example//a", "https://tea.example//a"),
            ("/%2Fevil.example", "/%2Fevil.example"),
            ("//evil.example", "/.//evil.example"),
            ("///evil.example", "/.///evil.example"),
            ("/\\evil.example", "/./\\evil.example"),
            ("\\/evil.example", "/.//evil.example"),
            ("\\\\evil.example", "/./\\evil.example"),
            ("/\t/evil.example", "/.//evil.example"),
            (" \u{1}//evil.example", "/.//evil.example"),
            ("\n/\r/evil.example", "/.//evil.example"),
        ] {
            assert_eq!(local_url(url), local, "{url:?}");
        }
    }
}
