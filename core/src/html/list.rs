//! `for`: rows with keys.

use super::cx::Cx;
use super::fingerprint::HashSeed;
use super::plan::{NEW, recycle};
use super::renderer::{Mode, Pass};
use super::template::{Slot, Template};
use super::width::{Varies, Width};

const LOW: u64 = 0xFFFF_FFFF;

/// How a row of width `W` stands on the tape.
pub(super) struct Row<W>(std::marker::PhantomData<W>);

impl<W: Width> Row<W> {
    const VARIES: bool = W::WORDS == Varies::WORDS;
    /// Whether a word with length and serial stands behind the key, and the next serial in the list's head.
    const SERIAL: bool = Self::VARIES || W::HANDLERS;
    /// Words before the row's own.
    pub(super) const HEAD: usize = 1 + Self::SERIAL as usize;

    /// Where the row behind the one that begins at `at` begins.
    #[inline(always)]
    fn after(tape: &[u64], at: usize) -> usize {
        at + Self::HEAD + if Self::VARIES { (tape[at + 1] & LOW) as usize } else { W::WORDS }
    }
}

/// Which list it is: its slot, and the template of its rows.
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
            _ => unreachable!("a list stands in a list's slot"),
        }
    }

    pub(super) fn has_keys(&self) -> bool {
        !self.source().is_empty()
    }
}

/// The old rows from the first on whose key differs.
struct Rest {
    /// The place of the list's head.
    head: usize,
    /// Where the list ends on the old tape.
    end: usize,
    from: u32,
    count: u32,
}

impl<E: 'static> Cx<'_, E> {
    /// Rows that are told apart by position.
    #[inline(always)]
    pub fn list<I: IntoIterator, W: Width>(
        &mut self,
        template: &'static Template,
        slot: u32,
        row_template: &'static Template,
        items: I,
        row: impl Fn(Cx<'_, E>, I::Item) -> W,
    ) -> Varies {
        self.keyed(
            template,
            slot,
            row_template,
            items.into_iter().enumerate(),
            |_, (at, _)| *at as u64,
            |cx, (_, item)| row(cx, item),
        )
    }

    /// Rows that are told apart by key.
    #[inline(always)]
    pub fn keyed<I: IntoIterator, W: Width>(
        &mut self,
        template: &'static Template,
        slot: u32,
        row_template: &'static Template,
        items: I,
        key: impl Fn(&HashSeed, &I::Item) -> u64,
        row: impl Fn(Cx<'_, E>, I::Item) -> W,
    ) -> Varies {
        let list = List { template, slot, row: row_template };
        if self.pass.r.mode.is_cold() {
            self.cold_rows(list, items, key, row);
        } else if self.pass.r.mode == Mode::Lookup {
            self.look_in_rows(slot, items, key, row);
        } else {
            self.diff_rows(list, items, key, row);
        }
        Varies
    }

    #[inline(always)]
    fn diff_rows<I: IntoIterator, W: Width>(
        &mut self,
        list: List,
        items: I,
        key: impl Fn(&HashSeed, &I::Item) -> u64,
        row: impl Fn(Cx<'_, E>, I::Item) -> W,
    ) {
        let pass = &mut self.pass;
        let head = pass.warm_place();
        let before = pass.store.tape[pass.r.at];
        pass.r.at += Row::<W>::HEAD;
        let (count, end) = (before as u32, pass.r.at + (before >> 32) as usize);
        let mut items = items.into_iter();
        if count == 0 && items.size_hint().1 == Some(0) {
            return;
        }
        pass.r.patch.down_list(list.slot);
        let mut at = 0;
        let rows = loop {
            let pass = &mut self.pass;
            let Some(item) = items.next() else {
                if at == count {
                    break count;
                }
                break self.plan_rows(list, Rest { head, end, from: at, count }, None, items, &key, &row);
            };
            let fingerprint = key(&pass.r.seed, &item);
            if at == count || pass.store.tape[pass.r.at] != fingerprint {
                break self.plan_rows(list, Rest { head, end, from: at, count }, Some(item), items, &key, &row);
            }
            self.kept_row(at, item, &row);
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

    /// A row that is on the old tape, where it is read next.
    #[inline(always)]
    fn kept_row<T, W: Width>(&mut self, at: u32, item: T, row: &impl Fn(Cx<'_, E>, T) -> W) {
        let pass = &mut self.pass;
        pass.r.patch.row(at, pass.r.at);
        if !Row::<W>::VARIES {
            pass.r.at += Row::<W>::HEAD;
            row(self.again(), item);
            return;
        }
        let place = pass.warm_place() + 1;
        let length = (pass.store.tape[pass.r.at + 1] & LOW) as usize;
        pass.r.at += 2;
        row(self.again(), item);
        let pass = &mut self.pass;
        let now = pass.warm_place() - place - 1;
        if now != length {
            pass.amend(place, |word| word & !LOW | now as u64);
        }
    }

    /// From a row on keys differ. Answers with the number of rows that there are now.
    #[inline(never)]
    fn plan_rows<T, W: Width>(
        &mut self,
        list: List,
        Rest { head, end, from, count }: Rest,
        first: Option<T>,
        rest: impl Iterator<Item = T>,
        key: &impl Fn(&HashSeed, &T) -> u64,
        row: &impl Fn(Cx<'_, E>, T) -> W,
    ) -> u32 {
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
        plan.new.extend(items.iter().map(|item| key(seed, item)));
        plan.make();
        if !plan.removed.is_empty() {
            pass.r.patch.remove(from, &plan.removed);
        }
        let mut serial = if Row::<W>::SERIAL { pass.word(head + 1) } else { 0 };
        let (new, middle) = (items.len(), items.len() - plan.tail);
        let mut has_come = false;
        let tail_shift = plan.old.len().wrapping_sub(new);
        for (i, item) in items.drain(..).enumerate() {
            let to = from + i as u32;
            let source = if i < middle { plan.source[i] } else { i.wrapping_add(tail_shift) as u32 };
            let pass = &mut self.pass;
            if source == NEW {
                has_come = true;
                pass.r.patch.begin_insert(to);
                let back = pass.enter_cold();
                self.new_row(list.row, plan.new[i], serial, item, row);
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
            self.kept_row(to, item, row);
        }
        let pass = &mut self.pass;
        pass.skip_to(end);
        if Row::<W>::SERIAL {
            pass.amend(head + 1, |_| serial);
        }
        if has_come {
            pass.check_new_keys::<W>(list, head, from, &plan);
        }
        plan.items = recycle(items);
        pass.r.plans.push(plan);
        from + new as u32
    }

    /// A row that was not delivered before.
    #[inline(always)]
    fn new_row<T, W: Width>(
        &mut self,
        template: &'static Template,
        key: u64,
        serial: u64,
        item: T,
        row: &impl Fn(Cx<'_, E>, T) -> W,
    ) {
        let pass = &mut self.pass;
        pass.push(key);
        let place = pass.place();
        if Row::<W>::SERIAL {
            pass.push(serial << 32);
        }
        pass.begin_row(template);
        row(self.again(), item);
        let pass = &mut self.pass;
        pass.end_cold(template);
        if Row::<W>::VARIES {
            let length = (pass.place() - place - 1) as u64;
            pass.amend(place, |word| word | length);
        }
    }

    #[inline(never)]
    fn cold_rows<I: IntoIterator, W: Width>(
        &mut self,
        list: List,
        items: I,
        key: impl Fn(&HashSeed, &I::Item) -> u64,
        row: impl Fn(Cx<'_, E>, I::Item) -> W,
    ) {
        let pass = &mut self.pass;
        let html = pass.r.mode == Mode::Html;
        if html {
            pass.part(list.template, list.slot as usize);
            pass.r.patch.down_list(list.slot);
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
            let fingerprint = key(&self.pass.r.seed, &item);
            if html {
                self.pass.r.patch.row(rows as u32, 0);
            }
            self.new_row(list.row, fingerprint, rows, item, &row);
            rows += 1;
        }
        let pass = &mut self.pass;
        if html {
            pass.r.patch.up_list();
        } else {
            pass.r.patch.close(b']');
        }
        pass.check_keys::<W>(list, head, rows as u32);
        let length = (pass.place() - head - Row::<W>::HEAD) as u64;
        pass.amend(head, |_| rows | length << 32);
        if Row::<W>::SERIAL {
            pass.amend(head + 1, |_| rows);
        }
    }

    #[inline(never)]
    fn look_in_rows<I: IntoIterator, W: Width>(
        &mut self,
        slot: u32,
        items: I,
        key: impl Fn(&HashSeed, &I::Item) -> u64,
        row: impl Fn(Cx<'_, E>, I::Item) -> W,
    ) {
        let pass = &mut self.pass;
        let header = pass.store.tape[pass.r.at];
        let first = pass.r.at + Row::<W>::HEAD;
        let end = first + (header >> 32) as usize;
        if Row::<W>::SERIAL && pass.r.lookup.leads_into(slot) {
            let from = pass.r.lookup.down(slot);
            let next = pass.store.tape[pass.r.at + 1];
            if let Some(serial) = pass.r.lookup.serial() {
                match pass.find_row::<W>(first, header as u32, serial) {
                    Some((at, nth)) => {
                        let fingerprint = pass.store.tape[at];
                        let seed = &pass.r.seed;
                        let mut same = items.into_iter().filter(|item| key(seed, item) == fingerprint);
                        match same.nth(nth) {
                            Some(item) => {
                                pass.r.at = at + Row::<W>::HEAD;
                                pass.r.lookup.enter_row();
                                row(self.again(), item);
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
    /// Where the row with this serial begins, and how many rows before it have its key.
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

    /// On the new tape, the place of the row behind the one at this place.
    #[inline(always)]
    pub(super) fn row_after<W: Width>(&mut self, place: usize) -> usize {
        let length = if Row::<W>::VARIES { (self.word(place + 1) & LOW) as usize } else { W::WORDS };
        place + Row::<W>::HEAD + length
    }
}
