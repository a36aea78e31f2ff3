use std::future::{Future, pending, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinError;
use warp::{Filter, Reply};

/// The time limit for the head of a request. An idle connection is closed after this time too.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The most bytes that the head of a request can have.
const HEAD_LIMIT: usize = 64 * 1024;
/// The time before the next try when no connection can be accepted, for example with too many open files.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves routes over HTTP/1.1 on a listener of your own, forever. [`run`](crate::run) is simpler: it also binds the
/// address, and stops gracefully.
///
/// It differs from `warp::serve` in four ways. Small packets are sent at once (`TCP_NODELAY`). A connection is closed
/// if the head of a request takes longer than 10 seconds. A connection that has become a websocket frees the memory
/// of its HTTP connection. If no route answers for `/favicon.ico`, it is empty (204): browsers ask for it by themselves,
/// and would report a missing file for each page.
///
/// # Panics
/// Panics outside of a tokio runtime.
pub async fn serve<F>(listener: TcpListener, routes: F)
where
    F: Filter + Clone + Send + Sync + 'static,
    F::Extract: Reply,
{
    serve_until(listener, routes, pending()).await;
}

/// Serves routes as [`serve`] does, until `end` completes. Then it accepts no more connections, and returns after the
/// requests that have begun are answered.
///
/// It does not wait for websockets, and does not close them: call
/// [`Live::shutdown`](tealight_runtime::Live::shutdown) for that. An event stream is the answer to a request, so with
/// server-sent events start the shutdown in `end`, or the function waits for all pages to leave.
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
/// # async fn signal() {}
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use std::time::Duration;
///
/// use tealight_runtime::Live;
///
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// let counter = Live::new(Counter);
/// tealight_warp::serve_until(listener, tealight_warp::live(counter.clone()), signal()).await;
/// // closes the websockets; pages that do not answer within five seconds are given up
/// let _ = tokio::time::timeout(Duration::from_secs(5), counter.shutdown()).await;
/// # Ok(())
/// # }
/// ```
pub async fn serve_until<F>(listener: TcpListener, routes: F, end: impl Future<Output = ()>)
where
    F: Filter + Clone + Send + Sync + 'static,
    F::Extract: Reply,
{
    let routes = TowerToHyperService::new(warp::service(routes));
    // hyper drops a request when its client disconnects, but a post must still be applied
    let service = service_fn(move |request: Request<Incoming>| {
        let is_post = request.method() == Method::POST;
        let is_icon = request.uri().path() == "/favicon.ico";
        let answer = routes.call(request);
        let posted = if is_post { Ok(tokio::spawn(answer)) } else { Err(answer) };
        async move {
            let mut answer = match posted {
                Ok(posted) => posted.await?,
                Err(answer) => answer.await,
            }
            .unwrap_or_else(|never| match never {});
            // a 404 page of the application has a content
            let is_missing = answer.status() == StatusCode::NOT_FOUND;
            if is_icon && is_missing && answer.headers().is_empty() && answer.body().is_end_stream() {
                answer = StatusCode::NO_CONTENT.into_response();
            }
            Ok::<_, JoinError>(answer)
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(HEAD_LIMIT);

    let (ending, requests) = watch::channel(());
    let mut end = pin!(end);
    while let Some(stream) = accept_until(&listener, end.as_mut()).await {
        let connection = http.serve_connection(TokioIo::new(stream), service.clone()).with_upgrades();
        let mut ending = requests.clone();
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            let mut end = pin!(async { ending.changed().await.is_ok() });
            let mut is_ending = false;
            let served = poll_fn(|cx| {
                if !is_ending && end.as_mut().poll(cx).is_ready() {
                    is_ending = true;
                    connection.as_mut().graceful_shutdown();
                }
                connection.as_mut().poll(cx)
            });
            if let Err(error) = served.await {
                tracing::debug!(%error, "HTTP connection ended");
            }
        });
    }
    drop((listener, requests));
    ending.send_replace(());
    ending.closed().await;
}

/// Accepts a connection. Returns `None` if `end` completes first.
async fn accept_until(listener: &TcpListener, mut end: Pin<&mut impl Future<Output = ()>>) -> Option<TcpStream> {
    let mut accept = pin!(accept(listener));
    poll_fn(|cx| {
        if end.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        accept.as_mut().poll(cx).map(Some)
    })
    .await
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "could not set TCP_NODELAY");
                }
                return stream;
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "could not accept connections");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
