use super::Route;
use super::matcher::normalized;

/// The patterns of several types, each with a value.
#[derive(Clone, Debug, Default)]
pub struct Paths<T>(matchit::Router<T>);

/// The pattern that matches the same paths as another one, or that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathConflict {
    /// This earlier pattern matches the same paths.
    Overlap(String),
    /// The pattern cannot be read, for this reason.
    Invalid(String),
}

/// Returns the patterns of a type's paths, in the syntax of `matchit`.
pub fn patterns_of<R: Route>() -> impl Iterator<Item = &'static str> {
    R::__matcher().patterns()
}

impl<T> Paths<T> {
    /// Makes an empty set.
    pub fn new() -> Self {
        Self(matchit::Router::new())
    }

    /// Adds a pattern.
    ///
    /// # Errors
    /// Returns the reason why the pattern cannot be added.
    pub fn insert(&mut self, pattern: &str, value: T) -> Result<(), PathConflict> {
        self.0.insert(nameless(pattern), value).map_err(|error| match error {
            matchit::InsertError::Conflict { with } => PathConflict::Overlap(with),
            other => PathConflict::Invalid(other.to_string()),
        })
    }

    /// Returns the value of the most specific pattern that matches a path, which is still encoded.
    pub fn at(&self, path: &str) -> Option<&T> {
        Some(self.0.at(&normalized(path)?).ok()?.value)
    }
}

/// Gives all parameters one name: two types may name the same segment differently.
fn nameless(pattern: &str) -> String {
    let segments = pattern.split('/').map(|segment| match segment.as_bytes() {
        [b'{', b'*', .., b'}'] => "{*rest}",
        [b'{', first, .., b'}'] if *first != b'{' => "{part}",
        _ => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}
