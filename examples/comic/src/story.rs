//! The strips of the story, and the way from one to another.

use std::fmt;
use std::str::FromStr;

/// A strip. Its text is its number, so an address with another number is no route.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(crate) struct Strip(usize);

pub(crate) struct Chapter {
    pub(crate) picture: Picture,
    pub(crate) title: &'static str,
    pub(crate) caption: &'static str,
    /// The picture in words.
    pub(crate) description: &'static str,
}

#[derive(Clone, Copy)]
pub(crate) enum Picture {
    Drawer,
    Storm,
    Match,
    Teapot,
    Draught,
    Moth,
    Morning,
    Seed,
}

impl Strip {
    pub(crate) const FIRST: Self = Self(0);
    pub(crate) const LAST: Self = Self(STORY.len() - 1);

    pub(crate) const fn chapter(self) -> &'static Chapter {
        &STORY[self.0]
    }

    pub(crate) fn previous(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }

    pub(crate) fn next(self) -> Option<Self> {
        (self != Self::LAST).then_some(Self(self.0 + 1))
    }

    pub(crate) fn any(chance: u64) -> Self {
        Self((chance % STORY.len() as u64) as usize)
    }

    /// Returns any strip but this one.
    pub(crate) fn other(self, chance: u64) -> Self {
        let steps = 1 + chance % (STORY.len() as u64 - 1);
        Self::any(self.0 as u64 + steps)
    }
}

impl fmt::Display for Strip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 + 1)
    }
}

impl FromStr for Strip {
    type Err = ();

    fn from_str(number: &str) -> Result<Self, ()> {
        (0..STORY.len()).map(Self).find(|strip| strip.to_string() == number).ok_or(())
    }
}

static STORY: [Chapter; 8] = [
    Chapter {
        picture: Picture::Drawer,
        title: "The drawer",
        caption: "Pip lived in a drawer, between a ball of string and a key to nothing.",
        description: "Three tealights lie in a drawer. Two are asleep, and the one in the middle is awake.",
    },
    Chapter {
        picture: Picture::Storm,
        title: "The storm",
        caption: "One night a storm put out every lamp in the street.",
        description: "Rain and lightning outside a window. Two eyes look out of a drawer that is a little open.",
    },
    Chapter {
        picture: Picture::Match,
        title: "The match",
        caption: "“May I?” asked a match. It was a short talk, but a warm one.",
        description: "A burning match with thin legs bows to a tealight, which is not lit yet.",
    },
    Chapter {
        picture: Picture::Teapot,
        title: "The job",
        caption: "Pip was asked to keep the tea warm. It is a good job for somebody small.",
        description: "The tealight shines under a red teapot, from which steam rises.",
    },
    Chapter {
        picture: Picture::Draught,
        title: "The draught",
        caption: "Then a draught came in under the door. Pip leaned over, and held on.",
        description: "Wind blows from a door. The flame of the tealight leans far to the side.",
    },
    Chapter {
        picture: Picture::Moth,
        title: "The moth",
        caption: "A moth asked for a light to read by. They got as far as chapter three.",
        description: "A moth with glasses reads a book beside the tealight.",
    },
    Chapter {
        picture: Picture::Morning,
        title: "The morning",
        caption: "“I can take over now,” said the sun. Pip was not against it.",
        description: "The sun smiles through a window. The tealight is tired, and its flame is small.",
    },
    Chapter {
        picture: Picture::Seed,
        title: "The lodger",
        caption: "Now a seed lives in Pip’s cup. It always wanted a place near a window.",
        description: "A green plant grows in the cup of the tealight. The moth flies around it in the sun.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_in_one_way() {
        assert_eq!("1".parse(), Ok(Strip::FIRST));
        assert_eq!("8".parse(), Ok(Strip::LAST));
        for other in ["0", "9", "01", "+1", "", "one"] {
            assert_eq!(other.parse::<Strip>(), Err(()), "{other}");
        }
    }

    #[test]
    fn chance_leads_to_each_other_strip() {
        for strip in (0..STORY.len()).map(Strip) {
            let mut others: Vec<_> = (0..7).map(|chance| strip.other(chance).0).chain([strip.0]).collect();
            others.sort_unstable();
            assert_eq!(others, [0, 1, 2, 3, 4, 5, 6, 7]);
        }
    }
}
