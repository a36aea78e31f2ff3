//! Many pages in rooms, and the conditions that hold for all.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::page::{Pace, Page};
use crate::shown::{Answer, Shown};

pub(crate) struct Crowd {
    pages: Vec<Arc<Mutex<Shown>>>,
    /// The number of pages in a room.
    room: usize,
    pace: watch::Sender<Pace>,
    _running: JoinSet<()>,
}

/// The results of all events.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) made: u64,
    pub(crate) lost: u64,
    pub(crate) doubled: u64,
    /// Those that are lost, and whose page was told.
    pub(crate) given_up: usize,
    pub(crate) refused: u32,
    pub(crate) new_sessions: u32,
    pub(crate) older_states: u32,
    pub(crate) reloaded: usize,
    pub(crate) lags: u32,
}

/// The most pages that are loaded at once.
const AT_ONCE: usize = 32;
/// The interval at which the harness looks at the pages.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A state that has not come after this time never comes.
const GIVE_UP: Duration = Duration::from_secs(120);

impl Crowd {
    /// Opens pages, and waits until they are live.
    pub(crate) async fn open(
        proxy: SocketAddr,
        count: usize,
        room: usize,
        random: &mut Rng,
    ) -> Result<Self, Box<dyn Error>> {
        let pace = watch::Sender::new(Pace::None);
        let (mut opening, mut running, mut pages) = (JoinSet::new(), JoinSet::new(), vec![Arc::default(); count]);
        for number in 0..count {
            if opening.len() >= AT_ONCE {
                place(opening.join_next().await, &mut running, &mut pages)?;
            }
            let path = format!("/?room={}&page={number}", number / room);
            let (pace, seed) = (pace.subscribe(), random.u64(..));
            opening.spawn(async move {
                let page = Page::get(proxy, path, u32::try_from(number).expect("few pages"), pace, seed).await;
                page.map(|page| (number, page))
            });
        }
        while !opening.is_empty() {
            place(opening.join_next().await, &mut running, &mut pages)?;
        }
        let crowd = Self { pages, room, pace, _running: running };
        crowd.wait("are live", |_, shown| shown.live_since.is_some()).await?;
        Ok(crowd)
    }

    /// Lets all pages together make this many events a second.
    pub(crate) fn make(&self, a_second: f64) {
        self.pace.send_replace(Pace::Every(Duration::from_secs_f64(self.pages.len() as f64 / a_second)));
    }

    /// Lets each page make its last event, and waits until all pages have all that was made.
    pub(crate) async fn finish(&self) -> Result<(), Box<dyn Error>> {
        self.pace.send_replace(Pace::None);
        let before: Vec<_> = (0..self.pages.len()).map(|number| self.shown(number).made).collect();
        self.pace.send_replace(Pace::Once);
        self.wait("make their last event", |number, shown| shown.made > before[number]).await?;
        self.pace.send_replace(Pace::None);
        self.wait("have all answers", |_, shown| shown.waiting == 0 && shown.last() == shown.made).await?;
        let rooms = self.made_by_room();
        self.wait("show their whole room's events", |number, shown| shown.room() == rooms[self.room(number)]).await?;
        self.wait("see their whole room", |number, shown| self.is_all_here(number, shown)).await?;
        Ok(())
    }

    /// Waits until a condition is true of all pages at once. Returns how long that took.
    pub(crate) async fn wait(
        &self,
        what: &str,
        is: impl Fn(usize, &Shown) -> bool,
    ) -> Result<Duration, Box<dyn Error>> {
        let began = Instant::now();
        loop {
            let missing = (0..self.pages.len()).find(|&number| !is(number, &self.shown(number)));
            let Some(missing) = missing else { return Ok(began.elapsed()) };
            if began.elapsed() > GIVE_UP {
                let count = (0..self.pages.len()).filter(|&number| !is(number, &self.shown(number))).count();
                let shown = format!("{:?}", self.shown(missing));
                return Err(format!("{count} pages never {what}; page {missing} shows {shown}").into());
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// Returns true if a page shows all of its room as there, each once.
    pub(crate) fn is_all_here(&self, number: usize, shown: &Shown) -> bool {
        let here = self.room_of(number).len() as u32;
        (shown.people(), shown.devices()) == (here, here)
    }

    /// Returns the sum of what the pages of each room have made.
    pub(crate) fn made_by_room(&self) -> Vec<u32> {
        (0..self.pages.len())
            .step_by(self.room)
            .map(|first| self.room_of(first).map(|number| self.shown(number).made).sum())
            .collect()
    }

    pub(crate) fn room(&self, number: usize) -> usize {
        number / self.room
    }

    fn room_of(&self, number: usize) -> std::ops::Range<usize> {
        let first = number / self.room * self.room;
        first..(first + self.room).min(self.pages.len())
    }

    /// Returns the pages of a process.
    pub(crate) fn of(&self, process: &str) -> Vec<usize> {
        (0..self.pages.len()).filter(|&number| self.shown(number).process == process).collect()
    }

    pub(crate) fn live_since(&self, number: usize) -> Option<Instant> {
        self.shown(number).live_since
    }

    /// Returns how many events of these pages wait for their answer.
    pub(crate) fn waiting(&self, pages: &[usize]) -> usize {
        pages.iter().map(|&number| self.shown(number).waiting).sum()
    }

    /// Takes the answers that these pages have had.
    pub(crate) fn take_answers(&self, pages: &[usize]) -> Vec<Answer> {
        pages.iter().flat_map(|&number| std::mem::take(&mut self.shown(number).answers)).collect()
    }

    pub(crate) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for number in 0..self.pages.len() {
            let shown = self.shown(number);
            tally.made += u64::from(shown.made);
            tally.lost += u64::from(shown.lost());
            tally.doubled += u64::from(shown.doubled());
            tally.given_up += shown.given_up;
            tally.refused += shown.refused;
            tally.new_sessions += shown.new_sessions;
            tally.older_states += shown.older_states;
            tally.reloaded += usize::from(shown.has_reloaded);
            tally.lags += shown.lags();
        }
        tally
    }

    fn shown(&self, number: usize) -> std::sync::MutexGuard<'_, Shown> {
        self.pages[number].lock().expect("nobody panics with it")
    }
}

type Opened = Result<std::io::Result<(usize, (Page, Arc<Mutex<Shown>>))>, tokio::task::JoinError>;

fn place(
    opened: Option<Opened>,
    running: &mut JoinSet<()>,
    pages: &mut [Arc<Mutex<Shown>>],
) -> Result<(), Box<dyn Error>> {
    let Some(opened) = opened else { return Ok(()) };
    let (number, (page, shown)) = opened??;
    pages[number] = shown;
    running.spawn(page.run());
    Ok(())
}
