//! The fields of a variant: which part of the address each one is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, Fields, Result, Type};

use super::pattern::{Part, Pattern};
use crate::errors::nearest;

pub(super) struct Field {
    pub(super) ident: Ident,
    /// Without `r#`.
    pub(super) name: String,
    place: Place,
    /// The place of the type, where the compiler reports one that cannot be in an address.
    span: Span,
}

enum Place {
    Segment,
    Rest,
    /// A parameter of this name.
    Query(String, Count),
}

/// How often a parameter may be in a query.
#[derive(Clone, Copy)]
enum Count {
    Once,
    AtMostOnce,
    Often,
    /// A `bool`, which is false if the parameter is absent.
    Flag,
}

impl Field {
    /// Returns the call that reads the field from an address.
    pub(super) fn read(&self) -> TokenStream {
        let name = match &self.place {
            Place::Query(name, _) => name,
            Place::Segment | Place::Rest => &self.name,
        };
        let method = self.method();
        quote_spanned!(self.span=> found.#method(#name)?)
    }

    /// Returns the statement that writes the field into an address.
    pub(super) fn write(&self) -> TokenStream {
        let (method, ident) = (self.method(), &self.ident);
        match &self.place {
            Place::Query(name, _) => quote_spanned!(self.span=> address.#method(#name, #ident);),
            Place::Segment | Place::Rest => quote_spanned!(self.span=> address.#method(#ident);),
        }
    }

    fn method(&self) -> Ident {
        let name = match self.place {
            Place::Segment => "segment",
            Place::Rest => "rest",
            Place::Query(_, Count::Once) => "once",
            Place::Query(_, Count::AtMostOnce) => "at_most_once",
            Place::Query(_, Count::Often) => "often",
            Place::Query(_, Count::Flag) => "flag",
        };
        Ident::new(name, self.span)
    }
}

/// Pairs each field with the place that has its name.
pub(super) fn connect(variant: &Ident, fields: &Fields, pattern: &Pattern) -> Result<Vec<Field>> {
    if let Fields::Unnamed(unnamed) = fields {
        let message = format!(
            "the values of `{variant}` need names\nhelp: write `{variant} {{ id: … }}` and `{{id}}` in the pattern"
        );
        return Err(Error::new(unnamed.span(), message));
    }
    let names: Vec<String> =
        fields.iter().filter_map(|field| field.ident.as_ref()).map(|ident| ident.unraw().to_string()).collect();
    let mut seen: Vec<&str> = Vec::new();
    for name in pattern.names() {
        if seen.contains(&name) {
            return Err(Error::new(pattern.span, format!("`{name}` is in the pattern twice")));
        }
        if !names.iter().any(|field| field == name) {
            let near = nearest(name, names.iter().map(String::as_str));
            let help = near
                .map_or_else(|| format!("add the field `{name}`"), |near| format!("`{variant}` has a field `{near}`"));
            return Err(Error::new(pattern.span, format!("`{variant}` has no field `{name}`\nhelp: {help}")));
        }
        seen.push(name);
    }
    fields.iter().zip(&names).map(|(field, name)| connect_field(field, name, pattern)).collect()
}

fn connect_field(field: &syn::Field, name: &str, pattern: &Pattern) -> Result<Field> {
    let ident = field.ident.clone().unwrap_or_else(|| Ident::new(name, Span::call_site()));
    let in_path = pattern.parts.iter().find_map(|part| match part {
        Part::Value(value) if value == name => Some(Place::Segment),
        Part::Rest(value) if value == name => Some(Place::Rest),
        _ => None,
    });
    let count = count(&field.ty);
    let in_query =
        || pattern.query.iter().find(|query| query.field == name).map(|query| Place::Query(query.name.clone(), count));
    let Some(place) = in_path.or_else(in_query) else {
        let message = format!(
            "the pattern does not say where `{name}` is\nhelp: write `{{{name}}}` in the path, or `?{name}` behind it"
        );
        return Err(Error::new(ident.span(), message));
    };
    if matches!((&place, count), (Place::Segment | Place::Rest, Count::AtMostOnce | Count::Often)) {
        let message = format!(
            "a part of the path is always there, once\nhelp: write `?{name}` behind the path, or a route of its own without it"
        );
        return Err(Error::new(field.ty.span(), message));
    }
    Ok(Field { ident, name: name.to_owned(), place, span: field.ty.span() })
}

/// Tells by the type's name how often its parameter may be there.
fn count(ty: &Type) -> Count {
    let Type::Path(path) = ty else { return Count::Once };
    match path.path.segments.last() {
        Some(last) if last.ident == "Option" => Count::AtMostOnce,
        Some(last) if last.ident == "Vec" => Count::Often,
        Some(last) if last.ident == "bool" => Count::Flag,
        _ => Count::Once,
    }
}
