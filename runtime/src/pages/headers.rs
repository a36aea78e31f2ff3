use std::sync::Arc;

use super::policy::Policy;

/// The headers that are sent with every page. Clones share them.
pub(crate) type PageHeaders = Arc<[(String, String)]>;

/// The headers of a page, before its application starts.
pub(super) struct Headers {
    pub(super) policy: Option<Policy>,
    others: Vec<(String, String)>,
}

const POLICY: &str = "content-security-policy";
/// The page's own origin learns the whole address that a request comes from, others learn nothing. A form of the page that is
/// posted still has its origin, which `no-referrer` would hide.
const REFERRER: (&str, &str) = ("referrer-policy", "same-origin");
const FIXED: [(&str, &str); 3] = [
    ("content-type", "text/html; charset=utf-8"),
    // the page holds its session's id, and a copy from a cache would be out of date
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
];

impl Headers {
    /// # Panics
    /// Panics if it is no header, or one that every page must have.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let name = checked(name);
        let is_text = value.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte));
        assert!(is_text, "the value of {name} is not a text in ASCII");
        if name == POLICY {
            self.policy = Some(Policy::parse(value));
        } else {
            self.remove(&name);
            self.others.push((name, value.to_owned()));
        }
    }

    /// # Panics
    /// Panics if it is no header, or one that every page must have.
    pub(super) fn remove(&mut self, name: &str) {
        let name = checked(name);
        if name == POLICY {
            self.policy = None;
        }
        self.others.retain(|(other, _)| *other != name);
    }

    pub(super) fn all(&self) -> PageHeaders {
        let fixed = FIXED.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let policy = self.policy.iter().map(|policy| (POLICY.to_owned(), policy.to_string()));
        fixed.chain(self.others.iter().cloned()).chain(policy).collect()
    }
}

impl Default for Headers {
    fn default() -> Self {
        let (name, value) = REFERRER;
        Self { policy: Some(Policy::default()), others: vec![(name.to_owned(), value.to_owned())] }
    }
}

/// Returns the name in lower case.
fn checked(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    assert!(is_name, "{name:?} is not the name of a header");
    assert!(FIXED.iter().all(|(fixed, _)| *fixed != name), "the header {name} of a page cannot be changed");
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_can_be_changed_and_left_out() {
        let mut headers = Headers::default();
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Referrer-Policy", "no-referrer");
        headers.remove("Content-Security-Policy");
        let all = headers.all();
        let of =
            |name: &str| all.iter().filter(|(other, _)| other == name).map(|(_, value)| &**value).collect::<Vec<_>>();
        assert_eq!(of("cross-origin-opener-policy"), ["same-origin"]);
        assert_eq!(of("referrer-policy"), ["no-referrer"]);
        assert_eq!(of("content-security-policy"), [""; 0]);
        assert_eq!(of("x-content-type-options"), ["nosniff"]);
    }

    #[test]
    fn a_header_is_one_line() {
        for (name, value) in [
            ("", "x"),
            ("x y", "x"),
            ("x:", "x"),
            ("x-y", "a\r\nset-cookie: b"),
            ("x-y", "ä"),
            ("cache-control", "public"),
        ] {
            let set = || Headers::default().set(name, value);
            assert!(std::panic::catch_unwind(set).is_err(), "{name} {value}");
        }
    }
}
