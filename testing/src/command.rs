use serde_json::Value;
use tealight_core::PageEffect;

/// A command that a page has carried out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PageCommand {
    /// An effect of `do:`, of `Command::effect`, or the event of `Command::push`, which is
    /// [`dispatch_with`](tealight_core::effect::dispatch_with).
    Effect(PageEffect),
    /// The text of `Command::announce`.
    Announce(String),
    /// The text of `Command::title`.
    Title(String),
    /// The text of `Command::flash`.
    Flash(String),
    /// The address of `Command::go`.
    Go(String),
    /// The URL of `Command::navigate`.
    Navigate(String),
    /// The value of `Command::reply`.
    Reply(Value),
}
