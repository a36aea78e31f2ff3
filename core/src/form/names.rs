//! Names with brackets (`address[city]`), as a tree.

use std::collections::BTreeMap;

/// One step of a name: its values, and the steps nested in it.
#[derive(Default)]
pub(super) struct Node<'a> {
    /// The full name, if it has a value.
    pub(super) name: Option<&'a str>,
    pub(super) values: Vec<&'a str>,
    pub(super) below: BTreeMap<&'a str, Node<'a>>,
}

/// The most steps that a name can have; `a[b][c]` has three.
pub(super) const MAX_DEPTH: usize = 16;

impl<'a> Node<'a> {
    /// Makes the tree of all names.
    ///
    /// # Errors
    /// Returns the first name that has more than [`MAX_DEPTH`] steps.
    pub(super) fn of(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self, &'a str> {
        let mut root = Self::default();
        for (name, value) in pairs {
            let node = steps(name).try_fold((&mut root, 0), |(node, depth), step| {
                (depth < MAX_DEPTH).then(|| (node.below.entry(step).or_default(), depth + 1))
            });
            let (node, _) = node.ok_or(name)?;
            node.name.get_or_insert(name);
            node.values.push(value);
        }
        Ok(root)
    }

    /// Makes a node of a single value, such as one item of a list.
    pub(super) fn of_value(name: Option<&'a str>, value: &'a str) -> Self {
        Self { name, values: vec![value], below: BTreeMap::new() }
    }

    /// Returns the last value. This way, a hidden field before a checkbox of the same name gives the value for
    /// "not checked".
    pub(super) fn text(&self) -> &'a str {
        self.values.last().copied().unwrap_or_default()
    }

    /// Returns true if all values are empty, here and below.
    pub(super) fn is_blank(&self) -> bool {
        self.values.iter().all(|value| value.is_empty()) && self.below.values().all(Self::is_blank)
    }

    /// Returns the nodes below: first the numbered ones in numeric order, then the others.
    pub(super) fn rows(&self) -> Vec<(&'a str, &Self)> {
        let mut rows: Vec<_> = self.below.iter().map(|(key, node)| (*key, node)).collect();
        rows.sort_by_key(|(key, _)| key.parse::<u64>().unwrap_or(u64::MAX));
        rows
    }
}

/// The numbers of rows in the form: for each list's name, the numbers in the order of the value's items. Lists that
/// are numbered 0, 1, 2, … in both are left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows(BTreeMap<String, Vec<String>>);

impl Rows {
    /// Notes how the rows of a list are numbered, unless it is 0, 1, 2, …
    pub(super) fn note(&mut self, rows: &[(&str, &Node<'_>)], list: impl FnOnce() -> String) {
        if rows.iter().enumerate().any(|(at, (step, _))| step.parse() != Ok(at)) {
            self.0.insert(list(), rows.iter().map(|(step, _)| (*step).to_owned()).collect());
        }
    }

    /// Returns the name in the form, for a name whose rows are numbered as in the value.
    pub(super) fn in_form(&self, name: &str) -> String {
        let list = if without_list(name) == name { "" } else { "[]" };
        let found = steps(name).fold(String::new(), |above, step| {
            let row = step.parse().ok().and_then(|at: usize| self.0.get(&above)?.get(at));
            below(&above, row.map_or(step, String::as_str))
        });
        found + list
    }
}

/// Returns the steps of a name. A name that does not look like `name[step][step]` is a single step. A final `[]` is not
/// a step.
fn steps(name: &str) -> impl Iterator<Item = &str> {
    let name = without_list(name);
    let brackets = name.strip_suffix(']').and_then(|name| name.split_once('['));
    let (first, rest) = match brackets {
        Some((first, rest)) if !first.is_empty() && is_balanced(rest) => (first, Some(rest)),
        _ => (name, None),
    };
    std::iter::once(first).chain(rest.into_iter().flat_map(|rest| rest.split("][")))
}

/// Removes the final `[]` of a list's name, if it has one.
fn without_list(name: &str) -> &str {
    name.strip_suffix("[]").filter(|list| !list.is_empty()).unwrap_or(name)
}

/// Returns true if `name` is this field, or nested in it. The empty field is the form itself, and contains every name.
pub(super) fn is_of(name: &str, field: &str) -> bool {
    let below = name.strip_prefix(field);
    below.is_some_and(|below| field.is_empty() || below.is_empty() || below.starts_with('['))
}

fn is_balanced(rest: &str) -> bool {
    rest.split("][").all(|step| !step.contains(['[', ']']))
}

/// Returns the name of `step` inside `name`.
pub(super) fn below(name: &str, step: &str) -> String {
    if name.is_empty() { step.to_owned() } else { format!("{name}[{step}]") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_steps() {
        for (name, expected) in [
            ("email", &["email"][..]),
            ("address[city]", &["address", "city"]),
            ("items[0][name]", &["items", "0", "name"]),
            ("tags[]", &["tags"]),
            ("items[0][tags][]", &["items", "0", "tags"]),
            ("a[]b", &["a[]b"]),
            ("a[b", &["a[b"]),
            ("a]b", &["a]b"]),
            ("a[b]c]", &["a[b]c]"]),
            ("a[[b]]", &["a[[b]]"]),
            ("[a]", &["[a]"]),
            ("[]", &["[]"]),
            ("a[][b]", &["a", "", "b"]),
            ("", &[""]),
        ] {
            assert_eq!(steps(name).collect::<Vec<_>>(), expected, "{name}");
        }
    }

    #[test]
    fn rows_are_in_the_order_of_their_numbers() {
        let names = ["a[10]", "a[x]", "a[9]", "a[99999999999999999999]"];
        let root = Node::of(names.into_iter().map(|name| (name, ""))).unwrap_or_default();
        let rows: Vec<_> = root.below["a"].rows().into_iter().map(|(key, _)| key).collect();
        assert_eq!(rows, ["9", "10", "99999999999999999999", "x"]);
    }
}
