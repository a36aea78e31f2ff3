//! Decodes a form into a type, and collects the errors of all its fields.
//!
//! Serde stops at the first error. To find more, the decoder notes a text that does not parse, and continues with a
//! stand-in, such as 0. If the type has no stand-in, or if a field turns out to be required, the decoder starts again
//! and decodes the fields that are known to fail last. Each start learns something new, which bounds their number.
//!
//! If a field has no stand-in, the decoder may not find the missing fields beside it. Serde looks for missing fields
//! last, and does not get there.

mod access;
mod failure;
mod path;
mod value;

use std::any::type_name;
use std::cell::RefCell;
use std::collections::HashSet;

use serde::de::{DeserializeOwned, DeserializeSeed};

use self::failure::Failure;
use self::path::Path;
use self::value::Value;
use super::data::FormData;
use super::errors::FieldErrors;
use super::names::{Node, Rows, below};
use crate::Notice;

/// The most types that can be nested. Without a limit, a type that contains itself would overflow the stack.
const MAX_DEPTH: usize = 64;

/// Decodes the form. Also returns how its rows are numbered, so that errors can name them as the form does.
///
/// # Errors
/// Returns the errors of all fields that can be found to be wrong.
pub(super) fn decode<T: DeserializeOwned>(data: &FormData) -> Result<(T, Rows), FieldErrors> {
    let notes = Notes::new(data);
    let root = match Node::of(data.pairs()) {
        Ok(root) => root,
        Err(name) => {
            notes.note(name.to_owned(), Notice::TooDeep);
            return Err(notes.errors.into_inner());
        }
    };
    loop {
        let decoded = notes.decode_at(std::marker::PhantomData::<T>, Some(&root), Path::ROOT);
        match decoded {
            Ok(value) if notes.errors.borrow().is_empty() => return Ok((value, notes.rows.into_inner())),
            Err(Failure::Again) => {}
            _ => return Err(notes.errors.into_inner()),
        }
    }
}

/// The facts that the decoder has learned about a form and its type.
struct Notes<'a> {
    data: &'a FormData,
    errors: RefCell<FieldErrors>,
    rows: RefCell<Rows>,
    /// Fields that failed, and whose type has no stand-in.
    failed: RefCell<HashSet<String>>,
    /// The same fields, and all fields around them.
    failed_inside: RefCell<HashSet<String>>,
    /// Required fields, each with the name of its struct's visitor.
    required: RefCell<HashSet<(&'static str, &'static str)>>,
}

impl<'a> Notes<'a> {
    fn new(data: &'a FormData) -> Self {
        Self {
            data,
            errors: RefCell::default(),
            rows: RefCell::default(),
            failed: RefCell::default(),
            failed_inside: RefCell::default(),
            required: RefCell::default(),
        }
    }

    /// Decodes the part of the form at `node` into the seed's type, and notes its error.
    fn decode_at<'de, S: DeserializeSeed<'de>>(
        &self,
        seed: S,
        node: Option<&Node<'_>>,
        path: Path<'_>,
    ) -> Result<S::Value, Failure> {
        let value = Value { node, path, notes: self };
        let name = || value.name();
        let decoded = if path.depth() > MAX_DEPTH { Err(Notice::TooDeep.into()) } else { seed.deserialize(value) };
        decoded.map_err(|failure| match failure {
            Failure::Notice(_) | Failure::Custom(_) if node.is_none_or(Node::is_blank) => {
                self.fail(name(), Notice::Required)
            }
            Failure::Notice(notice) => self.fail(name(), notice),
            Failure::Custom(message) => self.fail_with(name(), &message),
            Failure::Missing(field) => self.fail(below(&name(), field), Notice::Required),
            Failure::Again | Failure::End => failure,
        })
    }

    fn note(&self, name: String, notice: Notice) {
        self.errors.borrow_mut().add(name, self.data.message(notice));
    }

    fn fail(&self, name: String, notice: Notice) -> Failure {
        self.fail_with(name, &self.data.message(notice))
    }

    /// Notes the error of a field whose type has no stand-in.
    fn fail_with(&self, name: String, message: &str) -> Failure {
        self.errors.borrow_mut().add(name.clone(), message);
        let around = name.match_indices('[').map(|(end, _)| name[..end].to_owned());
        self.failed_inside.borrow_mut().extend(around.chain([name.clone()]));
        let is_news = self.failed.borrow_mut().insert(name);
        let is_enough = self.errors.borrow().len() == FieldErrors::MAX;
        if is_news && !is_enough { Failure::Again } else { Failure::End }
    }

    /// Returns true if the field of this name has failed before.
    fn has_failed(&self, name: &str) -> bool {
        self.failed.borrow().contains(name)
    }

    /// Returns true if this field, or one inside it, has failed before. Calls `name` only if any field has failed.
    fn has_failed_inside(&self, name: impl FnOnce() -> String) -> bool {
        let failed = self.failed_inside.borrow();
        !failed.is_empty() && failed.contains(&name())
    }

    /// Returns the fields of this visitor's struct that are known to be required.
    fn required_of<V>(&self) -> Vec<&'static str> {
        let required = self.required.borrow();
        required.iter().filter(|(of, _)| *of == type_name::<V>()).map(|(_, field)| *field).collect()
    }

    /// Notes that a field is required. Returns false if that was known.
    fn require<V>(&self, field: &'static str) -> bool {
        self.required.borrow_mut().insert((type_name::<V>(), field))
    }
}
