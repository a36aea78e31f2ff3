/// The addresses at or below which the handler has changed, by patches that the page is not known to have applied.
/// Normally there are none.
///
/// The page may still show the old handlers. An event that names one of these addresses is refused, so the handler that
/// the page showed fires, or none.
#[derive(Debug, Default)]
pub(super) struct ChangedHandlers {
    /// For each address: the patch, the address's length, the address.
    words: Vec<u32>,
}

/// The bound for a page that never says which patches it has applied.
const MAX_WORDS: usize = 1024;

impl ChangedHandlers {
    /// Adds the addresses that a patch has changed, each after its length. Returns false if there are too many: then
    /// none is known, and the caller must refuse all events that are older than the patch.
    pub(super) fn note(&mut self, patch: u32, changed: &[u32]) -> bool {
        let mut rest = changed;
        while let Some((&length, tail)) = rest.split_first() {
            let (address, tail) = tail.split_at(length as usize);
            self.words.extend([patch, length]);
            self.words.extend_from_slice(address);
            rest = tail;
        }
        let fits = self.words.len() <= MAX_WORDS;
        if !fits {
            self.words = Vec::new();
        }
        fits
    }

    /// Returns true if `address` is one of these or below one.
    pub(super) fn covers(&self, address: &[u32]) -> bool {
        self.all().any(|(_, changed)| address.starts_with(changed))
    }

    /// Forgets the changes that the page has: those of `patch` and of all patches before it.
    pub(super) fn forget_until(&mut self, patch: u32) {
        let known = self.all().take_while(|(changed, _)| *changed <= patch);
        let words: usize = known.map(|(_, address)| 2 + address.len()).sum();
        self.words.drain(..words);
    }

    pub(super) fn clear(&mut self) {
        self.words = Vec::new();
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
