//! Pages: the document around a view, and the script that it loads.

mod layout;
mod page;
pub mod script;

pub use layout::{Document, Layout};
pub(crate) use layout::{MESSAGE_LIMIT, script_elements};
pub use page::{Page, Posted};
