//! The static parts of an `html!`. The macro writes them as constants.

mod width;

use super::needs::Needs;

pub use width::{HandlerWord, Varies, Width, Word};

/// The static parts of one region of an `html!`: the root, an arm, or a row.
///
/// `docs/protocol.md` explains maps and trees.
#[doc(hidden)]
#[derive(Debug)]
pub struct Template {
    /// HTML before the first slot, between slots, and after the last.
    pub(crate) parts: &'static [&'static str],
    pub(crate) slots: &'static [Slot],
    /// The map as it is sent, but with `@k` in place of a row template's number. `k` is an index into `rows`.
    pub(crate) map: &'static str,
    pub(crate) tree: &'static str,
    /// The number of nodes that a browser makes of the static HTML. `None` if only its parser can count them.
    pub(crate) nodes: Option<u32>,
    pub(crate) rows: &'static [&'static Template],
    pub(crate) needs: Needs,
    /// The elements in it, if it is a whole `html!` and this is a development build.
    pub(crate) inside: &'static Inside,
    /// File and line, for messages.
    pub(crate) source: &'static str,
    /// The hash of the map, the tree and the rows' templates.
    pub(crate) hash: u64,
}

/// The kind of a slot.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// `{…}`.
    Value {
        /// The slot is the only child of its element.
        sole: bool,
        /// The HTML parser drops a line feed that comes first here.
        newline: bool,
        /// The elements around the slot, in a development build.
        around: &'static Around,
    },
    /// The text of a `<textarea>`. The page sets it as a property.
    Content { newline: bool },
    /// An attribute.
    Attr { name: &'static str, kind: AttrKind },
    /// `if` or `match`.
    Branch,
    /// `for`. `source` is the file, the line and the key, for messages; it is empty for a list without keys.
    List { sole: bool, row: usize, source: &'static str },
    /// `on:…`.
    On { event: &'static str },
}

/// The way an attribute's value is written.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttrKind {
    /// `true` is an attribute without a value, and `false` is no attribute.
    Plain,
    /// A boolean is spelled out: `true` or `false`.
    Word,
    /// The value is a URL. A URL that a browser would run is refused.
    Url,
    /// The page sets it as a property. In HTML a boolean is written as in `Plain`.
    Prop,
}

/// The elements around a slot in its `html!`. Lists of tags are separated by spaces. Empty in a release build.
#[doc(hidden)]
#[derive(Debug, PartialEq, Eq)]
pub struct Around {
    /// The elements, for a message. Empty at the root.
    pub way: &'static str,
    /// Tags that cannot be children of the innermost element.
    pub forbids: &'static str,
    /// Open elements that another element inside them would close, at any depth.
    pub open: &'static str,
    /// Such elements that cannot be closed from here, even if they are open around the `html!`.
    pub stopped: &'static str,
}

/// The elements in an `html!`. Empty in a release build.
#[doc(hidden)]
#[derive(Debug, PartialEq, Eq)]
pub struct Inside {
    /// The tags of its roots, also those in branches and lists.
    pub roots: &'static str,
    /// Pairs `closed/tag`: an element that may be open around the `html!`, and the first tag in it that would close that
    /// element.
    pub ends: &'static str,
}

impl Around {
    pub const NOTHING: Self = Self { way: "", forbids: "", open: "", stopped: "" };
}

impl Inside {
    pub const NOTHING: Self = Self { roots: "", ends: "" };
}

impl Template {
    #[doc(hidden)]
    #[expect(clippy::too_many_arguments, reason = "`html!` writes them")]
    pub const fn new(
        parts: &'static [&'static str],
        slots: &'static [Slot],
        map: &'static str,
        tree: &'static str,
        nodes: Option<u32>,
        rows: &'static [&'static Self],
        needs: Needs,
        inside: &'static Inside,
        source: &'static str,
    ) -> Self {
        assert!(parts.len() == slots.len() + 1, "a part before each slot and one after the last");
        let mut hash = fnv(fnv(0xCBF2_9CE4_8422_2325, map.as_bytes()), tree.as_bytes());
        let mut i = 0;
        while i < rows.len() {
            hash = fnv(hash, &rows[i].hash.to_le_bytes());
            i += 1;
        }
        Self { parts, slots, map, tree, nodes, rows, needs, inside, source, hash }
    }
}

/// FNV-1a. It can run in a constant.
const fn fnv(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01B3);
        i += 1;
    }
    hash
}
