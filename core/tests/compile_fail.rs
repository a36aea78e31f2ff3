//! What `html!` says about mistakes, and that it says nothing about all else. After a change of a message, look at the difference that
//! `TRYBUILD=overwrite cargo test -p tealight-core --test compile_fail` makes.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}
