//! `for`: rows with keys.

use std::marker::PhantomData;

use super::pass::Pass;
use super::plan::{NEW, recycle};
use super::renderer::Mode;
use crate::html::template::{Slot, Template, Varies, Width};
use crate::html::value::HashSeed;

const LOW: u64 = 0xFFFF_FFFF;

/// The layout on the tape of a row of width `W`.
pub(super) struct Row<W>(PhantomData<W>);

impl<W: Width> Row<W> {
    const VARIES: bool = W::WORDS == Varies::WORDS;
    /// Set if a word with length and serial follows the key, and the list's head has the next serial.
    const SERIAL: bool = Self::VARIES || W::HANDLERS;
    /// The number of words before the row's own.
    pub(super) const HEAD: usize = 1 + Self::SERIAL as usize;

    /// The position after the row that begins at `at`.
    #[inline(always)]
    fn after(tape: &[u64], at: usize) -> usize {
        at + Self::HEAD + if Self::VARIES { (tape[at + 1] & LOW) as usize } else { W::WORDS }
    }
}

/// A list's slot, and the template of its rows.
#[derive(Clone, Copy)]
pub(super) struct List {
    template: &'static Template,
    slot: u32,
    row: &'static Template,
}

impl List {
    pub(super) fn source(&self) -> &'static str {
        match self.template.slots[self.slot as usize] {
            Slot::List { source, .. } => source,
            _ => unreachable!("a list is in a list's slot"),
        }
    }

    pub(super) fn has_keys(&self) -> bool {
        !self.source().is_empty()
    }
}

/// The old rows from the first one whose key differs.
struct Rest {
    /// The place of the list's head.
    head: usize,
    /// The position on the old tape after the list.
    end: usize,
    from: u32,
    count: u32,
}

impl Pass<'_> {
    /// Renders the rows of the list in this slot. `key` makes an item's key, and `row` renders it into `W` words.
    #[inline(always)]
    pub(crate) fn rows<W: Width, I: IntoIterator>(
        &mut self,
        (template, slot): (&'static Template, u32),
        row_template: &'static Template,
        items: I,
        key: impl Fn(&HashSeed, &I::Item) -> u64,
        row: impl Fn(Pass<'_>, I::Item),
    ) {
        let mode = self.r.mode;
        let list = List { template, slot, row: row_template };
        let rows = Rows { pass: self.again(), list, key, row, width: PhantomData::<W> };
        if mode.is_cold() {
            rows.write_all(items);
        } else if mode == Mode::Lookup {
            rows.look_up(items);
        } else {
            rows.diff(items);
        }
    }
}

/// The rows of one list.
struct Rows<'p, K, R, W> {
    pass: Pass<'p>,
    list: List,
    key: K,
    row: R,
    width: PhantomData<W>,
}

impl<K, R, W: Width> Rows<'_, K, R, W> {
    #[inline(always)]
    fn diff<I: IntoIterator>(mut self, items: I)
    where
        K: Fn(&HashSeed, &I::Item) -> u64,
        R: Fn(Pass<'_>, I::Item),
    {
        let pass = &mut self.pass;
        let head = pass.warm_place();
        let before = pass.store.tape[pass.r.at];
        pass.r.at += Row::<W>::HEAD;
        let (count, end) = (before as u32, pass.r.at + (before >> 32) as usize);
        let mut items = items.into_iter();
        if count == 0 && items.size_hint().1 == Some(0) {
            return;
        }
        pass.r.patch.down_list(self.list.slot);
        let mut at = 0;
        let rows = loop {
            let pass = &mut self.pass;
            let Some(item) = items.next() else {
                if at == count {
                    break count;
                }
                break self.plan(Rest { head, end, from: at, count }, None, items);
            };
            let key = (self.key)(&pass.r.seed, &item);
            if at == count || pass.store.tape[pass.r.at] != key {
                break self.plan(Rest { head, end, from: at, count }, Some(item), items);
            }
            self.pass.kept_row::<_, W>(at, item, &self.row);
            at += 1;
        };
        let pass = &mut self.pass;
        pass.r.patch.up_list();
        let length = pass.warm_place() - head - Row::<W>::HEAD;
        let now = u64::from(rows) | (length as u64) << 32;
        if now != before {
            pass.amend(head, |_| now);
        }
    }

    /// Renders the rows from the first one whose key differs. Returns how many rows the list has now.
    #[inline(never)]
    fn plan<T>(&mut self, Rest { head, end, from, count }: Rest, first: Option<T>, rest: impl Iterator<Item = T>) -> u32
    where
        K: Fn(&HashSeed, &T) -> u64,
        R: Fn(Pass<'_>, T),
    {
        let pass = &mut self.pass;
        let mut plan = pass.r.plans.pop().unwrap_or_default();
        plan.clear();
        let mut at = pass.r.at;
        for _ in from..count {
            plan.old.push((pass.store.tape[at], at as u32));
            at = Row::<W>::after(&pass.store.tape, at);
        }
        let mut items: Vec<T> = recycle(std::mem::take(&mut plan.items));
        items.extend(first);
        items.extend(rest);
        let seed = &pass.r.seed;
        plan.new.extend(items.iter().map(|item| (self.key)(seed, item)));
        plan.make();
        if !plan.removed.is_empty() {
            pass.r.patch.remove(from, &plan.removed);
        }
        let mut serial = if Row::<W>::SERIAL { pass.word(head + 1) } else { 0 };
        let (new, middle) = (items.len(), items.len() - plan.tail);
        let mut has_new = false;
        let tail_shift = plan.old.len().wrapping_sub(new);
        for (i, item) in items.drain(..).enumerate() {
            let to = from + i as u32;
            let source = if i < middle { plan.source[i] } else { i.wrapping_add(tail_shift) as u32 };
            let pass = &mut self.pass;
            if source == NEW {
                has_new = true;
                pass.r.patch.begin_insert(to);
                let back = pass.enter_cold();
                self.pass.new_row::<_, W>(self.list.row, plan.new[i], serial, item, &self.row);
                serial += 1;
                let pass = &mut self.pass;
                pass.leave_cold(back);
                pass.r.patch.end_insert();
                continue;
            }
            if i < middle && plan.moves[i] {
                pass.r.patch.move_row(to, from + source);
            }
            pass.skip_to(plan.old[source as usize].1 as usize);
            self.pass.kept_row::<_, W>(to, item, &self.row);
        }
        let pass = &mut self.pass;
        pass.skip_to(end);
        if Row::<W>::SERIAL {
            pass.amend(head + 1, |_| serial);
        }
        if has_new {
            pass.check_new_keys::<W>(self.list, head, from, &plan);
        }
        plan.items = recycle(items);
        pass.r.plans.push(plan);
        from + new as u32
    }

    /// Renders a list that was not delivered before.
    #[inline(never)]
    fn write_all<I: IntoIterator>(mut self, items: I)
    where
        K: Fn(&HashSeed, &I::Item) -> u64,
        R: Fn(Pass<'_>, I::Item),
    {
        let pass = &mut self.pass;
        let html = pass.r.mode == Mode::Html;
        if html {
            pass.part(self.list.template, self.list.slot as usize);
            pass.r.patch.down_list(self.list.slot);
        } else {
            pass.r.patch.out.push(b'[');
        }
        let head = pass.place();
        pass.push(0);
        if Row::<W>::SERIAL {
            pass.push(0);
        }
        let mut rows = 0;
        for item in items {
            let key = (self.key)(&self.pass.r.seed, &item);
            if html {
                self.pass.r.patch.row(rows as u32, 0);
            }
            self.pass.new_row::<_, W>(self.list.row, key, rows, item, &self.row);
            rows += 1;
        }
        let pass = &mut self.pass;
        if html {
            pass.r.patch.up_list();
        } else {
            pass.r.patch.close(b']');
        }
        pass.check_keys::<W>(self.list, head, rows as u32);
        let length = (pass.place() - head - Row::<W>::HEAD) as u64;
        pass.amend(head, |_| rows | length << 32);
        if Row::<W>::SERIAL {
            pass.amend(head + 1, |_| rows);
        }
    }

    /// Skips the list, or enters the row that the address names.
    #[inline(never)]
    fn look_up<I: IntoIterator>(mut self, items: I)
    where
        K: Fn(&HashSeed, &I::Item) -> u64,
        R: Fn(Pass<'_>, I::Item),
    {
        let pass = &mut self.pass;
        let header = pass.store.tape[pass.r.at];
        let first = pass.r.at + Row::<W>::HEAD;
        let end = first + (header >> 32) as usize;
        if Row::<W>::SERIAL && pass.r.lookup.leads_into(self.list.slot) {
            let from = pass.r.lookup.down(self.list.slot);
            let next = pass.store.tape[pass.r.at + 1];
            if let Some(serial) = pass.r.lookup.serial() {
                match pass.find_row::<W>(first, header as u32, serial) {
                    Some((at, nth)) => {
                        let key = pass.store.tape[at];
                        let seed = &pass.r.seed;
                        let mut same = items.into_iter().filter(|item| (self.key)(seed, item) == key);
                        match same.nth(nth) {
                            Some(item) => {
                                pass.r.at = at + Row::<W>::HEAD;
                                pass.r.lookup.enter_row();
                                (self.row)(self.pass.again(), item);
                            }
                            None => pass.r.lookup.row_gone(),
                        }
                    }
                    None if u64::from(serial) < next => pass.r.lookup.row_gone(),
                    None => {}
                }
            }
            self.pass.r.lookup.up(from);
        }
        self.pass.r.at = end;
    }
}

impl Pass<'_> {
    /// Renders a row that is the next one on the old tape.
    #[inline(always)]
    fn kept_row<T, W: Width>(&mut self, at: u32, item: T, row: &impl Fn(Pass<'_>, T)) {
        self.r.patch.row(at, self.r.at);
        if !Row::<W>::VARIES {
            self.r.at += Row::<W>::HEAD;
            row(self.again(), item);
            return;
        }
        let place = self.warm_place() + 1;
        let length = (self.store.tape[self.r.at + 1] & LOW) as usize;
        self.r.at += 2;
        row(self.again(), item);
        let now = self.warm_place() - place - 1;
        if now != length {
            self.amend(place, |word| word & !LOW | now as u64);
        }
    }

    /// Renders a row that was not delivered before.
    #[inline(always)]
    fn new_row<T, W: Width>(
        &mut self,
        template: &'static Template,
        key: u64,
        serial: u64,
        item: T,
        row: &impl Fn(Pass<'_>, T),
    ) {
        self.push(key);
        let place = self.place();
        if Row::<W>::SERIAL {
            self.push(serial << 32);
        }
        self.begin_row(template);
        row(self.again(), item);
        self.end_cold(template);
        if Row::<W>::VARIES {
            let length = (self.place() - place - 1) as u64;
            self.amend(place, |word| word | length);
        }
    }

    /// Finds the row with this serial. Returns where it begins, and how many rows before it have the same key.
    fn find_row<W: Width>(&self, first: usize, rows: u32, serial: u32) -> Option<(usize, usize)> {
        let mut at = first;
        for _ in 0..rows {
            if (self.store.tape[at + 1] >> 32) as u32 == serial {
                let key = self.store.tape[at];
                let mut before = first;
                let mut nth = 0;
                while before < at {
                    nth += usize::from(self.store.tape[before] == key);
                    before = Row::<W>::after(&self.store.tape, before);
                }
                return Some((at, nth));
            }
            at = Row::<W>::after(&self.store.tape, at);
        }
        None
    }

    /// On the new tape, the place of the row after the one at this place.
    #[inline(always)]
    pub(super) fn row_after<W: Width>(&mut self, place: usize) -> usize {
        let length = if Row::<W>::VARIES { (self.word(place + 1) & LOW) as usize } else { W::WORDS };
        place + Row::<W>::HEAD + length
    }
}
