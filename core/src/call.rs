/// A custom event from a hook that waits for an answer.
///
/// A hook sends it with `tealight.call(element, name, detail)`, to an `on:custom:name` whose event holds a `Call`.
/// [`Command::reply`](crate::Command::reply) answers it.
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
/// A call may be kept in the model and answered later. If it is never answered, its promise stays pending until the page
/// gets another session: then it is rejected.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call<T> {
    /// The data that the hook sent.
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
    /// Makes a call that no page waits for, for tests.
    fn from(detail: T) -> Self {
        Self { detail, event: 0 }
    }
}
