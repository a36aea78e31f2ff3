//! Fingerprints: one `u64` for a value. The store keeps it in place of the text.
//!
//! The fingerprint of a number is its bits, and a string of up to seven bytes is packed into the word, so these are exact.
//! Longer strings are hashed to 63 bits with a secret key. Two different strings have the same hash by chance once in 2⁶³,
//! and nobody can construct such strings without the key. Strings above 16 bytes use rapidhash (Nicoshev, after wyhash).
//! Shorter strings, events and keys fold two words by a 64×64→128 multiplication, as rapidhash does.

use std::hash::{Hash, Hasher};

/// The random key of the fingerprints in one process. All [`Scratch`](crate::session::Scratch)es that serve the same sessions
/// must have the same seed.
#[derive(Clone)]
pub struct HashSeed {
    one: u64,
    // a second secret: if one factor of a product were public, a text could make that factor 0, and collide
    other: u64,
    long: rapidhash::v3::RapidSecrets,
}

const ODD: u64 = 0xD1B5_4A32_D192_ED03;

impl HashSeed {
    /// Makes a seed from random bits. Clients must not know them.
    pub const fn new(random: u64) -> Self {
        let one = mix(random);
        Self { one, other: mix(one ^ ODD), long: rapidhash::v3::RapidSecrets::seed(one) }
    }

    /// The fingerprint of nothing: an absent attribute, an empty `Option`.
    #[inline(always)]
    pub(crate) const fn nothing(&self) -> u64 {
        self.one ^ 0xA5A5_5A5A_1234_8765
    }

    #[inline(always)]
    pub(crate) fn str(&self, text: &str) -> u64 {
        let bytes = text.as_bytes();
        let n = bytes.len();
        if n < 8 {
            pack(bytes)
        } else if n <= 16 {
            let (head, tail) = (word(bytes, 0), word(bytes, n - 8));
            fold(head ^ self.one, tail ^ self.other ^ (n as u64).rotate_left(56)) | 1 << 63
        } else {
            self.long(bytes)
        }
    }

    #[inline(never)]
    fn long(&self, bytes: &[u8]) -> u64 {
        rapidhash::v3::rapidhash_v3_seeded(bytes, &self.long) | 1 << 63
    }

    /// The fingerprint of an event, a key, or the inputs of a `lazy`.
    #[doc(hidden)]
    #[inline(always)]
    #[rustfmt::skip]
    pub fn of(&self, value: &(impl Hash + ?Sized)) -> u64 { // help: a decimal number is a `Decimal`
        let mut hasher = Fold { state: self.one, other: self.other };
        value.hash(&mut hasher);
        hasher.state
    }
}

/// A fingerprint with a public seed, for values that clients cannot choose.
#[inline(always)]
pub(crate) fn of(value: &impl Hash) -> u64 {
    static PUBLIC: HashSeed = HashSeed::new(0);
    PUBLIC.of(value)
}

/// Packs up to seven bytes into a word. The eighth byte is their number.
#[inline(always)]
fn pack(bytes: &[u8]) -> u64 {
    let n = bytes.len();
    let half = |at: usize| u64::from(u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]));
    let packed = if n >= 4 {
        half(0) | half(n - 4) << ((n - 4) * 8)
    } else if n > 0 {
        u64::from(bytes[0]) | u64::from(bytes[n / 2]) << (n / 2 * 8) | u64::from(bytes[n - 1]) << ((n - 1) * 8)
    } else {
        0
    };
    packed | (n as u64) << 56
}

#[inline(always)]
fn word(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

#[inline(always)]
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

/// Mixes the bits of a fingerprint, which may be packed, so that a table can index by it.
#[inline(always)]
pub(crate) const fn mix(word: u64) -> u64 {
    fold(word ^ 0x9E37_79B9_7F4A_7C15, ODD)
}

impl std::fmt::Debug for HashSeed {
    /// The bits are secret, so they are left out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashSeed")
    }
}

/// Every integer is one word.
macro_rules! words {
    ($($write:ident $integer:ty),*) => {$(
        #[inline(always)]
        fn $write(&mut self, integer: $integer) {
            self.write_u64(integer as u64);
        }
    )*};
}

struct Fold {
    state: u64,
    other: u64,
}

impl Hasher for Fold {
    #[inline(always)]
    fn write_u64(&mut self, word: u64) {
        self.state = fold(self.state ^ word, self.other);
    }

    words!(write_u8 u8, write_u16 u16, write_u32 u32, write_usize usize, write_i32 i32, write_i64 i64, write_isize isize);

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.write_u64(word(chunk, 0));
        }
        self.write_u64(pack(chunks.remainder()));
    }

    #[inline(always)]
    fn finish(&self) -> u64 {
        self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_strings_are_exact() {
        let seed = HashSeed::new(7);
        let mut seen = std::collections::HashSet::new();
        for a in 0..=255u8 {
            for tail in ["", "a", "ab", "aba", "abab", "ababa"] {
                let text = format!("{}{tail}", char::from(a));
                assert!(seen.insert(seed.str(&text)) || text.len() > 7, "{text:?}");
            }
        }
        assert_ne!(seed.str(""), seed.str("\0"));
    }

    #[test]
    fn long_strings_depend_on_seed_and_every_byte() {
        for n in [8, 9, 15, 16, 17, 64, 300] {
            let text = "x".repeat(n);
            assert_ne!(HashSeed::new(1).str(&text), HashSeed::new(2).str(&text), "{n}");
            for i in 0..n {
                let mut other = text.clone().into_bytes();
                other[i] = b'y';
                let other = String::from_utf8(other).expect("ascii");
                assert_ne!(HashSeed::new(1).str(&text), HashSeed::new(1).str(&other), "{n} at {i}");
            }
        }
    }
}
