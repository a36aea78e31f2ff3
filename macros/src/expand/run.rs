//! Expands a run: consecutive slots whose values need no control flow. They are compared with the last render in one
//! step.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote_spanned;

use super::{Expander, Widths, expression, own, own_name, static_name};
use crate::ast::Braced;
use crate::bindings::Payload;
use crate::closure;
use crate::template::{Slot, Step, Template};

const LONGEST: usize = 8;

/// Returns the number of steps at the start that form one run.
pub(super) fn length(template: &Template<'_>, steps: &[Step<'_>]) -> usize {
    let is_plain = |step: &&Step<'_>| match step {
        Step::Slot(slot) => !matches!(template.slots[*slot], Slot::Branch { .. } | Slot::List { .. }),
        Step::Let(_) | Step::Refused(_) => false,
    };
    steps.iter().take(LONGEST).take_while(is_plain).count()
}

/// The code that passes the value of one slot.
struct Member {
    value: TokenStream,
    fingerprint: TokenStream,
    /// Code that is true if the value has no view inside; attributes and handlers never have one.
    plain: Option<TokenStream>,
    write: TokenStream,
    width: TokenStream,
    name: Ident,
}

impl Expander<'_> {
    /// Expands to a `match`, which keeps temporaries of the values alive until all values are written.
    pub(super) fn run(&self, template: usize, first: usize, count: usize, widths: Widths) -> TokenStream {
        let members: Vec<Member> = (0..count).map(|at| self.member(template, first + at, at)).collect();
        let values = members.iter().map(|member| &member.value);
        let names = members.iter().map(|member| &member.name);
        let fingerprints = members.iter().map(|member| &member.fingerprint);
        let writes = members.iter().map(|member| &member.write);
        let plain = members.iter().filter_map(|member| member.plain.as_ref());
        let widths = (widths == Widths::Given)
            .then(|| members.iter().rev().fold(own!(()), |rest, Member { width, .. }| own!((#width, #rest))));
        own! {
            match (#(#values,)*) {
                (#(#names,)*) => {
                    let __f = [#(#fingerprints),*];
                    if !(#(#plain &&)* __c.same(&__f)) {
                        #(#writes)*
                    }
                    #widths
                }
            }
        }
    }

    fn member(&self, template: usize, slot: usize, at: usize) -> Member {
        let (value, methods) = match &self.templates[template].slots[slot] {
            Slot::Value { value, .. } => (value, ("fingerprint_value", "value")),
            Slot::Content { value, .. } => (value, ("fingerprint_text", "content")),
            Slot::Attribute { name: "class", value, .. } => (value, ("fingerprint_class", "class")),
            Slot::Attribute { name: "style", value, .. } => (value, ("fingerprint_style", "style")),
            Slot::Attribute { name, value, .. } if name.starts_with("do:") => {
                (value, ("fingerprint_effects", "effects"))
            }
            Slot::Attribute { value, .. } => (value, ("fingerprint_attr", "attr")),
            Slot::Handler(handler) => {
                let methods = match handler.binding.payload {
                    Payload::None => ("fingerprint_on_event", "on_event"),
                    Payload::Text => ("fingerprint_on_text", "on_text"),
                    Payload::Form if handler.is_posted => ("fingerprint_on_form", "on_posted_form"),
                    Payload::Form => ("fingerprint_on_form", "on_form"),
                    Payload::Detail => ("fingerprint_on_detail", "on_detail"),
                    Payload::Drop => ("fingerprint_on_drop", "on_drop"),
                    Payload::Checked => ("fingerprint_on_checked", "on_checked"),
                    Payload::Chosen => ("fingerprint_on_chosen", "on_chosen"),
                    Payload::Key => ("fingerprint_on_key", "on_key"),
                    Payload::Pointer => ("fingerprint_on_pointer", "on_pointer"),
                    Payload::Wheel => ("fingerprint_on_wheel", "on_wheel"),
                    Payload::Scroll => ("fingerprint_on_scroll", "on_scroll"),
                    Payload::Size => ("fingerprint_on_size", "on_size"),
                    Payload::Flag => ("fingerprint_on_flag", "on_flag"),
                    Payload::Media => ("fingerprint_on_media", "on_media"),
                };
                return self.handler(&handler.value, handler.binding.payload, methods, template, slot, at);
            }
            Slot::Branch { .. } | Slot::List { .. } => unreachable!("branches and lists are not part of a run"),
        };
        let is_value = matches!(self.templates[template].slots[slot], Slot::Value { .. });
        self.value(value, methods, is_value, template, slot, at)
    }

    fn value(
        &self,
        value: &Braced,
        methods: (&str, &str),
        is_value: bool,
        template: usize,
        slot: usize,
        at: usize,
    ) -> Member {
        let private = self.private;
        let span = value.span.resolved_at(Span::mixed_site());
        let (fingerprint, write) = (Ident::new(methods.0, span), Ident::new(methods.1, span));
        let (template, slot, at) = (static_name(template), Literal::usize_unsuffixed(slot), at);
        let name = own_name("__v", at);
        let mut shown = name.clone();
        shown.set_span(span);
        let index = Literal::usize_unsuffixed(at);
        let expression = expression::borrowed(value);
        Member {
            value: own!(&#expression),
            fingerprint: quote_spanned!(span=> __c.#fingerprint(#shown)),
            plain: is_value.then(|| quote_spanned!(span=> __c.plain(#shown))),
            write: quote_spanned!(span=> __c.#write(&#template, #slot, __f[#index], #shown);),
            width: if is_value { quote_spanned!(span=> __c.width(#shown)) } else { own!(#private::Word) },
            name,
        }
    }

    fn handler(
        &self,
        value: &Braced,
        payload: Payload,
        methods: (&str, &str),
        template: usize,
        slot: usize,
        at: usize,
    ) -> Member {
        let private = self.private;
        let span = value.span.resolved_at(Span::mixed_site());
        let (fingerprint, write) = (Ident::new(methods.0, span), Ident::new(methods.1, span));
        let (template, slot) = (static_name(template), Literal::usize_unsuffixed(slot));
        let name = own_name("__v", at);
        let mut given = name.clone();
        given.set_span(span);
        let index = Literal::usize_unsuffixed(at);
        let may_capture = closure::may_capture(&value.tokens);
        let takes_form = payload == Payload::Form && !closure::is_event_with_data(&value.tokens);
        let checks = [
            may_capture.then(|| self.captures_nothing(&given, span)),
            takes_form.then(|| self.takes_form(&given, span)),
        ];
        let checks = checks.into_iter().flatten();
        Member {
            value: self.given(value, payload, span),
            fingerprint: quote_spanned!(span=> __c.#fingerprint(&#given)),
            plain: None,
            write: quote_spanned!(span=> #(#checks)* __c.#write(&#template, #slot, __f[#index], #given);),
            width: own!(#private::HandlerWord),
            name,
        }
    }

    /// Returns a handler's value. A closure is told the type of its parameter.
    fn given(&self, value: &Braced, payload: Payload, span: Span) -> TokenStream {
        let private = self.private;
        let handler = expression::owned(value);
        match payload.type_(private).filter(|_| closure::is_untyped(&value.tokens)) {
            Some(taken) => quote_spanned!(span=> #private::taking::<#taken, _, _>(#handler)),
            None => handler,
        }
    }

    /// Lets the compiler check that a constructor in the value captures nothing.
    fn captures_nothing(&self, handler: &Ident, span: Span) -> TokenStream {
        let private = self.private;
        quote_spanned! {span=>
            if false {
                use #private::{HasConstructor as _, HasNone as _, IsOther as _, IsPointer as _};
                let __k = (&#private::Given(&#handler)).constructor();
                let __h = __k.get();
                (&#private::Given(&__h)).is_one_function();
                __k.captures_nothing(__h);
            }
        }
    }

    /// Lets the compiler check that a constructor in the value takes more than the text of one control.
    fn takes_form(&self, handler: &Ident, span: Span) -> TokenStream {
        let private = self.private;
        quote_spanned! {span=>
            if false {
                use #private::{HasConstructor as _, HasNone as _, TakesForm as _, TakesOne as _};
                let __k = (&#private::Given(&#handler)).constructor();
                (&__k).takes_form();
            }
        }
    }
}

impl Payload {
    /// The type of a handler's parameter, if it is always the same.
    fn type_(self, private: &TokenStream) -> Option<TokenStream> {
        Some(match self {
            Payload::None | Payload::Form | Payload::Detail | Payload::Drop => return None,
            Payload::Text => own!(::std::string::String),
            Payload::Checked | Payload::Flag => own!(bool),
            Payload::Chosen => own!(::std::vec::Vec<::std::string::String>),
            Payload::Key => own!(#private::Key),
            Payload::Pointer => own!(#private::Pointer),
            Payload::Wheel => own!(#private::Wheel),
            Payload::Scroll => own!(#private::Scroll),
            Payload::Size => own!(#private::Size),
            Payload::Media => own!(#private::Media),
        })
    }
}
