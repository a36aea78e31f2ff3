//! Pages: the document around a view, and the script that it loads.

mod layout;
mod page;
pub mod script;

pub(crate) use layout::MESSAGE_LIMIT;
pub use layout::{Document, Layout};
pub use page::{Page, Posted};
