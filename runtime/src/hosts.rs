//! Hosts and origins: the names under which an application answers, and the pages that may connect.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// The hosts that an application answers for.
#[derive(Default)]
pub(crate) struct Hosts {
    /// In lower case. One that begins with a dot stands for all names below it.
    listed: Vec<String>,
    is_local: AtomicBool,
}

impl Hosts {
    /// Lists a name, or with `*.` all names below one.
    ///
    /// # Panics
    /// Panics if it is not a name.
    pub(crate) fn list(&mut self, name: &str) {
        let (dot, bare) = name.strip_prefix("*.").map_or(("", name), |bare| (".", bare));
        let is_name = name_of(bare) == Some(bare) && !bare.starts_with('.');
        assert!(is_name, "{name:?} is not the name of a host, such as \"shop.example\" or \"*.shop.example\"");
        self.listed.push(format!("{dot}{}", bare.to_ascii_lowercase()));
    }

    /// Notes that the server listens on this address.
    pub(crate) fn listen_on(&self, address: SocketAddr) {
        self.is_local.store(address.ip().to_canonical().is_loopback(), Relaxed);
    }

    /// Returns true if the application answers for this host, with or without a port.
    pub(crate) fn allow(&self, host: &str) -> bool {
        let Some(name) = name_of(host) else { return false };
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let is_listed =
            |listed: &String| if listed.starts_with('.') { name.ends_with(&**listed) } else { name == *listed };
        // No page of another site has such a host, whatever its name is resolved to.
        let is_own = name.starts_with('[') || name.parse::<IpAddr>().is_ok() || is_localhost(&name);
        is_own || self.listed.iter().any(is_listed) || self.listed.is_empty() && !self.is_local.load(Relaxed)
    }
}

fn is_localhost(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// Returns the host's name or IP address, without the port. `None` if it is neither, as in `me@tea.example`.
pub(crate) fn name_of(host: &str) -> Option<&str> {
    let end = if host.starts_with('[') { host.find(']')? + 1 } else { host.find(':').unwrap_or(host.len()) };
    let (name, port) = host.split_at(end);
    let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_number);
    let is_name = match name.strip_prefix('[') {
        Some(address) => address.strip_suffix(']')?.parse::<Ipv6Addr>().is_ok(),
        None => {
            (1..=255).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        }
    };
    (is_port && is_name).then_some(name)
}

fn is_number(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// Returns true if an origin is of this host.
pub(crate) fn is_same_host(origin: &str, host: &str) -> bool {
    let Some((authority, port)) = authority_of(origin) else { return false };
    let host = host.strip_suffix(port).unwrap_or(host);
    name_of(host).is_some() && authority.eq_ignore_ascii_case(host)
}

/// Returns true if two origins are the same.
pub(crate) fn is_same_origin(origin: &str, other: &str) -> bool {
    let (Some((authority, port)), Some((other, other_port))) = (authority_of(origin), authority_of(other)) else {
        return false;
    };
    port == other_port && authority.eq_ignore_ascii_case(other)
}

/// Returns an origin's host, without the default port of its scheme, and that port. `None` for `null`, and for anything that
/// is no origin of a web page.
pub(crate) fn authority_of(origin: &str) -> Option<(&str, &'static str)> {
    let (scheme, authority) = origin.split_once("://")?;
    let port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    name_of(authority)?;
    Some((authority.strip_suffix(port).unwrap_or(authority), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_of_a_host_whatever_the_case_and_the_default_port() {
        for (origin, host, same) in [
            ("http://localhost:3000", "localhost:3000", true),
            ("http://localhost:3000", "LOCALHOST:3000", true),
            ("https://tea.example", "tea.example:443", true),
            ("http://tea.example:80", "tea.example", true),
            ("https://[::1]:8443", "[::1]:8443", true),
            ("https://tea.example.", "tea.example.", true),
            ("https://xn--bcher-kva.example", "xn--bcher-kva.example", true),
            ("https://tea.example.", "tea.example", false),
            ("https://tea.example", "tea.example:80", false),
            ("https://tea.example:444", "tea.example:44", false),
            ("http://localhost:3001", "localhost:3000", false),
            ("http://tea.example.evil.example", "tea.example", false),
            ("http://evil.example/tea.example", "tea.example", false),
            ("http://tea.example/", "tea.example", false),
            ("http://tea.example@evil.example", "evil.example", false),
            ("http://me@tea.example", "me@tea.example", false),
            ("https://bücher.example", "bücher.example", false),
            ("HTTPS://tea.example", "tea.example", false),
            ("ftp://tea.example", "tea.example", false),
            ("file://", "", false),
            ("http://", "", false),
            ("http://:80", ":80", false),
            ("null", "null", false),
            ("", "", false),
        ] {
            assert_eq!(is_same_host(origin, host), same, "{origin} {host}");
        }
    }

    #[test]
    fn listed_hosts_and_local_ones_are_answered() {
        let address = |text: &str| text.parse().expect("an address");
        let open = Hosts::default();
        let local = Hosts::default();
        local.listen_on(address("127.0.0.1:3000"));
        let mut listed = Hosts::default();
        listed.list("Shop.example");
        listed.list("*.tea.example");
        let at_large = Hosts::default();
        at_large.listen_on(address("[::1]:3000"));
        at_large.listen_on(address("0.0.0.0:3000"));
        for (host, of) in [
            ("localhost", [true, true, true, true]),
            ("a.LOCALHOST:3000", [true, true, true, true]),
            ("localhost.:3000", [true, true, true, true]),
            ("127.0.0.1:3000", [true, true, true, true]),
            ("[::1]", [true, true, true, true]),
            ("192.0.2.7", [true, true, true, true]),
            ("shop.example", [true, false, true, true]),
            ("SHOP.example.:8080", [true, false, true, true]),
            ("a.shop.example", [true, false, false, true]),
            ("a.b.tea.example", [true, false, true, true]),
            ("tea.example", [true, false, false, true]),
            ("eviltea.example", [true, false, false, true]),
            ("localhost.evil.example", [true, false, false, true]),
            ("127.0.0.1.evil.example", [true, false, false, true]),
            ("evil.example@localhost", [false, false, false, false]),
            ("", [false, false, false, false]),
        ] {
            let answers = [&open, &local, &listed, &at_large].map(|hosts| hosts.allow(host));
            assert_eq!(answers, of, "{host}");
        }
    }

    #[test]
    fn only_names_can_be_listed() {
        for name in [
            "",
            "*",
            "*.",
            ".shop.example",
            "https://shop.example",
            "shop.example:443",
            "me@shop.example",
            "*shop.example",
        ] {
            assert!(std::panic::catch_unwind(|| Hosts::default().list(name)).is_err(), "{name}");
        }
    }
}
