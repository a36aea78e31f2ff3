//! A form as it comes with an event: `[[["name","value"],…],"of"]`.

use serde_json::Error;

use crate::FormData;

/// `None` for a form of more fields than a form may have.
///
/// # Errors
/// For any other shape.
pub(crate) fn form(json: &str) -> Result<Option<FormData>, Error> {
    let (pairs, target) = serde_json::from_str(json)?;
    Ok(FormData::new(pairs, target))
}
