use serde::de::value::SeqDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::failure::{Failure, NO_CHOICE};
use super::{MAX_DEPTH, Notes, REQUIRED, TOO_DEEP};
use crate::form::data::AS_IT_IS;
use crate::form::names::{Node, below};

/// Where a value is wanted.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    above: Option<(&'p Path<'p>, &'p str)>,
    depth: usize,
}

impl<'p> Path<'p> {
    pub(super) const ROOT: Self = Self { above: None, depth: 0 };

    fn below(&'p self, step: &'p str) -> Self {
        Self { above: Some((self, step)), depth: self.depth + 1 }
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    fn name(&self) -> String {
        self.above.map_or_else(String::new, |(above, step)| below(&above.name(), step))
    }
}

/// What stands in the form where a value is wanted.
#[derive(Clone, Copy)]
pub(super) struct Value<'v> {
    pub(super) node: Option<&'v Node<'v>>,
    pub(super) path: Path<'v>,
    pub(super) notes: &'v Notes<'v>,
}

impl<'v> Value<'v> {
    pub(super) fn name(&self) -> String {
        self.node.and_then(|node| node.name).map_or_else(|| self.path.name(), str::to_owned)
    }

    fn text(&self) -> &'v str {
        self.node.map_or("", Node::text)
    }

    fn is_blank(&self) -> bool {
        self.node.is_none_or(Node::is_blank)
    }

    fn note(&self, message: impl std::fmt::Display) {
        self.notes.note(self.name(), message);
    }

    /// The same for a type inside the one that is wanted.
    fn inner(self) -> Result<Self, Failure> {
        if self.path.depth() > MAX_DEPTH {
            return Err(Failure::told(TOO_DEEP));
        }
        Ok(Self { path: self.path.deeper(), ..self })
    }

    fn is_hopeless_below(&self, step: &str, node: Option<&Node<'_>>) -> bool {
        let name = || node.and_then(|node| node.name).map_or_else(|| self.path.below(step).name(), str::to_owned);
        self.notes.is_hopeless(name)
    }

    fn number<N: std::str::FromStr + Default>(&self, message: impl FnOnce(&str) -> String) -> N {
        let text = self.text().trim();
        text.parse().unwrap_or_else(|_| {
            if text.is_empty() {
                self.note(REQUIRED);
            } else {
                self.note(message(text));
            }
            N::default()
        })
    }

    fn sequence<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let rows = self.node.map_or_else(Vec::new, Node::rows);
        self.items(rows, visitor)
    }

    fn items<'de, V: Visitor<'de>>(self, rows: Vec<(&str, &Node<'_>)>, visitor: V) -> Result<V::Value, Failure> {
        let values = self.node.map_or(&[][..], |node| &node.values).iter();
        if values.len() == 0 {
            self.notes.rows.borrow_mut().note(&rows, || self.path.name());
        }
        visitor.visit_seq(Items { of: self, values, rows: rows.into_iter() })
    }

    fn fields<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let below = self.node.into_iter().flat_map(|node| &node.below).map(|(step, node)| (*step, Some(node)));
        let required = self.notes.required_of::<V>();
        let absent = required.into_iter().filter(|field| self.node.is_none_or(|node| !node.below.contains_key(field)));
        let mut fields: Vec<_> = below.chain(absent.map(|field| (field, None))).collect();
        fields.sort_by_cached_key(|(step, node)| self.is_hopeless_below(step, *node));
        let made = visitor.visit_map(Fields { of: self, fields: fields.into_iter(), next: None });
        made.map_err(|failure| match failure {
            Failure::Missing(field) => match self.notes.require::<V>(field) {
                Err(again) => again,
                Ok(()) => failure,
            },
            other => other,
        })
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $integer:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            visitor.$visit(self.number(|text| match text.parse::<i128>() {
                Ok(number) if number < 0 => format!("Enter {} or more.", <$integer>::MIN),
                Ok(_) => format!("Enter {} or less.", <$integer>::MAX),
                Err(_) => "Enter a whole number.".to_owned(),
            }))
        }
    )*};
}

macro_rules! floats {
    ($($method:ident $visit:ident $float:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            const MESSAGE: &str = "Enter a number.";
            let number: $float = self.number(|_| MESSAGE.to_owned());
            if !number.is_finite() {
                self.note(MESSAGE);
            }
            visitor.$visit(number)
        }
    )*};
}

macro_rules! texts {
    ($($method:ident $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            if self.node.is_none() {
                self.note(REQUIRED);
            }
            visitor.$visit(self.text().as_ref())
        }
    )*};
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Failure;

    integers! {
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_u128 visit_u128 u128;
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
    }

    floats! {
        deserialize_f32 visit_f32 f32;
        deserialize_f64 visit_f64 f64;
    }

    texts! {
        deserialize_str visit_str;
        deserialize_string visit_str;
        deserialize_bytes visit_bytes;
        deserialize_byte_buf visit_bytes;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.node {
            Some(node) if node.below.keys().any(|step| step.parse::<u64>().is_err()) => self.fields(visitor),
            Some(node) if !node.below.is_empty() || node.values.len() > 1 => self.sequence(visitor),
            Some(_) => visitor.visit_str(self.text()),
            None => {
                self.note(REQUIRED);
                visitor.visit_str("")
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let is_on = matches!(self.text(), "on" | "true" | "1");
        if !is_on && !matches!(self.text(), "" | "off" | "false" | "0") {
            self.note("Say yes or no.");
        }
        visitor.visit_bool(is_on)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_char(self.number(|_| "Enter one character.".to_owned()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.is_blank() || self.notes.is_end(&self.name()) {
            visitor.visit_none()
        } else {
            visitor.visit_some(self.inner()?)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Failure> {
        if name == AS_IT_IS {
            return visitor.visit_seq(SeqDeserializer::new(self.notes.data.texts()));
        }
        visitor.visit_newtype_struct(self.inner()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let mut rows = self.node.map_or_else(Vec::new, Node::rows);
        rows.sort_by_cached_key(|(step, node)| self.is_hopeless_below(step, Some(node)));
        self.items(rows, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Failure> {
        self.sequence(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.sequence(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.fields(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.fields(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let content = |variant: &str| self.node.and_then(|node| node.below.get(variant));
        let given = self.node.filter(|node| !node.values.is_empty()).map(|node| (node.text(), content(node.text())));
        let only = self.node.filter(|node| node.below.len() == 1).and_then(|node| node.below.iter().next());
        let chosen = given.or(only.map(|(variant, node)| (*variant, Some(node))));
        let chosen = chosen.filter(|(variant, _)| !variant.is_empty() || variants.contains(&""));
        if chosen.is_none() {
            self.note(NO_CHOICE);
        }
        match chosen {
            Some((variant, content)) if !self.notes.is_end(&self.name()) => {
                visitor.visit_enum(Choice { of: self, variant, content, is_made_up: false })
            }
            _ => match variants.first() {
                Some(variant) => visitor.visit_enum(Choice { of: self, variant, content: None, is_made_up: true }),
                None => Err(Failure::told(NO_CHOICE)),
            },
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_str(self.text())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }
}

/// The values of a name, then what stands below it.
struct Items<'v> {
    of: Value<'v>,
    values: std::slice::Iter<'v, &'v str>,
    rows: std::vec::IntoIter<(&'v str, &'v Node<'v>)>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        let Value { node, path, notes } = self.of;
        if let Some(value) = self.values.next() {
            let value = Node::of_value(node.and_then(|node| node.name), value);
            return notes.give(seed, Some(&value), path.deeper()).map(Some);
        }
        self.rows.next().map(|(step, node)| notes.give(seed, Some(node), path.below(step))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len() + self.rows.len())
    }
}

struct Fields<'v> {
    of: Value<'v>,
    fields: std::vec::IntoIter<(&'v str, Option<&'v Node<'v>>)>,
    next: Option<(&'v str, Option<&'v Node<'v>>)>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        self.next = self.fields.next();
        let Some((step, _)) = self.next else { return Ok(None) };
        let key = Node::of_value(None, step);
        let Value { path, notes, .. } = self.of;
        notes.give(seed, Some(&key), path.below(step)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Failure> {
        let (step, node) = self.next.expect("serde asks for a value after its key");
        self.of.notes.give(seed, node, self.of.path.below(step))
    }
}

/// A variant and what belongs to it.
struct Choice<'v> {
    of: Value<'v>,
    variant: &'v str,
    content: Option<&'v Node<'v>>,
    /// In the place of a choice that is none.
    is_made_up: bool,
}

impl Choice<'_> {
    /// Of what is made up nothing more is said.
    fn check(&self) -> Result<(), Failure> {
        if self.is_made_up { Err(self.of.notes.fails(self.of.name(), NO_CHOICE)) } else { Ok(()) }
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
        let variant: serde::de::value::StrDeserializer<'_, Failure> = self.variant.into_deserializer();
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
        self.of.notes.give(seed, self.content, self.path())
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
