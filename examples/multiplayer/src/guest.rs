//! A person who has said a name. There are no accounts: the cookie is all that is known of them.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use tealight::prelude::*;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Guest {
    /// A random text. It is the same in all tabs of a browser, and no page shows it.
    pub(crate) key: String,
    pub(crate) name: String,
}

/// A page of a guest, as all others see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Device {
    pub(crate) page: u64,
    pub(crate) name: String,
    /// The color, from 0 to 359.
    pub(crate) hue: u16,
}

/// The place at which all guests are present.
pub(crate) const HERE: Topic<Device> = Topic::new("board");

/// The name of the cookie.
pub(crate) const COOKIE: &str = "guest";

/// The most letters of a name.
pub(crate) const LONGEST: usize = 30;

impl Guest {
    /// Makes a guest with this name, which must have a letter and at most [`LONGEST`].
    pub(crate) fn new(name: &str) -> Option<Self> {
        Some(Self { key: format!("{:016x}", random()), name: named(name)? })
    }

    /// Returns the guest whom the cookie names. A text that no server has made is none.
    pub(crate) fn of(request: &PageRequest) -> Option<Self> {
        let (key, name) = request.cookie(COOKIE)?.split_once('.')?;
        let is_ours = key.len() == 16 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        let name = named(&percent_decode_str(name).decode_utf8().ok()?)?;
        is_ours.then(|| Self { key: key.to_owned(), name })
    }

    /// Returns the value of the cookie.
    pub(crate) fn cookie(&self) -> String {
        format!("{}.{}", self.key, utf8_percent_encode(&self.name, NON_ALPHANUMERIC))
    }

    /// Describes a new page of the guest.
    pub(crate) fn device(&self) -> Device {
        let hue = self.key.bytes().fold(0, |hue: u16, byte| hue.wrapping_mul(31).wrapping_add(byte.into())) % 360;
        Device { page: random(), name: self.name.clone(), hue }
    }
}

fn named(name: &str) -> Option<String> {
    let name = name.trim();
    (!name.is_empty() && name.chars().count() <= LONGEST).then(|| name.to_owned())
}

/// Makes a number that nobody can guess.
pub(crate) fn random() -> u64 {
    getrandom::u64().expect("the system has random numbers")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cookie: &str) -> Option<Guest> {
        Guest::of(&PageRequest::new("/", "").header("cookie", format!("{COOKIE}={cookie}")))
    }

    #[test]
    fn a_cookie_names_a_guest() {
        let guest = Guest::new("  Zoë; a=b ").expect("a guest");
        assert_eq!((of(&guest.cookie()), guest.name.as_str()), (Some(guest.clone()), "Zoë; a=b"));
    }

    #[test]
    fn other_cookies_name_nobody() {
        for cookie in [
            "",
            ".",
            "0123456789abcdef",
            "0123456789abcdef.",
            "0123456789abcdeg.Ada",
            "0123.Ada",
            "0123456789abcdef.%ff",
        ] {
            assert_eq!(of(cookie), None, "{cookie}");
        }
        assert_eq!(Guest::new(&"x".repeat(LONGEST + 1)), None);
    }
}
