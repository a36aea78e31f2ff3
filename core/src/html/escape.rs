//! Text on its way into HTML or JSON.

const HTML: u8 = 1;
const JSON: u8 = 2;

const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut i = 0;
    while i < 0x20 {
        class[i] = JSON;
        i += 1;
    }
    class[0] |= HTML;
    class[b'\r' as usize] |= HTML;
    class[b'"' as usize] = HTML | JSON;
    class[b'\\' as usize] = JSON;
    class[b'&' as usize] = HTML;
    class[b'<' as usize] = HTML;
    class[b'>' as usize] = HTML;
    class
};

#[inline(always)]
fn is_clean(text: &[u8], of: u8) -> bool {
    text.iter().fold(0, |seen, &byte| seen | CLASS[usize::from(byte)]) & of == 0
}

/// Right in an element's text and between double quotes: the same escapes serve both.
#[inline]
pub(crate) fn html(out: &mut Vec<u8>, text: &str) {
    if is_clean(text.as_bytes(), HTML) {
        out.extend_from_slice(text.as_bytes());
    } else {
        html_slow(out, text.as_bytes());
    }
}

#[cold]
fn html_slow(out: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        match byte {
            b'"' => out.extend_from_slice(b"&quot;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            // the parser would drop the first and turn the second into a line feed
            0 => out.extend_from_slice("\u{FFFD}".as_bytes()),
            b'\r' => out.extend_from_slice(b"&#13;"),
            _ => out.push(byte),
        }
    }
}

/// Between the double quotes of a JSON string. NUL becomes U+FFFD, as it does in HTML.
#[inline]
pub(crate) fn json(out: &mut Vec<u8>, text: &str) {
    if is_clean(text.as_bytes(), JSON) {
        out.extend_from_slice(text.as_bytes());
    } else {
        json_slow(out, text.as_bytes());
    }
}

#[cold]
fn json_slow(out: &mut Vec<u8>, text: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for &byte in text {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0 => out.extend_from_slice("\u{FFFD}".as_bytes()),
            1..0x20 => out.extend_from_slice(&[
                b'\\',
                b'u',
                b'0',
                b'0',
                HEX[usize::from(byte >> 4)],
                HEX[usize::from(byte & 15)],
            ]),
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_character_comes_back_from_json() {
        for c in (1..0x300u32).filter_map(char::from_u32).chain(['\u{2028}', '🥡']) {
            let mut out = b"\"".to_vec();
            super::json(&mut out, &format!("a{c}b"));
            out.push(b'"');
            let back: String = serde_json::from_slice(&out).expect("valid JSON");
            assert_eq!(back, format!("a{c}b"));
        }
    }

    #[test]
    fn html_cannot_be_left() {
        let mut out = Vec::new();
        super::html(&mut out, "a<b>\"c\" & d\0\r");
        assert_eq!(String::from_utf8_lossy(&out), "a&lt;b&gt;&quot;c&quot; &amp; d\u{FFFD}&#13;");
    }
}
