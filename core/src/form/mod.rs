//! Forms: decoding names and values from a page into types, with an error for every field that is wrong.

mod address;
mod component;
mod data;
mod decode;
mod encode;
mod errors;
#[cfg(feature = "garde")]
mod garde;
mod holder;
mod names;
mod rows;

pub use address::{FormAddress, NoFormAddress, POSTED_FORM};
pub use component::field_error;
pub use data::FormData;
pub use encode::EncodeError;
pub use errors::FieldErrors;
pub use holder::Form;

#[cfg(test)]
mod tests;
