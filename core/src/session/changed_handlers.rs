use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// The addresses at or below which patches have changed a handler, if the page has not confirmed the patch yet.
/// Normally there are none.
///
/// The page may still show the old handlers. Events at these addresses are refused, so no handler fires that the page
/// did not show.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct ChangedHandlers {
    /// For each address: the patch, the address's length, the address.
    words: Vec<u32>,
}

/// The limit for a page that never confirms its patches.
const MAX_WORDS: usize = 1024;

impl ChangedHandlers {
    /// Adds the addresses that a patch has changed, each after its length. Returns false if there are too many. Then
    /// all are forgotten, and the caller must refuse every event from before the patch.
    pub(super) fn note(&mut self, patch: u32, changed: &[u32]) -> bool {
        let mut rest = changed;
        while let Some((&length, tail)) = rest.split_first() {
            let (address, tail) = tail.split_at(length as usize);
            self.words.extend([patch, length]);
            self.words.extend_from_slice(address);
            rest = tail;
        }
        if self.words.len() > MAX_WORDS {
            self.keep_latest();
        }
        let fits = self.words.len() <= MAX_WORDS;
        if !fits {
            self.words = Vec::new();
        }
        fits
    }

    /// Returns true if `address` is one of these addresses or below one.
    pub(super) fn covers(&self, address: &[u32]) -> bool {
        self.all().any(|(_, changed)| address.starts_with(changed))
    }

    /// Forgets the changes of `patch` and all patches before it, which the page has confirmed.
    pub(super) fn forget_until(&mut self, patch: u32) {
        let known = self.all().take_while(|(changed, _)| *changed <= patch);
        let words: usize = known.map(|(_, address)| 2 + address.len()).sum();
        self.words.drain(..words);
    }

    /// Keeps only the latest change of each address.
    #[cold]
    fn keep_latest(&mut self) {
        let mut all: Vec<_> = self.all().collect();
        let mut seen = HashSet::new();
        all.reverse();
        all.retain(|(_, address)| seen.insert(*address));
        let latest = all.iter().rev();
        self.words = latest.flat_map(|(patch, address)| [&[*patch, address.len() as u32], *address].concat()).collect();
    }

    fn all(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let mut rest = &self.words[..];
        std::iter::from_fn(move || {
            let (&[patch, length], tail) = rest.split_first_chunk()?;
            let (address, tail) = tail.split_at(length as usize);
            rest = tail;
            Some((patch, address))
        })
    }
}
