//! What stands behind `on:…`: an event, or a constructor that takes what the person gave.

use std::any::{TypeId, type_name};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::fingerprint::HashSeed;
use crate::Call;
use crate::payload::{Key, Media, Pointer, Scroll, Size, Wheel};
use crate::wire::Payload;

/// A constructor with its first argument: `on:input={with(row.id, Event::Rename)}`, where `Rename`
/// holds an id and a text.
///
/// The data is part of what tells one handler from another, so it is hashed at every render.
pub fn with<D: Hash, F>(data: D, event: F) -> With<D, F> {
    With { data, event }
}

/// What [`with`] makes.
#[derive(Clone, Copy, Debug)]
pub struct With<D, F> {
    data: D,
    event: F,
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

/// Two of these, which no application's events are, keep a handler undecided until the view's own event
/// type is known: the compiler's message is then about the handler, not about the view.
#[doc(hidden)]
#[derive(Debug)]
pub struct Undecided<T, const N: u8>(PhantomData<T>);

/// No type implements it. What it could stand for is a second way beside the constructor's to be a handler: if there
/// were one alone, the compiler would speak of what that asks for, and not of the handler.
#[doc(hidden)]
pub trait Nobody {}

/// Marks what no handler is.
#[doc(hidden)]
#[derive(Debug)]
pub struct AsNothing;

macro_rules! handlers {
    ($($(#[$about:meta])* $name:ident $([$($bound:tt)*] $payload:ty, $take:ident)?;)*) => {$(
        $(#[$about])*
        pub trait $name<E, M>: Sized {
            #[doc(hidden)]
            fn fingerprint(&self, seed: &HashSeed) -> u64;

            /// Of a handler and its data: the same in every process and, as far as can be, in every build.
            #[doc(hidden)]
            fn mark(&self, salt: u64) -> u64;

            #[doc(hidden)]
            fn fire(self, payload: &Payload) -> Option<E>;
        }

        impl<E: Hash> $name<E, AsEvent> for E {
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

        handlers!(@never [T] $name, Undecided<T, 0>, Undecided<T, 0>);
        handlers!(@never [T] $name, Undecided<T, 1>, Undecided<T, 1>);

        $(
            handlers!(@second [$($bound)*] $name);

            impl<E, F: Fn($payload) -> E + 'static, $($bound)*> $name<E, AsConstructor<$payload>> for F {
                #[inline(always)]
                fn fingerprint(&self, seed: &HashSeed) -> u64 {
                    identity::<F>(seed)
                }

                fn mark(&self, salt: u64) -> u64 {
                    mark(salt, type_name::<F>())
                }

                fn fire(self, payload: &Payload) -> Option<E> {
                    payload.$take().map(self)
                }
            }

            impl<E, D: Hash, F: Fn(D, $payload) -> E + 'static, $($bound)*> $name<E, AsWith<$payload>> for With<D, F> {
                #[inline(always)]
                fn fingerprint(&self, seed: &HashSeed) -> u64 {
                    super::fingerprint::mix(identity::<F>(seed) ^ seed.of(&self.data))
                }

                fn mark(&self, salt: u64) -> u64 {
                    mark(mark(salt, type_name::<F>()), &self.data)
                }

                fn fire(self, payload: &Payload) -> Option<E> {
                    payload.$take().map(|given| (self.event)(self.data, given))
                }
            }
        )?
    )*};
    (@second [] $name:ident) => {
        handlers!(@never [E, T: Nobody] $name, E, AsNothing);
    };
    // with one way alone it says which type cannot be decoded
    (@second [$($bound:tt)+] $name:ident) => {};
    (@never [$($parameters:tt)*] $name:ident, $event:ty, $mark:ty) => {
        impl<$($parameters)*> $name<$event, $mark> for T {
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
    /// What can stand behind a binding that brings nothing with it: the event.
    #[diagnostic::on_unimplemented(
        message = "a binding of this kind takes an event, and `{Self}` is not a `{E}`",
        label = "expected a `{E}`",
        note = "a part's event is wrapped where its view is used: `{{part::view(…).map(Event::Part)}}`"
    )]
    OnEvent;

    /// What can stand behind `on:input` and `on:change`: an event, or a constructor that takes the text.
    #[diagnostic::on_unimplemented(
        message = "`on:input` and `on:change` in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(String) -> {E}`",
        note = "with data of your own: `on:input={{with(row.id, Event::Rename)}}`, where `Rename` holds that data and a `String`"
    )]
    OnText [] String, decode;

    /// What can stand behind `on:submit`: an event, or a constructor that takes the form.
    #[diagnostic::on_unimplemented(
        message = "`on:submit` in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(T) -> {E}` where `T: serde::Deserialize` is the form"
    )]
    OnForm [T: DeserializeOwned] T, form;

    /// What can stand behind `on:custom:…`: an event, or a constructor that takes the DOM event's `detail`.
    #[diagnostic::on_unimplemented(
        message = "`on:custom:…` in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(T) -> {E}` where `T: serde::Deserialize` is the event's `detail`",
        note = "a script that waits for an answer is a `fn(Call<T>) -> {E}`"
    )]
    OnDetail [T: DeserializeOwned] T, decode;

    /// What can stand behind `on:drop`: an event, or a constructor that takes the `data-drag` of what was dragged.
    #[diagnostic::on_unimplemented(
        message = "`on:drop` in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(T) -> {E}` where `T: serde::Deserialize` is the `data-drag` of what was dragged"
    )]
    OnDrop [T: DeserializeOwned] T, dropped;
}

handlers! {
    /// What can stand behind `on:keydown` and `on:keyup`: an event, or a constructor that takes a `Key`.
    #[diagnostic::on_unimplemented(
        message = "a binding in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(Key) -> {E}`"
    )]
    OnKey [] Key, object;

    /// What can stand behind clicks and what a pointer does: an event, or a constructor that takes a `Pointer`.
    #[diagnostic::on_unimplemented(
        message = "a binding in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(Pointer) -> {E}`"
    )]
    OnPointer [] Pointer, object;

    /// What can stand behind `on:wheel`: an event, or a constructor that takes a `Wheel`.
    #[diagnostic::on_unimplemented(
        message = "a binding in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(Wheel) -> {E}`"
    )]
    OnWheel [] Wheel, object;

    /// What can stand behind `on:scroll`: an event, or a constructor that takes a `Scroll`.
    #[diagnostic::on_unimplemented(
        message = "a binding in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(Scroll) -> {E}`"
    )]
    OnScroll [] Scroll, object;

    /// What can stand behind `on:window:resize`: an event, or a constructor that takes a `Size`.
    #[diagnostic::on_unimplemented(
        message = "a binding in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(Size) -> {E}`"
    )]
    OnSize [] Size, object;

    /// What can stand behind what happens to an audio or a video: an event, or a constructor that takes a `Media`.
    #[diagnostic::on_unimplemented(
        message = "a binding in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(Media) -> {E}`"
    )]
    OnMedia [] Media, object;

    /// What can stand behind `on:check`: an event, or a constructor that takes a `bool`.
    #[diagnostic::on_unimplemented(
        message = "a binding in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(bool) -> {E}`"
    )]
    OnChecked [] bool, decode;

    /// What can stand behind `on:toggle` and `on:document:visibilitychange`: an event, or a constructor that takes a `bool`.
    #[diagnostic::on_unimplemented(
        message = "a binding in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(bool) -> {E}`"
    )]
    OnFlag [] bool, decode;

    /// What can stand behind `on:select`: an event, or a constructor that takes a `Vec<String>`.
    #[diagnostic::on_unimplemented(
        message = "a binding in a view of `{E}` cannot take `{Self}`",
        label = "expected a `{E}`, or a `fn(Vec<String>) -> {E}`"
    )]
    OnChosen [] Vec<String>, decode;
}

/// What a page without scripts keeps of a handler. No secret is in it, unlike in a fingerprint.
pub(crate) fn mark(salt: u64, of: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u64(salt);
    of.hash(&mut hasher);
    hasher.finish()
}

impl<E, F: Fn(Call<T>) -> E + 'static, T: DeserializeOwned> OnDetail<E, AsCall<T>> for F {
    #[inline(always)]
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
        identity::<F>(seed)
    }

    fn mark(&self, salt: u64) -> u64 {
        mark(salt, type_name::<F>())
    }

    fn fire(self, payload: &Payload) -> Option<E> {
        payload.call().map(self)
    }
}

impl<E, D: Hash, F: Fn(D, Call<T>) -> E + 'static, T: DeserializeOwned> OnDetail<E, AsCallWith<T>> for With<D, F> {
    #[inline(always)]
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
        super::fingerprint::mix(identity::<F>(seed) ^ seed.of(&self.data))
    }

    fn mark(&self, salt: u64) -> u64 {
        mark(mark(salt, type_name::<F>()), &self.data)
    }

    fn fire(self, payload: &Payload) -> Option<E> {
        payload.call().map(|call| (self.event)(self.data, call))
    }
}

/// A constructor is its type; its address is none (functions with equal code are merged).
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
