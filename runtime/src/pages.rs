//! Pages: the document around a view, and the script that it loads.

mod headers;
mod layout;
mod page;
mod policy;
pub mod script;

pub(crate) use headers::PageHeaders;
pub(crate) use layout::script_elements;
pub use layout::{Document, Layout};
pub use page::{Page, Posted};
