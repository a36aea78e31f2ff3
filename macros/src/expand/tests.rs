use proc_macro2::{Delimiter, Group, Span, TokenStream};

use super::expression::{borrowed, borrowing, owned, parameter};
use crate::ast::Braced;

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
