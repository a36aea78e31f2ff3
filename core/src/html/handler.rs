//! Handlers: what an application writes after `on:…=`. A handler is an event, or a constructor that makes an event of what
//! the page sends.
//!
//! No handler is kept. The store has its fingerprint, and a look-up calls `view` again to find it. A form that a browser
//! posts without a script has a mark instead: unlike a fingerprint, it holds no secret and survives a restart.

use std::any::{TypeId, type_name};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::value::HashSeed;
use super::value::fingerprint::mix;
use crate::Call;
use crate::payload::Payload;
use crate::payload::{Key, Media, Pointer, Scroll, Size, Wheel};

/// Gives a constructor its first argument: `on:input={with(row.id, Event::Rename)}`, where `Rename` holds an id and a
/// text.
///
/// Handlers with different data are different, so the data is hashed at every render.
#[rustfmt::skip]
pub fn with<D: Hash, F>(data: D, event: F) -> With<D, F> { // help: a decimal number is a `Decimal`
    With { data, event }
}

/// The result of [`with`].
#[derive(Clone, Copy, Debug)]
pub struct With<D, F> {
    data: D,
    event: F,
}

/// Tells a closure the type of its parameter.
#[doc(hidden)]
#[inline(always)]
pub fn taking<P, E, F: Fn(P) -> E>(closure: F) -> F {
    closure
}

/// Marks a handler that is the event itself.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsEvent;

/// Marks a handler that is a constructor.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsConstructor<T>(PhantomData<T>);

/// Marks a handler that is a constructor with data.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsWith<T>(PhantomData<T>);

/// Marks a handler that is a constructor for calls.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsCall<T>(PhantomData<T>);

/// Marks a handler that is a constructor for calls, with data.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsCallWith<T>(PhantomData<T>);

/// Two event types that no application has. With them the compiler cannot choose a handler's implementation before it
/// knows the view's event type, so its message is about the handler and not about the view.
#[doc(hidden)]
#[derive(Debug)]
pub struct Undecided<T, const N: u8>(PhantomData<T>);

/// A trait without implementations. It makes a second generic implementation of each handler trait. With only one, the
/// compiler would complain about that implementation's bounds and not about the handler.
#[doc(hidden)]
pub trait Nobody {}

/// Marks the handlers that [`Nobody`] would be.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsNothing;

/// A type that the client's script always sends in the same form.
#[doc(hidden)]
pub trait FromPayload: Sized {
    fn take(payload: &Payload) -> Option<Self>;
}

macro_rules! from_payload {
    ($take:ident: $($payload:ty),*) => {$(
        impl FromPayload for $payload {
            fn take(payload: &Payload) -> Option<Self> {
                payload.$take()
            }
        }
    )*};
}
from_payload!(object: Key, Pointer, Wheel, Scroll, Size, Media);
from_payload!(decode: bool, Vec<String>);

/// Makes a trait for each kind of handler. They are traits and not one, because the compiler's messages differ.
///
/// After the name: the trait's own type parameter. Then the ways to be a constructor: type parameters, the payload, the
/// function that reads it, and the marks without data and with data.
macro_rules! handlers {
    ($($(#[$about:meta])* $name:ident $own:tt { $($ways:tt)* })*) => {$(
        handlers!(@trait [$(#[$about])*] $name $own);
        handlers!(@way $name $own $($ways)*);
    )*};

    (@trait [$(#[$about:meta])*] $name:ident [$($own:ident: $is:path)?]) => {
        $(#[$about])*
        pub trait $name<$($own,)? E, M>: Sized {
            #[doc(hidden)]
            fn fingerprint(&self, seed: &HashSeed) -> u64;

            /// A hash of a handler and its data. It is the same in every process and, as far as possible, in every
            /// build.
            #[doc(hidden)]
            fn mark(&self, salt: u64) -> u64;

            #[doc(hidden)]
            fn fire(self, payload: &Payload) -> Option<E>;
        }

        impl<$($own,)? E: Hash> $name<$($own,)? E, AsEvent> for E {
            #[inline(always)]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                seed.of(self)
            }

            fn mark(&self, salt: u64) -> u64 {
                mark(salt, self)
            }

            fn fire(self, _: &Payload) -> Option<E> {
                Some(self)
            }
        }

        handlers!(@never [$($own,)? T] $name [$($own,)? Undecided<T, 0>, Undecided<T, 0>] Undecided<T, 0>);
        handlers!(@never [$($own,)? T] $name [$($own,)? Undecided<T, 1>, Undecided<T, 1>] Undecided<T, 1>);
    };

    (@way $name:ident $own:tt) => {};

    (@way $name:ident [$($own:ident: $is:path)?] nobody; $($rest:tt)*) => {
        handlers!(@never [$($own,)? E, T: Nobody] $name [$($own,)? E, AsNothing] E);
        handlers!(@way $name [$($own: $is)?] $($rest)*);
    };

    (@way $name:ident [$($own:ident: $is:path)?] [$($bound:tt)*] $payload:ty, $take:path, $as:ident $as_with:ident;
     $($rest:tt)*) => {
        impl<$($own: $is,)? E, F: Fn($payload) -> E + 'static, $($bound)*> $name<$($own,)? E, $as<$payload>>
            for F
        {
            #[inline(always)]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                identity::<F>(seed)
            }

            fn mark(&self, salt: u64) -> u64 {
                mark(salt, type_name::<F>())
            }

            fn fire(self, payload: &Payload) -> Option<E> {
                $take(payload).map(self)
            }
        }

        impl<$($own: $is,)? E, D: Hash, F: Fn(D, $payload) -> E + 'static, $($bound)*>
            $name<$($own,)? E, $as_with<$payload>> for With<D, F>
        {
            #[inline(always)]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
                mix(identity::<F>(seed) ^ seed.of(&self.data))
            }

            fn mark(&self, salt: u64) -> u64 {
                mark(mark(salt, type_name::<F>()), &self.data)
            }

            fn fire(self, payload: &Payload) -> Option<E> {
                $take(payload).map(|given| (self.event)(self.data, given))
            }
        }

        handlers!(@way $name [$($own: $is)?] $($rest)*);
    };

    (@never [$($parameters:tt)*] $name:ident [$($arguments:tt)*] $event:ty) => {
        impl<$($parameters)*> $name<$($arguments)*> for T {
            fn fingerprint(&self, _: &HashSeed) -> u64 {
                0
            }

            fn mark(&self, _: u64) -> u64 {
                0
            }

            fn fire(self, _: &Payload) -> Option<$event> {
                None
            }
        }
    };
}

handlers! {
    /// A handler of a binding without a payload: an event.
    #[diagnostic::on_unimplemented(
        message = "a binding of this kind takes an event, and `{Self}` is not a `{E}`",
        label = "expected a `{E}`",
        note = "a part's event is wrapped where its view is used: `{{part::view(…).map(Event::Part)}}`",
        note = "an event of the page is written without `Event::External`. It has `#[derive(Hash)]` above it; a decimal number in it is a `Decimal`"
    )]
    OnEvent [] {}

    /// A handler of a binding whose payload is always a `P`: an event, or a constructor that takes a `P`.
    ///
    /// | binding | `P` |
    /// |---|---|
    /// | clicks, and all that a pointer does | [`Pointer`] |
    /// | `on:keydown`, `on:keyup` | [`Key`] |
    /// | `on:wheel` | [`Wheel`] |
    /// | `on:scroll` | [`Scroll`] |
    /// | `on:window:resize` | [`Size`] |
    /// | the events of audio and video | [`Media`] |
    /// | `on:check`, `on:toggle`, `on:document:visibilitychange` | `bool` |
    /// | `on:select` | `Vec<String>` |
    #[diagnostic::on_unimplemented(
        message = "a binding in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn({P}) -> {E}`",
        note = "an event of the page is written without `Event::External`. It has `#[derive(Hash)]` above it; a decimal number in it is a `Decimal`"
    )]
    OnPayload [P: FromPayload] {
        nobody;
        [] P, P::take, AsConstructor AsWith;
    }

    /// A handler of `on:input` and `on:change`: an event, or a constructor that takes the text.
    #[diagnostic::on_unimplemented(
        message = "`on:input` and `on:change` in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(String) -> {E}`",
        note = "with data of your own: `on:input={{with(row.id, Event::Rename)}}`, where `Rename` holds that data and a `String`",
        note = "an event of the page is written without `Event::External`. It has `#[derive(Hash)]` above it; a decimal number in it is a `Decimal`"
    )]
    OnText [] {
        nobody;
        [] String, Payload::decode, AsConstructor AsWith;
    }

    /// A handler of `on:submit`: an event, or a constructor that takes the form.
    #[diagnostic::on_unimplemented(
        message = "`on:submit` in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(T) -> {E}` where `T: serde::Deserialize` is the form",
        note = "an event of the page is written without `Event::External`. It has `#[derive(Hash)]` above it; a decimal number in it is a `Decimal`"
    )]
    OnForm [] {
        [T: DeserializeOwned] T, Payload::form, AsConstructor AsWith;
    }

    /// A handler of `on:custom:…`: an event, or a constructor that takes the DOM event's `detail`.
    #[diagnostic::on_unimplemented(
        message = "`on:custom:…` in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(T) -> {E}` where `T: serde::Deserialize` is the event's `detail`",
        note = "a script that waits for an answer is a `fn(Call<T>) -> {E}`",
        note = "an event of the page is written without `Event::External`. It has `#[derive(Hash)]` above it; a decimal number in it is a `Decimal`"
    )]
    OnDetail [] {
        [T: DeserializeOwned] T, Payload::decode, AsConstructor AsWith;
        [T: DeserializeOwned] Call<T>, Payload::call, AsCall AsCallWith;
    }

    /// A handler of `on:drop`: an event, or a constructor that takes the `data-drag` of the dragged element.
    #[diagnostic::on_unimplemented(
        message = "`on:drop` in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(T) -> {E}` where `T: serde::Deserialize` is the `data-drag` of what was dragged",
        note = "an event of the page is written without `Event::External`. It has `#[derive(Hash)]` above it; a decimal number in it is a `Decimal`"
    )]
    OnDrop [] {
        [T: DeserializeOwned] T, Payload::dropped, AsConstructor AsWith;
    }
}

/// Hashes a handler, without a secret.
pub(crate) fn mark(salt: u64, of: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u64(salt);
    of.hash(&mut hasher);
    hasher.finish()
}

/// The fingerprint of a constructor is that of its type. Its address would not do: the linker merges functions with equal
/// code.
#[inline(always)]
fn identity<F: 'static>(seed: &HashSeed) -> u64 {
    const {
        assert!(
            size_of::<F>() == 0,
            "a handler's closure captures nothing: give it its data with `with(data, Event::…)`"
        );
    }
    seed.of(&TypeId::of::<F>())
}
