//! The page's side of Tealight, as a Rust crate: the script that makes a server-rendered page live.
//!
//! The script is written in TypeScript (`client/src`), bundled into `client/dist/tealight.js` and
//! committed, so that nobody who uses Tealight needs Node. Serve [`SCRIPT`] (or [`gzip`]) as
//! `text/javascript` under a path that contains [`hash`], and it can be cached for good.

use std::sync::OnceLock;

/// The script: one classic script without dependencies, which needs neither `eval` nor inline code.
/// It makes every `[data-tealight]` root of the page live, so load it with `defer` or at the end.
pub const SCRIPT: &str = include_str!("../dist/tealight.js");

/// A name for the content of [`SCRIPT`]: 32 hexadecimal digits that change whenever the script does,
/// and only then. For paths and entity tags; it is no signature.
#[must_use]
pub fn hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| format!("{:032x}", fnv1a_128(SCRIPT.as_bytes())))
}

/// [`SCRIPT`] in gzip's format.
#[must_use]
pub fn gzip() -> &'static [u8] {
    include_bytes!("../dist/tealight.js.gz")
}

/// FNV-1a in its 128-bit form: small, and the same on every platform and in every release, which
/// the hashers of `std` do not promise.
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
        assert!(gzip().len() <= 9 * 1024, "{} bytes gzipped", gzip().len());
    }
}
