use std::future::{Future, pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;
use std::time::Duration;

use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tealight_runtime::http::{Peer, check_head};
use tealight_runtime::{Limit, Limits};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinError;
use warp::reply::Response;
use warp::{Filter, Reply};

use crate::door::{Door, Guest};
use crate::drain::Drain;
use crate::guarded::{Exchange, Guarded};

/// hyper takes no smaller limit for the head of a request.
const MIN_HEAD_BYTES: usize = 8 * 1024;

/// Serves routes over HTTP/1.1 on a listener of your own, forever. [`run`](crate::run) is simpler: it also binds the
/// address, and stops gracefully.
///
/// It differs from `warp::serve` in six ways. Requests that servers and proxies may read differently are refused with 400,
/// see [`check_head`]; some of them make warp panic. Small packets are sent at once (`TCP_NODELAY`). The default [`Limits`] hold
/// for heads of requests, connections of one address, and answers that nobody reads. Requests have their [`Peer`] as an
/// extension. A connection that has become a websocket frees the memory of its HTTP connection. If no route answers for
/// `/favicon.ico`, it is empty (204): browsers ask for it by themselves,
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
    serve_within(&Limits::default(), listener, routes, end).await;
}

/// Serves routes as [`serve_until`] does, within limits of your own. For the limits of an application, pass
/// [`Live::limits`](tealight_runtime::Live::limits).
///
/// # Panics
/// Panics outside of a tokio runtime.
pub async fn serve_within<F>(limits: &Limits, listener: TcpListener, routes: F, end: impl Future<Output = ()>)
where
    F: Filter + Clone + Send + Sync + 'static,
    F::Extract: Reply,
{
    serve_and_drain(limits, listener, routes, end, Drain::within(Duration::MAX), async {}).await;
}

/// Serves routes as [`serve_within`] does. When the requests that have begun are answered, it starts `shutdown`, and returns after
/// it. Until then the application still mounts pages.
pub(crate) async fn serve_and_drain<F>(
    limits: &Limits,
    listener: TcpListener,
    routes: F,
    end: impl Future<Output = ()>,
    drain: Drain,
    shutdown: impl Future<Output = ()> + Send + 'static,
) where
    F: Filter + Clone + Send + Sync + 'static,
    F::Extract: Reply,
{
    let routes = TowerToHyperService::new(warp::service(routes));
    // hyper drops a request when its client disconnects, but a post must still be applied
    let answer = move |mut request: Request<Incoming>, peer: Peer, exchange: Arc<Exchange>| {
        let checked = check_head(request.method(), request.uri(), request.version(), request.headers());
        request.extensions_mut().insert(peer);
        let is_post = request.method() == Method::POST;
        let is_icon = request.uri().path() == "/favicon.ico";
        let posted = match checked {
            Ok(()) if is_post => Ok(Ok(tokio::spawn(routes.call(request)))),
            Ok(()) => Ok(Err(routes.call(request))),
            Err(refusal) => Err(refusal),
        };
        async move {
            let mut answer = match posted {
                Err(refusal) => {
                    let mut answer = refusal.answer().into_response();
                    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                    return Ok(answer);
                }
                Ok(Ok(posted)) => posted.await?,
                Ok(Err(answer)) => answer.await,
            }
            .unwrap_or_else(|never| match never {});
            // a 404 page of the application has a content
            let is_missing = answer.status() == StatusCode::NOT_FOUND;
            if is_icon && is_missing && answer.headers().is_empty() && answer.body().is_end_stream() {
                answer = StatusCode::NO_CONTENT.into_response();
            }
            note_event_stream(&answer, &exchange);
            Ok::<_, JoinError>(answer)
        }
    };
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head_time);
    http.max_buf_size(limits.head_bytes.max(MIN_HEAD_BYTES));

    let (ending, requests) = watch::channel(());
    let mut end = pin!(end);
    let serve = |guest: Guest| {
        let (counted, peer, answer) = (drain.connection(), Peer(guest.peer.ip()), answer.clone());
        let stream = Guarded::new(guest, limits.write_time);
        let exchange = stream.exchange();
        let asked = Arc::clone(&exchange);
        let service = service_fn(move |request| counted.request(answer(request, peer, Arc::clone(&exchange))));
        let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
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
                if error.is_parse_too_large() {
                    Limit::HeadBytes.count(Some(peer.0));
                } else if error.is_timeout() && asked.is_asking.load(Relaxed) {
                    Limit::HeadTime.count(Some(peer.0));
                }
                tracing::debug!(%error, "HTTP connection ended");
            }
        });
    };
    let mut door = Door::new(listener, limits);
    while let Some(guest) = accept_until(&mut door, end.as_mut()).await {
        serve(guest);
    }
    door.rest().for_each(serve);
    drain.all_asked().await;
    drop(requests);
    ending.send_replace(());
    drain.all_answered().await;
    let shutdown = tokio::spawn(shutdown);
    ending.closed().await;
    if let Err(error) = shutdown.await {
        tracing::error!(%error, "the shutdown of the application has failed");
    }
}

/// Accepts a connection. Returns `None` if `end` completes first.
async fn accept_until(door: &mut Door, mut end: Pin<&mut impl Future<Output = ()>>) -> Option<Guest> {
    let mut accept = pin!(door.accept());
    poll_fn(|cx| {
        if end.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        accept.as_mut().poll(cx).map(Some)
    })
    .await
}

/// Lets the connection know if the answer is a stream of live messages.
fn note_event_stream(answer: &Response, exchange: &Exchange) {
    let kind = answer.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream")) {
        exchange.is_event_stream.store(true, Relaxed);
    }
}
