//! Serde's access to the parts of a value: items, fields, and the variant of an enum.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::failure::Failure;
use super::path::Path;
use super::value::Value;
use crate::Notice;
use crate::form::names::Node;

/// The items of a list: the values of its name, then the rows below it.
pub(super) struct Items<'v> {
    pub(super) of: Value<'v>,
    pub(super) values: std::slice::Iter<'v, &'v str>,
    pub(super) rows: std::vec::IntoIter<(&'v str, &'v Node<'v>)>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        let Value { node, path, notes } = self.of;
        if let Some(value) = self.values.next() {
            let value = Node::of_value(node.and_then(|node| node.name), value);
            return notes.decode_at(seed, Some(&value), path.deeper()).map(Some);
        }
        self.rows.next().map(|(step, node)| notes.decode_at(seed, Some(node), path.below(step))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len() + self.rows.len())
    }
}

/// The fields of a struct or the entries of a map, in the order in which they are decoded.
pub(super) struct Fields<'v> {
    pub(super) of: Value<'v>,
    pub(super) fields: std::vec::IntoIter<(&'v str, Option<&'v Node<'v>>)>,
    pub(super) next: Option<(&'v str, Option<&'v Node<'v>>)>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        self.next = self.fields.next();
        let Some((step, _)) = self.next else { return Ok(None) };
        let key = Node::of_value(None, step);
        let Value { path, notes, .. } = self.of;
        notes.decode_at(seed, Some(&key), path.below(step)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Failure> {
        let (step, node) = self.next.expect("serde asks for a value after its key");
        self.of.notes.decode_at(seed, node, self.of.path.below(step))
    }
}

/// A variant and its fields.
pub(super) struct Choice<'v> {
    pub(super) of: Value<'v>,
    pub(super) variant: &'v str,
    pub(super) content: Option<&'v Node<'v>>,
    /// True if the form has no valid choice, and the first variant is a stand-in.
    pub(super) is_stand_in: bool,
}

impl Choice<'_> {
    /// Fails for a stand-in with fields. The form does not have those fields, and no error should name them.
    fn check(&self) -> Result<(), Failure> {
        if self.is_stand_in { Err(self.of.notes.fail(self.of.name(), Notice::Choice)) } else { Ok(()) }
    }

    fn path(&self) -> Path<'_> {
        self.of.path.below(self.variant)
    }

    fn value(&self) -> Value<'_> {
        Value { node: self.content, path: self.path(), notes: self.of.notes }
    }
}

impl<'de> EnumAccess<'de> for Choice<'_> {
    type Error = Failure;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Failure> {
        let variant: StrDeserializer<'_, Failure> = self.variant.into_deserializer();
        Ok((seed.deserialize(variant)?, self))
    }
}

impl<'de> VariantAccess<'de> for Choice<'_> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Failure> {
        self.check()?;
        self.of.notes.decode_at(seed, self.content, self.path())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Failure> {
        self.check()?;
        self.value().sequence(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Failure> {
        self.check()?;
        self.value().fields(visitor)
    }
}
