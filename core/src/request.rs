use std::any::Any;
use std::fmt;

/// The request that a page is made for: what `mount` reads to decide what to show.
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
    /// A request for `path`, with `query` as it stands behind the `?` (without it).
    pub fn new(path: impl Into<String>, query: impl Into<String>) -> Self {
        Self { path: path.into(), query: query.into(), headers: Vec::new(), extensions: Vec::new() }
    }

    /// The same with one header more.
    #[must_use]
    pub fn header(mut self, name: impl Into<Box<str>>, value: impl Into<Box<str>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same with a value of the server's own: the signed-in user, a route's parameters.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, value: T) -> Self {
        self.extensions.push(Box::new(value));
        self
    }

    /// The path, from the first `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole query, still encoded, without the `?`.
    pub fn query_string(&self) -> &str {
        &self.query
    }

    /// The first value of this name in the query, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The first header of this name, whatever its case.
    pub fn get_header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// The cookie of this name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let cookies = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case("cookie"));
        cookies
            .flat_map(|(_, value)| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// The value of this type that the server gave with [`PageRequest::with`].
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
