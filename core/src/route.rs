//! Typed addresses.

mod address;
mod matcher;
mod paths;

use std::hash::Hash;

pub use address::Address;
pub use matcher::{Found, Matcher, normalized};
pub use paths::{PathConflict, Paths, patterns_of};

/// A type whose values are addresses: it reads an address, and writes one.
///
/// Derive it for an enum with a variant for each page, or for a struct that is the address of one page.
/// `#[route("…")]` says how the address is written:
///
/// ```
/// use tealight_core::Route;
///
/// #[derive(Clone, Debug, Hash, PartialEq, Route)]
/// # #[route(crate = tealight_core)]
/// enum Page {
///     #[route("/orders?page&q")]
///     Orders { page: Option<u32>, q: Option<String> },
///     #[route("/orders/{id}")]
///     Order { id: u64 },
///     #[route("/files/{*path}")]
///     File { path: String },
/// }
///
/// let second = Page::Orders { page: Some(2), q: Some("green tea".to_owned()) };
/// assert_eq!(second.address(), "/orders?page=2&q=green+tea");
/// assert_eq!(Page::parse("/orders?page=2&q=green+tea"), Some(second));
/// assert_eq!(Page::parse("/orders/7"), Some(Page::Order { id: 7 }));
/// assert_eq!(Page::parse("/orders/seven"), None);
/// ```
///
/// In a view, a route is the value of a link: `<a href={Page::Order { id: 7 }}>"Order 7"</a>`. In `mount`,
/// [`PageRequest::route`](crate::PageRequest::route) reads the address of the request.
///
/// # Patterns
///
/// | pattern | field |
/// |---|---|
/// | `/orders/{id}` | One part of the path, never empty. |
/// | `/files/{*path}` | All further parts, with the `/` between them: at least one. |
/// | `/orders?q` | A parameter, by the field's type: `Option<T>` may be absent, `Vec<T>` may be there several times, `bool` is false if it is absent, and any other type must be there. |
/// | `/orders?utm-source={source}` | A parameter whose name differs from the field's. |
///
/// The type of a value is any with `FromStr` and `Display`, which must be each other's opposite.
///
/// - A value that does not parse matches no route: the page is not found. An `Option` takes an empty value that does not parse
///   for an absent one, because a browser sends the empty fields of a form.
/// - Parameters that the pattern does not name are ignored. If a parameter is there twice, the first counts, except for `Vec`.
/// - A fixed part goes before a value: beside `/orders/{id}`, `/orders/new` is a route of its own.
/// - Values are percent-encoded, and decoded again. A part of a path cannot be empty, `.` or `..`, because browsers
///   remove such parts. If a value is one of them, its address has U+FFFD in its place.
///
/// Two patterns that match the same address, if neither is more specific, are an error of the compiler. So are a pattern that can never
/// match and a name without a field.
///
/// A crate that uses `tealight-core` without `tealight` adds `#[route(crate = tealight_core)]` to the type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no route",
    label = "this has no address",
    note = "write `#[derive(Hash, Route)]` above the type, and `#[route(\"/…\")]` above each variant"
)]
pub trait Route: Hash + Sized {
    #[doc(hidden)]
    fn __matcher() -> &'static Matcher;

    #[doc(hidden)]
    fn __read(found: &Found<'_>) -> Option<Self>;

    #[doc(hidden)]
    fn __write(&self, address: &mut Address);

    /// Reads an address: a path, with a query if there is a `?`. Returns `None` if no route matches.
    fn parse(address: &str) -> Option<Self> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        Self::parse_parts(path, query)
    }

    /// Reads a path and a query, both still encoded.
    fn parse_parts(path: &str, query: &str) -> Option<Self> {
        Self::__matcher().find(path, query, Self::__read)
    }

    /// Returns the address: the path, and the query if it has parameters. It begins with one `/`, and no value can make it
    /// an address of another host.
    fn address(&self) -> String {
        let mut address = Address::default();
        self.__write(&mut address);
        address.into_string()
    }
}

/// A value in an address: any type with `FromStr` and `Display`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a value in an address",
    label = "this type needs `FromStr` and `Display`",
    note = "numbers, `String` and types with `FromStr` and `Display` can; in a query also `Option`, `Vec` and `bool`"
)]
pub trait RouteValue: std::str::FromStr + std::fmt::Display {}

impl<T: std::str::FromStr + std::fmt::Display> RouteValue for T {}
