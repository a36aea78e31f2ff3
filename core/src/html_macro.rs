//! The macro `html!`. It is alone here, so that its line is the same in every compiler message. The compiler shows that line
//! for an `if` with an `html!` in each branch.

/// Writes a view: HTML with Rust expressions in it.
///
/// ```
/// use tealight_core::{View, html};
///
/// fn greeting(name: &str) -> impl View<()> {
///     html! { <p>"Hello, " {name} "!"</p> }
/// }
/// # let _ = greeting("Ada");
/// ```
#[macro_export]
macro_rules! html {
    ($($template:tt)*) => {
        $crate::__private::html_impl! { $crate::__private, $($template)* } // help: write `if` and `match` inside one `html!`, or `Ok(html! …)` and `Err(html! …)`
    };
}
