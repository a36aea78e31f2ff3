//! Collects the errors of a template, so that one compilation shows them all.

use proc_macro2::{Delimiter, Group, Literal, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

#[derive(Default)]
pub(crate) struct Errors(Vec<Error>);

pub(crate) struct Error {
    pub(crate) from: Span,
    pub(crate) to: Span,
    pub(crate) message: String,
}

impl Errors {
    pub(crate) fn at(&mut self, span: Span, message: impl Into<String>) {
        self.between(span, span, message);
    }

    /// Adds an error that spans several tokens. Stable Rust cannot join their spans, so both ends are kept.
    pub(crate) fn between(&mut self, from: Span, to: Span, message: impl Into<String>) {
        let message = message.into();
        self.0.push(Error { from, to, message });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[cfg(test)]
    pub(crate) fn messages(&self) -> Vec<&str> {
        self.0.iter().map(|error| error.message.as_str()).collect()
    }

    /// Returns one `compile_error!` for each error. The compiler underlines a macro call from its first token to its last.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        self.0.iter().map(Error::to_tokens).collect()
    }
}

impl Error {
    fn to_tokens(&self) -> TokenStream {
        let mut message = Literal::string(&self.message);
        message.set_span(self.to);
        let mut braces = Group::new(Delimiter::Brace, TokenTree::Literal(message).into());
        braces.set_span(self.to);
        let call = quote_spanned!(self.from=> ::core::compile_error!);
        quote!(#call #braces)
    }
}

/// Returns the known word that is nearest to a mistyped one, if one is near enough.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Returns the Levenshtein distance: the number of letters to insert, delete or replace.
///
/// <https://en.wikipedia.org/wiki/Levenshtein_distance>
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_mistyped_word_finds_the_nearest_known_word() {
        let known = ["click", "dblclick", "input", "submit"];
        for (word, expected) in
            [("clik", Some("click")), ("dbclick", Some("dblclick")), ("Input", Some("input")), ("hover", None)]
        {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
