use std::any::Any;
use std::fmt;

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
#[derive(Default)]
pub struct PageRequest {
    path: String,
    query: String,
    headers: Vec<(Box<str>, Box<str>)>,
    extensions: Vec<Box<dyn Any + Send + Sync>>,
}

impl PageRequest {
    /// Makes a request for `path` with `query`, still encoded and without the `?`.
    pub fn new(path: impl Into<String>, query: impl Into<String>) -> Self {
        Self { path: path.into(), query: query.into(), headers: Vec::new(), extensions: Vec::new() }
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
        self.extensions.push(Box::new(value));
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

    /// Returns the first header with this name, ignoring case.
    pub fn get_header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
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
