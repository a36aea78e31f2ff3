//! Encodes a value as the names and values that decode to it.

use std::fmt::Display;

use serde::ser::{self, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;
use thiserror::Error;

use super::names::{MAX_DEPTH, below};

/// A value that cannot be encoded as a form.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The value is not a struct or a map, so it has no field names.
    #[error("only a struct or a map can be encoded as a form")]
    NoFields,
    /// A map's key cannot be part of a name.
    #[error("a map's key must be a number, a variant of an enum, or a text that is not empty and has no brackets")]
    Key,
    /// The value is nested more than 16 levels deep.
    #[error("the value is nested too deeply: a form has at most {MAX_DEPTH} levels")]
    Depth,
    /// The value's own `Serialize` failed.
    #[error("{0}")]
    Custom(String),
}

impl ser::Error for EncodeError {
    fn custom<T: Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}

type Pairs = Vec<(String, String)>;

pub(super) fn encode(value: &impl Serialize) -> Result<Pairs, EncodeError> {
    let mut pairs = Vec::new();
    value.serialize(FieldEncoder { name: String::new(), depth: 0, is_item: false, pairs: &mut pairs })?;
    Ok(pairs)
}

/// Encodes the row of a list. `name` is the row's name, such as `items[3]`.
pub(super) fn encode_row(name: &str, value: &impl Serialize) -> Result<Pairs, EncodeError> {
    let mut pairs = Vec::new();
    let depth = 1 + name.matches('[').count();
    value.serialize(FieldEncoder { name: name.to_owned(), depth, is_item: false, pairs: &mut pairs })?;
    Ok(pairs)
}

/// Writes one value under its field's name.
struct FieldEncoder<'a> {
    name: String,
    depth: usize,
    /// True for an item of a list. An item without fields repeats the list's name.
    is_item: bool,
    pairs: &'a mut Pairs,
}

impl<'a> FieldEncoder<'a> {
    fn write(mut self, text: impl Into<String>) -> Result<(), EncodeError> {
        if self.depth == 0 {
            return Err(EncodeError::NoFields);
        }
        if self.is_item {
            let end = self.name.rfind('[').unwrap_or_default();
            self.name.truncate(end);
        }
        self.pairs.push((self.name, text.into()));
        Ok(())
    }

    /// The encoder of a field inside this one.
    fn below(&mut self, step: &str) -> Result<FieldEncoder<'_>, EncodeError> {
        if self.depth >= MAX_DEPTH {
            return Err(EncodeError::Depth);
        }
        if step.is_empty() || step.contains(['[', ']']) {
            return Err(EncodeError::Key);
        }
        Ok(FieldEncoder { name: below(&self.name, step), depth: self.depth + 1, is_item: false, pairs: self.pairs })
    }

    fn item(&mut self, index: usize) -> Result<FieldEncoder<'_>, EncodeError> {
        Ok(FieldEncoder { is_item: true, ..self.below(&index.to_string())? })
    }

    fn variant(mut self, variant: &'static str) -> Result<Self, EncodeError> {
        let FieldEncoder { name, depth, .. } = self.below(variant)?;
        Ok(Self { name, depth, is_item: false, pairs: self.pairs })
    }
}

macro_rules! texts {
    ($($method:ident $kind:ty;)*) => {$(
        fn $method(self, value: $kind) -> Result<(), EncodeError> {
            self.write(value.to_string())
        }
    )*};
}

impl<'a> Serializer for FieldEncoder<'a> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = Fields<'a>;
    type SerializeStruct = Fields<'a>;
    type SerializeStructVariant = Fields<'a>;

    texts! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_i128 i128;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_u128 u128;
        serialize_f32 f32;
        serialize_f64 f64;
        serialize_char char;
        serialize_str &str;
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), EncodeError> {
        let mut list = self.serialize_seq(None)?;
        bytes.iter().try_for_each(|byte| list.serialize_element(byte))
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), EncodeError> {
        self.write(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self.variant(variant)?)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, EncodeError> {
        if self.depth == 0 {
            return Err(EncodeError::NoFields);
        }
        Ok(List { parent: self, next: 0 })
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>, EncodeError> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>, EncodeError> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'a>, EncodeError> {
        self.variant(variant)?.serialize_seq(None)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'a>, EncodeError> {
        Ok(Fields { parent: self, key: String::new() })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a>, EncodeError> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Fields<'a>, EncodeError> {
        self.variant(variant)?.serialize_map(None)
    }
}

struct List<'a> {
    parent: FieldEncoder<'a>,
    next: usize,
}

impl List<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), EncodeError> {
        let index = self.next;
        self.next += 1;
        item.serialize(self.parent.item(index)?)
    }
}

struct Fields<'a> {
    parent: FieldEncoder<'a>,
    key: String,
}

impl SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.key = match serde_json::to_value(key) {
            Ok(Value::String(key)) => key,
            Ok(Value::Number(key)) => key.to_string(),
            _ => return Err(EncodeError::Key),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self.parent.below(&self.key)?)
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}

macro_rules! lists {
    ($($list:ident $method:ident;)*) => {$(
        impl ser::$list for List<'_> {
            type Ok = ();
            type Error = EncodeError;

            fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), EncodeError> {
                self.item(item)
            }

            fn end(self) -> Result<(), EncodeError> {
                Ok(())
            }
        }
    )*};
}
lists! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! structs {
    ($($fields:ident)*) => {$(
        impl ser::$fields for Fields<'_> {
            type Ok = ();
            type Error = EncodeError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), EncodeError> {
                value.serialize(self.parent.below(key)?)
            }

            fn end(self) -> Result<(), EncodeError> {
                Ok(())
            }
        }
    )*};
}
structs!(SerializeStruct SerializeStructVariant);
