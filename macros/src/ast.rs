//! What a template says, as written. `parse` makes it, `check` makes it valid, `template` lays it out.

use proc_macro2::{Span, TokenStream};

use crate::bindings::Binding;
use crate::html::Namespace;

pub(crate) enum Node {
    Text(Text),
    /// `{…}`
    Value(Braced),
    Element(Element),
    Branch(Branch),
    List(List),
    /// `let … ;`
    Let(TokenStream),
}

pub(crate) struct Text {
    pub(crate) value: String,
    pub(crate) span: Span,
}

/// The tokens between a pair of braces.
#[derive(Clone)]
pub(crate) struct Braced {
    pub(crate) tokens: TokenStream,
    /// Of the braces and all between them.
    pub(crate) span: Span,
}

/// A name of several tokens: `data-id`, `xlink:href`, `on:click.prevent`, `on:keydown."/"`.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) from: Span,
    pub(crate) to: Span,
}

impl Name {
    /// Whether it is the name of `on:…` or `do:…`.
    pub(crate) fn is_binding(&self) -> bool {
        self.text.starts_with("on:") || self.text.starts_with("do:")
    }
}

pub(crate) struct Element {
    pub(crate) name: Name,
    /// Known once it is checked.
    pub(crate) namespace: Namespace,
    /// Another script's children: known once it is checked.
    pub(crate) is_client_owned: bool,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Node>,
}

pub(crate) struct Attribute {
    pub(crate) name: Name,
    pub(crate) value: AttributeValue,
}

pub(crate) enum AttributeValue {
    /// `disabled`
    Flag,
    /// `class="wide"`
    Static(String),
    /// `class={…}`
    Value(Braced),
    /// `on:click={…}`, once it is checked.
    Handler(Handler),
    /// `do:click={…}`, once it is checked.
    Effects(Handler),
    /// There is an error about it. Its expression, if any, is kept, so that an editor still knows it.
    Refused(Option<Braced>),
}

pub(crate) struct Handler {
    pub(crate) binding: Binding,
    pub(crate) value: Braced,
    /// Of a form that a browser without scripts can post.
    pub(crate) is_posted: bool,
}

/// `if` and `match`: the user's own control flow, whose bodies are regions.
pub(crate) struct Branch {
    pub(crate) keyword: Span,
    pub(crate) flow: Flow,
}

pub(crate) enum Flow {
    If {
        /// Conditions as written after `if`, and what they guard.
        arms: Vec<(TokenStream, Vec<Node>)>,
        otherwise: Vec<Node>,
    },
    Match {
        head: TokenStream,
        /// Patterns with their guards, as written before `=>`.
        arms: Vec<(TokenStream, Vec<Node>)>,
    },
}

impl Branch {
    /// The regions, in order; arms are numbered from 1 in this order.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = &Vec<Node>> {
        let (arms, otherwise) = match &self.flow {
            Flow::If { arms, otherwise } => (arms, Some(otherwise)),
            Flow::Match { arms, .. } => (arms, None),
        };
        arms.iter().map(|(_, body)| body).chain(otherwise)
    }

    pub(crate) fn bodies_mut(&mut self) -> impl Iterator<Item = &mut Vec<Node>> {
        let (arms, otherwise) = match &mut self.flow {
            Flow::If { arms, otherwise } => (arms, Some(otherwise)),
            Flow::Match { arms, .. } => (arms, None),
        };
        arms.iter_mut().map(|(_, body)| body).chain(otherwise)
    }
}

/// `for pattern in rows, key = key { … }`
pub(crate) struct List {
    pub(crate) keyword: Span,
    pub(crate) pattern: TokenStream,
    pub(crate) rows: TokenStream,
    pub(crate) key: Option<TokenStream>,
    pub(crate) body: Vec<Node>,
}
