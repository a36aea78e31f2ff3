//! What a person has put into a form: its raw pairs, what they decode to, and what is wrong with them.

mod component;
mod data;
mod decode;
mod encode;
mod errors;
#[cfg(feature = "garde")]
mod garde;
mod holder;
mod names;

pub use component::field_error;
pub use data::FormData;
pub use encode::EncodeError;
pub use errors::FieldErrors;
pub use holder::Form;

#[cfg(test)]
mod tests;
