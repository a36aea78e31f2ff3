use bytes::{BufMut, Bytes, BytesMut};

/// The value of a session's key: the revision in four bytes, the first one last, and the sealed session.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) revision: u32,
    /// `None` if the session was removed.
    pub(crate) sealed: Option<Vec<u8>>,
}

/// The first byte of a value.
const SESSION: u8 = 1;
const REMOVED: u8 = 2;

impl Record {
    pub(crate) fn of(revision: u32, sealed: Vec<u8>) -> Self {
        Self { revision, sealed: Some(sealed) }
    }

    pub(crate) fn removed(revision: u32) -> Self {
        Self { revision, sealed: None }
    }

    pub(crate) fn to_bytes(&self) -> Bytes {
        let sealed = self.sealed.as_deref();
        let mut bytes = BytesMut::with_capacity(5 + sealed.map_or(0, <[u8]>::len));
        bytes.put_u8(if sealed.is_some() { SESSION } else { REMOVED });
        bytes.put_u32_le(self.revision);
        bytes.put_slice(sealed.unwrap_or_default());
        bytes.freeze()
    }

    /// Returns `None` if the bytes are no record.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let (revision, sealed) = rest.split_first_chunk()?;
        let revision = u32::from_le_bytes(*revision);
        match *kind {
            SESSION => Some(Self::of(revision, sealed.to_vec())),
            REMOVED if sealed.is_empty() => Some(Self::removed(revision)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_as_they_were_written() {
        for record in [Record::of(7, vec![1, 2, 3]), Record::of(u32::MAX, Vec::new()), Record::removed(3)] {
            assert_eq!(Record::read(&record.to_bytes()), Some(record));
        }
    }

    #[test]
    fn other_bytes_are_no_record() {
        for bytes in [&[][..], &[1], &[1, 0, 0, 0], &[3, 0, 0, 0, 0], &[2, 0, 0, 0, 0, 9]] {
            assert_eq!(Record::read(bytes), None, "{bytes:?}");
        }
    }
}
