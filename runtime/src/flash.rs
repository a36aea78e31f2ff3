//! Flash over HTTP: the cookie that brings a text from one page to the next.

use tealight_core::PageRequest;
use tealight_core::wire::{FLASH_COOKIE, FLASH_SECONDS, decode_flash, encode_flash};

/// The cookie of a request, and that of its answer.
#[derive(Clone, Copy)]
pub(crate) struct FlashCookie {
    is_there: bool,
    /// The browser speaks TLS.
    is_secure: bool,
}

impl FlashCookie {
    /// Reads the cookie of a request for `mount`. A request that has a flash already keeps it.
    pub(crate) fn read(request: PageRequest) -> (PageRequest, Self) {
        let value = request.cookie(FLASH_COOKIE);
        let cookie = Self { is_there: value.is_some(), is_secure: is_secure(&request) };
        let text = value.filter(|_| request.flash().is_none()).and_then(decode_flash);
        match text {
            Some(text) => (request.with_flash(text), cookie),
            None => (request, cookie),
        }
    }

    /// The header `set-cookie` of a page, which has used up the flash of its request and leaves this one. The page's script may have to
    /// read the cookie, for a view that is mounted over its connection.
    pub(crate) fn of_page(self, left: Option<&str>) -> Option<String> {
        match left.filter(|text| !text.is_empty()) {
            Some(text) => Some(self.set(text)),
            None => self.is_there.then(|| self.write("", 0)),
        }
    }

    /// The header `set-cookie` of a redirect. The flash of its request is for the page behind it, unless there is another.
    pub(crate) fn of_redirect(self, left: Option<&str>) -> Option<String> {
        match left? {
            "" => self.is_there.then(|| self.write("", 0)),
            text => Some(self.set(text) + "; HttpOnly"),
        }
    }

    fn set(self, text: &str) -> String {
        self.write(&encode_flash(text), FLASH_SECONDS)
    }

    fn write(self, value: &str, seconds: u32) -> String {
        let secure = if self.is_secure { "; Secure" } else { "" };
        format!("{FLASH_COOKIE}={value}; Path=/; Max-Age={seconds}; SameSite=Lax{secure}")
    }
}

/// Returns true if the browser says that its page came over TLS, or a proxy says so. A client that lies harms only its own cookie.
fn is_secure(request: &PageRequest) -> bool {
    let says = |name, is_so: fn(&str) -> bool| request.get_header(name).is_some_and(is_so);
    says("origin", |origin| origin.starts_with("https://"))
        || says("x-forwarded-proto", |scheme| scheme.eq_ignore_ascii_case("https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&str, &str)]) -> (Option<String>, FlashCookie) {
        let request = PageRequest::new("/", "");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let (request, cookie) = FlashCookie::read(request);
        (request.flash().map(str::to_owned), cookie)
    }

    #[test]
    fn a_page_uses_up_the_flash_and_a_redirect_does_not() {
        let none = read(&[("cookie", "theme=dark")]);
        assert_eq!((none.0, none.1.of_page(None), none.1.of_redirect(None)), (None, None, None));
        let (text, cookie) = read(&[("cookie", "theme=dark; tealight-flash=Saved%3B%20done")]);
        assert_eq!(text.as_deref(), Some("Saved; done"));
        let cleared = "tealight-flash=; Path=/; Max-Age=0; SameSite=Lax";
        assert_eq!(cookie.of_page(None).as_deref(), Some(cleared));
        assert_eq!(cookie.of_redirect(None), None);
        assert_eq!(cookie.of_redirect(Some("")).as_deref(), Some(cleared));
        let forged = read(&[("cookie", "tealight-flash=%ff")]);
        assert_eq!((forged.0, forged.1.of_page(None).as_deref()), (None, Some(cleared)));
    }

    #[test]
    fn a_text_is_no_other_header_or_attribute() {
        let (_, cookie) = read(&[]);
        assert_eq!(
            cookie.of_redirect(Some("a; Domain=evil.example\r\nx: y")).as_deref(),
            Some(
                "tealight-flash=a%3B%20Domain%3Devil.example%0D%0Ax%3A%20y; Path=/; Max-Age=60; SameSite=Lax; HttpOnly"
            )
        );
    }

    #[test]
    fn the_cookie_is_secure_if_the_browser_speaks_tls() {
        for (headers, is_secure) in [
            (&[][..], false),
            (&[("origin", "http://tea.example")], false),
            (&[("origin", "https://tea.example")], true),
            (&[("x-forwarded-proto", "https")], true),
            (&[("x-forwarded-proto", "http")], false),
        ] {
            let cookie = read(headers).1.of_page(Some("x")).expect("a cookie");
            assert_eq!(cookie.ends_with("; Secure"), is_secure, "{headers:?}");
        }
    }
}
