//! Finds closures that capture something where a constructor is expected: `on:input={f}` and `with(id, f)`. Also finds
//! constructors that take one text where a form is given.
//!
//! The renderer asserts the first too, but the compiler evaluates that assertion only when it builds a program. `cargo check` and
//! editors see it in another way: a closure becomes a function pointer only if it captures nothing. `html!` writes such a
//! conversion where it knows the closure's type. The conversion never runs.
//!
//! The compiler takes the first trait that has the method, and tries a type before references to it. `Unpin` excludes type
//! parameters: only a component's caller knows what they capture.

use std::marker::PhantomData;

use crate::Decimal;
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
    pub fn captures_nothing(self, _: P) {} // help: hand the value over: with(value, |value, text| Event::…)
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

/// A constructor that takes one value, such as the text of one control.
#[doc(hidden)]
pub trait TakesOne {
    type Taken;

    fn takes_form(&self)
    where
        Self::Taken: WholeForm,
    {
    }
}

macro_rules! takes_one {
    ($([$($generics:tt)*] $taken:ty),* $(,)?) => {$(
        impl<F, E, $($generics)*> TakesOne for Constructor<F, fn($taken) -> E> {
            type Taken = $taken;
        }

        impl<F, D, E, $($generics)*> TakesOne for Constructor<F, fn(D, $taken) -> E> {
            type Taken = $taken;
        }
    )*};
}
takes_one!(
    [] String, [] char, [] bool, [] u8, [] u16, [] u32, [] u64, [] u128, [] usize, [] i8, [] i16, [] i32, [] i64,
    [] i128, [] isize, [] f32, [] f64, [] Decimal, [] Option<String>, [T] Vec<T>,
);

/// Any other constructor.
#[doc(hidden)]
pub trait TakesForm {
    fn takes_form(&self) {}
}

impl<K> TakesForm for &K {}

/// A type with a field for each control of a form.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a form has several fields, and a `{Self}` is one value",
    label = "this gets the whole form, and takes a `{Self}`",
    note = "take a struct with a field for each control: `#[derive(Deserialize, Hash)] struct Named {{ name: String }}` for `<input name=\"name\">`, or take `FormData`",
    note = "the text of one control comes from `on:input` or `on:change` on that control"
)]
pub trait WholeForm {}
