//! The guides: how to use Tealight, topic by topic.
//!
//! Begin with [`getting_started`]. Then read about the topic that you need:
//!
//! | guide | about |
//! |---|---|
//! | [`mod@html`] | everything that `html!` accepts and refuses |
//! | [`components`] | parts of a page with a state, events and commands of their own |
//! | [`routes`] | addresses as Rust types, links that patch the page, several views, and the history |
//! | [`signed_in`] | guards, owners of pages, and logging in and out |
//! | [`background`] | work that takes time: futures, streams, functions that block |
//! | [`topics`] | messages between sessions |
//! | [`presence`] | who is at a place |
//! | [`many_machines`] | one application on several processes |
//! | [`events`] | everything a page can listen to, and how to delay it |
//! | [`forms`] | forms as Rust types, error messages, posts without JavaScript |
//! | [`effects`] | what a page does without the server, and what `update` can ask of it |
//! | [`hooks`] | other scripts on a live page |
//! | [`testing`] | tests without a browser, in virtual time |
//! | [`embedding`] | live pages inside axum, hyper, actix or warp |
//! | [`transports`] | websockets, server-sent events, and how a page chooses |
//! | [`security`] | people who log in, headers, and a threat model |
//! | [`deploying`] | restarts that keep every session, systemd, containers |
//! | [`watching`] | logs, metrics, alerts, spans and a status page of a running server |
//! | [`limits`] | what pages and clients may cost, and who the clients are |
//! | [`proxies`] | nginx, haproxy, and settings that matter |
//! | [`writing_a_transport`] | for servers and protocols that Tealight does not know |
//! | [`protocol`] | every message between page and server |
//!
//! Each Rust snippet is a test.

/// Renders a view as HTML. The guides' snippets use it.
#[doc(hidden)]
pub use tealight_core::guide::page;

// The links of a guide are defined twice: at its end for readers of the file, and in `links.md`, which comes first and
// therefore wins, for readers of this documentation. `tests/readme/links.rs` compares them.
macro_rules! guides {
    ($($name:ident $file:literal)*) => {$(
        #[doc = include_str!("guide/links.md")]
        #[doc = include_str!(concat!("../docs/", $file))]
        // A guide may show a test in the application's own file.
        #[allow(clippy::test_attr_in_doctest)]
        pub mod $name {}
    )*};
}
guides! {
    getting_started "guide/getting-started.md"
    html "guide/html.md"
    components "guide/components.md"
    routes "guide/routes.md"
    signed_in "guide/signed-in.md"
    background "guide/background.md"
    topics "guide/topics.md"
    presence "guide/presence.md"
    many_machines "guide/many-machines.md"
    events "guide/events.md"
    forms "guide/forms.md"
    effects "guide/effects.md"
    hooks "guide/hooks.md"
    testing "guide/testing.md"
    embedding "guide/embedding.md"
    transports "guide/transports.md"
    security "security.md"
    deploying "guide/deploying.md"
    watching "guide/watching.md"
    limits "guide/limits.md"
    proxies "guide/proxies.md"
    writing_a_transport "guide/writing-a-transport.md"
    protocol "protocol.md"
}
