//! Checks the compiler's messages for mistakes in `html!`, and that valid templates compile without a warning.
//!
//! After a change of a message, run `TRYBUILD=overwrite cargo test -p tealight-core --test compile_fail` and read the diff.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}

/// Checks that the messages in the guide are real.
#[test]
fn messages_in_the_guide() {
    let saved: String = std::fs::read_dir("tests/ui")
        .expect("the saved messages")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "stderr"))
        .map(|path| std::fs::read_to_string(path).expect("text"))
        .collect();
    let guide = include_str!("../../docs/guide/html.md");
    let rows = guide.lines().filter_map(|line| line.strip_suffix(" |")?.rsplit_once(" | "));
    let shown = rows.filter_map(|(_, last)| last.strip_prefix("``")?.strip_suffix("``"));
    let unknown: Vec<&str> = shown.map(str::trim).filter(|message| !saved.contains(message)).collect();
    assert_eq!(unknown, [""; 0]);
}
