use std::fmt;
use std::sync::Arc;

use tealight_core::{FormData, LiveView, MountError, PageRequest};

use crate::builder::Builder;
use crate::clock::Alarm;
use crate::connection::{Close, Connection};
use crate::lock;
use crate::mounting::Application;
use crate::page::{Page, Posted};
use crate::pubsub::Publisher;
use crate::stats::Stats;

/// A running application. A clone is the same one.
///
/// It runs as long as anyone holds it, or a session of it lives.
///
/// ```
/// use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// use tealight_runtime::Live;
///
/// struct Greeting;
///
/// impl LiveView for Greeting {
///     type Model = String;
///     type ExternalEvent = ();
///     type InternalEvent = ();
///
///     async fn mount(&self, request: &PageRequest) -> Result<(String, Command<()>), MountError> {
///         Ok((request.query("name").unwrap_or_default(), Command::none()))
///     }
///
///     fn update(&self, _: &mut String, _: Event<(), ()>) -> Command<()> {
///         Command::none()
///     }
///
///     fn view(&self, name: &String) -> impl View<()> {
///         html! { <p>"Hello " {name}</p> }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), MountError> {
/// let live = Live::new(Greeting);
/// let page = live.page(PageRequest::new("/", "name=Ada"), "/").await?;
/// assert!(page.html().contains("<p>Hello <!>Ada</p>"));
/// assert_eq!(live.stats().unattached, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Live {
    app: Arc<dyn Application>,
}

impl Live {
    /// Starts an application as it is usually wanted.
    ///
    /// # Panics
    /// Outside of a tokio runtime with a timer. Before there is one, `Handle::enter` helps.
    pub fn new<A: LiveView>(app: A) -> Self {
        Self::builder(app).start()
    }

    /// What can be set before an application starts.
    pub fn builder<A: LiveView>(app: A) -> Builder<A> {
        Builder::new(app)
    }

    pub(crate) fn of(app: Arc<dyn Application>) -> Self {
        Self { app }
    }

    /// Mounts a session, and makes its page. The session waits for the page to attach.
    ///
    /// `base` is the path at which the application is reached, with a `/` at its end: the client's
    /// script is asked for at `base` and [`script::path`](crate::script::path).
    ///
    /// # Errors
    /// What `mount` says; [`MountError::Unavailable`] also when it or `view` panicked, and when the
    /// application is shutting down.
    pub async fn page(&self, request: PageRequest, base: &str) -> Result<Page, MountError> {
        Arc::clone(&self.app).page(request, base.to_owned()).await
    }

    /// Takes a form that a browser without scripts has posted to a page, at the address that the page had said
    /// (`request`'s query): a session is mounted, `update` is told, and the page is made when the futures of its
    /// commands have ended, or after 10 s, unless a `Command::navigate` came of it. As after [`page`](Self::page), the session waits for the page to attach.
    ///
    /// Who calls this has made sure that a page of this application has posted it; `http::FormPost` does.
    ///
    /// # Errors
    /// As for [`page`](Self::page); [`MountError::Unavailable`] also when `update` panicked.
    pub async fn post(&self, request: PageRequest, base: &str, data: FormData) -> Result<Posted, MountError> {
        Arc::clone(&self.app).post(request, base.to_owned(), data).await
    }

    /// Asks whether there is a page, and makes no session: for `HEAD`.
    ///
    /// # Errors
    /// As for [`page`](Self::page).
    pub async fn probe(&self, request: PageRequest) -> Result<(), MountError> {
        Arc::clone(&self.app).probe(request).await
    }

    /// A page's wire, which a transport has opened. `request` is mounted should the page's session be
    /// gone.
    pub fn connect(&self, request: PageRequest) -> Connection {
        Connection::new(Arc::clone(&self.app), request)
    }

    /// Tells pages that a transport is there, by its name in the client: `ws` or `sse`. A page tries them in
    /// the order in which they were offered first.
    pub fn offer(&self, transport: &'static str) {
        let mut offered = lock(&self.app.runtime().transports);
        if !offered.contains(&transport) {
            offered.push(transport);
        }
    }

    /// Publishes to this application's topics from outside of its sessions.
    pub fn publisher(&self) -> Publisher {
        self.app.runtime().publisher.clone()
    }

    /// A deadline for a transport.
    pub fn alarm(&self) -> Alarm {
        Alarm::new(&self.app.runtime().clock)
    }

    /// The most bytes that a message of a page may have.
    pub fn message_limit(&self) -> usize {
        self.app.runtime().config.message_limit
    }

    /// Whether a page of `origin` (the header's value) may connect to this server, which it called
    /// `host`: if they are the same, or [`Builder::allow_origin`] says so.
    ///
    /// ```
    /// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
    /// # struct Shop;
    /// # impl LiveView for Shop {
    /// #     type Model = ();
    /// #     type ExternalEvent = ();
    /// #     type InternalEvent = ();
    /// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
    /// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
    /// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let live = tealight_runtime::Live::builder(Shop).allow_origin("https://shop.example").start();
    /// assert!(live.allows_origin("https://tea.example", "tea.example"));
    /// assert!(live.allows_origin("https://shop.example", "tea.example"));
    /// assert!(!live.allows_origin("https://evil.example", "tea.example"));
    /// assert!(!live.allows_origin("null", "tea.example"));
    /// # }
    /// ```
    pub fn allows_origin(&self, origin: &str, host: &str) -> bool {
        let allowed = &self.app.runtime().config.origins;
        is_same_host(origin, host) || allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
    }

    /// What there is at this moment.
    pub fn stats(&self) -> Stats {
        self.app.runtime().stats()
    }

    /// Ends all sessions and their tasks, closes all connections with 1012, and takes no more of
    /// either. Returns when the last connection is gone; a transport may need a while to say good-bye
    /// to a page that does not answer, so that a timeout around this is wise.
    pub async fn shutdown(&self) {
        let runtime = self.app.runtime();
        for resident in runtime.sessions.close() {
            resident.end(Close::GoingDown);
        }
        runtime.shutdown.notify_waiters();
        runtime.without_connections().await;
    }
}

impl<A: LiveView> From<A> for Live {
    /// [`Live::new`].
    fn from(app: A) -> Self {
        Self::new(app)
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Live").field(&self.stats()).finish()
    }
}

fn is_same_host(origin: &str, host: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let default_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return false,
    };
    let bare = |authority| str::strip_suffix(authority, default_port).unwrap_or(authority);
    !host.is_empty() && bare(authority).eq_ignore_ascii_case(bare(host))
}

#[cfg(test)]
mod tests {
    use super::is_same_host;

    #[test]
    fn an_origin_is_of_the_same_host_whatever_its_case_and_default_port() {
        for (origin, host, same) in [
            ("http://localhost:3000", "localhost:3000", true),
            ("http://localhost:3000", "LOCALHOST:3000", true),
            ("https://tea.example", "tea.example:443", true),
            ("http://tea.example:80", "tea.example", true),
            ("https://[::1]:8443", "[::1]:8443", true),
            ("https://tea.example", "tea.example:80", false),
            ("http://localhost:3001", "localhost:3000", false),
            ("http://tea.example.evil.example", "tea.example", false),
            ("http://evil.example/tea.example", "tea.example", false),
            ("file://", "", false),
            ("http://", "", false),
            ("null", "null", false),
        ] {
            assert_eq!(is_same_host(origin, host), same, "{origin} {host}");
        }
    }
}
