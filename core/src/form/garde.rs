//! Validation by the rules of the crate `garde`.

use ::garde::{Report, Validate};

use super::data::FormData;
use super::holder::Form;
use super::names::{Rows, below};

impl<T: Validate> Form<T>
where
    T::Context: Default,
{
    /// Checks the decoded value by the rules of the crate [garde](https://docs.rs/garde). Needs the feature `garde`.
    ///
    /// Call it like [`validate_with`](Self::validate_with), which also explains how long errors stay. garde knows a
    /// field by its name in Rust, so the form must use the same names, without serde's `rename`.
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
        for (path, error) in report.iter().flat_map(Report::iter) {
            let field = name(&path.to_string(), &self.rows, self.data());
            self.found.add(field, error);
        }
        self
    }
}

/// Returns the name in the form of a path of garde. `items[0].name` becomes `items[0][name]`. `tags[0]` becomes `tags`
/// or `tags[]` if all items have that name in the form.
fn name(path: &str, rows: &Rows, data: &FormData) -> String {
    let steps = path.split(['.', '[', ']']).filter(|step| !step.is_empty());
    let (name, list) = steps.fold((String::new(), String::new()), |(name, _), step| (below(&name, step), name));
    let (name, list) = (rows.in_form(&name), rows.in_form(&list));
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
            assert_eq!(name(path, &Rows::default(), &data), expected, "{path}");
        }
    }

    #[derive(serde::Deserialize, Validate)]
    struct Menu {
        #[garde(dive)]
        teas: Vec<Tea>,
    }

    #[derive(serde::Deserialize, Validate)]
    struct Tea {
        #[garde(range(max = 9))]
        price: u8,
        #[serde(default)]
        #[garde(inner(range(max = 9)))]
        sizes: Vec<u8>,
    }

    #[test]
    fn rows_have_the_numbers_of_the_form() {
        let mut form = Form::<Menu>::default();
        let row = [("teas[1][price]", "5"), ("teas[2][price]", "10"), ("teas[2][sizes]", "10")];
        form.submit(FormData::from_iter(row)).validate();
        let fields: Vec<_> = form.errors().map(|(field, _)| field).collect();
        assert_eq!(fields, ["teas[2][price]", "teas[2][sizes]"]);
    }
}
