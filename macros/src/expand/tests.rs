use proc_macro2::{Delimiter, Group, Span, TokenStream};

use super::expression::{borrowed, borrowing, owned, parameter};
use crate::ast::Braced;
use crate::view;

fn tokens(source: &str) -> TokenStream {
    source.parse().expect("tokens")
}

fn in_braces(source: &str) -> Braced {
    Braced { tokens: tokens(source), span: Span::call_site() }
}

fn group(delimiter: Delimiter, source: &str) -> String {
    TokenStream::from(proc_macro2::TokenTree::from(Group::new(delimiter, tokens(source)))).to_string()
}

#[test]
fn an_expression_is_bare_and_statements_keep_their_braces() {
    for source in [
        "model.name",
        "if a { 1 } else if let Some(b) = c { b } else { 2 }",
        "match a { A => 1, B => 2 }.name()",
        "unsafe { a }?",
        "S { a: 1 }.name()",
        "rows.iter().map(|row| { let a = row; a }).count()",
    ] {
        assert_eq!(borrowed(&in_braces(source)).to_string(), group(Delimiter::Parenthesis, source));
        assert_eq!(owned(&in_braces(source)).to_string(), tokens(source).to_string());
    }
    for source in ["let a = 1; a", "if a { b() } c", "match a { A => {} } b", "fn f() {} f()"] {
        assert_eq!(borrowed(&in_braces(source)).to_string(), group(Delimiter::Brace, source));
        assert_eq!(owned(&in_braces(source)).to_string(), group(Delimiter::Brace, source));
    }
    let comma = "|a, b| a";
    assert_eq!(owned(&in_braces(comma)).to_string(), group(Delimiter::Brace, comma));
}

#[test]
fn a_pattern_for_a_reference_has_no_modes() {
    for (pattern, expected) in [
        ("row", "row"),
        ("mut row", "row"),
        ("&row", "&row"),
        ("(i, &row)", "(i, row)"),
        ("S { ref a, mut b, .. }", "S { a, b, .. }"),
        ("&(a, &b)", "&(a, b)"),
    ] {
        assert_eq!(borrowing(&tokens(pattern)).to_string(), tokens(expected).to_string());
    }
    assert_eq!(parameter(&tokens("A(x) | B(x)")).to_string(), tokens("(A(x) | B(x))").to_string());
}

/// An editor completes `probe.` only if it finds it in what the macro expands to.
#[test]
fn half_typed_code_keeps_its_expressions() {
    for source in [
        "<p>{probe.}</p>",
        "<p>{probe.}",
        "<div><p>{probe.}</div>",
        "<p title={probe.}",
        "<p title={probe.} <b/>",
        "<p {probe.}/>",
        "<button on:click={probe.}",
        "<button on:clik={probe.}/>",
        "<button on:={probe.}/>",
        "<button onclick={probe.}/>",
        "<input value={probe.}>",
        "<script>{probe.}</script>",
        "<title>\"a\" {probe.}</title>",
        "<select value={probe.}/>",
        "if probe.",
        "if probe. { <p/> }",
        "if let Some(a) = probe. { <p/> }",
        "if a { {probe.} } else",
        "match probe.",
        "match probe. { A => {} }",
        "match a { A if probe. => {} }",
        "match a { A => {probe.} }",
        "{ if a { <p>{probe.}</p> } }",
        "for a in probe.",
        "for a in probe. { <p/> }",
        "for a in b, key = probe. { <p/> }",
        "for a in b { <p>{probe.}</p> }",
        "let a = probe.;",
        "unquoted text {probe.}",
    ] {
        let expanded = view(format!("private, {source}").parse().expect("tokens")).to_string();
        assert!(expanded.contains("probe"), "{source}\n{expanded}");
    }
}
