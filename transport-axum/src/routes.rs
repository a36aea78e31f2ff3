use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, get, on};
use tealight_core::PageRequest;
use tealight_runtime::Live;
use tealight_runtime::http::{refused, script};
use tealight_warp::LiveService;

use crate::answer::answer;

/// Returns a router with one page: `/`, and the page's script below it. All other paths stay those of the server.
///
/// `app` is an application, or a configured [`Live`]. A Tealight [`Router`](tealight_runtime::Router) has pages at every path, as
/// with [`pages`].
///
/// ```
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
/// use axum::Router;
/// use tealight_runtime::{Layout, Live};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let counter = Live::builder(Counter).layout(Layout::new("Counter")).start();
/// let routes: Router = Router::new().nest("/counter", tealight_axum::live(counter));
/// # let _ = routes;
/// # }
/// ```
///
/// # Panics
/// Panics outside of a tokio runtime. axum panics if the router is merged with one that has a route for `/` too.
pub fn live<S>(app: impl Into<Live>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    live_with(app, |(), request| request)
}

/// Returns a router with one page, as [`live`] does. `request` adds to the [`PageRequest`] that `mount` reads.
///
/// Its first argument is anything that axum can [extract](FromRequestParts) from a request without its body, also with the state
/// of the server: an `Extension` that a layer has added, a `State`, an extractor of your own, or a tuple of several. It is
/// extracted for the page, for forms that are posted to it, and again for its connection, because each may mount a session.
///
/// If the extractor rejects a request, its rejection is the answer, and nothing is mounted. A page whose connection is rejected
/// tries again and again. To show a page whose person has logged out something else, extract an `Option` or a `Result`, and let
/// `mount` decide. A connection is not asked again while it lasts: see
/// [`Publisher::end_sessions`](tealight_runtime::Publisher::end_sessions).
///
/// ```
/// use axum::extract::{FromRequestParts, Request};
/// use axum::middleware::{Next, from_fn};
/// use axum::response::Response;
/// use axum::{Extension, Router};
/// use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
///
/// #[derive(Clone)]
/// struct User(String);
///
/// async fn sign_in(mut request: Request, next: Next) -> Response {
///     request.extensions_mut().insert(User("Ada".to_owned()));
///     next.run(request).await
/// }
///
/// struct Greeting;
///
/// impl LiveView for Greeting {
///     type Model = String;
///     type ExternalEvent = ();
///     type InternalEvent = ();
///
///     async fn mount(&self, request: &PageRequest) -> Result<(String, Command<()>), MountError> {
///         let User(name) = request.get().ok_or(MountError::Forbidden)?;
///         Ok((name.clone(), Command::none()))
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
/// # async fn main() {
/// let greeting = tealight_axum::live_with(Greeting, |Extension(user): Extension<User>, request| request.with(user));
/// let routes: Router = Router::new().nest("/greeting", greeting).layer(from_fn(sign_in));
/// # let _ = routes;
/// # }
/// ```
///
/// # Panics
/// Panics as [`live`] does.
pub fn live_with<E, S>(
    app: impl Into<Live>,
    request: impl Fn(E, PageRequest) -> PageRequest + Clone + Send + Sync + 'static,
) -> Router<S>
where
    E: FromRequestParts<S> + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    let live = app.into();
    if live.has_paths() {
        return pages_with(live, request);
    }
    Router::new().route("/", page(LiveService::new(live), request)).route(SCRIPT, get(file))
}

/// Returns a router with pages at every path: `mount` reads [`PageRequest::path`] or [`PageRequest::route`], and answers
/// [`MountError::NotFound`](tealight_core::MountError::NotFound) if there is no such page.
///
/// Other routes of the server come first, where they are merged. If you nest the router, it answers for the paths below.
///
/// ```
/// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, Route, View};
/// use axum::Router;
/// use axum::routing::get;
///
/// #[derive(Clone, Hash, Route)]
/// # #[route(crate = tealight_core)]
/// enum Page {
///     #[route("/")]
///     Home,
///     #[route("/orders/{id}")]
///     Order { id: u64 },
/// }
///
/// struct Shop;
///
/// impl LiveView for Shop {
///     type Model = Page;
///     type ExternalEvent = ();
///     type InternalEvent = ();
///
///     async fn mount(&self, request: &PageRequest) -> Result<(Page, Command<()>), MountError> {
///         Ok((request.route()?, Command::none()))
///     }
/// #     fn update(&self, _: &mut Page, _: Event<(), ()>) -> Command<()> { Command::none() }
/// #     fn view(&self, _: &Page) -> impl View<()> { html! { <p>"…"</p> } }
///     // …
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let routes: Router = Router::new().route("/health", get(async || "well")).merge(tealight_axum::pages(Shop));
/// # let _ = routes;
/// # }
/// ```
///
/// # Panics
/// Panics as [`live`] does, also if the other router has a route for all paths.
pub fn pages<S>(app: impl Into<Live>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    pages_with(app, |(), request| request)
}

/// Returns a router with pages at every path, as [`pages`] does. `request` adds to the [`PageRequest`] that `mount` reads, as in
/// [`live_with`].
///
/// The rest of the path is a parameter of the router's own. An extractor `Path`, for parameters of the path where you nest the
/// router, therefore needs a struct with named fields.
///
/// # Panics
/// Panics as [`pages`] does.
pub fn pages_with<E, S>(
    app: impl Into<Live>,
    request: impl Fn(E, PageRequest) -> PageRequest + Clone + Send + Sync + 'static,
) -> Router<S>
where
    E: FromRequestParts<S> + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    let page = page(LiveService::new(app), request);
    Router::new().route("/", page.clone()).route("/{*tealight_path}", page).route(SCRIPT, get(file))
}

/// The path of the script and its parts: [`FOLDER`](tealight_runtime::script::FOLDER) and a name.
const SCRIPT: &str = "/tealight/{tealight_file}";

fn page<E, S>(
    service: LiveService,
    request: impl Fn(E, PageRequest) -> PageRequest + Clone + Send + Sync + 'static,
) -> MethodRouter<S>
where
    E: FromRequestParts<S> + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    // axum answers a `HEAD` with the handler of `GET`
    let methods = MethodFilter::GET.or(MethodFilter::POST).or(MethodFilter::OPTIONS);
    on(methods, move |State(state): State<S>, asked: Request| {
        let (service, request) = (service.clone(), request.clone());
        async move { answer(&service, &request, &state, asked).await }
    })
}

/// Answers for the script and its parts, and for nothing else: no extractor has looked at the request.
async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let name = uri.path().rsplit('/').next().unwrap_or_default();
    let missing = || refused(StatusCode::NOT_FOUND, "there is no such script\n");
    script(name, &headers).unwrap_or_else(missing).map(Body::from)
}

#[cfg(test)]
mod tests {
    use tealight_runtime::script;

    use super::SCRIPT;

    #[test]
    fn the_script_has_its_folder() {
        assert_eq!(SCRIPT.split('/').nth(1), Some(script::FOLDER));
    }
}
