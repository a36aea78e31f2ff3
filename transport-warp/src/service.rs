use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::body::Body as HttpBody;
use hyper::upgrade::OnUpgrade;
use tealight_core::PageRequest;
use tealight_runtime::http::{check_head, page_request, refused};
use tealight_runtime::{Live, script};
use tealight_sse::{Body, Sse};
use tower_service::Service;
use warp::http::request::Parts;
use warp::http::{Request, Response, StatusCode};

use crate::filters::open;
use crate::handshake::is_upgrade;
use crate::path::base;

/// An application as a tower service: its page, its script, its websockets, its event streams, and everything that is posted to
/// it. With the feature `sse`.
///
/// The server must speak HTTP/1.1 with hyper and allow upgrades, or pages use event streams. Clones share their streams.
///
/// ```
/// use std::convert::Infallible;
///
/// use hyper::Request;
/// use hyper::body::Incoming;
/// use hyper::server::conn::http1;
/// use hyper::service::service_fn;
/// use hyper_util::rt::TokioIo;
/// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// use tealight_runtime::http::Peer;
/// use tealight_warp::LiveService;
/// use tokio::net::TcpListener;
/// # struct Counter;
/// # impl LiveView for Counter {
/// #     type Model = ();
/// #     type ExternalEvent = ();
/// #     type InternalEvent = ();
/// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
/// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
/// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
/// # }
///
/// async fn serve(listener: TcpListener) -> std::io::Result<()> {
///     let counter = LiveService::new(Counter).at("/counter");
///     loop {
///         let (stream, peer) = listener.accept().await?;
///         let counter = counter.clone();
///         let service = service_fn(move |mut request: Request<Incoming>| {
///             // for the limits of each client
///             request.extensions_mut().insert(Peer(peer.ip()));
///             let answer = counter.answer(request);
///             async { Ok::<_, Infallible>(answer.await) }
///         });
///         tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades());
///     }
/// }
/// # let _ = serve;
/// ```
#[derive(Clone)]
pub struct LiveService {
    live: Live,
    sse: Sse,
    /// The public path of the only page, with a `/` at its end.
    path: Option<Arc<str>>,
    request: Arc<dyn Fn(&Parts) -> PageRequest + Send + Sync>,
}

impl LiveService {
    /// Makes a service from an application, or from a configured [`Live`].
    ///
    /// It answers every path with the application's page: the server, or `mount`, decides which paths there are. Only a folder
    /// of the name [`script::FOLDER`], below any path, holds the client's script and nothing else. A page loads its script from
    /// below its own path. Set [`Builder::base`](tealight_runtime::Builder::base) if pages have several paths, or if the browser
    /// sees another path than the service.
    ///
    /// # Panics
    /// Panics outside of a tokio runtime.
    pub fn new(app: impl Into<Live>) -> Self {
        let live = app.into();
        // pages try the websocket first
        live.offer("ws");
        Self { sse: Sse::new(live.clone()), live, path: None, request: Arc::new(page_request) }
    }

    /// Serves only one page: at this public path, with or without a `/` at its end. Its script is below the path. All other
    /// requests are answered with 404.
    ///
    /// # Panics
    /// Panics if the path does not begin with `/`.
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        assert!(path.starts_with('/'), "{path:?} does not begin with a slash");
        self.path = Some(base(path, "").into());
        self
    }

    /// Makes the [`PageRequest`] for `mount` with this function, for each request. It is
    /// [`page_request`](tealight_runtime::http::page_request) unless set.
    ///
    /// Use it to hand values to `mount` that the server has found out, such as the signed-in user. Both the page's request and
    /// its connection's request pass through it, because either may mount a session.
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
    /// use tealight_runtime::http::page_request;
    /// use tealight_warp::LiveService;
    ///
    /// #[derive(Clone)]
    /// struct User(String);
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// // a layer of the server has added the user to the request
    /// let orders = LiveService::new(Orders).request(|parts| match parts.extensions.get::<User>() {
    ///     Some(user) => page_request(parts).with(user.clone()),
    ///     None => page_request(parts),
    /// });
    /// # let _ = orders;
    /// # }
    /// ```
    #[must_use]
    pub fn request(mut self, request: impl Fn(&Parts) -> PageRequest + Send + Sync + 'static) -> Self {
        self.request = Arc::new(request);
        self
    }

    /// Answers a request, as the tower service does.
    ///
    /// # Panics
    /// Panics outside of a tokio runtime.
    pub fn answer<B>(&self, request: Request<B>) -> impl Future<Output = Response<Body>> + Send + use<B>
    where
        B: HttpBody<Data: Send> + Send + 'static,
    {
        let (parts, body) = request.into_parts();
        let answer = self.base_of(parts.uri.path()).map(|base| {
            let request = (self.request)(&parts);
            self.answer_below(&base, request, parts, body)
        });
        async move {
            match answer {
                Some(answer) => answer.await,
                None => refused(StatusCode::NOT_FOUND, "there is nothing here\n").map(Body::from),
            }
        }
    }

    /// Answers a request for which the server itself has made the [`PageRequest`], and has decided that its path has a page.
    ///
    /// `base` is the public path of the application, with a `/` at its end: all pages load their script from below it. The path
    /// of [`at`](Self::at) and the function of [`request`](Self::request) do not matter here. Use this in a handler that has to
    /// wait for what `mount` reads, such as a session in a database.
    ///
    /// ```
    /// use hyper::{Request, Response};
    /// use tealight_runtime::http::page_request;
    /// use tealight_sse::Body;
    /// use tealight_warp::LiveService;
    ///
    /// struct User(String);
    ///
    /// async fn user(_cookie: Option<&str>) -> User {
    ///     // asks the database
    /// #   User(String::new())
    /// }
    ///
    /// async fn shop(shop: LiveService, request: Request<Body>) -> Response<Body> {
    ///     let (parts, body) = request.into_parts();
    ///     let request = page_request(&parts);
    ///     let user = user(request.cookie("session")).await;
    ///     shop.answer_below("/shop/", request.with(user), parts, body).await
    /// }
    /// # let _ = shop;
    /// ```
    ///
    /// # Panics
    /// Panics outside of a tokio runtime.
    pub fn answer_below<B>(
        &self,
        base: &str,
        request: PageRequest,
        parts: Parts,
        body: B,
    ) -> impl Future<Output = Response<Body>> + Send + use<B>
    where
        B: HttpBody<Data: Send> + Send + 'static,
    {
        let answer = if is_upgrade(&parts.headers) {
            Err(match check_head(&parts.method, &parts.uri, parts.version, &parts.headers) {
                Ok(()) => {
                    let upgrade = parts.extensions.get::<OnUpgrade>().cloned();
                    open(&self.live, &parts.method, &parts.headers, upgrade, request)
                }
                Err(refusal) => refusal.answer(),
            })
        } else {
            Ok(self.sse.clone().answer_below(base, request, parts, body))
        };
        async move {
            match answer {
                Ok(answer) => answer.await,
                Err(socket) => socket.map(Body::from),
            }
        }
    }

    /// Returns the base of the page at this path, or `None` if the path has neither a page nor a script.
    fn base_of(&self, path: &str) -> Option<String> {
        let Some(page) = &self.path else { return Some(base(path, "")) };
        let is_page = path == &**page || page.strip_suffix('/') == Some(path);
        let is_file = || {
            let file = path.strip_prefix(&**page)?.strip_prefix(script::FOLDER)?.strip_prefix('/')?;
            Some(!file.is_empty() && !file.contains('/'))
        };
        (is_page || is_file() == Some(true)).then(|| String::from(&**page))
    }
}

impl<B> Service<Request<B>> for LiveService
where
    B: HttpBody<Data: Send> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let answer = self.answer(request);
        Box::pin(async { Ok(answer.await) })
    }
}

impl fmt::Debug for LiveService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveService").field("live", &self.live).field("path", &self.path).finish_non_exhaustive()
    }
}
