use std::fmt::{self, Write};
use std::hash::{Hash, Hasher};

use ctutils::CtEq;
use sha2::{Digest, Sha256};

/// A random name that nobody can guess: the id of a session, or of a transport's stream.
///
/// A token is a secret between a page and the server. Anyone who knows it can act as the page, so do not log it;
/// its `Debug` output does not contain it. Two tokens are compared in a time that does not depend on how much of them is
/// equal.
///
/// ```
/// use tealight_runtime::Token;
///
/// let token = Token::random();
/// assert_eq!(token.as_str().len(), Token::LENGTH);
/// assert_eq!(Token::parse(token.as_str()), Some(token));
/// assert_eq!(Token::parse("too short"), None);
/// ```
#[derive(Clone, Copy)]
pub struct Token([u8; Token::LENGTH]);

impl Token {
    /// The length of a token in bytes. Each is an ASCII character with six random bits: 132 bits in all.
    pub const LENGTH: usize = 22;

    /// Makes a new token from random bytes of the operating system.
    ///
    /// # Panics
    /// Panics if the operating system has no random bytes.
    pub fn random() -> Self {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Self(random_bytes().map(|byte: u8| ALPHABET[usize::from(byte % 64)]))
    }

    /// Reads a token that a page has sent. Returns `None` if the text has another length.
    pub fn parse(text: &str) -> Option<Self> {
        text.as_bytes().try_into().ok().map(Self)
    }

    /// Returns a hash of the token as text. It names the same thing, and no page can act with it.
    ///
    /// It is SHA-256, as 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        Sha256::digest(self.0).iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The token as text, to be sent to the page.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a token is made from a text")
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).to_bool()
    }
}

impl Eq for Token {}

impl Hash for Token {
    /// Maps of tokens use a keyed hash, so the time of a look-up tells nothing about the tokens in the map.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// Random bytes of the operating system.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has random bytes");
    bytes
}
