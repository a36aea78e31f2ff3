use std::any::Any;
use std::fmt;

/// An engine's subscription. It ends when this is dropped.
pub struct Subscribed {
    _guard: Box<dyn Any + Send + Sync>,
}

impl Subscribed {
    /// Makes a subscription that drops `guard` when it ends.
    pub fn new(guard: impl Any + Send + Sync) -> Self {
        Self { _guard: Box::new(guard) }
    }
}

impl fmt::Debug for Subscribed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscribed")
    }
}
