//! The model that all shapes show: a tree of items, with random changes.

use std::fmt;

use tealight_core::session::HashSeed;
use tealight_core::view::{AttrOut, AttrValue};

use crate::random::Random;

/// An item, with items of its own.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Item {
    pub id: u32,
    pub name: String,
    pub note: String,
    pub n: i64,
    pub eighths: i32,
    pub letter: char,
    pub flag: bool,
    pub done: bool,
    pub tag: Option<String>,
    pub url: String,
    pub kind: Kind,
    pub outcome: Result<String, u32>,
    pub choice: u32,
    pub items: Vec<Item>,
    pub others: Vec<Item>,
}

/// An enum for `match`.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Nothing,
    Word(String),
    Pair { x: i32, y: i32 },
    Many(Vec<u32>),
}

const DEPTH: usize = 3;

impl Item {
    /// Any model.
    pub fn any(random: &mut Random) -> Self {
        any_item(random, 0, 0)
    }

    /// Another model that has something in common with this one.
    #[must_use]
    pub fn changed(&self, random: &mut Random) -> Self {
        if random.percent(4) {
            return Self::any(random);
        }
        let mut item = self.clone();
        for _ in 0..1 + random.below(4) {
            item.change(random, 0);
        }
        item
    }

    /// A decimal.
    pub fn x(&self) -> f64 {
        f64::from(self.eighths) / 8.0
    }

    /// Returns true if two items of one list have the same id.
    pub fn has_duplicates(&self) -> bool {
        [&self.items, &self.others].into_iter().any(|list| {
            let mut ids: Vec<u32> = list.iter().map(|item| item.id).collect();
            ids.sort_unstable();
            ids.windows(2).any(|pair| pair[0] == pair[1]) || list.iter().any(Self::has_duplicates)
        })
    }

    fn change(&mut self, random: &mut Random, depth: usize) {
        if depth < DEPTH && random.percent(if depth == 0 { 65 } else { 50 }) {
            let list = if random.percent(70) { &mut self.items } else { &mut self.others };
            if !list.is_empty() && random.percent(45) {
                let at = random.below(list.len());
                return list[at].change(random, depth + 1);
            }
            return change_list(list, random, depth + 1);
        }
        match random.below(15) {
            0 | 1 => self.name = text(random),
            2 => self.note = text(random),
            3 => self.n = number(random),
            4 => self.eighths = number(random) as i32,
            5 => self.letter = letter(random),
            6 => self.flag = !self.flag,
            7 => self.done = !self.done,
            8 => self.tag = tag(random),
            9 => self.url = url(random),
            10 | 11 => self.kind = kind(random),
            12 => self.outcome = outcome(random),
            13 => self.choice = random.below(5) as u32,
            // the same text everywhere: branches with equal values
            _ => {
                self.note = self.name.clone();
                self.tag = Some(self.name.clone());
                self.outcome = Ok(self.name.clone());
                self.kind = Kind::Word(self.name.clone());
            }
        }
    }
}

fn any_item(random: &mut Random, id: u32, depth: usize) -> Item {
    let list = |chance: usize, random: &mut Random| {
        if depth >= DEPTH || !random.percent(chance) {
            return Vec::new();
        }
        let most = if depth == 0 && random.percent(4) { 40 } else { 6 - depth };
        let mut ids = Vec::new();
        for at in 0..random.below(most) as u32 {
            // now and then a key that is there already
            ids.push(if at > 0 && random.percent(2) { ids[0] } else { at });
        }
        ids.into_iter().map(|id| any_item(random, id, depth + 1)).collect()
    };
    Item {
        items: list(85, random),
        others: list(45, random),
        id,
        name: text(random),
        note: text(random),
        n: number(random),
        eighths: number(random) as i32,
        letter: letter(random),
        flag: random.percent(50),
        done: random.percent(50),
        tag: tag(random),
        url: url(random),
        kind: kind(random),
        outcome: outcome(random),
        choice: random.below(5) as u32,
    }
}

fn change_list(list: &mut Vec<Item>, random: &mut Random, depth: usize) {
    let len = list.len();
    match random.below(14) {
        0 => insert(list, 0, random, depth),
        1 => insert(list, len, random, depth),
        2 | 3 => {
            for _ in 0..1 + random.below(3) {
                let at = random.below(list.len() + 1);
                insert(list, at, random, depth);
            }
        }
        4 | 5 if len > 0 => {
            for _ in 0..1 + random.below(3) {
                if !list.is_empty() {
                    list.remove(random.below(list.len()));
                }
            }
        }
        6 | 7 if len > 1 => {
            let row = list.remove(random.below(len));
            list.insert(random.below(len), row);
        }
        8 if len > 1 => list.swap(random.below(len), random.below(len)),
        9 => list.reverse(),
        10 => shuffle(list, random),
        11 => list.clear(),
        12 if len > 0 => {
            // moved, changed, taken and put in all at once
            shuffle(list, random);
            list.truncate(1 + random.below(len));
            for row in list.iter_mut() {
                if random.percent(40) {
                    row.change(random, depth);
                }
            }
            insert(list, 0, random, depth);
        }
        13 if len > 0 && random.percent(30) => {
            let row = list[random.below(len)].clone();
            list.insert(random.below(len + 1), row);
        }
        _ => *list = any_item(random, 0, depth - 1).items,
    }
}

fn shuffle(list: &mut [Item], random: &mut Random) {
    for at in (1..list.len()).rev() {
        list.swap(at, random.below(at + 1));
    }
}

fn insert(list: &mut Vec<Item>, at: usize, random: &mut Random, depth: usize) {
    let id = list.iter().map(|item| item.id + 1).max().unwrap_or(0);
    list.insert(at, any_item(random, id, depth));
}

fn text(random: &mut Random) -> String {
    const TEXTS: &[&str] = &[
        "",
        "",
        "a",
        "b",
        "a",
        "tea",
        "green tea",
        "<b>bold</b>",
        "</div></td></table>",
        "<!-- no comment -->",
        "-->",
        "a & b &amp; c &lt;",
        "\"double\" 'single'",
        "\n",
        "\nline",
        "one\r\ntwo\rthree\n",
        "  spaces   inside ",
        "\t",
        " ",
        "nul\0nul",
        "\0",
        "\u{a0}",
        "🥡",
        "👩‍👩‍👧",
        "e\u{301}",
        "\u{202e}rtl",
        "مرحبا",
        "שלום",
        "]]>",
        "{\"=\":1}",
        "\\n \\",
        "\u{2028}\u{2029}",
        "\u{1}\u{7f}\u{85}",
        "1234567",
        "12345678",
        "null",
        "true",
        "javascript:alert(1)",
        "<!7>",
        "/",
        "*",
        "color: red; }",
    ];
    match random.below(40) {
        0 => "long ".repeat(200 + random.below(20)),
        1 => format!("{}<&>", "🥡\r".repeat(60)),
        2 => random.word().to_string(),
        _ => random.one(TEXTS).to_owned(),
    }
}

fn number(random: &mut Random) -> i64 {
    match random.below(8) {
        0 => i64::MAX,
        1 => i64::MIN,
        2 => -1,
        3 => random.word() as i64,
        4 => random.below(2_000_000) as i64 - 1_000_000,
        _ => random.below(6) as i64,
    }
}

fn letter(random: &mut Random) -> char {
    ['a', '<', '\0', '\r', '🥡', ' ', '"', '\n'][random.below(8)]
}

fn tag(random: &mut Random) -> Option<String> {
    random.percent(60).then(|| text(random))
}

fn url(random: &mut Random) -> String {
    const URLS: &[&str] =
        &["/", "/a?b=c&d=\"e\"", "#top", "javascript:alert(1)", " java\nscript:x", "data:text/html,x", ""];
    random.one(URLS).to_owned()
}

fn kind(random: &mut Random) -> Kind {
    match random.below(5) {
        0 => Kind::Nothing,
        1 | 2 => Kind::Word(text(random)),
        3 => Kind::Pair { x: random.below(3) as i32, y: random.below(3) as i32 },
        _ => Kind::Many((0..random.below(4) as u32).collect()),
    }
}

fn outcome(random: &mut Random) -> Result<String, u32> {
    if random.percent(60) { Ok(text(random)) } else { Err(random.below(3) as u32) }
}

/// The keys of the rows around a place, from the outermost in.
#[derive(Clone, Copy, Debug, Default, Hash, PartialEq, Eq)]
pub struct Key {
    keys: [u32; 6],
    /// True if other rows are likely to have the same key.
    shared: [bool; 6],
    depth: usize,
}

impl Key {
    /// The key of a row in here.
    #[must_use]
    pub fn and(mut self, key: u32) -> Self {
        self.keys[self.depth] = key;
        self.depth += 1;
        self
    }

    /// The same, for a key that other rows are likely to have.
    #[must_use]
    pub fn and_shared(mut self, key: u32) -> Self {
        self.shared[self.depth] = true;
        self.and(key)
    }

    /// The same for a key that is a text.
    #[must_use]
    pub fn and_text(self, key: &str) -> Self {
        self.and_shared(key.bytes().fold(7, |sum, byte| sum * 31 % 1_000_003 + u32::from(byte)))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut keys = self.keys.iter().zip(self.shared).take(self.depth);
        keys.try_for_each(|(key, shared)| write!(f, "{}{key}", if shared { "/~" } else { "/" }))
    }
}

/// Absent outside of rows.
impl AttrValue for Key {
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
        seed.of(self)
    }

    fn write(&self, out: &mut AttrOut<'_>) {
        if self.depth == 0 { out.absent() } else { out.text(&self.to_string()) }
    }
}

/// A text that a `Display` writes in pieces.
#[derive(Clone, Copy, Debug)]
pub struct Pieces<'a>(pub &'a Item);

impl fmt::Display for Pieces<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.name)?;
        f.write_str(&self.0.note)
    }
}
