//! A form as it comes with an event, `[[["name","value"],…],"of"]`, and how a browser without scripts says which.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde_json::Error;

use super::MAX_STEPS;
use crate::FormData;

/// `None` for a form of more fields than a form may have.
///
/// # Errors
/// For any other shape.
pub(crate) fn read(json: &str) -> Result<Option<FormData>, Error> {
    let (pairs, target) = serde_json::from_str(json)?;
    Ok(FormData::new(pairs, target))
}

pub(crate) fn write(data: &FormData) -> String {
    serde_json::json!([data.pairs().collect::<Vec<_>>(), data.target()]).to_string()
}

/// The name, in a page's query, of the form that is posted to it.
pub const POSTED_FORM: &str = "tealight-form";

/// Which form of a page a browser has posted: the address of its handler, and a mark by which it is known to be
/// the one that the page showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormAddress {
    pub(crate) steps: Vec<u32>,
    pub(crate) mark: u64,
}

impl Display for FormAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            write!(f, "{step}.")?;
        }
        write!(f, "{:x}", self.mark)
    }
}

/// A text that is the address of no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is the address of no form")]
pub struct NoFormAddress;

impl FromStr for FormAddress {
    type Err = NoFormAddress;

    fn from_str(text: &str) -> Result<Self, NoFormAddress> {
        let (steps, mark) = text.rsplit_once('.').ok_or(NoFormAddress)?;
        let mark = u64::from_str_radix(mark, 16).map_err(|_| NoFormAddress)?;
        let steps = steps.split('.').take(MAX_STEPS + 1).map(str::parse).collect::<Result<Vec<_>, _>>();
        let steps = steps.map_err(|_| NoFormAddress)?;
        if steps.len() > MAX_STEPS { Err(NoFormAddress) } else { Ok(Self { steps, mark }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_forms_are_read_as_they_are_written() {
        let address = FormAddress { steps: vec![3, 0, u32::MAX], mark: 0xABC };
        assert_eq!(address.to_string(), "3.0.4294967295.abc");
        assert_eq!(address.to_string().parse(), Ok(address));
        let deep = "1.".repeat(MAX_STEPS + 1) + "a";
        for text in ["", "3", ".a", "a.3.1", "3..1", "-1.a", "4294967296.1", "1.10000000000000000", &deep] {
            assert_eq!(text.parse::<FormAddress>(), Err(NoFormAddress), "{text}");
        }
    }
}
