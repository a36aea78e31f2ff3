/// A custom event of a hook that waits for an answer: what `tealight.call(element, name, detail)` brings to
/// an `on:custom:name` whose event holds a `Call`. [`Command::reply`](crate::Command::reply) answers it.
///
/// ```
/// use tealight_core::{Call, Command};
///
/// fn look_up(call: &Call<String>) -> Command<()> {
///     Command::reply(call, &call.detail.len())
/// }
/// # let _ = look_up(&Call::from("Aberdeen".to_owned()));
/// ```
///
/// A call may be kept in the model and answered later. The promise of one that is never answered stays
/// open until the page has another session, which rejects it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call<T> {
    /// What the hook has sent.
    pub detail: T,
    event: u32,
}

impl<T> Call<T> {
    pub(crate) const fn new(detail: T, event: u32) -> Self {
        Self { detail, event }
    }

    pub(crate) const fn event(&self) -> u32 {
        self.event
    }
}

impl<T> From<T> for Call<T> {
    /// A call that no page waits for, for tests.
    fn from(detail: T) -> Self {
        Self { detail, event: 0 }
    }
}
