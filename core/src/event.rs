/// What `update` is told.
///
/// External events come from the page: `view` made them, and the page named the address of the
/// handler that holds one. Internal events come from the server: a timer, a finished command, a
/// message from a topic.
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
    /// What a person did to the page.
    External(External),
    /// What the server says to itself.
    Internal(Internal),
}
