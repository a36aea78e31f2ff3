/// What a refused URL is shown as.
pub(crate) const BLOCKED: &str = "about:blank#blocked";

/// The URL, unless a browser would run it: `javascript:`, `vbscript:`, and `data:` that is not a picture,
/// a sound, a film or a font.
///
/// Follows the URL standard's basic parser: leading controls and spaces, and tabs and line feeds
/// anywhere, do not count.
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
    fn active_urls() {
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
