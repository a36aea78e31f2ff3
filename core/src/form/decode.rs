//! From a form to a type, with all that is wrong.
//!
//! Serde ends at the first error. So a value that cannot be read is noted, and replaced by one that can be; where
//! none can, and where a field turns out to be needed, decoding starts again with what has been learned. What
//! is known to fail comes last then, so each start learns something, and there are few. (Only which fields are
//! missing stays unknown beside one of whose type no value can be made, since serde looks for them at the end.)

mod failure;
mod value;

use std::any::type_name;
use std::cell::RefCell;
use std::collections::HashSet;

use serde::de::{DeserializeOwned, DeserializeSeed};

use self::failure::Failure;
use self::value::{Path, Value};
use super::data::FormData;
use super::errors::FieldErrors;
use super::names::{Node, Rows, below};

const REQUIRED: &str = "Fill in this field.";
const TOO_DEEP: &str = "This field's name is nested too deep.";
/// A type that holds itself in vain has an end too.
const MAX_DEPTH: usize = 64;

/// What the form is as this type, and which rows have other numbers there.
pub(super) fn decode<T: DeserializeOwned>(data: &FormData) -> Result<(T, Rows), FieldErrors> {
    let notes = Notes::new(data);
    let root = match Node::of(data.pairs()) {
        Ok(root) => root,
        Err(name) => {
            notes.errors.borrow_mut().add(name, TOO_DEEP);
            return Err(notes.errors.into_inner());
        }
    };
    loop {
        let decoded = notes.give(std::marker::PhantomData::<T>, Some(&root), Path::ROOT);
        match decoded {
            Ok(value) if notes.errors.borrow().is_empty() => return Ok((value, notes.rows.into_inner())),
            Err(Failure::Again) => {}
            _ => return Err(notes.errors.into_inner()),
        }
    }
}

/// What has been learned of a form and its type.
struct Notes<'a> {
    data: &'a FormData,
    errors: RefCell<FieldErrors>,
    rows: RefCell<Rows>,
    /// Fields of whose type no value could be made.
    ends: RefCell<HashSet<String>>,
    /// These, and all that they stand in.
    hopeless: RefCell<HashSet<String>>,
    /// Fields that have no default, by the type that has them.
    required: RefCell<HashSet<(&'static str, &'static str)>>,
}

impl<'a> Notes<'a> {
    fn new(data: &'a FormData) -> Self {
        Self {
            data,
            errors: RefCell::default(),
            rows: RefCell::default(),
            ends: RefCell::default(),
            hopeless: RefCell::default(),
            required: RefCell::default(),
        }
    }

    /// Gives what stands at a place to the type that is wanted there.
    fn give<'de, S: DeserializeSeed<'de>>(
        &self,
        seed: S,
        node: Option<&Node<'_>>,
        path: Path<'_>,
    ) -> Result<S::Value, Failure> {
        let value = Value { node, path, notes: self };
        let name = || value.name();
        let given = if path.depth() > MAX_DEPTH { Err(Failure::told(TOO_DEEP)) } else { seed.deserialize(value) };
        given.map_err(|failure| match failure {
            Failure::Told(_) if node.is_none_or(Node::is_blank) => self.fails(name(), REQUIRED),
            Failure::Told(message) => self.fails(name(), message),
            Failure::Missing(field) => self.fails(below(&name(), field), REQUIRED),
            Failure::Again | Failure::End => failure,
        })
    }

    fn note(&self, name: String, message: impl std::fmt::Display) {
        self.errors.borrow_mut().add(name, message);
    }

    /// There is no value for this field, whatever is put in its place.
    fn fails(&self, name: String, message: impl std::fmt::Display) -> Failure {
        self.note(name.clone(), message);
        let above = name.match_indices('[').map(|(end, _)| name[..end].to_owned());
        self.hopeless.borrow_mut().extend(above.chain([name.clone()]));
        let is_news = self.ends.borrow_mut().insert(name);
        let is_enough = self.errors.borrow().len() == FieldErrors::MAX;
        if is_news && !is_enough { Failure::Again } else { Failure::End }
    }

    /// Whether no value can be made of what stands at this name.
    fn is_end(&self, name: &str) -> bool {
        self.ends.borrow().contains(name)
    }

    /// The same, or of what stands below. The name is made only if there is such a thing.
    fn is_hopeless(&self, name: impl FnOnce() -> String) -> bool {
        let hopeless = self.hopeless.borrow();
        !hopeless.is_empty() && hopeless.contains(&name())
    }

    /// What is missing in a type that this visitor makes, and has no default.
    fn required_of<V>(&self) -> Vec<&'static str> {
        let required = self.required.borrow();
        required.iter().filter(|(of, _)| *of == type_name::<V>()).map(|(_, field)| *field).collect()
    }

    fn require<V>(&self, field: &'static str) -> Result<(), Failure> {
        if self.required.borrow_mut().insert((type_name::<V>(), field)) { Err(Failure::Again) } else { Ok(()) }
    }
}
