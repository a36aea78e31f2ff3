//! Counts the nodes that a browser makes of a first paint, so that the page notices if another script has changed them
//! before its own script runs.

/// Elements whose content is one text for the parser.
const RAW: [&[u8]; 7] = [b"script", b"style", b"noscript", b"iframe", b"xmp", b"noembed", b"noframes"];

const VOID: [&[u8]; 14] = [
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"param", b"source",
    b"track", b"wbr",
];

/// The parser splits longer texts.
const LONGEST_TEXT: usize = 65_535;

/// The attribute of elements whose content belongs to another script. It is not counted.
const OWNED: &[u8] = b" data-tealight-owned";

/// Returns the number of elements, texts and comments in HTML that a view has written. Returns `None` if only a parser
/// could count them: if there is trusted markup, a `<template>`, or a very long text.
pub(crate) fn nodes(html: &[u8]) -> Option<usize> {
    let mut count = 0;
    let mut rest = html;
    // The depth inside an element that another script owns.
    let mut depth = 0usize;
    while !rest.is_empty() {
        let text = find(rest, b'<').unwrap_or(rest.len());
        if text > LONGEST_TEXT {
            return None;
        }
        count += usize::from(text > 0 && depth == 0);
        rest = &rest[text..];
        if rest.is_empty() {
            break;
        }
        let tag = tag(rest);
        rest = &rest[tag.len()..];
        match *tag.get(1)? {
            b'/' => depth = depth.saturating_sub(1),
            b'!' if tag == b"<!*>" => return None,
            b'!' => count += usize::from(depth == 0),
            _ => {
                count += usize::from(depth == 0);
                let name = &tag[1..tag.iter().position(|byte| matches!(byte, b' ' | b'>')).unwrap_or(tag.len())];
                if name == b"template" {
                    return None;
                }
                if RAW.contains(&name) {
                    let end = end_of(rest, name)?;
                    count += usize::from(end > 0 && depth == 0);
                    rest = &rest[end..];
                    rest = &rest[self::tag(rest).len()..];
                    continue;
                }
                let is_owned = tag.windows(OWNED.len()).any(|part| part == OWNED);
                if (depth > 0 || is_owned) && !VOID.contains(&name) {
                    depth += 1;
                }
                if matches!(name, b"pre" | b"textarea" | b"listing") {
                    rest = rest.strip_prefix(b"\n").unwrap_or(rest);
                }
            }
        }
    }
    Some(count)
}

fn find(html: &[u8], wanted: u8) -> Option<usize> {
    html.iter().position(|&byte| byte == wanted)
}

/// Returns the tag or comment at the start. A view quotes all attributes with `"`.
fn tag(html: &[u8]) -> &[u8] {
    let mut is_quoted = false;
    let end = html.iter().position(|&byte| {
        is_quoted ^= byte == b'"';
        byte == b'>' && !is_quoted
    });
    &html[..end.map_or(html.len(), |end| end + 1)]
}

/// Returns the position of the end tag.
fn end_of(html: &[u8], name: &[u8]) -> Option<usize> {
    html.windows(name.len() + 2).position(|part| part.starts_with(b"</") && &part[2..] == name)
}

#[cfg(test)]
mod tests {
    use super::nodes;

    #[test]
    fn nodes_of_a_first_paint() {
        for (html, count) in [
            ("", Some(0)),
            ("text", Some(1)),
            ("<p class=\"a>b\" title=\"<\">a<br>b</p><!>", Some(5)),
            ("<ul><li>a</li><li></li></ul><!/>", Some(5)),
            ("<!12>Like <!>7", Some(4)),
            ("<pre>\n</pre><pre>\n\n</pre><textarea>\n</textarea>", Some(4)),
            ("<style>a > b</style><noscript><p>a</p></noscript><script></script>", Some(5)),
            ("<div data-tealight-owned>a<b>c<br></b></div><i>d</i>", Some(3)),
            ("<!*><p>sloppy<!/*>", None),
            ("<template><p></p></template>", None),
        ] {
            assert_eq!(nodes(html.as_bytes()), count, "{html}");
        }
        assert_eq!(nodes("a".repeat(70_000).as_bytes()), None);
    }
}
