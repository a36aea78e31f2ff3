use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::RouteValue;
use super::address::{is_removed, push_segment};

/// The patterns of one type. `matchit` finds the one that matches, by a radix tree.
pub struct Matcher {
    router: matchit::Router<usize>,
    patterns: Vec<Box<str>>,
}

impl Matcher {
    /// # Panics
    /// Panics if two patterns conflict. The derive macro has checked them.
    pub fn new(patterns: &[&str]) -> Self {
        let mut router = matchit::Router::new();
        for (index, pattern) in patterns.iter().enumerate() {
            router.insert(*pattern, index).expect("the derive macro checks the patterns");
        }
        Self { router, patterns: patterns.iter().map(|pattern| Box::from(*pattern)).collect() }
    }

    /// The patterns of the paths, in the syntax of `matchit`.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(|pattern| &**pattern)
    }

    pub(super) fn find<R>(&self, path: &str, query: &str, read: impl FnOnce(&Found<'_>) -> Option<R>) -> Option<R> {
        let path = normalized(path)?;
        let found = self.router.at(&path).ok()?;
        read(&Found { index: *found.value, params: found.params, query })
    }
}

/// Encodes each segment of a path as links do, because one path can be encoded in several ways. Returns `None` for a path that no
/// link has.
pub fn normalized(path: &str) -> Option<String> {
    let mut all = String::with_capacity(path.len());
    for segment in path.strip_prefix('/')?.split('/') {
        all.push('/');
        let segment = percent_decode_str(segment).decode_utf8().ok()?;
        match &*segment {
            "." | ".." => return None,
            "" => {}
            segment => push_segment(&mut all, segment),
        }
    }
    Some(all)
}

/// A pattern that matches an address, and the address's values.
pub struct Found<'a> {
    index: usize,
    params: matchit::Params<'a, 'a>,
    query: &'a str,
}

impl Found<'_> {
    /// The place of the pattern in its type.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Reads one segment.
    pub fn segment<T: RouteValue>(&self, name: &str) -> Option<T> {
        let text = percent_decode_str(self.params.get(name)?).decode_utf8().ok()?;
        text.parse().ok()
    }

    /// Reads all further segments.
    pub fn rest<T: RouteValue>(&self, name: &str) -> Option<T> {
        let mut all = String::new();
        for (index, segment) in self.params.get(name)?.split('/').enumerate() {
            let segment = percent_decode_str(segment).decode_utf8().ok()?;
            // A `/` in a segment would become a border between two.
            if is_removed(&segment) || segment.contains('/') {
                return None;
            }
            if index > 0 {
                all.push('/');
            }
            all.push_str(&segment);
        }
        all.parse().ok()
    }

    /// Reads a parameter that must be there.
    pub fn once<T: RouteValue>(&self, name: &str) -> Option<T> {
        self.values(name).next()?.parse().ok()
    }

    /// Reads a parameter that may be absent. The outer `None` says that it does not parse.
    pub fn at_most_once<T: RouteValue>(&self, name: &str) -> Option<Option<T>> {
        let Some(text) = self.values(name).next() else { return Some(None) };
        match text.parse() {
            Ok(value) => Some(Some(value)),
            Err(_) if text.is_empty() => Some(None),
            Err(_) => None,
        }
    }

    /// Reads a parameter that may be there several times.
    pub fn often<T: RouteValue>(&self, name: &str) -> Option<Vec<T>> {
        self.values(name).map(|text| text.parse().ok()).collect()
    }

    /// Reads a parameter that means true without a value too.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.values(name).next().as_deref() {
            None | Some("false") => Some(false),
            Some("" | "true") => Some(true),
            Some(_) => None,
        }
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Cow<'a, str>> {
        form_urlencoded::parse(self.query.as_bytes()).filter(move |(key, _)| key == name).map(|(_, value)| value)
    }
}
