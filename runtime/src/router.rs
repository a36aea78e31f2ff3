use std::any::type_name;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tealight_core::routing::{PathConflict, Paths, patterns_of};
use tealight_core::{LiveView, MountError, PageRequest, Route};

use crate::application::{AnyApplication, Routed};
use crate::overview::Overview;
use crate::runtime::{Application, Guard, Runtime};
use crate::saving::{Codec, Saving};
use crate::watch::{self, Watched};

/// Several views that are one application: each has its own addresses.
///
/// A link from one view to another mounts it over the connection that is there: the page keeps its socket, and the nodes that both
/// views share. Back attaches to the session that the page has left, as long as that lives. Without JavaScript, each link
/// loads a page.
///
/// ```
/// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// # macro_rules! view { ($name:ident) => {
/// #     struct $name;
/// #     impl LiveView for $name {
/// #         type Model = ();
/// #         type ExternalEvent = ();
/// #         type InternalEvent = ();
/// #         async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
/// #         fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
/// #         fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
/// #     }
/// # } }
/// # view!(Orders);
/// # view!(Admin);
/// # async fn is_admin(request: &PageRequest) -> bool { request.cookie("admin").is_some() }
/// use tealight_core::Route;
/// use tealight_runtime::{Layout, Live, Router};
///
/// #[derive(Hash, Route)]
/// # #[route(crate = tealight_core)]
/// enum Page {
///     #[route("/orders?page")]
///     Orders { page: Option<u32> },
///     #[route("/orders/{id}")]
///     Order { id: u64 },
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let admin = Router::new().live_at("/admin", Admin).guard(async |request: PageRequest| {
///     if is_admin(&request).await { Ok(request) } else { Err(MountError::Forbidden) }
/// });
/// let router = Router::new().live::<Page>(Orders).merge(admin);
/// let live = Live::builder(router).layout(Layout::new("Shop")).start();
/// # let _ = live;
/// # }
/// ```
///
/// Links and addresses have the paths that the browser shows. So must [`PageRequest::path`], which chooses the view.
#[derive(Default)]
#[must_use = "a router does nothing before it is started"]
pub struct Router {
    views: Vec<Place>,
    paths: Paths<usize>,
    /// A view looks at the counters of all views.
    has_overview: bool,
}

/// A view and where it is.
struct Place {
    name: &'static str,
    patterns: Vec<String>,
    view: Box<dyn AnyView>,
    is_saved: bool,
    /// They run in this order.
    guards: Vec<Arc<Guard>>,
}

impl Router {
    /// Makes a router without views.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a view, for the addresses of `R`.
    ///
    /// # Panics
    /// Panics if another view has one of these paths. Of two patterns that match a path, the more specific one counts, so
    /// `/orders/new` and `/orders/{id}` may belong to two views.
    #[track_caller]
    pub fn live<R: Route>(self, view: impl LiveView) -> Self {
        self.add(patterns_of::<R>(), SavedView { live_view: view, saving: None })
    }

    /// Adds a view for one path: a pattern as in [`Route`](trait@Route), without parameters in the query, such as `/about` or
    /// `/files/{*path}`.
    ///
    /// # Panics
    /// Panics as [`live`](Self::live) does, and if the pattern cannot be read.
    #[track_caller]
    pub fn live_at(self, pattern: &str, view: impl LiveView) -> Self {
        self.add([pattern], SavedView { live_view: view, saving: None })
    }

    /// Adds a view for one path, as [`live_at`](Self::live_at) does, that looks at the application itself: `make` makes it when the
    /// application starts. Every view of the router then counts its events and times.
    ///
    /// Everybody who sees an [`Overview`]'s numbers learns how busy the application is, and may be able to end sessions: put a
    /// [guard](Self::guard) before the view.
    ///
    /// ```
    /// use tealight_core::{html, Command, Event, LiveView, MountError, PageRequest, View};
    /// use tealight_runtime::overview::Overview;
    /// use tealight_runtime::{Live, Router};
    ///
    /// struct Count(Overview);
    ///
    /// impl LiveView for Count {
    ///     type Model = usize;
    ///     type ExternalEvent = ();
    ///     type InternalEvent = ();
    ///
    ///     async fn mount(&self, _: &PageRequest) -> Result<(usize, Command<()>), MountError> {
    ///         Ok((self.0.stats().attached, Command::none()))
    ///     }
    ///
    ///     fn update(&self, _: &mut usize, _: Event<(), ()>) -> Command<()> {
    ///         Command::none()
    ///     }
    ///
    ///     fn view(&self, attached: &usize) -> impl View<()> {
    ///         html! { <p>{attached} " pages are open"</p> }
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let count = Router::new().live_with("/count", Count).guard(async |request: PageRequest| {
    ///     if request.cookie("admin").is_some() { Ok(request) } else { Err(MountError::Forbidden) }
    /// });
    /// # let _ =
    /// Live::builder(count).start();
    /// # }
    /// ```
    ///
    /// # Panics
    /// Panics as [`live_at`](Self::live_at) does.
    #[track_caller]
    pub fn live_with<A: LiveView>(
        mut self,
        pattern: &str,
        make: impl FnOnce(Overview) -> A + Send + Sync + 'static,
    ) -> Self {
        self.has_overview = true;
        let (name, patterns) = (type_name::<A>(), vec![pattern.to_owned()]);
        self.add_place(Place { name, patterns, view: Box::new(MadeView(make)), is_saved: false, guards: Vec::new() });
        self
    }

    /// Adds a view, whose sessions are saved: see [`Builder::save_sessions`](crate::Builder::save_sessions). All views of a router that are saved have the same store.
    ///
    /// # Panics
    /// Panics as [`live`](Self::live) does, and if another saved view has the same type: the store could not tell them apart.
    #[track_caller]
    pub fn live_saved<R: Route, A: LiveView>(self, view: A, saving: impl Into<Saving<A::Model>>) -> Self
    where
        A::Model: Serialize + DeserializeOwned,
    {
        let codec = Codec::new(saving.into()).of_view(type_name::<A>());
        self.add(patterns_of::<R>(), SavedView { live_view: view, saving: Some(codec) })
    }

    /// Adds the views of another router, with its guards.
    ///
    /// # Panics
    /// Panics as [`live`](Self::live) does.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        self.has_overview |= other.has_overview;
        for place in other.views {
            self.add_place(place);
        }
        self
    }

    /// Sets a function that decides who may see the views that the router has now: before each `mount`, each time that a page attaches
    /// again, and when a link leads to one of them. The guard of the application, [`Builder::guard`](crate::Builder::guard), runs before it.
    ///
    /// If it refuses, the link loads the page, which says the same. For a link it sees the cookies that have opened the connection. So it
    /// should name the owner of the session with [`PageRequest::owned_by`]: then
    /// [`Publisher::end_sessions`](crate::Publisher::end_sessions) ends the connection when a person logs out. Filters and layers of
    /// the server do not run for a link.
    pub fn guard<G, F>(mut self, guard: G) -> Self
    where
        G: Fn(PageRequest) -> F + Send + Sync + 'static,
        F: Future<Output = Result<PageRequest, MountError>> + Send + 'static,
    {
        let guard: Arc<Guard> = Arc::new(move |request| Box::pin(guard(request)));
        for place in &mut self.views {
            place.guards.insert(0, Arc::clone(&guard));
        }
        self
    }

    #[track_caller]
    fn add<'a, A: LiveView>(mut self, patterns: impl IntoIterator<Item = &'a str>, view: SavedView<A>) -> Self {
        let patterns = patterns.into_iter().map(str::to_owned).collect();
        let is_saved = view.saving.is_some();
        self.add_place(Place { name: type_name::<A>(), patterns, view: Box::new(view), is_saved, guards: Vec::new() });
        self
    }

    #[track_caller]
    fn add_place(&mut self, place: Place) {
        let is_twice = place.is_saved && self.views.iter().any(|other| other.is_saved && other.name == place.name);
        assert!(!is_twice, "`{}` is saved at two places: wrap one in a type of its own", place.name);
        for pattern in &place.patterns {
            match self.paths.insert(pattern, self.views.len()) {
                Ok(()) => {}
                Err(PathConflict::Overlap(other)) => {
                    panic!("`{}` cannot have the path `{pattern}`, because another view has `{other}`", place.name)
                }
                Err(PathConflict::Invalid(reason)) => panic!("`{pattern}` is no pattern of a path: {reason}"),
            }
        }
        self.views.push(place);
    }

    /// Starts the views. `guard` runs before their own.
    pub(crate) fn start(self, runtime: &Arc<Runtime>, guard: Option<&Arc<Guard>>) -> Routed {
        if self.has_overview {
            runtime.meters.count_always();
        }
        let paths = Arc::new(self.paths);
        let start = |(at, place): (usize, Place)| {
            let guards = guard.cloned().into_iter().chain(place.guards).collect();
            place.view.start(Arc::clone(runtime), guards, (Arc::clone(&paths), at))
        };
        let views = self.views.into_iter().enumerate().map(start).collect();
        Routed::new(Arc::clone(runtime), views, paths)
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.views.iter().map(|place| (place.name, &place.patterns))).finish()
    }
}

/// A view that has not started, of any type.
trait AnyView: Send + Sync {
    fn start(
        self: Box<Self>,
        runtime: Arc<Runtime>,
        guards: Vec<Arc<Guard>>,
        paths: watch::Paths,
    ) -> Arc<dyn AnyApplication>;
}

/// A view, and how its sessions are saved.
struct SavedView<A: LiveView> {
    live_view: A,
    saving: Option<Codec<Watched<A>>>,
}

impl<A: LiveView> AnyView for SavedView<A> {
    fn start(
        self: Box<Self>,
        runtime: Arc<Runtime>,
        guards: Vec<Arc<Guard>>,
        paths: watch::Paths,
    ) -> Arc<dyn AnyApplication> {
        Arc::new(Application::start(self.live_view, runtime, self.saving, guards, Some(paths)))
    }
}

/// A view that is made when the application starts.
struct MadeView<F>(F);

impl<A: LiveView, F: FnOnce(Overview) -> A + Send + Sync> AnyView for MadeView<F> {
    fn start(
        self: Box<Self>,
        runtime: Arc<Runtime>,
        guards: Vec<Arc<Guard>>,
        paths: watch::Paths,
    ) -> Arc<dyn AnyApplication> {
        let live_view = (self.0)(Overview::new(Arc::clone(&runtime)));
        Arc::new(Application::start(live_view, runtime, None, guards, Some(paths)))
    }
}
