/// Returns the part of a path that filters have matched, with a `/` at its end.
pub(crate) fn base(path: &str, rest: &str) -> String {
    let matched = path.strip_suffix(rest).unwrap_or(path);
    let slash = if matched.ends_with('/') { "" } else { "/" };
    format!("{matched}{slash}")
}

#[cfg(test)]
mod tests {
    use super::base;

    #[test]
    fn the_base_is_the_matched_part_of_the_path() {
        for (path, rest, expected) in [
            ("/", "", "/"),
            ("/counter", "", "/counter/"),
            ("/counter/", "", "/counter/"),
            ("/shop/orders/7", "orders/7", "/shop/"),
            ("/orders/7", "orders/7", "/"),
        ] {
            assert_eq!(base(path, rest), expected, "{path} {rest}");
        }
    }
}
