//! Escapes text for HTML and for JSON.

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

/// Appends a text for use in an element or between double quotes. The same escapes serve both.
#[inline]
pub(crate) fn html(out: &mut Vec<u8>, text: &str) {
    escape(out, text.as_bytes(), HTML, html_byte);
}

/// Appends a text for use between the double quotes of a JSON string. NUL becomes U+FFFD, as in HTML.
#[inline]
pub(crate) fn json(out: &mut Vec<u8>, text: &str) {
    escape(out, text.as_bytes(), JSON, json_byte);
}

/// Appends a text to HTML, for use in an element or between double quotes.
///
/// `html!` escapes by itself. This function is for the document around a view.
pub fn escape_html(out: &mut String, text: &str) {
    let mut bytes = Vec::with_capacity(text.len());
    html(&mut bytes, text);
    out.push_str(std::str::from_utf8(&bytes).expect("only ASCII bytes are replaced"));
}

#[inline(always)]
fn escape(out: &mut Vec<u8>, text: &[u8], class: u8, write: impl Fn(&mut Vec<u8>, u8)) {
    if text.iter().fold(0, |seen, &byte| seen | CLASS[usize::from(byte)]) & class == 0 {
        out.extend_from_slice(text);
    } else {
        escape_each(out, text, write);
    }
}

#[cold]
fn escape_each(out: &mut Vec<u8>, text: &[u8], write: impl Fn(&mut Vec<u8>, u8)) {
    for &byte in text {
        write(out, byte);
    }
}

fn html_byte(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' => out.extend_from_slice(b"&quot;"),
        b'&' => out.extend_from_slice(b"&amp;"),
        b'<' => out.extend_from_slice(b"&lt;"),
        b'>' => out.extend_from_slice(b"&gt;"),
        // the parser would drop NUL, and turn a carriage return into a line feed
        0 => out.extend_from_slice("\u{FFFD}".as_bytes()),
        b'\r' => out.extend_from_slice(b"&#13;"),
        _ => out.push(byte),
    }
}

fn json_byte(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        0 => out.extend_from_slice("\u{FFFD}".as_bytes()),
        1..0x20 => {
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
        _ => out.push(byte),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn json_text_decodes_to_itself() {
        for c in (1..0x300u32).filter_map(char::from_u32).chain(['\u{2028}', '🥡']) {
            let mut out = b"\"".to_vec();
            super::json(&mut out, &format!("a{c}b"));
            out.push(b'"');
            let back: String = serde_json::from_slice(&out).expect("valid JSON");
            assert_eq!(back, format!("a{c}b"));
        }
    }

    #[test]
    fn text_cannot_end_an_element_or_an_attribute() {
        let escaped = "a&lt;b&gt;&quot;c&quot; &amp; d\u{FFFD}&#13;";
        let mut out = Vec::new();
        super::html(&mut out, "a<b>\"c\" & d\0\r");
        assert_eq!(String::from_utf8_lossy(&out), escaped);
        let mut out = String::from("é");
        super::escape_html(&mut out, "a<b>\"c\" & d\0\r");
        assert_eq!(out, format!("é{escaped}"));
    }
}
