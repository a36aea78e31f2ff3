use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use tealight_core::PageRequest;
use tealight_runtime::http::{self as answers, FormPost, Refused, check_head, check_host, read_body, refused};
use tealight_runtime::{Live, Relay, script};
use tower_service::Service;

use crate::body::{Body, poll_data};
use crate::connections::Connections;
use crate::cors::{self, AllowedOrigin};
use crate::forward;
use crate::post::{CONNECTION, Post};
use crate::stream::EventStream;

/// An application as a tower service: its page, its script, its event streams and the posts to them.
///
/// It answers every path with the application's page, so the server's router decides which paths reach it. Only a folder
/// of the name [`script::FOLDER`], below any path, holds the client's script and nothing else. Clones share their streams.
///
/// The address of the script is made from the path of the request. Set
/// [`Builder::base`](tealight_runtime::Builder::base) if the browser sees another path: below a router or behind a proxy
/// that strips a prefix, or if there are pages at several paths.
#[derive(Clone)]
pub struct Sse {
    live: Live,
    connections: Arc<Connections>,
    relay: Arc<Relay>,
}

impl Sse {
    /// Makes a service from an application, or from a configured [`Live`].
    ///
    /// # Panics
    /// Panics outside of a tokio runtime.
    pub fn new(app: impl Into<Live>) -> Self {
        let live = app.into();
        live.offer("sse");
        let connections = Arc::<Connections>::default();
        let here = Arc::clone(&connections);
        let limit = Post::limit_of(&live);
        let relay = Arc::new(live.relay(move |request| forward::take(&here, request, limit)));
        Self { live, connections, relay }
    }

    /// Returns true for the requests of this transport: a stream, a post to it, or the preflight of either.
    /// [`answer`](Self::answer) treats all others as requests for the page or its script.
    pub fn is_transport_request(method: &Method, headers: &HeaderMap) -> bool {
        match *method {
            Method::GET => accepts_events(headers),
            Method::POST => headers.contains_key(CONNECTION),
            _ => cors::is_preflight(method, headers),
        }
    }

    /// Answers a request. `request` is the [`PageRequest`] for `mount`: make it with
    /// [`page_request`](tealight_runtime::http::page_request), and add what your application needs.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tealight_runtime::http::page_request;
    /// use tealight_sse::{Body, Sse};
    ///
    /// async fn page(sse: Sse, request: Request<Body>) -> Response<Body> {
    ///     let (parts, body) = request.into_parts();
    ///     sse.answer(page_request(&parts), parts, body).await
    /// }
    /// # let _ = page;
    /// ```
    ///
    /// A post is read in a task, so it is taken even if the client disconnects before the answer.
    ///
    /// # Panics
    /// Panics if it is called with a `POST` outside of a tokio runtime.
    pub fn answer<B>(
        self,
        request: PageRequest,
        parts: Parts,
        body: B,
    ) -> impl Future<Output = Response<Body>> + Send + use<B>
    where
        B: http_body::Body<Data: Send> + Send + 'static,
    {
        let base = base(parts.uri.path());
        self.answer_below(&base, request, parts, body)
    }

    /// Answers a request as [`answer`](Self::answer) does, for an application with pages at several paths. `base` is the public
    /// path of the application, with a `/` at its end. All pages load the same script from below it, unless
    /// [`Builder::base`](tealight_runtime::Builder::base) names another path.
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tealight_runtime::http::page_request;
    /// use tealight_sse::{Body, Sse};
    ///
    /// async fn shop(sse: Sse, request: Request<Body>) -> Response<Body> {
    ///     let (parts, body) = request.into_parts();
    ///     sse.answer_below("/shop/", page_request(&parts), parts, body).await
    /// }
    /// # let _ = shop;
    /// ```
    ///
    /// # Panics
    /// Panics if it is called with a `POST` outside of a tokio runtime.
    pub fn answer_below<B>(
        self,
        base: &str,
        request: PageRequest,
        parts: Parts,
        body: B,
    ) -> impl Future<Output = Response<Body>> + Send + use<B>
    where
        B: http_body::Body<Data: Send> + Send + 'static,
    {
        let checked = check_head(&parts.method, &parts.uri, parts.version, &parts.headers);
        let request = self.live.locate(request);
        let client = request.address();
        let is_form = parts.method == Method::POST && !parts.headers.contains_key(CONNECTION) && is_form(&parts);
        let (posted, body) = if let Err(refusal) = checked {
            (Some(Err(refusal)), None)
        } else if parts.method == Method::POST && !is_form {
            (
                Some(self.post(&parts, &request).map(|post| {
                    let body = read_body(&self.live, client, post.limit(), body, poll_data);
                    post.start(body)
                })),
                None,
            )
        } else {
            (None, Some(body).filter(|_| is_form))
        };
        let base = base.to_owned();
        async move {
            match (posted, body) {
                (Some(Ok(post)), _) => self.allowed_origin(&parts).mark(post.await).map(Body::whole),
                (Some(Err(refusal)), _) => self.allowed_origin(&parts).mark(refusal.answer()).map(Body::whole),
                (None, Some(body)) => self.form(&base, &parts, body, request).await.map(Body::whole),
                (None, None) => self.get(&base, parts, request).await,
            }
        }
    }

    async fn form<B: http_body::Body>(
        &self,
        base: &str,
        parts: &Parts,
        body: B,
        request: PageRequest,
    ) -> Response<Bytes> {
        let client = request.address();
        match FormPost::of(&self.live, &parts.uri, &parts.headers, request, base) {
            Ok(post) => {
                let body = read_body(&self.live, client, self.live.message_limit(), body, poll_data);
                post.answer(body.await).await
            }
            Err(refusal) => refusal.answer(),
        }
    }

    async fn get(self, base: &str, parts: Parts, request: PageRequest) -> Response<Body> {
        let whole = match parts.method {
            Method::GET if accepts_events(&parts.headers) => {
                let stream = self.stream(&parts, request);
                return self
                    .allowed_origin(&parts)
                    .mark(stream.unwrap_or_else(|refusal| refusal.answer().map(Body::whole)));
            }
            Method::OPTIONS if cors::is_preflight(&parts.method, &parts.headers) => {
                self.allowed_origin(&parts).preflight()
            }
            Method::GET | Method::HEAD if let Some(script) = script_at(&parts) => script,
            Method::GET => answers::page(&self.live, request, base).await,
            Method::HEAD => answers::head(&self.live, request).await,
            _ => {
                let mut refusal = refused(StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD or POST\n");
                refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
                refusal
            }
        };
        whole.map(Body::whole)
    }

    #[cfg(feature = "warp")]
    pub(crate) fn live(&self) -> &Live {
        &self.live
    }

    pub(crate) fn post(&self, parts: &Parts, request: &PageRequest) -> Result<Post, Refused> {
        self.check(parts, request)?;
        Post::of(&self.live, (&self.connections, &self.relay), &parts.headers, request.address())
    }

    pub(crate) fn stream(&self, parts: &Parts, request: PageRequest) -> Result<Response<Body>, Refused> {
        self.check(parts, &request)?;
        let attach = parts.headers.get(ATTACH).map(HeaderValue::as_bytes);
        let mut response = Response::new(Body::stream(EventStream::open(
            &self.live,
            (&self.connections, &self.relay),
            request,
            attach,
        )));
        for (name, value) in STREAM {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        Ok(response)
    }

    pub(crate) fn allowed_origin(&self, parts: &Parts) -> AllowedOrigin {
        AllowedOrigin::of(&self.live, &parts.uri, &parts.headers)
    }

    fn check(&self, parts: &Parts, request: &PageRequest) -> Result<(), Refused> {
        check_host(&self.live, request)?;
        if answers::allows(&self.live, &parts.uri, &parts.headers) {
            Ok(())
        } else {
            Err(Refused(StatusCode::FORBIDDEN, "pages of this origin may not connect\n".into()))
        }
    }
}

impl<B> Service<Request<B>> for Sse
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let mount = answers::page_request(&parts);
        let answer = self.clone().answer(mount, parts, body);
        Box::pin(async move { Ok(answer.await) })
    }
}

impl fmt::Debug for Sse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sse").field(&self.live).finish()
    }
}

/// The header with the page's first message, which contains the secret id of its session.
const ATTACH: &str = "tealight-attach";

const STREAM: [(&str, &str); 4] = [
    ("content-type", "text/event-stream"),
    // a proxy that compresses the stream would hold events back
    ("cache-control", "no-store, no-transform"),
    ("x-accel-buffering", "no"),
    ("x-content-type-options", "nosniff"),
];

fn accepts_events(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).into_iter().filter_map(|line| line.to_str().ok());
    accepted.flat_map(|line| line.split(',')).any(|kind| {
        let kind = kind.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("text/event-stream")
    })
}

fn is_form(parts: &Parts) -> bool {
    FormPost::is_form_post(&parts.method, parts.uri.query())
}

/// Answers a request for a file in the script's folder.
fn script_at(parts: &Parts) -> Option<Response<Bytes>> {
    let (folder, name) = parts.uri.path().rsplit_once('/')?;
    let is_ours = folder.rsplit('/').next() == Some(script::FOLDER);
    let missing = || refused(StatusCode::NOT_FOUND, "there is no such script\n");
    is_ours.then(|| answers::script(name, &parts.headers).unwrap_or_else(missing))
}

/// Returns the page's path with a `/` at its end.
fn base(path: &str) -> String {
    let slash = if path.ends_with('/') { "" } else { "/" };
    format!("{path}{slash}")
}
