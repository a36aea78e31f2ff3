//! `#[derive(Route)]`: a type for addresses.
//!
//! `pattern` reads the text of `#[route("…")]`, `overlap` compares the patterns of one type, and this file connects them
//! with the fields and writes the code.

mod fields;
mod overlap;
mod pattern;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Fields, LitStr, Path, Result, Token};

use fields::Field;
use pattern::{Part, Pattern};

/// One variant of an enum, or a struct.
struct Variant {
    /// `Self::Order`, or `Self`.
    constructor: TokenStream,
    pattern: Pattern,
    fields: Vec<Field>,
}

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    syn::parse2(input).map_or_else(Error::into_compile_error, |input| expand(&input))
}

/// Writes the code, or the errors with code that only compiles, so that the uses of the type are no errors too.
fn expand(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let tealight = errors.take(crate_path(&input.attrs)).flatten();
    let tealight = tealight.map_or_else(|| quote!(::tealight::core), |path| quote!(#path));
    let variants = errors.take(variants(input)).unwrap_or_default();
    let code = implementation(&input.ident, &tealight, &variants);
    match errors.0 {
        Some(error) => {
            let error = error.into_compile_error();
            quote!(#error #code)
        }
        None => code,
    }
}

fn variants(input: &DeriveInput) -> Result<Vec<Variant>> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "a route has no generic parameters"));
    }
    let mut errors = Errors::default();
    let variants: Vec<Variant> = match &input.data {
        Data::Struct(data) => {
            errors.take(variant(&input.ident, &input.attrs, &data.fields, quote!(Self))).into_iter().collect()
        }
        Data::Enum(data) => {
            let each = data.variants.iter().map(|each| {
                let name = &each.ident;
                variant(name, &each.attrs, &each.fields, quote!(Self::#name))
            });
            each.filter_map(|each| errors.take(each)).collect()
        }
        Data::Union(_) => return Err(Error::new_spanned(&input.ident, "a route is an enum or a struct")),
    };
    errors.take(overlap::check(variants.iter().map(|variant| &variant.pattern)));
    errors.0.map_or(Ok(variants), Err)
}

fn implementation(name: &Ident, tealight: &TokenStream, variants: &[Variant]) -> TokenStream {
    let patterns = variants.iter().map(|variant| variant.pattern.matched());
    let reads = variants.iter().enumerate().map(|(index, variant)| variant.read(index));
    let writes = variants.iter().map(Variant::write);
    let no_writes = variants.is_empty().then(|| quote!(_ => {}));
    quote! {
        #[automatically_derived]
        impl #tealight::Route for #name {
            fn __matcher() -> &'static #tealight::__private::Matcher {
                static MATCHER: ::std::sync::OnceLock<#tealight::__private::Matcher> = ::std::sync::OnceLock::new();
                MATCHER.get_or_init(|| #tealight::__private::Matcher::new(&[#(#patterns),*]))
            }

            fn __read(found: &#tealight::__private::Found<'_>) -> ::core::option::Option<Self> {
                match found.index() {
                    #(#reads)*
                    _ => ::core::option::Option::None,
                }
            }

            fn __write(&self, address: &mut #tealight::__private::Address) {
                match self {
                    #(#writes)*
                    #no_writes
                }
            }
        }

        #[automatically_derived]
        impl #tealight::view::AttrValue for #name {
            fn fingerprint(&self, seed: &#tealight::__private::HashSeed) -> u64 {
                seed.of(self)
            }

            fn write(&self, out: &mut #tealight::view::AttrOut<'_>) {
                out.text(#tealight::Route::address(self).as_str());
            }
        }
    }
}

impl Variant {
    fn read(&self, index: usize) -> TokenStream {
        let constructor = &self.constructor;
        let fields = self.fields.iter().map(|field| {
            let (ident, read) = (&field.ident, field.read());
            quote!(#ident: #read)
        });
        quote!(#index => ::core::option::Option::Some(#constructor { #(#fields),* }),)
    }

    fn write(&self) -> TokenStream {
        let constructor = &self.constructor;
        let names = self.fields.iter().map(|field| &field.ident);
        let write = |name: &str| self.fields.iter().find(|field| field.name == *name).map(Field::write);
        let path = self.pattern.parts.iter().map(|part| match part {
            Part::Text(text) => Some(quote!(address.text(#text);)),
            Part::Value(name) | Part::Rest(name) => write(name),
        });
        let query = self.pattern.query.iter().map(|query| write(&query.field));
        quote!(#constructor { #(#names),* } => { #(#path)* #(#query)* })
    }
}

fn variant(name: &Ident, attributes: &[Attribute], fields: &Fields, constructor: TokenStream) -> Result<Variant> {
    let mut patterns = attributes.iter().filter(|attribute| attribute.path().is_ident("route"));
    let Some(attribute) = patterns.find(|attribute| attribute.parse_args::<LitStr>().is_ok()) else {
        let message = format!("`{name}` has no address\nhelp: write `#[route(\"/…\")]` above it");
        return Err(Error::new(name.span(), message));
    };
    let pattern = Pattern::parse(&attribute.parse_args()?)?;
    let fields = fields::connect(name, fields, &pattern)?;
    Ok(Variant { constructor, pattern, fields })
}

/// Reads `#[route(crate = path)]`, for crates that use `tealight-core` without `tealight`.
fn crate_path(attributes: &[Attribute]) -> Result<Option<Path>> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("route")) {
        if attribute.parse_args::<LitStr>().is_ok() {
            continue;
        }
        attribute.parse_nested_meta(|meta| {
            if !meta.input.peek(Token![=]) || !meta.path.is_ident("crate") {
                return Err(meta.error("`route` takes a pattern, such as `#[route(\"/orders/{id}\")]`"));
            }
            found = Some(meta.value()?.parse()?);
            Ok(())
        })?;
    }
    Ok(found)
}

/// Collects errors, so that one compilation shows them all.
#[derive(Default)]
struct Errors(Option<Error>);

impl Errors {
    fn take<T>(&mut self, result: Result<T>) -> Option<T> {
        match (result, &mut self.0) {
            (Ok(value), _) => return Some(value),
            (Err(error), Some(all)) => all.combine(error),
            (Err(error), none) => *none = Some(error),
        }
        None
    }
}
