use serde::de::value::SeqDeserializer;
use serde::de::{Deserializer, Visitor};

use super::access::{Choice, Fields, Items};
use super::failure::Failure;
use super::path::Path;
use super::{MAX_DEPTH, Notes};
use crate::Notice;
use crate::form::data::{AS_IT_IS, MessagesOfForm};
use crate::form::names::Node;

/// The part of the form from which a value is decoded.
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

    fn note(&self, notice: Notice) {
        self.notes.note(self.name(), notice);
    }

    /// Returns the same part for a type inside this one, such as that of an `Option`.
    fn inner(self) -> Result<Self, Failure> {
        if self.path.depth() > MAX_DEPTH {
            return Err(Notice::TooDeep.into());
        }
        Ok(Self { path: self.path.deeper(), ..self })
    }

    fn has_failed_below(&self, step: &str, node: Option<&Node<'_>>) -> bool {
        let name = || node.and_then(|node| node.name).map_or_else(|| self.path.below(step).name(), str::to_owned);
        self.notes.has_failed_inside(name)
    }

    /// Parses the text. If that fails, notes the error and returns the type's default as a stand-in.
    fn parsed<N: std::str::FromStr + Default>(&self, notice: impl FnOnce(&str) -> Notice) -> N {
        let text = self.text().trim();
        text.parse().unwrap_or_else(|_| {
            self.note(if text.is_empty() { Notice::Required } else { notice(text) });
            N::default()
        })
    }

    pub(super) fn sequence<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
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

    pub(super) fn fields<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let below = self.node.into_iter().flat_map(|node| &node.below).map(|(step, node)| (*step, Some(node)));
        let required = self.notes.required_of::<V>();
        let absent = required.into_iter().filter(|field| self.node.is_none_or(|node| !node.below.contains_key(field)));
        let mut fields: Vec<_> = below.chain(absent.map(|field| (field, None))).collect();
        fields.sort_by_cached_key(|(step, node)| self.has_failed_below(step, *node));
        let made = visitor.visit_map(Fields { of: self, fields: fields.into_iter(), next: None });
        made.map_err(|failure| match failure {
            Failure::Missing(field) if self.notes.require::<V>(field) => Failure::Again,
            other => other,
        })
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $integer:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            visitor.$visit(self.parsed(|text| match text.parse::<i128>() {
                Ok(number) if number < 0 => Notice::TooSmall { least: <$integer>::MIN as i128 },
                Ok(_) => Notice::TooLarge { most: <$integer>::MAX as u128 },
                Err(_) => Notice::WholeNumber,
            }))
        }
    )*};
}

macro_rules! floats {
    ($($method:ident $visit:ident $float:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            let number: $float = self.parsed(|_| Notice::Number);
            if !number.is_finite() {
                self.note(Notice::Number);
            }
            visitor.$visit(number)
        }
    )*};
}

macro_rules! texts {
    ($($method:ident $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            if self.node.is_none() {
                self.note(Notice::Required);
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
                self.note(Notice::Required);
                visitor.visit_str("")
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let is_on = matches!(self.text(), "on" | "true" | "1");
        if !is_on && !matches!(self.text(), "" | "off" | "false" | "0") {
            self.note(Notice::YesOrNo);
        }
        visitor.visit_bool(is_on)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_char(self.parsed(|_| Notice::OneCharacter))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.is_blank() || self.notes.has_failed(&self.name()) {
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
            let data = self.notes.data;
            let _messages = MessagesOfForm::set(data);
            return visitor.visit_seq(SeqDeserializer::new(data.texts()));
        }
        visitor.visit_newtype_struct(self.inner()?)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let mut rows = self.node.map_or_else(Vec::new, Node::rows);
        rows.sort_by_cached_key(|(step, node)| self.has_failed_below(step, Some(node)));
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
            self.note(Notice::Choice);
        }
        match chosen {
            Some((variant, content)) if !self.notes.has_failed(&self.name()) => {
                visitor.visit_enum(Choice { of: self, variant, content, is_stand_in: false })
            }
            _ => match variants.first() {
                Some(variant) => visitor.visit_enum(Choice { of: self, variant, content: None, is_stand_in: true }),
                None => Err(Notice::Choice.into()),
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
