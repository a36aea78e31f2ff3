//! The protocol's messages: their encoding and decoding.
//!
//! Besides tests, only this module and `client/src/wire.ts` know the protocol's keys. `docs/protocol.md` describes the
//! messages.

mod command;
mod down;
mod flash;
mod form;
#[cfg(test)]
mod golden;
mod up;

pub use self::down::{ahead, back, patch_number, went};
pub use self::flash::{FLASH_COOKIE, FLASH_SECONDS, decode_flash, encode_flash};
pub use self::up::{Attach, has_gone, is_leave};

pub(crate) use self::command::effects;
pub(crate) use self::down::{
    INSERT, MARKUP, MOVE, REMOVE, REPLACE, ROOT_OPEN, acknowledge, begin_patch, data_block, definition, extras, mount,
    pong, refused_input, resume, view_error,
};
pub(crate) use self::flash::bounded_flash;
pub(crate) use self::form::{read_form, write_form};
pub(crate) use self::up::{Link, MAX_STEPS, Up};

/// The protocol's version.
pub const VERSION: u32 = 1;
