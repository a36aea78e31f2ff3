//! Finds closures that capture something where a constructor is expected: `on:input={f}`, `with(id, f)` and `part.map(f)`.
//!
//! The renderer asserts this too, but the compiler evaluates that assertion only when it builds a program. `cargo check` and
//! editors see it in another way: a closure becomes a function pointer only if it captures nothing. `html!` writes such a
//! conversion where it knows the closure's type. The conversion never runs.
//!
//! The compiler takes the first trait that has the method, and tries a type before references to it. `Unpin` excludes type
//! parameters: only a component's caller knows what they capture.

use std::marker::PhantomData;

use super::map::{Map, MapWith};
use crate::html::handler::With;

/// A value in a template.
#[doc(hidden)]
#[derive(Debug)]
pub struct Given<'g, T: ?Sized>(pub &'g T);

/// A constructor of type `F`, and the function pointer that it can become.
#[doc(hidden)]
#[derive(Debug)]
pub struct Constructor<F, P>(PhantomData<(F, P)>);

impl<F, P> Constructor<F, P> {
    /// Returns the constructor.
    pub fn get(&self) -> F {
        unreachable!("the conversion never runs")
    }

    /// Converts the constructor. The compiler shows this line with its message.
    #[rustfmt::skip]
    pub fn captures_nothing(self, _: P) {} // help: hand the value over: with(value, |value, text| Event::…), map_with(value, Event::…)
}

/// A value that has a constructor with the parameters `A`.
#[doc(hidden)]
pub trait HasConstructor<A, E> {
    type F;
    type Pointer;

    fn constructor(&self) -> Constructor<Self::F, Self::Pointer> {
        Constructor(PhantomData)
    }
}

impl<P, E, F: Fn(P) -> E + Unpin> HasConstructor<(P,), E> for Given<'_, F> {
    type F = F;
    type Pointer = fn(P) -> E;
}

impl<D, P, E, F: Fn(D, P) -> E + Unpin> HasConstructor<(D, P), E> for Given<'_, With<D, F>> {
    type F = F;
    type Pointer = fn(D, P) -> E;
}

impl<V, C, E, F: Fn(C) -> E + Unpin> HasConstructor<(C,), E> for Given<'_, Map<V, C, F>> {
    type F = F;
    type Pointer = fn(C) -> E;
}

impl<V, D, C, E, F: Fn(D, C) -> E + Unpin> HasConstructor<(D, C), E> for Given<'_, MapWith<V, D, C, F>> {
    type F = F;
    type Pointer = fn(D, C) -> E;
}

/// Any other value.
#[doc(hidden)]
pub trait HasNone {
    fn constructor(&self) -> Constructor<(), ()> {
        Constructor(PhantomData)
    }
}

impl<T: ?Sized> HasNone for &Given<'_, T> {}

/// A function pointer. Its type does not say which function it is.
#[doc(hidden)]
pub trait IsPointer {
    type F;

    fn is_one_function(&self)
    where
        Self::F: OneFunction,
    {
    }
}

impl<A, E> IsPointer for Given<'_, fn(A) -> E> {
    type F = fn(A) -> E;
}

impl<A, B, E> IsPointer for Given<'_, fn(A, B) -> E> {
    type F = fn(A, B) -> E;
}

/// Any other constructor.
#[doc(hidden)]
pub trait IsOther {
    fn is_one_function(&self) {}
}

impl<T> IsOther for &Given<'_, T> {}

/// No function pointer.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a constructor is one function, and a `{Self}` may be any",
    label = "this may be any `{Self}`",
    note = "choose in a closure: `with(is_new, |is_new, text| if is_new {{ Event::New(text) }} else {{ Event::Edit(text) }})`"
)]
pub trait OneFunction {}
