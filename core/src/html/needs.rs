/// The parts of the client's script that a page needs, besides those that every page has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The page has controls, or hears what a person types, chooses or opens.
    pub controls: bool,
    /// The page runs effects or other commands.
    pub effects: bool,
    /// The model hears the routes of links.
    pub routes: bool,
    /// The page has transitions, hooks or elements that persist, or hears of positions, of media, or of events that do not pass through their element.
    pub rare: bool,
}

impl Needs {
    /// Returns the names of the parts, as in the names of their files.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let parts =
            [(self.controls, "controls"), (self.effects, "effects"), (self.routes, "routes"), (self.rare, "rare")];
        parts.into_iter().filter_map(|(is, name)| is.then_some(name))
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.controls |= other.controls;
        self.effects |= other.effects;
        self.routes |= other.routes;
        self.rare |= other.rare;
    }
}
