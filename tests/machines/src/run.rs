//! One run: many pages under load, one fault, and what came of it.

use std::error::Error;
use std::time::Duration;

use fastrand::Rng;
use rustix::process::Signal;
use tokio::time::{Instant, sleep};

use crate::cluster::Cluster;
use crate::crowd::{Crowd, Tally};
use crate::line;
use crate::report;

/// A fault of the first process, or of NATS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The process is told to end, as in a deploy.
    Term,
    /// The process is killed.
    Kill,
    /// The process is cut off from NATS: its connections are closed.
    Cut,
    /// The process is cut off from NATS: nothing arrives any more.
    Silence,
    /// NATS ends, and starts again with its files.
    Nats,
}

pub(crate) struct Settings {
    pub(crate) pages: usize,
    /// The pages in a room.
    pub(crate) room: usize,
    /// The events a second of all pages.
    pub(crate) rate: f64,
    pub(crate) fault: Fault,
    /// The interval at which a session is saved, in milliseconds. 0: an event counts when it is saved.
    pub(crate) save_every: u64,
    /// The time under load before the fault.
    pub(crate) warm: Duration,
    /// The time for which a process is cut off, or NATS is away.
    pub(crate) away: Duration,
    pub(crate) seed: u64,
}

/// Runs, and prints the results. Returns an error if an event was lost that may not be, or doubled.
pub(crate) async fn run(settings: &Settings) -> Result<(), Box<dyn Error>> {
    let Settings { pages, room, rate, fault, save_every, warm, seed, .. } = *settings;
    println!(
        "{pages} pages in rooms of {room}, {rate} events a second, {fault:?}, save every {save_every} ms, seed {seed}"
    );
    let began = Instant::now();
    let mut cluster = Cluster::start(save_every).await?;
    let crowd = Crowd::open(cluster.proxy, pages, room, &mut Rng::with_seed(seed)).await?;
    report::line("all pages are live after", report::seconds(began.elapsed()));
    crowd.wait("see their whole room", |number, shown| crowd.is_all_here(number, shown)).await?;
    report::line("all see their whole room after", report::seconds(began.elapsed()));

    crowd.make(rate);
    let loaded = Instant::now();
    let before: Vec<_> = cluster.processes().map(|process| process.costs().unwrap_or_default()).collect();
    sleep(warm).await;
    let after: Vec<_> = cluster.processes().map(|process| process.costs().unwrap_or_default()).collect();
    let names = cluster.processes().map(|process| process.name.as_str());
    report::costs(names.zip(before.into_iter().zip(after)), loaded.elapsed());
    let all: Vec<_> = (0..pages).collect();
    report::answers("before the fault", &crowd.take_answers(&all));

    match fault {
        Fault::None => {}
        Fault::Term => end(&mut cluster, &crowd, Signal::TERM).await?,
        Fault::Kill => end(&mut cluster, &crowd, Signal::KILL).await?,
        Fault::Cut | Fault::Silence | Fault::Nats => interrupt(&mut cluster, &crowd, settings).await?,
    }
    crowd.finish().await?;
    report::answers("since the fault", &crowd.take_answers(&all));
    let tally = crowd.tally();
    report::tally(&tally);
    check(&tally, settings)
}

/// Ends the first process, and measures when its pages are live elsewhere.
async fn end(cluster: &mut Cluster, crowd: &Crowd, signal: Signal) -> Result<(), Box<dyn Error>> {
    let process = &mut cluster.servers[0];
    let name = process.name.clone();
    let moved = crowd.of(&name);
    let at = Instant::now();
    process.signal(signal);
    crowd.wait("are live elsewhere", |_, shown| shown.live_since.is_some() && shown.process != name).await?;
    let mut times: Vec<_> = moved.iter().filter_map(|&number| crowd.live_since(number)).collect();
    if times.is_empty() {
        return Err("no page was on the process: take more --pages".into());
    }
    times.sort_unstable();
    let times = [0, times.len() / 2, times.len() - 1].map(|at| times[at]).map(|time| report::seconds(time - at));
    report::line("pages of the process", moved.len());
    report::line("live elsewhere after: first, median, last", times.join(", "));
    cluster.servers[0].ended().await?;
    report::line("the process has ended after", report::seconds(at.elapsed()));
    crowd.wait("see their whole room", |number, shown| crowd.is_all_here(number, shown)).await?;
    report::line("presence is right after", report::seconds(at.elapsed()));
    Ok(())
}

/// Cuts the first process off from NATS, or stops NATS, and measures what its pages do meanwhile and when they have caught up.
async fn interrupt(cluster: &mut Cluster, crowd: &Crowd, settings: &Settings) -> Result<(), Box<dyn Error>> {
    let pages = match settings.fault {
        Fault::Nats => (0..settings.pages).collect(),
        _ => crowd.of(&cluster.servers[0].name),
    };
    let mut is_there = vec![false; settings.pages];
    pages.iter().for_each(|&number| is_there[number] = true);
    report::line("pages without NATS", pages.len());
    let at = Instant::now();
    match settings.fault {
        Fault::Nats => cluster.stop_nats().await?,
        Fault::Silence => cluster.line.set(line::State::Silent),
        _ => cluster.line.set(line::State::Closed),
    }
    // If an event counts only when it is saved, a page hears nothing before it comes to a process that can save.
    if settings.save_every > 0 {
        crowd.wait("say that they are cut off", |number, shown| !is_there[number] || shown.is_cut_off()).await?;
        report::line("all of these say so after", report::seconds(at.elapsed()));
    }
    sleep(settings.away.saturating_sub(at.elapsed())).await;
    let answers: Vec<_> = crowd.take_answers(&pages).into_iter().filter(|answer| answer.since >= at).collect();
    report::line("of these live", pages.iter().filter(|&&number| crowd.live_since(number).is_some()).count());
    report::answers("without NATS", &answers);
    report::line("events that wait for their answer", crowd.waiting(&pages));
    let rooms = crowd.made_by_room();
    let mended = Instant::now();
    match settings.fault {
        Fault::Nats => cluster.start_nats_again().await?,
        _ => cluster.line.set(line::State::Up),
    }
    report::line("NATS is there again after", report::seconds(at.elapsed()));
    crowd.wait("say that they are connected", |_, shown| !shown.is_cut_off()).await?;
    report::line("all say that they hear the others after", report::seconds(mended.elapsed()));
    crowd.wait("catch up", |number, shown| shown.room() >= rooms[crowd.room(number)]).await?;
    report::line("all have caught up after", report::seconds(mended.elapsed()));
    crowd.wait("see their whole room", |number, shown| crowd.is_all_here(number, shown)).await?;
    report::line("presence is right after", report::seconds(mended.elapsed()));
    Ok(())
}

fn check(tally: &Tally, settings: &Settings) -> Result<(), Box<dyn Error>> {
    // A killed process has not saved the last events, unless it saves each.
    let may_lose = settings.fault == Fault::Kill && settings.save_every > 0;
    if tally.doubled > 0 {
        return Err(format!("{} events were applied twice", tally.doubled).into());
    }
    if !may_lose && (tally.lost > 0 || tally.given_up > 0 || tally.refused > 0) {
        return Err(format!("events were lost: {tally:?}").into());
    }
    if tally.reloaded > 0 {
        return Err(format!("{} pages were told to load themselves anew", tally.reloaded).into());
    }
    Ok(())
}
