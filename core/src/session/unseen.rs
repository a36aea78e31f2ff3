/// Addresses at or below which another handler stands now than the page may still show: those that a
/// patch has changed which the page is not known to have applied. Normally none.
///
/// An event that was made meanwhile is refused there: the handler that the page showed fires, or none.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    /// For each: the patch, the address's length, the address.
    words: Vec<u32>,
}

/// A page that shows no sign of life costs no more words than this.
const MAX_WORDS: usize = 1024;

impl Unseen {
    /// Notes what a patch has changed, each address after its length. False: there were too many, and
    /// none is known now; all that is older than the patch must be refused.
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

    /// Whether this address is one of them or lies below one.
    pub(super) fn covers(&self, address: &[u32]) -> bool {
        self.all().any(|(_, changed)| address.starts_with(changed))
    }

    /// The page has applied this patch, and so all before it.
    pub(super) fn forget(&mut self, patch: u32) {
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
