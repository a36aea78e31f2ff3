use std::any::Any;
use std::fmt;

use super::distinct::Distinct;
use super::lookup::{Lookup, Miss, Search};
use super::nesting::Nesting;
use super::pass::Pass;
use super::patch::Patch;
use super::plan::Plan;
use super::tape::{NOWHERE, Splice, Store};
use crate::html::Definitions;
use crate::html::value::fingerprint::{HashSeed, mix};
use crate::{FieldErrors, Messages};

/// The purpose of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Write what has changed.
    Diff,
    /// Write everything as HTML, for the first paint.
    Html,
    /// Write everything as values: a full render, or a region that was not delivered before.
    Values,
    /// Find the handler at an address.
    Lookup,
}

impl Mode {
    /// Returns true if nothing that is rendered now was delivered before. Every slot misses then.
    #[inline(always)]
    pub(super) fn is_cold(self) -> bool {
        matches!(self, Self::Html | Self::Values)
    }
}

/// The form of a full render.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Full<'a> {
    /// HTML for a page whose address has this query.
    Html {
        query: &'a str,
    },
    Values,
}

/// A worker thread's buffers for rendering. It holds no session's state between two calls.
pub(crate) struct Renderer {
    /// The position of the next word on the old tape; [`NOWHERE`] where nothing was delivered before.
    pub(super) at: usize,
    pub(super) mode: Mode,
    pub(super) seed: HashSeed,
    /// Mixed into the fingerprints of handlers and of `lazy`. It depends on the data of the components around the slot.
    /// In a look-up it also contains [`LOOKUP_SALT`].
    pub(super) salt: u64,
    /// The marks of the components' data around a handler, in HTML and in a look-up.
    pub(super) marks: u64,
    /// In HTML, the query of the page's address.
    pub(super) query: String,
    pub(super) patch: Patch,
    /// In HTML, the number of nodes that a browser makes of it. `None` if only its parser can count them.
    nodes: Option<u32>,
    /// Templates that the page needs and does not have.
    pub(super) definitions: Definitions,
    pub(super) scratch: Vec<u8>,
    /// The position in the HTML where the parser drops a line feed, if a branch's text begins there.
    pub(super) eats_newline: usize,
    pub(super) plans: Vec<Plan>,
    pub(super) keys: Distinct,
    pub(super) lookup: Lookup,
    /// The addresses at or below which this diff has replaced a handler, each after its length.
    pub(super) changed: Vec<u32>,
    /// Set when `definitions`, `changed`, `splice` or `faults` may hold something.
    pub(super) has_extras: bool,
    pub(super) splice: Splice,
    duplicates: u32,
    /// In development, mistakes in the view, for the page to show.
    faults: Vec<String>,
    pub(super) nesting: Nesting,
}

/// Part of the salt during a look-up. With it no handler's fingerprint agrees with the tape, so each handler misses.
pub(super) const LOOKUP_SALT: u64 = 0x5AA5_C33C_1234_8765;

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer").field("mode", &self.mode).finish_non_exhaustive()
    }
}

impl Renderer {
    pub(crate) fn new(seed: HashSeed) -> Self {
        Self {
            at: NOWHERE,
            mode: Mode::Diff,
            seed,
            salt: 0,
            marks: 0,
            query: String::new(),
            patch: Patch::default(),
            nodes: None,
            definitions: Definitions::default(),
            scratch: Vec::new(),
            eats_newline: usize::MAX,
            plans: Vec::new(),
            keys: Distinct::default(),
            lookup: Lookup::default(),
            changed: Vec::new(),
            has_extras: false,
            splice: Splice::default(),
            duplicates: 0,
            faults: Vec::new(),
            nesting: Nesting::default(),
        }
    }

    /// Renders everything, and appends it to `out`. The page also needs what [`Renderer::hand_over_definitions`] gives.
    pub(crate) fn full(&mut self, store: &mut Store, form: Full<'_>, out: &mut Vec<u8>, view: impl FnOnce(Pass<'_>)) {
        store.known.clear();
        self.eats_newline = usize::MAX;
        self.definitions.clear();
        std::mem::swap(&mut self.patch.out, out);
        self.mode = match form {
            Full::Html { query } => {
                self.query.push_str(query);
                self.nodes = Some(0);
                Mode::Html
            }
            Full::Values => Mode::Values,
        };
        self.at = NOWHERE;
        self.splice.open_at(0);
        Restored::run(self, store, view);
        if self.mode == Mode::Values {
            self.patch.out.pop();
        }
        self.mode = Mode::Diff;
        self.query.clear();
        std::mem::swap(&mut self.patch.out, out);
        self.splice.replace(&mut store.tape);
        store.known.shrink();
    }

    /// The number of elements, texts and comments that a browser makes of the last HTML. `None` if only its parser can
    /// count them: if there is trusted markup, or a very long text.
    pub(crate) fn nodes(&self) -> Option<u32> {
        self.nodes
    }

    /// In HTML, counts nodes that a browser makes of it.
    pub(super) fn count(&mut self, nodes: Option<u32>) {
        self.nodes = self.nodes.zip(nodes).map(|(sum, nodes)| sum + nodes);
    }

    /// Gives the definitions of the templates in the full render to `write`.
    pub(crate) fn hand_over_definitions(&mut self, write: impl FnOnce(&Definitions)) {
        write(&self.definitions);
        self.definitions.clear();
    }

    /// Compares the view with `store` and appends the patch with this number to `out`, up to the end of its body. The
    /// store then holds the new render; if [`Renderer::has_extras`], only after [`Renderer::commit`].
    ///
    /// Returns false if nothing was appended because nothing on the page changes.
    #[inline(always)]
    pub(crate) fn diff(
        &mut self,
        store: &mut Store,
        number: u32,
        out: &mut Vec<u8>,
        view: impl FnOnce(Pass<'_>),
    ) -> bool {
        std::mem::swap(&mut self.patch.out, out);
        self.at = 0;
        self.patch.begin(number);
        Restored::run(self, store, view);
        let is_changed = self.patch.finish();
        std::mem::swap(&mut self.patch.out, out);
        is_changed
    }

    /// Returns true if the last diff found more than its body says: definitions, replaced handlers, a change of the
    /// tape's structure or faults. Read them, then call [`Renderer::commit`].
    #[inline(always)]
    pub(crate) fn has_extras(&self) -> bool {
        self.has_extras
    }

    /// Makes the next diff have extras, for a caller that has something of its own to add to the patch.
    pub(crate) fn require_extras(&mut self) {
        self.has_extras = true;
    }

    /// Makes the page load the part of its script for routes, with the full render.
    pub(crate) fn require_routes(&mut self) {
        self.definitions.needs.routes = true;
    }

    /// The definitions of the templates that are new in the last diff.
    pub(crate) fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// The addresses at or below which the last diff has replaced a handler, each after its length.
    pub(crate) fn changed(&self) -> &[u32] {
        &self.changed
    }

    /// Ends a diff that has extras.
    pub(crate) fn commit(&mut self, store: &mut Store) {
        self.splice.commit(&mut store.tape);
        self.changed.clear();
        self.definitions.clear();
        self.has_extras = false;
    }

    /// Finds the handler that the page showed at this address, and makes its event.
    pub(crate) fn look_up(
        &mut self,
        store: &mut Store,
        search: &Search<'_>,
        view: impl FnOnce(Pass<'_>),
    ) -> Result<Box<dyn Any>, Miss> {
        self.lookup.begin(search);
        self.at = 0;
        self.mode = Mode::Lookup;
        self.salt = LOOKUP_SALT;
        Restored::run(self, store, view);
        self.salt = 0;
        self.mode = Mode::Diff;
        self.lookup.finish()
    }

    /// The errors of the form that the last look-up has refused, if it was a form.
    pub(crate) fn take_field_errors(&mut self) -> FieldErrors {
        self.lookup.payload().take_errors()
    }

    /// Sets the language of the messages about forms.
    pub(crate) fn set_messages(&mut self, messages: Messages) {
        self.lookup.payload().messages = messages;
    }

    pub(crate) fn messages(&mut self) -> Messages {
        self.lookup.payload().messages
    }

    /// The number of lists since the last call in which two rows had the same key.
    pub(crate) fn take_duplicates(&mut self) -> u32 {
        std::mem::take(&mut self.duplicates)
    }

    /// Mistakes in the view since the last call. Always empty in a release build.
    pub(crate) fn take_faults(&mut self) -> impl Iterator<Item = String> {
        self.faults.drain(..)
    }

    pub(super) fn duplicate(&mut self) {
        self.duplicates += 1;
    }

    /// In development, notes a mistake in the view.
    pub(super) fn fault(&mut self, fault: impl FnOnce() -> String) {
        if cfg!(debug_assertions) {
            self.faults.push(fault());
            self.has_extras |= self.mode == Mode::Diff;
        }
    }

    /// Mixes the fingerprint of a component's data into the salt. Returns the old salt.
    #[inline(always)]
    pub(super) fn add_salt(&mut self, data: u64) -> u64 {
        let salt = self.salt;
        self.salt = if self.mode == Mode::Lookup {
            // the words on the tape were salted without this constant
            mix(salt ^ LOOKUP_SALT ^ data) ^ LOOKUP_SALT
        } else {
            mix(salt ^ data)
        };
        salt
    }
}

/// Guards a run of a view. After a run the renderer is at rest, so the next run need not reset it. A view that panics
/// leaves it elsewhere: this guard then replaces it with a new one.
struct Restored<'r>(&'r mut Renderer);

impl Drop for Restored<'_> {
    fn drop(&mut self) {
        *self.0 = Renderer::new(self.0.seed.clone());
    }
}

impl Restored<'_> {
    #[inline(always)]
    fn run(r: &mut Renderer, store: &mut Store, view: impl FnOnce(Pass<'_>)) {
        let guard = Restored(r);
        view(Pass { r: guard.0, store });
        std::mem::forget(guard);
    }
}
