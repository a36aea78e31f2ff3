use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;
use tealight_core::PageRequest;
use thiserror::Error;

/// The proxies in front of the server: the networks from which they connect.
///
/// A request that such a proxy passes on comes from the right-most address in `X-Forwarded-For` that is not a proxy's. The
/// addresses to the left of it are the client's own claims. The proxy must add its client's address to that header, or replace
/// it; `docs/proxies` has configurations that do. The header of anybody else is ignored.
///
/// ```
/// use tealight_core::PageRequest;
/// use tealight_runtime::{Proxies, ProxiesError};
///
/// # fn main() -> Result<(), ProxiesError> {
/// let proxies: Proxies = "127.0.0.1, ::1, 10.0.0.0/8".parse()?;
/// let request = PageRequest::new("/", "").header("x-forwarded-for", "6.6.6.6, 203.0.113.7, 10.0.0.2");
/// let client = proxies.client("127.0.0.1".parse().expect("an address"), &request);
/// assert_eq!(client.to_string(), "203.0.113.7");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    networks: Vec<IpNet>,
    header: Header,
}

/// The header in which proxies name their client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Header {
    #[default]
    XForwardedFor,
    Forwarded,
}

/// A text that names no network: neither an address nor `address/bits`.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0:?} is no network: write an address such as 10.0.0.1, or a network such as 10.0.0.0/8")]
pub struct ProxiesError(String);

impl Proxies {
    /// Reads the header `Forwarded` (RFC 7239) in place of `X-Forwarded-For`. Choose the one that your proxy writes: clients can
    /// write the other.
    #[must_use]
    pub fn forwarded(mut self) -> Self {
        self.header = Header::Forwarded;
        self
    }

    /// Returns true if a proxy connects from this address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// Returns the client's address. `peer` is the other end of the TCP connection.
    pub fn client(&self, peer: IpAddr, request: &PageRequest) -> IpAddr {
        let mut client = peer.to_canonical();
        let name = match self.header {
            Header::XForwardedFor => "x-forwarded-for",
            Header::Forwarded => "forwarded",
        };
        let hops = request.get_headers(name).rev().flat_map(|line| line.rsplit(','));
        for hop in hops {
            if !self.contains(client) {
                break;
            }
            let hop = match self.header {
                Header::XForwardedFor => Some(hop),
                Header::Forwarded => for_parameter(hop),
            };
            // a proxy that hides its client stands for it
            let Some(hop) = hop.and_then(address) else { break };
            client = hop;
        }
        client
    }
}

impl FromStr for Proxies {
    type Err = ProxiesError;

    /// Reads addresses and networks with commas between them.
    fn from_str(text: &str) -> Result<Self, ProxiesError> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let network = |name: &str| {
            let network = name.parse().or_else(|_| name.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_| ProxiesError(name.to_owned()))
        };
        Ok(Self { networks: names.map(network).collect::<Result<_, _>>()?, header: Header::default() })
    }
}

/// Returns the address by which a client's share is counted: a client has a whole IPv6 network of 64 bits.
pub(crate) fn group(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

/// Reads an address, perhaps with a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => match text.split_once(':') {
            Some((address, port)) if !port.contains(':') => address,
            _ => text,
        },
    };
    bare.parse().ok().map(|address: IpAddr| address.to_canonical())
}

/// Returns the parameter `for` of an element of `Forwarded`.
fn for_parameter(element: &str) -> Option<&str> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map(|(_, value)| value).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &Proxies, peer: &str, headers: &[(&str, &str)]) -> String {
        let request = PageRequest::new("/", "");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        proxies.client(peer.parse().expect("an address"), &request).to_string()
    }

    #[test]
    fn the_client_is_the_right_most_address_that_is_no_proxy() {
        let proxies: Proxies = "10.0.0.0/8, 2001:db8:5::/48".parse().expect("networks");
        let name = "x-forwarded-for";
        for (peer, headers, expected) in [
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec![(name, "203.0.113.7")], "203.0.113.7"),
            ("10.0.0.1", vec![(name, "6.6.6.6, 203.0.113.7")], "203.0.113.7"),
            ("10.0.0.1", vec![(name, "6.6.6.6, 203.0.113.7,10.9.9.9")], "203.0.113.7"),
            ("10.0.0.1", vec![(name, "6.6.6.6"), ("X-Forwarded-For", "203.0.113.7")], "203.0.113.7"),
            ("10.0.0.1", vec![(name, "10.1.1.1, 10.2.2.2")], "10.1.1.1"),
            ("10.0.0.1", vec![(name, "6.6.6.6, nonsense")], "10.0.0.1"),
            ("10.0.0.1", vec![(name, "6.6.6.6, nonsense, 10.2.2.2")], "10.2.2.2"),
            ("10.0.0.1", vec![(name, "")], "10.0.0.1"),
            ("10.0.0.1", vec![(name, "203.0.113.7:8080")], "203.0.113.7"),
            ("10.0.0.1", vec![(name, "[2001:db8::7]:8080")], "2001:db8::7"),
            ("10.0.0.1", vec![(name, "2001:db8::7")], "2001:db8::7"),
            ("::ffff:10.0.0.1", vec![(name, "::ffff:203.0.113.7")], "203.0.113.7"),
            ("2001:db8:5::1", vec![(name, "203.0.113.7")], "203.0.113.7"),
            ("203.0.113.9", vec![(name, "6.6.6.6")], "203.0.113.9"),
            ("10.0.0.1", vec![("forwarded", "for=6.6.6.6")], "10.0.0.1"),
        ] {
            assert_eq!(client(&proxies, peer, &headers), expected, "{peer} {headers:?}");
        }
        assert_eq!(client(&Proxies::default(), "10.0.0.1", &[(name, "6.6.6.6")]), "10.0.0.1");
    }

    #[test]
    fn the_header_forwarded_is_read_if_it_is_chosen() {
        let proxies = "10.0.0.0/8".parse::<Proxies>().expect("a network").forwarded();
        for (value, expected) in [
            ("for=203.0.113.7", "203.0.113.7"),
            ("for=6.6.6.6, For=\"[2001:db8::7]:80\";proto=https", "2001:db8::7"),
            ("for=203.0.113.7, for=10.3.3.3", "203.0.113.7"),
            ("for=6.6.6.6, for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            let headers = [("forwarded", value), ("x-forwarded-for", "6.6.6.6")];
            assert_eq!(client(&proxies, "10.0.0.1", &headers), expected, "{value}");
        }
    }

    #[test]
    fn what_is_no_network_is_named() {
        for text in ["10.0.0.0/33", "localhost", "10.0.0.1, 10.0.0"] {
            let error = text.parse::<Proxies>().expect_err("no network").to_string();
            let name = text.rsplit(", ").next().expect("a name");
            assert!(error.starts_with(&format!("{name:?} is no network")), "{error}");
        }
    }

    #[test]
    fn ipv6_addresses_count_by_their_network() {
        for (address, expected) in [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ] {
            assert_eq!(group(address.parse().expect("an address")).to_string(), expected);
        }
    }
}
