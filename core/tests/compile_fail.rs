//! What `html!` says about mistakes. After a change of a message, look at the difference that
//! `TRYBUILD=overwrite cargo test -p tealight-core --test compile_fail` makes.

#[test]
fn messages() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
