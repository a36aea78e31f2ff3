//! Values: what one slot shows. Each value has a fingerprint, which the store keeps, and writes itself as HTML or JSON.

mod attribute;
pub(crate) mod decimal;
pub(crate) mod escape;
pub(crate) mod fingerprint;
mod lists;
mod text;
pub(crate) mod url;

pub use attribute::{AttrOut, AttrValue, ClassValue, StyleValue};
pub use escape::escape_html;
pub use fingerprint::HashSeed;
pub use lists::PropertyValue;
pub use text::{Fixed, Grouped, Shown, Text, TextOut, display, fixed, grouped};
pub use url::local_url;

pub(crate) use text::Target;
