//! Tests of Tealight applications without a browser.
//!
//! A [`TestApp`] runs an application. Its pages ([`TestPage`]) adopt the HTML, attach to their sessions and apply
//! patches as a browser does, over the same protocol. Tests click, fill and read them by CSS selectors:
//!
//! ```
//! use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
//! use tealight_test::TestApp;
//!
//! struct Counter;
//!
//! #[derive(Hash)]
//! struct More;
//!
//! impl LiveView for Counter {
//!     type Model = u32;
//!     type ExternalEvent = More;
//!     type InternalEvent = ();
//!
//!     async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<()>), MountError> {
//!         Ok((0, Command::none()))
//!     }
//!
//!     fn update(&self, count: &mut u32, _: Event<More, ()>) -> Command<()> {
//!         *count += 1;
//!         Command::none()
//!     }
//!
//!     fn view(&self, count: &u32) -> impl View<More> {
//!         html! { <output>{*count}</output> <button on:click={More}>"More"</button> }
//!     }
//! }
//!
//! // #[test]
//! fn a_click_counts() {
//!     let app = TestApp::start(Counter);
//!     let page = app.open("/");
//!     page.click("button");
//!     assert_eq!(page.text("output"), "1");
//! }
//! # a_click_counts();
//! ```
//!
//! Time is virtual, and only [`TestApp::advance`] moves it, so no test sleeps. When a method returns, the application
//! and its pages have nothing left to do. A test therefore has the same result each time.

mod adopt;
mod app;
mod browser;
mod clock;
mod command;
#[doc(hidden)]
pub mod model;
mod page;
#[doc(hidden)]
pub mod protocol;
mod render;
mod select;
mod shared;
mod wire;

pub use app::TestApp;
pub use command::PageCommand;
pub use page::TestPage;
