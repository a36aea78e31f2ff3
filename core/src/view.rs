//! The traits and types behind [`html!`](crate::html!).
//!
//! Most applications need only [`View`](crate::View) and the functions at the crate's root. The traits here are
//! useful as bounds, in components that take any text or any attribute value:
//!
//! ```
//! use tealight_core::view::Text;
//! use tealight_core::{View, html};
//!
//! fn card(title: impl Text) -> impl View<()> {
//!     html! { <section><h2>{title}</h2></section> }
//! }
//! # let _ = card("Tea");
//! ```

pub use crate::html::{
    AttrOut, AttrValue, ClassValue, Fixed, Grouped, Html, Lazy, Map, MapWith, OnChecked, OnChosen, OnDetail, OnDrop,
    OnEvent, OnFlag, OnForm, OnKey, OnMedia, OnPointer, OnScroll, OnSize, OnText, OnWheel, PropertyValue, Shown,
    StyleValue, Text, TextOut, Trusted, With,
};
