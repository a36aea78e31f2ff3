use tealight_core::session::Input;

/// The kind of an event, by the way on which it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Page,
    Post,
    Timer,
    Topic,
    Command,
}

pub(super) const KINDS: [Kind; 5] = [Kind::Page, Kind::Post, Kind::Timer, Kind::Topic, Kind::Command];

impl Kind {
    /// The kind of the events that an input brings. An attach brings none by itself, but its page may send some.
    #[inline]
    pub(crate) fn of<E>(input: &Input<'_, E>) -> Self {
        match input {
            Input::Attach { .. } | Input::Frame(_) => Self::Page,
            Input::Timer(_) => Self::Timer,
            Input::Message { .. } | Input::Lagged(_) => Self::Topic,
            Input::Event(_) | Input::Failed => Self::Command,
        }
    }

    /// Its name in metrics and spans.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Post => "post",
            Self::Timer => "timer",
            Self::Topic => "topic",
            Self::Command => "command",
        }
    }
}
