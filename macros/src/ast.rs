//! The syntax tree of a template. `parse` builds it, `check` validates it, `template` lays it out.

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
    /// The span from the opening to the closing brace.
    pub(crate) span: Span,
}

/// A name, which may have several tokens: `data-id`, `xlink:href`, `on:click.prevent`, `on:keydown."/"`.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) from: Span,
    pub(crate) to: Span,
}

impl Name {
    /// Returns true for `on:…` and `do:…`.
    pub(crate) fn is_binding(&self) -> bool {
        self.text.starts_with("on:") || self.text.starts_with("do:")
    }
}

pub(crate) struct Element {
    pub(crate) name: Name,
    /// Set by `check`.
    pub(crate) namespace: Namespace,
    /// The children belong to another script. Set by `check`.
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
    /// `on:click={…}`, made by `check`.
    Handler(Handler),
    /// `do:click={…}`, made by `check`.
    Effects(Handler),
    /// An attribute with an error. Its expression is kept, so that an editor can complete code in it.
    Refused(Option<Braced>),
}

impl AttributeValue {
    /// Returns a copy of the expression that the author has written.
    pub(crate) fn expression(&self) -> Option<Braced> {
        match self {
            Self::Value(value) => Some(value.clone()),
            _ => None,
        }
    }
}

pub(crate) struct Handler {
    pub(crate) binding: Binding,
    pub(crate) value: Braced,
    /// The handler of a form that a browser without scripts can post.
    pub(crate) is_posted: bool,
}

/// An `if` or a `match`, whose bodies are regions.
pub(crate) struct Branch {
    pub(crate) keyword: Span,
    pub(crate) flow: Flow,
}

pub(crate) enum Flow {
    If {
        /// Each condition, as written after `if`, with its body.
        arms: Vec<(TokenStream, Vec<Node>)>,
        otherwise: Vec<Node>,
    },
    Match {
        head: TokenStream,
        /// Each pattern with its guard, as written before `=>`, with its body.
        arms: Vec<(TokenStream, Vec<Node>)>,
    },
}

impl Branch {
    /// Returns the bodies in order. Arms are numbered from 1 in this order.
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
