//! A position in a sequence of tokens.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

pub(crate) struct Cursor {
    tokens: Vec<TokenTree>,
    position: usize,
    /// The span for errors about something that is missing at the end.
    end: Span,
}

impl Cursor {
    pub(crate) fn new(tokens: TokenStream) -> Self {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let end = tokens.last().map_or_else(Span::call_site, TokenTree::span);
        Cursor { tokens, position: 0, end }
    }

    pub(crate) fn inside(group: &Group) -> Self {
        Cursor { end: group.span_close(), ..Cursor::new(group.stream()) }
    }

    pub(crate) fn peek(&self, ahead: usize) -> Option<&TokenTree> {
        self.tokens.get(self.position + ahead)
    }

    pub(crate) fn next(&mut self) -> Option<TokenTree> {
        let token = self.peek(0).cloned();
        self.position += usize::from(token.is_some());
        token
    }

    pub(crate) fn skip(&mut self, count: usize) {
        self.position = (self.position + count).min(self.tokens.len());
    }

    /// Returns to the position that [`Cursor::mark`] gave.
    pub(crate) fn restore(&mut self, mark: usize) {
        self.position = mark;
    }

    pub(crate) fn mark(&self) -> usize {
        self.position
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.peek(0).is_none()
    }

    /// Returns the span of the next token, or of the end.
    pub(crate) fn span(&self) -> Span {
        self.peek(0).map_or(self.end, TokenTree::span)
    }

    pub(crate) fn is_punct(&self, ahead: usize, wanted: char) -> bool {
        matches!(self.peek(ahead), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
    }

    pub(crate) fn is_word(&self, ahead: usize, wanted: &str) -> bool {
        matches!(self.peek(ahead), Some(TokenTree::Ident(ident)) if ident == wanted)
    }

    pub(crate) fn braces(&self, ahead: usize) -> Option<&Group> {
        match self.peek(ahead) {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => Some(group),
            _ => None,
        }
    }

    pub(crate) fn take_braces(&mut self) -> Option<Group> {
        let group = self.braces(0).cloned();
        self.position += usize::from(group.is_some());
        group
    }

    pub(crate) fn take_punct(&mut self, wanted: char) -> bool {
        let found = self.is_punct(0, wanted);
        self.position += usize::from(found);
        found
    }

    /// Moves past the next such token, or to the end.
    pub(crate) fn skip_past(&mut self, wanted: char) {
        while !self.is_at_end() && !self.take_punct(wanted) {
            self.skip(1);
        }
    }

    pub(crate) fn take_while(&mut self, mut wanted: impl FnMut(&Cursor) -> bool) -> TokenStream {
        let from = self.position;
        while !self.is_at_end() && wanted(self) {
            self.position += 1;
        }
        self.tokens[from..self.position].iter().cloned().collect()
    }
}
