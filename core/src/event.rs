/// An event for `update`.
///
/// External events come from the page. `view` makes their values, and the page only names the handler that fired.
/// Internal events come from the server: from a timer, a finished command, or a topic.
///
/// ```
/// use tealight_core::Event;
///
/// enum External { Refresh }
/// enum Internal { Tick }
///
/// fn describe(event: &Event<External, Internal>) -> &'static str {
///     match event {
///         Event::External(External::Refresh) => "someone asked",
///         Event::Internal(Internal::Tick) => "a second has passed",
///     }
/// }
/// assert_eq!(describe(&Event::Internal(Internal::Tick)), "a second has passed");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event<External, Internal> {
    /// A person did something on the page.
    External(External),
    /// Something happened on the server.
    Internal(Internal),
}
