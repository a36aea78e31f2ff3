use std::env;
use std::ffi::OsString;
use std::future::poll_fn;
use std::io::{self, Write};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use tealight_runtime::Live;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};
use warp::{Filter, Reply};

use crate::drain::Drain;
use crate::error::RunError;
use crate::filters::live;
use crate::listen::listen;
use crate::serve::serve_and_drain;

/// The address without arguments and environment.
const DEFAULT: &str = "127.0.0.1:3000";

/// Runs an application until the process receives SIGINT (Ctrl-C) or SIGTERM.
///
/// # The address
/// The first of these that is given decides:
///
/// 1. the argument `--listen ADDRESS` or `--listen=ADDRESS`, such as `--listen 127.0.0.1:8080` or `--listen [::1]:0`;
/// 2. the environment variable `LISTEN`, with an address of the same form;
/// 3. the environment variable `PORT`, with a port number. Hosting platforms set it, and connect from outside, so
///    the server then listens on all IPv4 interfaces (`0.0.0.0`);
/// 4. `127.0.0.1:3000`, which only this machine can reach.
///
/// Port 0 lets the operating system choose a port. Empty variables count as not set. All other arguments, and
/// those after `--`, are left to the application.
///
/// A socket that another process hands over comes before all of these: systemd's socket activation, or another supervisor that
/// sets `LISTEN_FDS`. Then no connection is refused while one server ends and the next one starts. With `SHARE_PORT=1` in the
/// environment, several servers may listen on the address at once; each must set it.
///
/// When the server is ready, it prints its URL to the standard output: `listening on http://127.0.0.1:3000`.
///
/// # The host
/// A server that listens on a loopback address, such as the default, answers only for `localhost` and IP addresses, unless
/// [`Builder::allow_host`](tealight_runtime::Builder::allow_host) lists names. List the public name of a server behind a
/// proxy on the same machine. Elsewhere the server answers for every name, unless some are listed.
///
/// # The end
/// At the first signal the server accepts no more connections and answers the requests that have begun. Then it saves the sessions,
/// if the application saves them, and closes the websockets and event streams; their pages reconnect to the next server, one after
/// the other. This takes at most [`Builder::shutdown_timeout`](tealight_runtime::Builder::shutdown_timeout), five seconds unless
/// set. A second signal ends it at once.
///
/// # Errors
/// Returns [`RunError`] if the server cannot start. Its message says what to do, and `main` shows it when it returns it.
///
/// # Panics
/// Panics outside of a tokio runtime.
///
/// ```no_run
/// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// # struct Counter;
/// # impl LiveView for Counter {
/// #     type Model = ();
/// #     type ExternalEvent = ();
/// #     type InternalEvent = ();
/// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
/// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
/// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
/// # }
/// use tealight_warp::RunError;
///
/// #[tokio::main]
/// async fn main() -> Result<(), RunError> {
///     tealight_warp::run(Counter).await
/// }
/// ```
pub async fn run(app: impl Into<Live>) -> Result<(), RunError> {
    let app = app.into();
    run_routes(app.clone(), live(app)).await
}

/// Runs an application among routes of your own, as [`run`] does.
///
/// `routes` contain the application's filters: [`live`] or [`routes`](crate::routes). `app` is the same application; its pages
/// are closed at the end.
///
/// # Errors
/// Returns [`RunError`] if the server cannot start.
///
/// # Panics
/// Panics outside of a tokio runtime.
///
/// ```no_run
/// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// # struct Counter;
/// # impl LiveView for Counter {
/// #     type Model = ();
/// #     type ExternalEvent = ();
/// #     type InternalEvent = ();
/// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
/// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
/// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
/// # }
/// use tealight_runtime::Live;
/// use tealight_warp::{RunError, live, run_routes};
/// use warp::Filter;
///
/// #[tokio::main]
/// async fn main() -> Result<(), RunError> {
///     let counter = Live::new(Counter);
///     let health = warp::path!("health").map(|| "well");
///     run_routes(counter.clone(), live(counter).or(health)).await
/// }
/// ```
pub async fn run_routes<F>(app: impl Into<Live>, routes: F) -> Result<(), RunError>
where
    F: Filter + Clone + Send + Sync + 'static,
    F::Extract: Reply,
{
    let app = app.into();
    let address = address(env::args_os().skip(1), |name| env::var_os(name))?;
    let listener = listen(&address, |name| env::var_os(name)).await?;
    let local = listener.local_addr().map_err(|source| RunError::Bind { address, source })?;
    app.listens_on(local);
    let url = format!("http://{local}");
    let signal = signals().map_err(RunError::Signals)?;
    // a closed standard output is no reason to stop
    let _ = writeln!(io::stdout(), "listening on {url}");
    serve_until_signal(listener, app, routes, signal).await;
    Ok(())
}

/// The address by the rules of [`run`]. A text that is not UTF-8 becomes an address that cannot be bound.
fn address(
    arguments: impl IntoIterator<Item = OsString>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<String, RunError> {
    let mut arguments = arguments.into_iter().map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next().filter(|argument| argument != "--") {
        if argument == "--listen" {
            return arguments.next().ok_or(RunError::NoAddress);
        }
        if let Some(address) = argument.strip_prefix("--listen=") {
            return Ok(address.to_owned());
        }
    }
    let variable = |name| variable(name).map(|value| value.to_string_lossy().into_owned()).filter(|it| !it.is_empty());
    let port = || variable("PORT").map(|port| format!("0.0.0.0:{port}"));
    Ok(variable("LISTEN").or_else(port).unwrap_or_else(|| DEFAULT.to_owned()))
}

/// Serves until `signal` is ready, and then at most until it is ready again.
async fn serve_until_signal<F>(
    listener: TcpListener,
    app: Live,
    routes: F,
    mut signal: impl FnMut(&mut Context<'_>) -> Poll<()>,
) where
    F: Filter + Clone + Send + Sync + 'static,
    F::Extract: Reply,
{
    let (stop, stopped) = oneshot::channel::<()>();
    let signalled = Arc::new(OnceLock::new());
    let served = async {
        let (pages, signalled) = (app.clone(), Arc::clone(&signalled));
        let end = async move { drop(stopped.await) };
        // the server waits for its answers to end, and an event stream is one
        let drain = Drain::within(app.shutdown_timeout());
        let shutdown = async move {
            let gone = signalled.get().map_or(Duration::ZERO, Instant::elapsed);
            pages.shutdown_within(pages.shutdown_timeout().saturating_sub(gone)).await;
        };
        serve_and_drain(app.limits(), listener, routes, end, drain, shutdown).await;
    };
    let given_up = async {
        poll_fn(&mut signal).await;
        let _ = signalled.set(Instant::now());
        drop(stop);
        tokio::select! {
            () = poll_fn(&mut signal) => {}
            () = sleep(app.shutdown_timeout()) => tracing::warn!("stopped with requests or pages unanswered"),
        }
    };
    tokio::select! {
        () = served => {}
        () = given_up => {}
    }
}

/// Ready once for each SIGINT or SIGTERM.
#[cfg(unix)]
fn signals() -> io::Result<impl FnMut(&mut Context<'_>) -> Poll<()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(move |cx: &mut Context<'_>| match interrupt.poll_recv(cx) {
        Poll::Ready(_) => Poll::Ready(()),
        Poll::Pending => terminate.poll_recv(cx).map(drop),
    })
}

/// Ready once for each Ctrl-C.
#[cfg(windows)]
fn signals() -> io::Result<impl FnMut(&mut Context<'_>) -> Poll<()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(move |cx: &mut Context<'_>| interrupt.poll_recv(cx).map(drop))
}

#[cfg(test)]
mod tests {
    use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
    use tealight_runtime::{Close, Connection};
    use tokio::io::AsyncWriteExt;
    use tokio::sync::mpsc::{Sender, channel};
    use tokio::task::JoinHandle;

    use super::*;

    struct Empty;

    impl LiveView for Empty {
        type Model = ();
        type ExternalEvent = ();
        type InternalEvent = ();

        async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> {
            Ok(((), Command::none()))
        }

        fn update(&self, (): &mut (), _: Event<(), ()>) -> Command<()> {
            Command::none()
        }

        fn view(&self, (): &()) -> impl View<()> {
            html! { <p>"…"</p> }
        }
    }

    #[test]
    fn arguments_come_before_the_environment() {
        for (arguments, variables, expected) in [
            ("", "", "127.0.0.1:3000"),
            ("--listen 127.0.0.1:80", "", "127.0.0.1:80"),
            ("--listen=[::1]:80", "LISTEN=b:2 PORT=3", "[::1]:80"),
            ("--db shop.db --listen a:1 --verbose", "", "a:1"),
            ("-- --listen a:1", "", "127.0.0.1:3000"),
            ("listen a:1", "", "127.0.0.1:3000"),
            ("", "LISTEN=b:2", "b:2"),
            ("", "PORT=3 LISTEN=b:2", "b:2"),
            ("", "PORT=3", "0.0.0.0:3"),
            ("", "PORT=3 LISTEN=", "0.0.0.0:3"),
            ("", "PORT=", "127.0.0.1:3000"),
        ] {
            let variable = |name: &str| {
                let mut pairs = variables.split_whitespace().filter_map(|pair| pair.split_once('='));
                pairs.find(|(other, _)| *other == name).map(|(_, value)| value.into())
            };
            let address = address(arguments.split_whitespace().map(OsString::from), variable);
            assert_eq!(address.expect("an address"), expected, "{arguments:?} {variables:?}");
        }
    }

    #[test]
    fn an_error_says_what_to_do() {
        let error = address(["--listen".into()], |_| None).expect_err("no address");
        assert_eq!(format!("{error:?}"), "--listen needs an address, such as --listen 127.0.0.1:3000.");
        let source = io::Error::other("Address in use");
        assert_eq!(
            RunError::Bind { address: "127.0.0.1:80".to_owned(), source }.to_string(),
            "could not bind 127.0.0.1:80: Address in use. Choose another with --listen; 127.0.0.1:0 takes a free port."
        );
    }

    #[test]
    fn the_server_may_move_between_threads() {
        fn is_send(_: impl Send) {}
        is_send(run(Empty));
    }

    /// A running server with one connected page; the sender sends signals.
    async fn start() -> (Connection, Sender<()>, JoinHandle<()>) {
        let app = Live::new(Empty);
        let page = app.connect(PageRequest::new("/", ""));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (signals, mut received) = channel(2);
        let routes = live(app.clone());
        let signal = move |cx: &mut Context<'_>| received.poll_recv(cx).map(drop);
        (page, signals, tokio::spawn(serve_until_signal(listener, app, routes, signal)))
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_closes_the_pages_and_ends_the_server() {
        let (mut page, signals, server) = start().await;
        let start = Instant::now();
        signals.send(()).await.expect("the server runs");
        let mut message = Vec::new();
        assert_eq!(poll_fn(|cx| page.poll_message(cx, &mut message)).await, Ok(()));
        assert_eq!(String::from_utf8_lossy(&message), r#"{"back":1}"#);
        assert_eq!(poll_fn(|cx| page.poll_message(cx, &mut message)).await, Err(Close::GoingDown));
        drop(page);
        server.await.expect("the server ends");
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test]
    async fn a_client_that_stops_half_way_does_not_take_the_time_of_the_pages() {
        let app = Live::builder(Empty).shutdown_timeout(Duration::from_secs(2)).start();
        let mut page = app.connect(PageRequest::new("/", ""));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (signals, mut received) = channel(2);
        let signal = move |cx: &mut Context<'_>| received.poll_recv(cx).map(drop);
        let server = tokio::spawn(serve_until_signal(listener, app.clone(), live(app), signal));
        let mut half = tokio::net::TcpStream::connect(address).await.expect("a connection");
        let form = "POST /?tealight-form=0 HTTP/1.1\r\nHost: tea\r\nOrigin: http://tea\r\nContent-Length: 9\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\n\r\nname=";
        half.write_all(form.as_bytes()).await.expect("the server reads");
        let _idle = tokio::net::TcpStream::connect(address).await.expect("a connection");
        signals.send(()).await.expect("the server runs");
        let mut message = Vec::new();
        assert_eq!(poll_fn(|cx| page.poll_message(cx, &mut message)).await, Ok(()));
        assert!(message.starts_with(b"{\"back\":"));
        drop(page);
        server.await.expect("the server ends");
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_stays_is_given_up_after_five_seconds() {
        let (page, signals, server) = start().await;
        let start = Instant::now();
        signals.send(()).await.expect("the server runs");
        server.await.expect("the server ends");
        assert_eq!(start.elapsed().as_secs(), 5);
        drop(page);
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_signal_ends_the_server_at_once() {
        let (page, signals, server) = start().await;
        let start = Instant::now();
        for _ in 0..2 {
            signals.send(()).await.expect("the server runs");
        }
        server.await.expect("the server ends");
        assert_eq!(start.elapsed(), Duration::ZERO);
        drop(page);
    }
}
