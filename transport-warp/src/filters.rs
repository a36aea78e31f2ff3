use std::future::ready;
use std::net::SocketAddr;

use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tealight_core::PageRequest;
use tealight_runtime::http::{self, Peer};
use tealight_runtime::{Live, script};
use tokio::net::TcpStream;
use warp::http::request::Parts;
use warp::http::{HeaderMap, Method};
use warp::path::{FullPath, Peek};
use warp::reply::Response;
use warp::{Filter, Rejection, Reply};

use crate::form;
use crate::guarded::{Guarded, keep_little_unsent};
use crate::handshake;
use crate::path::base;
use crate::reply;
use crate::socket::Socket;

/// Serves an application at the path that the filters before this one have matched: its page, its websocket and its
/// script. With the feature `sse` it serves event streams too, for pages whose websocket is blocked.
///
/// `app` is an application, or a configured [`Live`]. A [`Router`](tealight_runtime::Router) has pages at every path below. Use
/// [`routes`] instead if one view has several paths, or if `mount` needs more than the request.
///
/// # Panics
/// Panics outside of a tokio runtime.
pub fn live(app: impl Into<Live>) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone {
    let live = app.into();
    let has_paths = live.has_paths();
    let anywhere = warp::any().and_then(move || ready(if has_paths { Ok(()) } else { Err(warp::reject::not_found()) }));
    let path = warp::path::end().or(anywhere.untuple_one()).unify();
    routes(&live, path.and(request()))
}

/// Serves an application at every path below the filters before this one: its pages, the forms that are posted to them, its
/// websockets and its script. With the feature `sse` it serves event streams too.
///
/// `request` makes the [`PageRequest`] for `mount`. It is [`request()`], or a filter that adds to it, such as the signed-in user.
/// It also decides which paths have pages: if it rejects a request, so do the routes. The script needs no such request.
///
/// ```
/// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// # struct Orders;
/// # impl LiveView for Orders {
/// #     type Model = ();
/// #     type ExternalEvent = ();
/// #     type InternalEvent = ();
/// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
/// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
/// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
/// # }
/// use tealight_runtime::Live;
/// use warp::Filter;
///
/// struct User(String);
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let user = warp::header("x-user").map(User);
/// let request = user.and(tealight_warp::request()).map(|user, request: PageRequest| request.with(user));
/// let orders = warp::path("orders").and(tealight_warp::routes(&Live::new(Orders), request));
/// # let _ = orders;
/// # }
/// ```
///
/// The filter runs for the page and again for its connection, because either may mount a session.
pub fn routes<R>(live: &Live, request: R) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + use<R>
where
    R: Filter<Extract = (PageRequest,), Error = Rejection> + Clone + Send + Sync + 'static,
{
    let pages = socket(live, request.clone());
    #[cfg(feature = "sse")]
    let pages = pages.or(tealight_sse::filters::stream(live, request.clone())).unify();
    script().or(pages.or(page(live, request)).unify()).unify()
}

/// Serves the page, at every path below the filters before this one, and answers the forms that browsers without
/// JavaScript post to it. `request` makes the [`PageRequest`] for `mount`: [`request()`], or a filter that adds to it.
///
/// This is a part of [`routes`], for servers that need the parts one by one.
///
/// ```
/// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// # struct Orders;
/// # impl LiveView for Orders {
/// #     type Model = ();
/// #     type ExternalEvent = ();
/// #     type InternalEvent = ();
/// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
/// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
/// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
/// # }
/// use tealight_runtime::Live;
/// use warp::Filter;
///
/// struct OrderId(u64);
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let live = Live::builder(Orders).base("/").start();
/// let order = || {
///     warp::path!("orders" / u64).and(tealight_warp::request()).map(|id, request: PageRequest| request.with(OrderId(id)))
/// };
/// let routes = tealight_warp::script()
///     .or(tealight_warp::socket(&live, order()))
///     .or(tealight_warp::page(&live, order()));
/// # let _ = routes;
/// # }
/// ```
pub fn page<R>(live: &Live, request: R) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + use<R>
where
    R: Filter<Extract = (PageRequest,), Error = Rejection> + Clone + Send + Sync + 'static,
{
    let live = live.clone();
    let wants_body = warp::get().map(|| true).or(warp::head().map(|| false)).unify();
    let path = warp::path::full().and(warp::path::peek());
    let posted = form::posted(&live, request.clone());
    let shown = wants_body.and(path).and(request).then(move |wants_body, path: FullPath, rest: Peek, request| {
        let live = live.clone();
        async move {
            let answer = if wants_body {
                http::page(&live, request, &base(path.as_str(), rest.as_str())).await
            } else {
                http::head(&live, request).await
            };
            answer.into_response()
        }
    });
    shown.or(posted).unify()
}

/// Serves the page's websocket, at every path below the filters before this one. It rejects requests that do not ask
/// for a websocket, so that other filters can answer them.
///
/// `request` is the filter that [`page`] gets too, because a session that has expired is mounted again.
pub fn socket<R>(live: &Live, request: R) -> impl Filter<Extract = (Response,), Error = Rejection> + Clone + use<R>
where
    R: Filter<Extract = (PageRequest,), Error = Rejection> + Clone + Send + Sync + 'static,
{
    live.offer("ws");
    let live = live.clone();
    let asked = warp::header::headers_cloned().and_then(async |headers: HeaderMap| {
        if handshake::is_upgrade(&headers) { Ok(headers) } else { Err(warp::reject::not_found()) }
    });
    let upgrade = warp::ext::optional::<OnUpgrade>();
    asked.and(warp::method()).and(upgrade).and(request).map(
        move |headers: HeaderMap, method: Method, upgrade: Option<OnUpgrade>, request| {
            open(&live, &method, &headers, upgrade, request).into_response()
        },
    )
}

/// Answers a request for the page's websocket in a server that uses hyper but not warp, such as axum. Returns `None`
/// if the request does not ask for a websocket. `LiveService`, with the feature `sse`, answers all other requests too.
///
/// If you call it, also call `live.offer("ws")` at the start, so that pages know of the websocket.
///
/// ```
/// use tealight_runtime::{Live, http};
/// use warp::http::request::Parts;
/// use warp::reply::Response;
///
/// fn websocket(live: &Live, parts: &Parts) -> Option<Response> {
///     tealight_warp::upgrade(live, parts, http::page_request(parts))
/// }
/// # let _ = websocket;
/// ```
///
/// # Panics
/// Panics outside of a tokio runtime.
pub fn upgrade(live: &Live, parts: &Parts, request: PageRequest) -> Option<Response> {
    if !handshake::is_upgrade(&parts.headers) {
        return None;
    }
    let upgrade = parts.extensions.get::<OnUpgrade>().cloned();
    Some(open(live, &parts.method, &parts.headers, upgrade, request).into_response())
}

/// Answers a request for a websocket. If the handshake is right, a task then serves the websocket.
pub(crate) fn open(
    live: &Live,
    method: &Method,
    headers: &HeaderMap,
    upgrade: Option<OnUpgrade>,
    request: PageRequest,
) -> warp::http::Response<Bytes> {
    match (handshake::answer(live, method, headers, upgrade.as_ref()), upgrade) {
        (Ok(answer), Some(upgrade)) => {
            tokio::spawn(open_socket(live.clone(), request, upgrade));
            answer.map(|()| Bytes::new())
        }
        (Err(refused), _) => reply::refused(refused),
        (Ok(_), None) => unreachable!("the handshake is refused without an upgrade"),
    }
}

/// Serves the client's script, below the path that the filters before this one have matched.
pub fn script() -> impl Filter<Extract = (Response,), Error = Rejection> + Clone {
    let method = warp::get().or(warp::head()).unify();
    let name = warp::path(script::FOLDER).and(warp::path::param()).and(warp::path::end());
    name.and(method).and(warp::header::headers_cloned()).and_then(async |name: String, headers: HeaderMap| {
        http::script(&name, &headers).map(Reply::into_response).ok_or_else(warp::reject::not_found)
    })
}

/// Makes the [`PageRequest`] for `mount` from the path, query, headers and address of a request.
pub fn request() -> impl Filter<Extract = (PageRequest,), Error = Rejection> + Clone {
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    // `serve` names the peer, and so does `warp::serve`
    let peer = warp::ext::optional::<Peer>().and(warp::addr::remote());
    let parts = warp::path::full().and(query).and(warp::header::headers_cloned()).and(peer);
    parts.and_then(
        async |path: FullPath, query: String, headers: HeaderMap, peer: Option<Peer>, remote: Option<SocketAddr>| {
            let request = http::page_request_of(path.as_str(), &query, &headers);
            Ok::<_, Rejection>(match peer.map(|Peer(address)| address).or(remote.map(|remote| remote.ip())) {
                Some(address) => request.with_address(address),
                None => request,
            })
        },
    )
}

/// Waits for the end of the handshake, and spawns a smaller task for the websocket.
async fn open_socket(live: Live, request: PageRequest, upgrade: OnUpgrade) {
    let upgraded = match upgrade.await {
        Ok(upgraded) => upgraded,
        Err(error) => return tracing::debug!(%error, "could not upgrade the connection to a websocket"),
    };
    let alarm = live.alarm();
    let connection = live.connect_over("ws", request);
    let upgraded = match upgraded.downcast::<TokioIo<Guarded>>() {
        Ok(parts) => Ok((parts.io.into_inner().into_stream(), parts.read_buf)),
        // the connection of a hyper server
        Err(upgraded) => upgraded.downcast::<TokioIo<TcpStream>>().map(|parts| (parts.io.into_inner(), parts.read_buf)),
    };
    match upgraded {
        Ok((stream, early)) => {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "could not set TCP_NODELAY");
            }
            keep_little_unsent(&stream);
            drop(tokio::spawn(Socket::new(stream, &early, connection, alarm)));
        }
        // a connection of another server, perhaps with TLS; it keeps the early bytes itself
        Err(upgraded) => drop(tokio::spawn(Socket::new(TokioIo::new(upgraded), b"", connection, alarm))),
    }
}
