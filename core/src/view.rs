//! The traits and types behind [`html!`](crate::html!).
//!
//! Most applications need only [`View`](crate::View) and the functions at the crate's root. The traits here are useful as bounds, in
//! components that take any content or any attribute value:
//!
//! ```
//! use tealight_core::view::AttrValue;
//! use tealight_core::{View, html};
//!
//! fn card<E: 'static>(id: impl AttrValue, title: impl View<E>) -> impl View<E> {
//!     html! { <section id={id}><h2>{title}</h2></section> }
//! }
//! # let _ = card::<()>("tea", "Tea");
//! ```

pub use crate::html::{
    AttrOut, AttrValue, ClassValue, Fixed, Grouped, Html, Lazy, Map, MapWith, OnDetail, OnDrop, OnEvent, OnForm,
    OnPayload, OnText, PropertyValue, Shown, StyleValue, Text, TextOut, Trusted, With, escape_html, local_url,
};
