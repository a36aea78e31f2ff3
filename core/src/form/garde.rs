//! The rules of the crate `garde`.

use ::garde::{Report, Validate};

use super::data::FormData;
use super::errors::FieldErrors;
use super::holder::Form;
use super::names::below;

impl<T: Validate> Form<T>
where
    T::Context: Default,
{
    /// Lets the rules of the crate [garde](https://docs.rs/garde) say what is wrong with the value that was decoded.
    /// Called after each change. With the feature `garde`.
    ///
    /// A rule names a field as Rust does, so the form must too: without serde's `rename`.
    ///
    /// ```
    /// use garde::Validate;
    /// use serde::{Deserialize, Serialize};
    /// use tealight_core::{Form, FormData};
    ///
    /// #[derive(Default, Serialize, Deserialize, Validate)]
    /// struct Guest {
    ///     #[garde(range(min = 1, max = 8))]
    ///     seats: u8,
    /// }
    ///
    /// let mut form = Form::new(Guest::default());
    /// form.submit(FormData::from_iter([("seats", "9")])).validate();
    /// assert_eq!(form.error("seats"), Some("greater than 8"));
    /// ```
    pub fn validate(&mut self) -> &mut Self {
        let report = self.decoded().and_then(|value| value.validate().err());
        let mut found = FieldErrors::default();
        for (path, error) in report.iter().flat_map(Report::iter) {
            found.add(name(&path.to_string(), self.data()), error);
        }
        self.validate_with(|_, errors| found.iter().for_each(|(field, message)| errors.add(field, message)))
    }
}

/// `items[0].name` is the field `items[0][name]`; `tags[0]` is one of several that are all called `tags`.
fn name(path: &str, data: &FormData) -> String {
    let steps = path.split(['.', '[', ']']).filter(|step| !step.is_empty());
    let (name, list) = steps.fold((String::new(), String::new()), |(name, _), step| (below(&name, step), name));
    let has = |name: &str| data.get(name).is_some();
    if has(&name) {
        return name;
    }
    [format!("{list}[]"), list].into_iter().find(|list| has(list)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_names() {
        let data = FormData::from_iter([("tags", ""), ("teas[]", ""), ("items[0][name]", "")]);
        for (path, expected) in [
            ("email", "email"),
            ("address.city", "address[city]"),
            ("items[0].name", "items[0][name]"),
            ("items[1]", "items[1]"),
            ("tags[1]", "tags"),
            ("teas[1]", "teas[]"),
        ] {
            assert_eq!(name(path, &data), expected, "{path}");
        }
    }
}
