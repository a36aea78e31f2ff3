use std::any::Any;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::{MountError, Route};

/// The request that a page is made for.
///
/// `mount` reads it to decide what to show.
///
/// ```
/// use tealight_core::PageRequest;
///
/// let request = PageRequest::new("/orders", "page=2&q=green+tea").header("cookie", "theme=dark; id=7");
/// assert_eq!(request.query("q").as_deref(), Some("green tea"));
/// assert_eq!(request.cookie("theme"), Some("dark"));
/// ```
#[derive(Clone, Default)]
pub struct PageRequest {
    path: String,
    query: String,
    headers: Vec<(Box<str>, Box<str>)>,
    extensions: Vec<Arc<dyn Any + Send + Sync>>,
    address: Option<IpAddr>,
    owner: Option<Box<str>>,
    flash: Option<Box<str>>,
}

impl PageRequest {
    /// Makes a request for `path` with `query`, still encoded and without the `?`.
    pub fn new(path: impl Into<String>, query: impl Into<String>) -> Self {
        Self { path: path.into(), query: query.into(), ..Self::default() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<Box<str>>, value: impl Into<Box<str>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds a value from the server, such as the signed-in user or a route's parameters.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.extensions.push(Arc::new(value));
        self
    }

    /// Sets the address of the client, or of the proxy that passes its request on: the other end of the TCP connection.
    ///
    /// The transports of Tealight do this. Call it in an embedding of your own. Before `mount` runs, Tealight replaces the
    /// address of a trusted proxy with that of the client.
    #[must_use]
    pub fn with_address(mut self, address: IpAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Returns the client's address, if the server knows it.
    ///
    /// Behind a proxy this is the proxy's address, unless the server is told to trust the proxy.
    ///
    /// ```
    /// use std::net::IpAddr;
    ///
    /// use tealight_core::PageRequest;
    ///
    /// let request = PageRequest::new("/", "").with_address(IpAddr::from([203, 0, 113, 7]));
    /// assert_eq!(request.address(), Some(IpAddr::from([203, 0, 113, 7])));
    /// ```
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }

    /// Names the owner of the page's session: a person, such as `user-7`, or a cookie that names their visit.
    ///
    /// Only requests of the same owner can attach to the session. The server can end all sessions of an owner, for example
    /// when a person logs out. A guard of the application sets the owner: see `Builder::guard`.
    ///
    /// ```
    /// use tealight_core::PageRequest;
    ///
    /// let request = PageRequest::new("/", "").owned_by("user-7");
    /// assert_eq!(request.owner(), Some("user-7"));
    /// ```
    #[must_use]
    pub fn owned_by(mut self, owner: impl Into<Box<str>>) -> Self {
        self.owner = Some(owner.into());
        self
    }

    /// Returns the owner of the page's session, if it has one.
    pub fn owner(&self) -> Option<&str> {
        self.owner.as_deref()
    }

    /// Replaces the path and the query: the same client asks for another page.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>, query: impl Into<String>) -> Self {
        (self.path, self.query) = (path.into(), query.into());
        self
    }

    /// Returns the path, from the first `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the whole query, still encoded and without the `?`.
    pub fn query_string(&self) -> &str {
        &self.query
    }

    /// Returns the first value with this name in the query, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// Reads the path and the query as a route.
    ///
    /// ```
    /// use tealight_core::{MountError, PageRequest, Route};
    ///
    /// #[derive(Debug, Hash, PartialEq, Route)]
    /// # #[route(crate = tealight_core)]
    /// #[route("/orders/{id}")]
    /// struct Order {
    ///     id: u64,
    /// }
    ///
    /// let request = PageRequest::new("/orders/7", "");
    /// assert_eq!(request.route::<Order>()?, Order { id: 7 });
    /// # Ok::<(), MountError>(())
    /// ```
    ///
    /// # Errors
    /// Returns [`MountError::NotFound`] if no route matches.
    pub fn route<R: Route>(&self) -> Result<R, MountError> {
        R::parse_parts(&self.path, &self.query).ok_or(MountError::NotFound)
    }

    /// Returns the first header with this name, ignoring case.
    pub fn get_header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// Returns all headers with this name in their order, ignoring case.
    pub fn get_headers(&self, name: &str) -> impl DoubleEndedIterator<Item = &str> {
        self.headers.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// Returns the cookie with this name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case("cookie"));
        cookies
            .flat_map(|(_, value)| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Returns the text that the page before has left for this one with [`Command::flash`](crate::Command::flash).
    ///
    /// It is text from a browser. A view escapes it as any other text.
    ///
    /// ```
    /// use tealight_core::PageRequest;
    ///
    /// let request = PageRequest::new("/orders", "").with_flash("Order 7 was placed");
    /// assert_eq!(request.flash(), Some("Order 7 was placed"));
    /// ```
    pub fn flash(&self) -> Option<&str> {
        self.flash.as_deref()
    }

    /// Sets the text that [`flash`](Self::flash) returns. An empty text is none.
    ///
    /// Tealight does this before `mount`. Call it in tests of `mount`.
    #[must_use]
    pub fn with_flash(mut self, text: impl Into<Box<str>>) -> Self {
        self.flash = Some(text.into()).filter(|text| !text.is_empty());
        self
    }

    /// Returns the first value of this type that was added with [`PageRequest::with`].
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.extensions.iter().find_map(|value| value.downcast_ref())
    }
}

impl fmt::Debug for PageRequest {
    /// Leaves out headers and values: they hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageRequest").field("path", &self.path).finish_non_exhaustive()
    }
}
