//! Tealight's client as a Rust crate: the script that makes a server-rendered page live.
//!
//! The script is written in TypeScript (`client/src`). Its build, `client/dist/tealight.js`, is
//! committed, so that users of Tealight do not need Node. Serve [`SCRIPT`] (or [`gzip`]) as
//! `text/javascript` under a path that contains [`hash`]: then browsers may cache it forever.

use std::sync::OnceLock;

/// The script: a classic script without dependencies, which uses neither `eval` nor inline code.
/// It makes every `[data-tealight]` root of the page live. Load it with `defer`, or at the end of the
/// page, so that the roots exist when it runs.
pub const SCRIPT: &str = include_str!("../dist/tealight.js");

/// Returns a name for the content of [`SCRIPT`], for paths and entity tags: 32 hexadecimal digits that
/// change when the script changes. The hash is not cryptographic, so do not use it as a signature.
#[must_use]
pub fn hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| format!("{:032x}", fnv1a_128(SCRIPT.as_bytes())))
}

/// Returns [`SCRIPT`], compressed with gzip.
#[must_use]
pub fn gzip() -> &'static [u8] {
    include_bytes!("../dist/tealight.js.gz")
}

/// FNV-1a with 128 bits. It gives the same result on every platform and in every release; the hashers
/// of `std` do not promise that.
fn fnv1a_128(bytes: &[u8]) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(OFFSET, |hash, &byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn hash_is_fnv1a() {
        // From the reference vectors of FNV (draft-eastlake-fnv).
        assert_eq!(fnv1a_128(b""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(fnv1a_128(b"foobar"), 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18);
        assert_eq!(hash().len(), 32);
    }

    #[test]
    fn gzip_holds_the_script() {
        let mut text = String::new();
        flate2::read::GzDecoder::new(gzip()).read_to_string(&mut text).expect("gzip of text");
        assert_eq!(text, SCRIPT);
    }

    #[test]
    fn the_script_fits_its_budget() {
        assert!(gzip().len() <= 13_568, "{} bytes gzipped", gzip().len());
    }
}
