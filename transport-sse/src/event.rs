//! The format of an event stream (section 9.2 of the HTML standard).

use tealight_core::wire::patch_number;

/// Appends a message of the session. A patch has its number as `id`.
pub(crate) fn message(message: &[u8], out: &mut Vec<u8>) {
    if let Some(number) = patch_number(message) {
        line(b"id: ", number, out);
    }
    data(message, out);
}

/// Appends an event of the transport itself.
pub(crate) fn named(name: &str, text: &str, out: &mut Vec<u8>) {
    line(b"event: ", name.as_bytes(), out);
    data(text.as_bytes(), out);
}

/// A comment, which keeps proxies from closing a silent stream.
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
    fn events_of_the_transport_are_named() {
        let mut out = Vec::new();
        named("close", "1012 going-down", &mut out);
        assert_eq!(out, b"event: close\ndata: 1012 going-down\n\n");
    }
}
