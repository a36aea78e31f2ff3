use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem;
use std::sync::Arc;

use tokio::time::Instant;

use super::wire::{BYTES, News, Part, Told, What};
use super::{PERIOD, wire};
use crate::topics::Subscribed;

/// The people at a place, with their devices.
pub(super) struct Place {
    /// The devices of each person, in the order in which they came.
    people: BTreeMap<Arc<str>, Vec<Device>>,
    /// This process's devices.
    own: BTreeMap<u64, Own>,
    others: HashMap<u64, Other>,
    /// The people whose devices may have changed since the last news.
    changed: BTreeSet<Arc<str>>,
    /// This process's devices that have come, changed or gone since it has told the others.
    untold: BTreeSet<u64>,
    /// The devices of each person as a JSON list, as this process's sessions have heard of them.
    shown: BTreeMap<Arc<str>, String>,
    /// All that is shown, as news.
    all: Option<Arc<[u8]>>,
    /// The number of subscriptions of this process's sessions.
    pub(super) listeners: usize,
    epoch: u64,
    /// The number of the last message to other processes.
    number: u64,
    /// The next message tells all devices.
    pub(super) must_say_all: bool,
    told: Option<Instant>,
    /// The engine's subscription.
    pub(super) guard: Option<Subscribed>,
}

/// One device of a person.
struct Device {
    /// Its process, or `None` for this one.
    process: Option<u64>,
    number: u64,
    about: Arc<str>,
}

struct Own {
    told: Told,
    /// Its page has gone away so many times.
    absences: u32,
    is_away: bool,
    has_left: bool,
}

/// Another process's devices.
#[derive(Default)]
struct Other {
    /// The number of its last message.
    number: u64,
    /// The person of each device.
    devices: HashMap<u64, Arc<str>>,
    /// The first parts of a message that tells all.
    parts: Option<Vec<(u64, Told)>>,
    /// A message is missing: only one that tells all counts.
    is_lost: bool,
    /// It is to be asked for all, with the next news.
    must_ask: bool,
}

impl Other {
    /// A message is missing.
    fn lose(&mut self) {
        (self.is_lost, self.must_ask) = (true, true);
    }
}

/// The news of a place that is still to be told.
pub(super) struct ToTell {
    /// For this process's sessions.
    pub(super) here: Option<Arc<[u8]>>,
    /// For the other processes.
    pub(super) others: Vec<What>,
}

impl Place {
    pub(super) fn new(epoch: u64) -> Self {
        Self {
            people: BTreeMap::new(),
            own: BTreeMap::new(),
            others: HashMap::new(),
            changed: BTreeSet::new(),
            untold: BTreeSet::new(),
            shown: BTreeMap::new(),
            all: None,
            listeners: 0,
            epoch,
            number: epoch,
            must_say_all: true,
            told: None,
            guard: None,
        }
    }

    /// Tells this place from an earlier one of its name.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The number of this process's devices.
    pub(super) fn devices(&self) -> usize {
        self.own.values().filter(|own| !own.has_left).count()
    }

    /// The number of people.
    pub(super) fn people(&self) -> usize {
        self.people.len()
    }

    /// The number of this process's devices, with those whose page is away.
    pub(super) fn own(&self) -> usize {
        self.own.len()
    }

    /// Returns true if this process has nothing to do with the place any more.
    pub(super) fn is_done(&self) -> bool {
        self.listeners == 0 && self.own.is_empty() && self.untold.is_empty()
    }

    pub(super) fn enter(&mut self, number: u64, person: Arc<str>, about: Arc<str>) {
        let told = (person, about);
        self.add(None, number, &told);
        self.own.insert(number, Own { told, absences: 0, is_away: false, has_left: false });
        self.untold.insert(number);
    }

    pub(super) fn leave(&mut self, number: u64) {
        if let Some(own) = self.own.remove(&number)
            && !own.has_left
        {
            self.remove(None, number, &own.told.0);
            self.untold.insert(number);
        }
    }

    /// Returns how often the page has gone away, or `None` if there is no such device.
    pub(super) fn go_away(&mut self, number: u64) -> Option<u32> {
        let own = self.own.get_mut(&number)?;
        own.is_away = true;
        own.absences = own.absences.wrapping_add(1);
        Some(own.absences)
    }

    /// Removes a device from view, if its page is still away.
    pub(super) fn expire(&mut self, number: u64, absence: u32) {
        let Some(own) = self.own.get_mut(&number) else { return };
        if own.is_away && own.absences == absence && !mem::replace(&mut own.has_left, true) {
            let person = Arc::clone(&own.told.0);
            self.remove(None, number, &person);
            self.untold.insert(number);
        }
    }

    pub(super) fn come_back(&mut self, number: u64) {
        let Some(own) = self.own.get_mut(&number) else { return };
        own.is_away = false;
        if mem::take(&mut own.has_left) {
            let told = own.told.clone();
            self.add(None, number, &told);
            self.untold.insert(number);
        }
    }

    /// Takes another process's changes. If a message before them is missing, the process is asked for all.
    pub(super) fn hear_changed(&mut self, process: u64, number: u64, devices: Vec<(u64, Option<Told>)>) {
        let other = self.others.entry(process).or_insert_with(|| Other { is_lost: true, ..Other::default() });
        if other.is_lost || number != other.number + 1 {
            return other.lose();
        }
        other.number = number;
        for (device, told) in devices {
            self.set_other(process, device, told);
        }
    }

    /// Takes all devices of another process, or a part of them. If the part before is missing, the process is asked again.
    pub(super) fn hear_all(&mut self, process: u64, number: u64, devices: Vec<(u64, Told)>, part: Part) {
        let other = self.others.entry(process).or_default();
        let is_next = mem::replace(&mut other.number, number) + 1 == number;
        let mut all = match other.parts.take() {
            _ if part.is_first => Vec::new(),
            Some(parts) if is_next => parts,
            _ => return other.lose(),
        };
        all.extend(devices);
        if !part.is_last {
            other.parts = Some(all);
            return;
        }
        (other.is_lost, other.must_ask) = (false, false);
        let mut gone = mem::take(&mut other.devices);
        for (device, _) in &all {
            if let Some(person) = gone.remove(device) {
                self.remove(Some(process), *device, &person);
            }
        }
        for (device, person) in gone {
            self.remove(Some(process), device, &person);
        }
        for (device, told) in all {
            self.set_other(process, device, Some(told));
        }
    }

    fn set_other(&mut self, process: u64, device: u64, told: Option<Told>) {
        let Some(other) = self.others.get_mut(&process) else { return };
        let told = told.filter(|(_, about)| wire::is_json(about));
        let before = match &told {
            Some((person, _)) => other.devices.insert(device, Arc::clone(person)),
            None => other.devices.remove(&device),
        };
        if let Some(person) = before {
            self.remove(Some(process), device, &person);
        }
        if let Some(told) = told {
            self.add(Some(process), device, &told);
        }
    }

    /// Removes all devices of another process.
    pub(super) fn forget(&mut self, process: u64) -> bool {
        let Some(other) = self.others.remove(&process) else { return false };
        for (device, person) in other.devices {
            self.remove(Some(process), device, &person);
        }
        true
    }

    fn add(&mut self, process: Option<u64>, number: u64, (person, about): &Told) {
        let device = Device { process, number, about: Arc::clone(about) };
        self.people.entry(Arc::clone(person)).or_default().push(device);
        self.changed.insert(Arc::clone(person));
    }

    fn remove(&mut self, process: Option<u64>, number: u64, person: &Arc<str>) {
        if let Some(devices) = self.people.get_mut(person) {
            devices.retain(|device| (device.process, device.number) != (process, number));
            if devices.is_empty() {
                self.people.remove(person);
            }
        }
        self.changed.insert(Arc::clone(person));
    }

    /// Returns what is new, unless the last news is less than a [period](PERIOD) old.
    pub(super) fn news(&mut self) -> Option<ToTell> {
        let now = Instant::now();
        if self.told.is_some_and(|told| now < told + PERIOD) {
            return None;
        }
        let mut news = ToTell { here: self.news_here(), others: self.news_for_others() };
        news.others.extend(self.asks());
        if news.here.is_some() || !news.others.is_empty() {
            self.told = Some(now);
        }
        Some(news)
    }

    /// Returns the questions to processes of which messages are missing.
    fn asks(&mut self) -> impl Iterator<Item = What> {
        let missing = self.others.iter_mut().filter_map(|(of, other)| mem::take(&mut other.must_ask).then_some(*of));
        missing.map(|of| What::Ask { of: Some(of) })
    }

    fn news_here(&mut self) -> Option<Arc<[u8]>> {
        let mut news = News::default();
        for person in mem::take(&mut self.changed) {
            let devices = self.people.get(&person).map(|devices| list(devices));
            if devices.as_ref() == self.shown.get(&person) {
                continue;
            }
            news.add(&person, devices.as_deref().unwrap_or("[]"));
            match devices {
                Some(devices) => self.shown.insert(person, devices),
                None => self.shown.remove(&person),
            };
        }
        if news.is_empty() {
            return None;
        }
        self.all = None;
        Some(news.finish(false))
    }

    /// Returns all that is shown, as news.
    pub(super) fn all(&mut self) -> Arc<[u8]> {
        let shown = &self.shown;
        let all = self.all.get_or_insert_with(|| {
            let mut news = News::default();
            for (person, devices) in shown {
                news.add(person, devices);
            }
            news.finish(true)
        });
        Arc::clone(all)
    }

    fn news_for_others(&mut self) -> Vec<What> {
        let untold = mem::take(&mut self.untold);
        if self.must_say_all {
            // Nobody knows of this process yet.
            if self.own.is_empty() && self.number == self.epoch {
                return Vec::new();
            }
            self.must_say_all = false;
            return self.say_all();
        }
        let is_there = |own: &&Own| !own.has_left;
        let told = |number| (number, self.own.get(&number).filter(is_there).map(|own| own.told.clone()));
        let parts = parts(untold.into_iter().map(told), |(_, told)| told.as_ref().map_or(8, size));
        parts.into_iter().map(|devices| What::Changed { number: self.next_number(), devices }).collect()
    }

    fn say_all(&mut self) -> Vec<What> {
        let there = self.own.iter().filter(|(_, own)| !own.has_left);
        let mut parts = parts(there.map(|(number, own)| (*number, own.told.clone())), |(_, told)| size(told));
        if parts.is_empty() {
            parts.push(Vec::new());
        }
        let last = parts.len() - 1;
        let all = |(at, devices)| What::All {
            number: self.next_number(),
            devices,
            part: Part { is_first: at == 0, is_last: at == last },
        };
        parts.into_iter().enumerate().map(all).collect()
    }

    fn next_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }
}

/// Divides devices among messages.
fn parts<T>(devices: impl Iterator<Item = T>, size: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let (mut parts, mut bytes) = (Vec::new(), BYTES);
    for device in devices {
        bytes += size(&device);
        if bytes > BYTES {
            parts.push(Vec::new());
            bytes = size(&device);
        }
        parts.last_mut().expect("the first device begins a part").push(device);
    }
    parts
}

fn size((person, about): &Told) -> usize {
    person.len() + about.len() + 32
}

fn list(devices: &[Device]) -> String {
    let abouts: Vec<_> = devices.iter().map(|device| &*device.about).collect();
    format!("[{}]", abouts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells all devices of one process to the place of another, without the messages of these numbers. Returns true if none is asked for.
    fn tell(from: &mut Place, to: &mut Place, lost: &[usize]) -> bool {
        from.must_say_all = true;
        for (at, what) in from.news_for_others().into_iter().enumerate().filter(|(at, _)| !lost.contains(at)) {
            let What::All { number, devices, part } = what else { panic!("it tells all") };
            to.hear_all(7, number, devices, part);
            assert!(at < 5);
        }
        to.asks().next().is_none()
    }

    fn full(people: u64) -> Place {
        let mut place = Place::new(1 << 32);
        for number in 0..people {
            place.enter(number, format!("person {number}").into(), format!("\"{}\"", "x".repeat(10_000)).into());
        }
        place
    }

    #[tokio::test]
    async fn a_list_that_is_too_long_for_one_message_is_heard_whole_or_asked_for_again() {
        let (mut from, mut to) = (full(100), Place::new(2 << 32));
        for (lost, is_right, people) in
            [(&[0][..], false, 0), (&[1], false, 0), (&[3], true, 0), (&[], true, 100), (&[1], false, 100)]
        {
            assert_eq!(tell(&mut from, &mut to, lost), is_right, "{lost:?}");
            assert_eq!(to.people.len(), people, "{lost:?}");
        }
        for number in 0..60 {
            from.leave(number);
        }
        assert!(tell(&mut from, &mut to, &[]));
        assert_eq!(to.people.len(), 40);
    }

    #[tokio::test]
    async fn a_change_after_a_missing_message_is_asked_for() {
        let (mut from, mut to) = (full(1), Place::new(2 << 32));
        let next = |from: &mut Place| {
            from.enter(100 + from.number, "Ann".into(), "1".into());
            match from.news_for_others().pop() {
                Some(What::Changed { number, devices }) => (number, devices),
                _ => panic!("it tells what has changed"),
            }
        };
        assert!(tell(&mut from, &mut to, &[]));
        let [first, lost, third] = [next(&mut from), next(&mut from), next(&mut from)];
        to.hear_changed(7, first.0, first.1);
        assert_eq!(to.asks().count(), 0);
        drop(lost);
        for _ in 0..2 {
            to.hear_changed(7, third.0, third.1.clone());
        }
        assert_eq!(to.asks().count(), 1, "once for all that is missing");
        assert_eq!(to.people.get("Ann").map(Vec::len), Some(1));
        assert!(tell(&mut from, &mut to, &[]));
        assert_eq!(to.people.get("Ann").map(Vec::len), Some(3));
        assert!(to.forget(7));
        assert!(to.people.is_empty());
    }
}
