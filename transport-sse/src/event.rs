//! The format of an event stream (HTML, section 9.2).

/// One event: `id` is the patch's number if the message is a patch.
pub(crate) fn message(message: &[u8], out: &mut Vec<u8>) {
    if let Some(number) = patch(message) {
        line(b"id: ", number, out);
    }
    data(message, out);
}

/// One event that the transport itself has to say.
pub(crate) fn named(name: &str, text: &str, out: &mut Vec<u8>) {
    line(b"event: ", name.as_bytes(), out);
    data(text.as_bytes(), out);
}

/// What keeps proxies from taking the stream for dead.
pub(crate) const COMMENT: &[u8] = b": here\n\n";

fn data(text: &[u8], out: &mut Vec<u8>) {
    for part in text.split(|&byte| byte == b'\n' || byte == b'\r') {
        line(b"data: ", part, out);
    }
    out.push(b'\n');
}

fn line(field: &[u8], value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(field);
    out.extend_from_slice(value);
    out.push(b'\n');
}

/// The number that a patch begins with: a patch is the only message that is an array.
fn patch(message: &[u8]) -> Option<&[u8]> {
    let digits = message.strip_prefix(b"[")?;
    let length = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    (length > 0).then(|| &digits[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_events() {
        for (bytes, event) in [
            (&b"[12,[\"x\"]]"[..], &b"id: 12\ndata: [12,[\"x\"]]\n\n"[..]),
            (b"{\"a\":1}", b"data: {\"a\":1}\n\n"),
            (b"[\n1]", b"data: [\ndata: 1]\n\n"),
        ] {
            let mut out = Vec::new();
            message(bytes, &mut out);
            assert_eq!(out, event);
        }
    }

    #[test]
    fn the_transports_own_events_are_named() {
        let mut out = Vec::new();
        named("close", "1012 going-down", &mut out);
        assert_eq!(out, b"event: close\ndata: 1012 going-down\n\n");
    }
}
