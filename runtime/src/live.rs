mod builder;

use std::fmt;
use std::sync::Arc;

use tealight_core::{FormData, LiveView, Messages, MountError, PageRequest};

use crate::application::AnyApplication;
use crate::close::Close;
use crate::connection::Connection;
use crate::error::catch;
use crate::pages::{Page, Posted};
use crate::stats::Stats;
use crate::time::Alarm;
use crate::topics::Publisher;

pub use builder::Builder;

/// A handle to a running application. Clones are handles to the same application.
///
/// The application runs until all handles are dropped and all sessions have ended.
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
    app: Arc<dyn AnyApplication>,
}

impl Live {
    /// Starts an application with the default settings.
    ///
    /// # Panics
    /// Panics outside of a tokio runtime with a timer. To call it from outside, use `tokio::runtime::Handle::enter`.
    pub fn new<A: LiveView>(app: A) -> Self {
        Self::builder(app).start()
    }

    /// Makes a builder, to change settings before the application starts.
    pub fn builder<A: LiveView>(app: A) -> Builder<A> {
        Builder::new(app)
    }

    /// Mounts a session and makes its page. The session then waits for the page to attach.
    ///
    /// `base` is the public path of the application, with a `/` at its end. The page loads the client's script from
    /// `base` followed by [`script::path`](crate::script::path).
    ///
    /// # Errors
    /// Returns the error of `mount`. Returns [`MountError::Unavailable`] if `mount` or `view` panicked, or if the
    /// application is shutting down.
    pub async fn page(&self, request: PageRequest, base: &str) -> Result<Page, MountError> {
        Arc::clone(&self.app).page(request, base.to_owned()).await
    }

    /// Takes a form that a browser without JavaScript has posted to a page. The query of `request` names the form.
    ///
    /// A session is mounted, and `update` gets the form. The page is made when the tasks of its commands have ended,
    /// or after 10 s. The session then waits for the page to attach, as after [`page`](Self::page). If `update`
    /// returned `Command::navigate`, no page is made and the session ends.
    ///
    /// The caller must check that a page of this application has posted the form; `http::FormPost` does.
    ///
    /// # Errors
    /// Returns the errors of [`page`](Self::page), and [`MountError::Unavailable`] if `update` panicked.
    pub async fn post(&self, request: PageRequest, base: &str, data: FormData) -> Result<Posted, MountError> {
        Arc::clone(&self.app).post(request, base.to_owned(), data).await
    }

    /// Runs `mount` to find out if there is a page, and makes no session. This answers `HEAD` requests.
    ///
    /// # Errors
    /// Returns the error of `mount`, or [`MountError::Unavailable`] if it panicked.
    pub async fn probe(&self, request: PageRequest) -> Result<(), MountError> {
        Arc::clone(&self.app).probe(request).await
    }

    /// Returns the language of the texts that Tealight itself shows to the visitor who sent this request. See
    /// [`Builder::messages`].
    pub fn messages_for(&self, request: &PageRequest) -> Messages {
        self.app.runtime().messages_for(request)
    }

    /// Makes a connection for a page, over which a transport then moves messages.
    ///
    /// If the page's session is gone, `request` is mounted.
    pub fn connect(&self, request: PageRequest) -> Connection {
        Connection::new(Arc::clone(&self.app), request)
    }

    /// Offers a transport to pages, by its name in the client: `ws` or `sse`.
    ///
    /// A page tries the transports in the order in which they were offered first.
    pub fn offer(&self, transport: &'static str) {
        self.app.runtime().offer(transport);
    }

    /// Returns a publisher, to publish to this application's topics from outside of its sessions.
    pub fn publisher(&self) -> Publisher {
        self.app.runtime().topics.publisher().clone()
    }

    /// Makes an alarm, for the deadlines of a transport.
    pub fn alarm(&self) -> Alarm {
        Alarm::new(&self.app.runtime().clock)
    }

    /// The longest message that a page may send, in bytes.
    pub fn message_limit(&self) -> usize {
        self.app.runtime().config.message_limit
    }

    /// Returns true if a page of this origin may connect. The arguments are the values of the headers `Origin` and
    /// `Host`.
    ///
    /// The two must name the same host, or the origin is one of [`Builder::allow_origin`].
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

    /// The resources that the application holds at this moment.
    pub fn stats(&self) -> Stats {
        self.app.runtime().stats()
    }

    /// Shuts the application down: saves all sessions, if it [saves](Builder::save_sessions) them, ends them and their
    /// tasks, and closes all connections with 1012. New ones are refused.
    ///
    /// Returns when the last connection is closed. A transport may have to wait for a page that does not answer, so
    /// put a timeout around this.
    pub async fn shutdown(&self) {
        let runtime = self.app.runtime();
        let sessions = runtime.registry.close();
        // Pages come back as soon as they hear of the end, so everything must be saved by then.
        let saved: Vec<_> = sessions.iter().filter_map(|session| session.freeze()).collect();
        if !saved.is_empty() {
            self.app.save(saved).await;
        }
        for session in sessions {
            let _ = catch("drop", || session.end(Close::GoingDown));
        }
        runtime.connections.shut_down().await;
    }
}

impl<A: LiveView> From<A> for Live {
    /// Starts the application, as [`Live::new`] does.
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
    fn hosts_are_compared_without_case_and_default_port() {
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
