use std::fmt::{self, Display};
use std::str::FromStr;

use crate::wire::MAX_STEPS;

/// The name of the query parameter whose value is a [`FormAddress`]. A form that is posted without JavaScript has it.
pub const POSTED_FORM: &str = "tealight-form";

/// The form that was posted without JavaScript: its handler's address, and a hash of the handler.
///
/// The form is applied only if the handler at the address still has this hash.
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

/// The error of parsing a text that is not a [`FormAddress`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the address of a form")]
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
    fn form_addresses_survive_a_round_trip() {
        let address = FormAddress { steps: vec![3, 0, u32::MAX], mark: 0xABC };
        assert_eq!(address.to_string(), "3.0.4294967295.abc");
        assert_eq!(address.to_string().parse(), Ok(address));
        let deep = "1.".repeat(MAX_STEPS + 1) + "a";
        for text in ["", "3", ".a", "a.3.1", "3..1", "-1.a", "4294967296.1", "1.10000000000000000", &deep] {
            assert_eq!(text.parse::<FormAddress>(), Err(NoFormAddress), "{text}");
        }
    }
}
