//! A form, as the payload of an event: `[[["name","value"],…],"target"]`.

use serde_json::Error;

use crate::FormData;

/// Reads a form. Returns `None` if it has more fields than [`FormData::MAX_PAIRS`].
///
/// # Errors
/// Fails if `json` is not a form.
pub(crate) fn read_form(json: &str) -> Result<Option<FormData>, Error> {
    let (pairs, target) = serde_json::from_str(json)?;
    Ok(FormData::new(pairs, target))
}

pub(crate) fn write_form(data: &FormData) -> String {
    serde_json::json!([data.pairs().collect::<Vec<_>>(), data.target()]).to_string()
}
