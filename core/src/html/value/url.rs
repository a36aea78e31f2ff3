//! URLs that a browser would run as a program.

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
///
/// As in the URL standard's parser, leading spaces and control characters do not count, nor do tabs and line feeds
/// anywhere.
pub(crate) fn inert<'a>(url: &'a str, attribute: &str) -> &'a str {
    let mut seen = url.trim_start_matches(|c: char| c <= ' ').chars().filter(|c| !matches!(c, '\t' | '\n' | '\r'));
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
