use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use tealight_runtime::{OwnerKey, SessionKey, StoreError};
use thiserror::Error;

/// The secret with which sessions are sealed: 32 random bytes.
#[derive(Clone)]
pub struct Key([u8; Key::LENGTH]);

/// The first byte of a sealed session.
const FORMAT: u8 = 1;
const NONCE: usize = 24;

impl Key {
    /// The length of a key in bytes.
    pub const LENGTH: usize = 32;

    /// Makes a key of these bytes. They must be random.
    pub const fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// Reads the key in this file. If there is no file, makes a key, and a file that only its owner may read.
    ///
    /// # Errors
    /// Returns a [`KeyError`] if the file cannot be read or made, has another length, or may be read by others.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, KeyError> {
        let path = path.as_ref();
        let unreadable = |source| KeyError::Io { path: path.to_owned(), source };
        match fs::read(path) {
            Ok(bytes) => {
                check_rights(path)?;
                bytes.try_into().map(Self).map_err(|_| KeyError::Length { path: path.to_owned() })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self(random());
                match key.write(path) {
                    Ok(()) => Ok(key),
                    // Another process has just made it.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::from_file(path),
                    Err(error) => Err(unreadable(error)),
                }
            }
            Err(error) => Err(unreadable(error)),
        }
    }

    /// Makes the file at once with all its bytes: another process may read it, or this one be killed.
    fn write(&self, path: &Path) -> io::Result<()> {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{:016x}", u64::from_le_bytes(random())));
        let new = PathBuf::from(name);
        self.write_new(&new)?;
        let linked = match fs::hard_link(&new, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // not every file system has links
            Err(_) => self.write_new(path),
            Ok(()) => Ok(()),
        };
        let _ = fs::remove_file(&new);
        linked
    }

    fn write_new(&self, path: &Path) -> io::Result<()> {
        let mut file = create(path)?;
        file.write_all(&self.0)?;
        file.sync_all()
    }

    /// Returns bits that depend on the key alone, for [`SessionStore::seed`](tealight_runtime::SessionStore::seed).
    pub fn seed(&self) -> u64 {
        let hash: [u8; 32] = Sha256::new().chain_update(self.0).chain_update(b"tealight hash seed").finalize().into();
        u64::from_le_bytes(*hash.first_chunk().expect("a hash has 32 bytes"))
    }

    /// Returns a name for an owner in a store. Without the key, nobody can find the owner with it, or who has a session.
    pub fn name_of(&self, owner: &OwnerKey) -> [u8; 32] {
        let hash = Sha256::new().chain_update(self.0).chain_update(b"tealight owner").chain_update(owner.as_bytes());
        hash.finalize().into()
    }

    /// Encrypts the bytes of this session, so that nobody can read or change them, or put them in another's place.
    ///
    /// # Panics
    /// Panics if a session is longer than 256 GiB, or if the operating system has no random bytes.
    pub fn seal(&self, session: &SessionKey, bytes: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = random();
        let payload = Payload { msg: bytes, aad: session.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).expect("a session is shorter than 256 GiB");
        [&[FORMAT], &nonce[..], &sealed].concat()
    }

    /// Decrypts what [`seal`](Self::seal) has made.
    ///
    /// # Errors
    /// Returns [`StoreError::Damaged`] if the bytes were changed, or sealed with another key or for another session.
    pub fn open(&self, session: &SessionKey, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let rest = sealed.strip_prefix(&[FORMAT]).ok_or(StoreError::Damaged)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(StoreError::Damaged)?;
        let payload = Payload { msg: rest, aad: session.as_bytes() };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| StoreError::Damaged)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// An error of [`Key::from_file`].
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("could not read or make the key file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// The file is no key.
    #[error("the key file {path} does not have {len} bytes. To start anew without saved sessions, delete it.", len = Key::LENGTH)]
    Length {
        /// The file.
        path: PathBuf,
    },
    /// Others than its owner may read the file.
    #[error("others may read the key file {path}. Change its rights: chmod 600 {path}")]
    Rights {
        /// The file.
        path: PathBuf,
    },
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has random bytes");
    bytes
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;

    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(unix)]
fn check_rights(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = fs::metadata(path).map_err(|source| KeyError::Io { path: path.to_owned(), source })?;
    if metadata.permissions().mode() & 0o077 == 0 { Ok(()) } else { Err(KeyError::Rights { path: path.to_owned() }) }
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<fs::File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(not(unix))]
fn check_rights(_: &Path) -> Result<(), KeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::Key;

    #[test]
    fn servers_that_start_together_have_one_key() {
        let folder = tempfile::tempdir().expect("a folder");
        for case in 0..20 {
            let path = folder.path().join(case.to_string());
            let keys: Vec<[u8; 32]> = thread::scope(|scope| {
                let read = || Key::from_file(&path).expect("a key").0;
                let threads: Vec<_> = (0..8).map(|_| scope.spawn(read)).collect();
                threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
            });
            assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
        }
        let files = folder.path().read_dir().expect("a folder").count();
        assert_eq!(files, 20, "no other file is left");
    }
}
